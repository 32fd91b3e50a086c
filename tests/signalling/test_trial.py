"""The socket of a connection test, spoken to by hand; the media service is a dummy that says what a test says."""

import asyncio
from typing import Any

import pytest

from scheduler.models import ConnectionCheck
from signalling import trial
from signalling.media import control
from tests.signalling.conftest import Court, Spoken, Wire, later, signed_in
from tests.signalling.test_connectivity import WIRELESS


async def begun(wire: Wire, socket: Spoken) -> str:
    """Say hello; returns the name of the link that the media service was asked to test."""
    await socket.say({"type": "hello", "version": 1})
    await socket.hear("welcome")
    probe: control.Probe = await wire.media.next(control.Probe)
    return probe.link


def result(link: str) -> control.ProbeResult:
    fields = {name: getattr(WIRELESS, name) for name in WIRELESS.__struct_fields__}
    return control.ProbeResult(**fields | {"link": link})


async def test_a_technician_is_offered_a_link_answers_and_reads_the_verdict_that_is_kept(
    wire: Wire, court: Court
) -> None:
    browser = await later(signed_in, court.cast.technician)
    async with wire.open(f"/ws/test/{court.hearing.public_id}/", browser) as socket:
        link = await begun(wire, socket)
        wire.media.say(control.ProbeOffer(link, "v=0 offer", []))
        assert (await socket.hear("offer"))["sdp"] == "v=0 offer"
        await socket.say({"type": "answer", "link": link, "sdp": "v=0 answer"})
        assert await wire.media.next(control.ProbeAnswer) == control.ProbeAnswer(link, "v=0 answer")
        wire.media.say(control.ProbeProgress(link, "measuring", 0.5))
        assert await socket.hear("progress") == {"type": "progress", "phase": "measuring", "done": 0.5}
        await socket.say({"type": "found", "route": "host", "width": 1280, "height": 720, "frame_rate": 25})
        await socket.say({"type": "ping", "number": 1})
        await socket.hear("pong")
        wire.media.say(result(link))
        verdict = await socket.hear("verdict")
        assert (verdict["verdict"], verdict["stored"]) == ("usable", True)
        assert await socket.closed() == 1000
    kept = await later(ConnectionCheck.objects.get)
    assert (kept.side, kept.detail["route"]) == ("requesting", "host")
    assert await wire.media.next(control.ProbeEnd) == control.ProbeEnd(link)


@pytest.mark.parametrize(
    ("failure", "code"),
    [("not_connected", "test_not_connected"), ("no_report", "test_failed"), ("busy", "test_busy")],
)
async def test_a_test_that_fails_says_why_and_keeps_nothing(wire: Wire, court: Court, failure: str, code: str) -> None:
    browser = await later(signed_in, court.cast.technician)
    async with wire.open(f"/ws/test/{court.hearing.public_id}/", browser) as socket:
        link = await begun(wire, socket)
        wire.media.say(control.ProbeFailed(link, failure, "…"))
        assert (await socket.hear("error"))["code"] == code
        assert await socket.closed() == 1000
    assert await later(ConnectionCheck.objects.count) == 0


async def test_a_tester_who_leaves_ends_the_test(wire: Wire, court: Court) -> None:
    browser = await later(signed_in, court.cast.technician)
    async with wire.open("/ws/test/", browser) as socket:
        link = await begun(wire, socket)
    assert await wire.media.next(control.ProbeEnd) == control.ProbeEnd(link)


async def test_a_stranger_and_a_message_of_the_hearing_are_refused(wire: Wire, court: Court) -> None:
    stranger = await later(signed_in, court.cast.stranger)
    technician = await later(signed_in, court.cast.technician)
    async with wire.open(f"/ws/test/{court.hearing.public_id}/", stranger) as socket:
        assert await socket.closed() == 4404
    async with wire.open("/ws/test/", technician) as socket:
        await begun(wire, socket)
        await socket.say({"type": "mute", "audio": False, "video": False})
        assert (await socket.hear("error"))["code"] == "malformed"


async def test_without_a_media_service_the_tester_is_told_so(
    wire: Wire, court: Court, monkeypatch: pytest.MonkeyPatch
) -> None:
    wire.media.connected = False
    monkeypatch.setattr(trial, "ATTEMPTS", 1)
    technician: Any = await later(signed_in, court.cast.technician)
    async with wire.open("/ws/test/", technician) as socket, asyncio.timeout(5):
        await socket.say({"type": "hello", "version": 1})
        assert (await socket.hear("error"))["code"] == "media_away"
        assert await socket.closed() == 1000
