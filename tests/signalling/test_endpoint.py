"""The socket, spoken to by hand as a stranger, a careless client and a hostile one would."""

import asyncio
import json
import time
from datetime import timedelta
from typing import Any

import pytest
import websockets
from django.utils import timezone
from websockets.frames import Close, Frame, Opcode

from protection import measures
from sessions.models import Hearing, Seat
from signalling import relay
from signalling.errors import ERRORS
from signalling.media import control
from tests.signalling.conftest import Court, Wire, later, signed_in, until


async def browser_of(member: Any) -> Any:
    return await later(signed_in, member)


async def test_the_judge_is_welcomed_and_told_where_she_is_and_whom_she_receives(wire: Wire, court: Court) -> None:
    async with wire.joined(court.path, await browser_of(court.cast.judge)) as judge:
        assert judge.welcome == {
            "type": "welcome",
            "version": 1,
            "seat": str(court.judge.public_id),
            "heartbeat": 15,
            "kept": False,
        }
        assert (judge.scene["room"], judge.scene["state"]) == ("hearing", "open")
        assert {each["seat"] for each in judge.scene["receives"]} == {
            str(seat.public_id) for seat in (court.judge_madrid, court.defence, court.witness)
        }


async def test_a_stranger_and_a_hearing_that_does_not_exist_are_refused_alike(wire: Wire, court: Court) -> None:
    absent = "/ws/hearings/2a4b1e5e-0000-4000-8000-000000000001/"
    refusals = [
        (court.path, None),  # nobody signed in
        (court.path, await browser_of(court.cast.stranger)),  # signed in, of a third State
        (court.path, await browser_of(court.cast.spain)),  # of this case, without a seat
        (absent, await browser_of(court.cast.judge)),
        ("/ws/elsewhere/", await browser_of(court.cast.judge)),
    ]
    for path, browser in refusals:
        async with wire.open(path, browser) as socket:
            assert await socket.closed() == 4404


@pytest.mark.parametrize("origin", ["http://evil.example", None])
async def test_a_foreign_origin_does_not_get_past_the_handshake(wire: Wire, court: Court, origin: str | None) -> None:
    browser = await browser_of(court.cast.judge)
    with pytest.raises(websockets.InvalidStatus) as caught:
        async with wire.open(court.path, browser, origin=origin):
            pass
    assert caught.value.response.status_code == 403


@pytest.mark.parametrize(
    ("frame", "code", "about"),
    [
        ("{", "malformed", None),
        ("", "malformed", None),
        (b"\x00\x01", "malformed", None),
        ('{"type": "shout"}', "unknown_type", None),
        ('{"type": "ping", "number": "one"}', "malformed", "ping"),
        ('{"type": "mute", "audio": true, "video": true, "sender": "judge"}', "malformed", "mute"),
        ('{"type": "hello", "version": 1}', "hello_again", "hello"),
        ('{"type": "answer", "link": "x", "sdp": "v=0"}', "stale_link", "answer"),
    ],
)
async def test_what_cannot_be_taken_is_answered_with_its_code_and_the_line_stays(
    wire: Wire, court: Court, frame: str | bytes, code: str, about: str | None
) -> None:
    async with wire.joined(court.path, await browser_of(court.cast.judge)) as judge:
        await judge.say(frame)
        error = await judge.hear("error")
        assert (error["code"], error.get("about"), error["sentence"]) == (code, about, ERRORS[code])
        await judge.say({"type": "ping", "number": 7})
        assert await judge.hear("pong") == {"type": "pong", "number": 7}


async def test_a_client_that_speaks_nonsense_all_the_time_is_closed(wire: Wire, court: Court) -> None:
    async with wire.joined(court.path, await browser_of(court.cast.judge)) as judge:
        for _time in range(8):
            await judge.say("nonsense")
        assert await judge.closed() == 4400


async def test_a_frame_larger_than_32_kilobytes_closes_the_line(wire: Wire, court: Court) -> None:
    async with wire.joined(court.path, await browser_of(court.cast.judge)) as judge:
        await judge.say(json.dumps({"type": "answer", "link": "x", "sdp": "a" * 33_000}))
        assert await judge.closed() == 1009


async def test_whoever_does_not_begin_with_a_hello_of_this_version_is_closed(wire: Wire, court: Court) -> None:
    browser = await browser_of(court.cast.judge)
    for frame, code in (('{"type": "ping", "number": 1}', 4400), ('{"type": "hello", "version": 99}', 4426)):
        async with wire.open(court.path, browser) as socket:
            await socket.say(frame)
            assert await socket.closed() == code


async def test_a_flood_from_one_client_closes_that_client_and_the_others_notice_nothing(
    wire: Wire, court: Court
) -> None:
    flooding = wire.joined(court.path, await browser_of(court.cast.defence))
    async with wire.joined(court.path, await browser_of(court.cast.judge)) as judge, flooding as defence:
        for number in range(200):
            await defence.say({"type": "ping", "number": number})
        assert await defence.closed() == 4429
        await judge.say({"type": "ping", "number": 1})
        assert await judge.hear("pong") == {"type": "pong", "number": 1}


async def test_the_same_seat_opened_in_a_second_window_closes_the_first(wire: Wire, court: Court) -> None:
    browser = await browser_of(court.cast.judge)
    async with wire.joined(court.path, browser) as first, wire.joined(court.path, browser) as second:
        assert await first.closed() == 4409
        await second.say({"type": "ping", "number": 1})
        assert await second.hear("pong") == {"type": "pong", "number": 1}


async def test_signing_out_closes_the_socket_within_a_second(wire: Wire, court: Court) -> None:
    browser = await browser_of(court.cast.judge)
    async with wire.joined(court.path, browser) as judge:
        began = time.monotonic()
        await later(browser.logout)
        assert await judge.closed() == 4401
        assert time.monotonic() - began < 1


async def test_a_seat_that_is_taken_back_is_closed_and_its_link_cut(wire: Wire, court: Court) -> None:
    async with wire.joined(court.path, await browser_of(court.cast.defence)) as defence:
        attached = await wire.media.next(control.Attach)
        await later(Seat.objects.filter(pk=court.defence.pk).update, user=None)
        await later(announced, court.hearing)
        assert await defence.closed() == 4403
        detached = await wire.media.next(control.Detach)
        assert (detached.seat, detached.link) == (str(court.defence.public_id), attached.link)


async def test_a_measure_ordered_for_later_reaches_the_wire_at_its_hour_and_not_at_the_next_sweep(
    wire: Wire, court: Court
) -> None:
    async with wire.joined(court.path, await browser_of(court.cast.defence)) as defence:
        await later(sound_only_soon, court)
        announced_at_once = await defence.hear("scene")
        at_its_hour = await defence.hear("scene")
        of_witness = [
            [each["kind"] for each in scene["receives"] if each["seat"] == str(court.witness.public_id)]
            for scene in (announced_at_once, at_its_hour)
        ]
        assert [sorted(kinds) for kinds in of_witness] == [["audio", "video"], ["audio"]]


def sound_only_soon(court: Court) -> None:
    measures.raise_(
        person=court.witness.person, kind="sound_only", by=court.cast.judge, basis="U24-2b",
        starts=timezone.now() + timedelta(seconds=1),
    )  # fmt: skip


async def test_who_loses_the_seat_before_the_hello_pushes_nobody_aside(
    wire: Wire, court: Court, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[Any] = []
    enter = relay.enter
    monkeypatch.setattr(relay, "enter", lambda *facts: looked.append(found := enter(*facts)) or found)
    slow, holder = await browser_of(court.cast.clerk), await browser_of(court.cast.defence)
    await later(held_by, court, court.cast.clerk)
    async with wire.open(court.path, slow) as first:
        await until(lambda: len(looked) == 1)
        await later(held_by, court, court.cast.defence)
        async with wire.joined(court.path, holder) as second:
            await first.say({"type": "hello", "version": 1})
            assert await first.closed() == 4404
            await second.say({"type": "ping", "number": 7})
            assert (await second.hear("pong"))["number"] == 7


def held_by(court: Court, member: Any) -> None:
    Seat.objects.filter(pk=court.defence.pk).update(user=member.user, membership=member)


def announced(hearing: Hearing) -> None:
    from sessions.signals import hearing_changed

    hearing_changed.send(sender=Hearing, hearing_id=hearing.public_id, what="seat")


async def test_who_waits_is_told_nothing_of_the_hearing_and_may_not_answer_an_offer(wire: Wire, court: Court) -> None:
    await later(Seat.objects.filter(pk=court.defence.pk).update, presence="waiting")
    inside = wire.joined(court.path, await browser_of(court.cast.judge))
    async with wire.joined(court.path, await browser_of(court.cast.defence)) as defence, inside as judge:
        assert (defence.scene["room"], defence.scene["receives"], defence.scene["seats"]) == ("waiting", [], [])
        await judge.say({"type": "mute", "audio": False, "video": True})
        await defence.say({"type": "answer", "link": "x", "sdp": "v=0"})
        error = await defence.hear("error")  # the next message: no `muted` came before it
        assert error["code"] == "not_in_hearing"


async def test_a_judge_who_mutes_is_seen_muted_by_those_who_receive_her_under_the_name_the_server_writes(
    wire: Wire, court: Court
) -> None:
    inside = wire.joined(court.path, await browser_of(court.cast.defence))
    async with wire.joined(court.path, await browser_of(court.cast.judge)) as judge, inside as defence:
        seen = {each["seat"]: each["sequence"] for each in defence.scene["seats"]}[str(court.judge.public_id)]
        await judge.say({"type": "mute", "audio": False, "video": True})
        assert await defence.hear("muted") == {
            "type": "muted",
            "sender": str(court.judge.public_id),
            "sequence": seen + 1,
            "audio": False,
            "video": True,
        }


async def test_a_client_that_reads_nothing_is_let_go_and_stops_nobody(wire: Wire, court: Court) -> None:
    async with wire.joined(court.path, await browser_of(court.cast.judge)) as judge:
        reader, writer = await unread(wire, court.path, await browser_of(court.cast.defence))
        await until(lambda: court.defence.public_id in wire.board.rooms[court.hearing.public_id].peers)
        peer = wire.board.rooms[court.hearing.public_id].peers[court.defence.public_id]
        while peer.outbox.put(b"x" * 30_000):  # noqa: ASYNC110 (the buffers of the system take some megabytes first)
            await asyncio.sleep(0)
        peer.say_frame(b"x" * 30_000)
        await judge.say({"type": "ping", "number": 1})
        assert await judge.hear("pong") == {"type": "pong", "number": 1}
        everything = await reader.read()
        assert everything.endswith(Frame(Opcode.CLOSE, Close(1013, "").serialize()).serialize(mask=False))
        writer.close()


async def unread(wire: Wire, path: str, browser: Any) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A client that says hello and then leaves everything unread in its narrow buffer."""
    reader, writer = await asyncio.open_connection("127.0.0.1", wire.port, limit=1024)
    request = (
        f"GET {path} HTTP/1.1\r\nHost: localhost\r\nOrigin: http://localhost\r\nUpgrade: websocket\r\n"
        f"Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
        f"Cookie: sessionid={browser.cookies['sessionid'].value}\r\n\r\n"
    )
    hello = Frame(Opcode.TEXT, b'{"type": "hello", "version": 1}')
    writer.write(request.encode())
    await reader.readuntil(b"\r\n\r\n")
    writer.write(hello.serialize(mask=True))
    return reader, writer
