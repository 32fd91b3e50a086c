"""The socket of the hearing: no frame to anybody says who the witness is or where, and a stranger gets none."""

import asyncio
import json
from typing import Any

import websockets

from protection import measures
from tests.protection.leaks import found

# The fixtures of the wire: a hearing whose doors are open, served by a web process of its own.
from tests.signalling.conftest import IDENTITY, Court, Wire, court, later, on_valkey, signed_in, valkey, wire

__all__ = ["court", "on_valkey", "valkey", "wire"]
SECRETS = [*IDENTITY.values()]


async def frames(socket: Any) -> list[str]:
    """What is said on a socket until half a second of silence."""
    said = []
    try:
        while True:
            said.append(await asyncio.wait_for(socket.recv(), 0.5))
    except (TimeoutError, websockets.ConnectionClosed):
        return said


async def test_no_frame_says_who_the_witness_is_or_where(wire: Wire, court: Court) -> None:
    said = []
    for member in (court.cast.defence, court.cast.judge, court.cast.judge_madrid):
        async with wire.joined(court.path, await later(signed_in, member)) as spoken:
            await later(raise_, court)
            said += [json.dumps([spoken.welcome, spoken.scene]), *await frames(spoken.socket)]
    plans = [repr(frame) for frame in wire.media.sent]
    assert str(court.witness.public_id) in said[0]  # they are told of the witness's seat
    assert found(SECRETS, *said, *plans) == []


def raise_(court: Court) -> None:
    """Something about the witness changes while they listen."""
    kind = "screen" if not court.witness.person.measures.filter(kind="screen").exists() else "face_distortion"
    if not court.witness.person.measures.filter(kind=kind).exists():
        measures.raise_(person=court.witness.person, kind=kind, by=court.cast.judge, basis="V-13")


async def test_a_face_hidden_from_the_defence_is_gone_from_its_scene_with_the_next_frame(
    wire: Wire, court: Court
) -> None:
    async with wire.joined(court.path, await later(signed_in, court.cast.defence)) as defence:
        before = of_the_witness(court, defence.scene)
        await later(hide_the_face, court)
        after = of_the_witness(court, await defence.hear("scene"))
    assert (len(before), [track for track in after if track["kind"] == "video"]) == (2, [])


def hide_the_face(court: Court) -> None:
    measures.raise_(person=court.witness.person, kind="face_distortion", by=court.cast.judge, basis="U24-2b")


def of_the_witness(court: Court, scene: dict[str, Any]) -> list[dict[str, Any]]:
    """What the scene lets its reader receive of the witness in the clear."""
    mine = [track for track in scene["receives"] if track["seat"] == str(court.witness.public_id)]
    return [track for track in mine if track["form"] == "clear"]


async def test_a_stranger_hears_nothing_but_that_there_is_nothing(wire: Wire, court: Court) -> None:
    async with wire.open(court.path, await later(signed_in, court.cast.stranger)) as spoken:
        assert await frames(spoken.socket) == []
