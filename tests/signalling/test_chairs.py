"""Who may say what on the sockets: each message from each chair, and what comes back, as sockets.txt has it.

A line is a socket and a message, then each answer with who gets it; `nothing` is silence. `CHAIRS=write pytest
tests/signalling/test_chairs.py` writes the table anew: read what it changes.
"""

import os
from collections import defaultdict
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

from sessions import presence, tickets
from sessions.models import Seat
from signalling import protocol as p
from signalling.headless import ticket
from signalling.media import control
from tests.signalling.conftest import Court, Spoken, Wire, later, signed_in

TABLE = Path(__file__).with_name("sockets.txt")
NEWS = {"scene", "muted", "present", "linked"}  # comes by itself, whenever something about the hearing changes
FRAMES: dict[str, dict[str, Any]] = {
    "ping": {"number": 7},
    "answer": {"link": "of the judge", "sdp": "v=0"},
    "relink": {},
    "moved": {},
    "mute": {"audio": False, "video": True},
    "resync": {},
    "found": {"route": "relay"},
    "hello": {"version": p.VERSION},
}


class Chairs:
    """The court's seats, some more of them, and those who have none; by name the headers they come with."""

    def __init__(self, court: Court) -> None:
        cast, places = court.cast, {}
        for name, role, side in (
            ("clerk", "clerk", "requesting"),
            ("clerk_madrid", "clerk", "requested"),
            ("interpreter", "interpreter", "third"),
            ("technician", "technician", "requesting"),
            ("technician_madrid", "technician", "requested"),
        ):
            places[name] = court.seat(getattr(cast, name), role, side)
        places["prosecutor"] = court.seat(cast.prosecutor, "prosecutor", "requesting", presence="waiting")
        places |= {"judge": court.judge, "judge_madrid": court.judge_madrid, "defence": court.defence}
        self.put_back = places["technician_madrid"]
        self.seats = {name: str(seat.public_id) for name, seat in places.items()} | {
            "witness": str(court.witness.public_id)
        }
        self.support = Seat.objects.create(hearing=court.hearing, role="support", side="requested")
        without = ("spain", "auditor", "stranger")
        self.cookies = {
            name: f"sessionid={signed_in(getattr(cast, name)).cookies['sessionid'].value}"
            for name in (*places, *without)
        } | {"nobody": ""}

    def by_link(self, court: Court, port: int) -> None:
        """The witness holds the seat by a link; the support person's link was taken back after it was used."""
        by = court.cast.clerk_madrid
        for name, seat in (("witness", court.witness), ("revoked", self.support)):
            issued = tickets.issue(seat_id=seat.public_id, by=by)
            _path, self.cookies[name] = ticket.redeem(f"http://localhost:{port}/w/#{issued.secret}", issued.pin)
        tickets.revoke(seat_id=self.support.public_id, by=by)
        Seat.objects.filter(pk=court.witness.pk).update(presence="admitted")


class Table:
    """Answers by socket and message: the names of those who got them."""

    def __init__(self) -> None:
        self._seen: dict[tuple[str, str], dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))

    def add(self, socket: str, message: str, answer: str, name: str) -> None:
        self._seen[socket, message][answer].append(name)

    def lines(self) -> list[str]:
        return [
            f"{socket} {message} | "
            + " | ".join(f"{answer}: {' '.join(sorted(names))}" for answer, names in sorted(by.items()))
            for (socket, message), by in sorted(self._seen.items())
        ]


async def greeted(spoken: Spoken) -> tuple[str, str]:
    """Say hello; what comes back (with the room, where a scene follows), and the closing code if it closes."""
    await spoken.say({"type": "hello", "version": p.VERSION})
    first = await spoken.heard()
    if first is None:
        return "", str(await spoken.closed())
    if first["seat"] is None:
        return "welcome", ""
    return f"welcome, {(await spoken.hear('scene'))['room']}", ""


async def answers(spoken: Spoken, frame: dict[str, Any]) -> list[dict[str, Any]]:
    """Everything that arrives before the answer to a ping sent after it."""
    for one in (frame, {"type": "ping", "number": 99}):
        await spoken.say(one)
    found: list[dict[str, Any]] = []
    while (message := await spoken.hear()) != {"type": "pong", "number": 99}:
        found.append(message)
    return found


def summed(message: str, found: list[dict[str, Any]]) -> str:
    told = {one["code"] if one["type"] == "error" else one["type"] for one in found}
    asked_for = {"scene"} if message == "resync" else set()
    return " ".join(sorted(told - (NEWS - asked_for))) or "nothing"


async def opened(wire: Wire, path: str, chairs: Chairs, table: Table, stack: AsyncExitStack) -> dict[str, Spoken]:
    """Everybody tries to come in; those who are."""
    inside = {}
    for name, cookie in chairs.cookies.items():
        spoken = await stack.enter_async_context(wire.open(path, None, additional_headers={"Cookie": cookie}))
        told, closed = await greeted(spoken)
        table.add(path.split("/")[2], "hello first", told or closed, name)
        if not closed:
            inside[name] = spoken
    return inside


async def all_said(table: Table, socket: str, inside: dict[str, Spoken]) -> None:
    for message, fields in FRAMES.items():
        for name, spoken in inside.items():
            found = await answers(spoken, {"type": message, **fields})
            table.add(socket, message, summed(message, found), name)


async def heard_by(inside: dict[str, Spoken], sender: str, seat: str) -> list[str]:
    """Who is told that this one has switched off the microphone."""
    await answers(inside[sender], {"type": "mute", "audio": False, "video": False})
    return [
        name
        for name, spoken in inside.items()
        if any(one.get("sender") == seat for one in await answers(spoken, {"type": "ping", "number": 1}))
    ]


async def test_each_chair_says_what_the_table_lets_it_and_is_heard_by_whom_it_names(wire: Wire, court: Court) -> None:
    chairs, table = await later(Chairs, court), Table()
    await later(chairs.by_link, court, wire.port)
    async with AsyncExitStack() as stack:
        inside = await opened(wire, court.path, chairs, table, stack)
        await later(presence.put_back, seat_id=chairs.put_back.public_id, by=court.cast.clerk_madrid)
        while (await inside["technician_madrid"].hear("scene"))["room"] != "waiting":
            pass
        attached = {one.seat: one.link for one in wire.media.of(control.Attach)}
        link = attached[chairs.seats["judge"]]
        wire.media.say(control.Offer(str(court.hearing.public_id), chairs.seats["judge"], link, "v=0", []))
        await inside["judge"].hear("offer")
        FRAMES["answer"]["link"] = link
        await all_said(table, "hearings", inside)
        for name in inside:
            for other in await heard_by(inside, name, chairs.seats[name]):
                table.add("hearings", f"muted of {name}", "muted", other)
    async with AsyncExitStack() as stack:
        path = f"/ws/test/{court.hearing.public_id}/"
        await all_said(table, "test", await opened(wire, path, chairs, table, stack))
    if os.environ.get("CHAIRS") == "write":
        TABLE.write_text("\n".join(table.lines()) + "\n")
    assert table.lines() == TABLE.read_text().splitlines()


def test_every_message_of_a_client_stands_in_the_table() -> None:
    assert set(FRAMES) == {message.__name__.lower() for message in p.FromClient.__subclasses__()}
