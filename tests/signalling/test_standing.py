"""Who somebody is can change while the line is open: it closes at once, not at the next sweep, which never comes."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from allauth.account.signals import password_changed
from django.utils import timezone

from directory import members, tokens
from directory.models import User
from sessions import tickets
from sessions.models import Seat
from signalling import relay, sweep
from signalling.headless import ticket
from signalling.headless import wire as lines
from signalling.media import control
from tests.signalling.conftest import Court, Wire, later, signed_in


@pytest.fixture(autouse=True)
def unswept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweep, "SECONDS", 3600.0)


async def heard_out(line: lines.Wire) -> None:
    while True:
        await line.hear()


async def until_closed(line: lines.Wire) -> int:
    """The closing code; what is told before it is passed over."""
    with pytest.raises(lines.Closed) as closed:
        await asyncio.wait_for(heard_out(line), 5)
    return int(closed.value.code)


def key(member: Any, **lasts: int) -> str:
    return tokens.issue(user=member.user, ends=timezone.now() + timedelta(**lasts or {"hours": 1}))


def all_keys(court: Court) -> None:
    assert tokens.revoke(user=court.cast.defence.user, by=court.cast.defence) == 1


def membership(court: Court) -> None:
    clerk, row = court.cast.clerk, court.cast.defence
    members.end(membership=row, by=clerk, version=row.version)


def password(court: Court) -> None:
    user = User.objects.get(pk=court.cast.defence.user_id)
    user.set_password("quite another password")
    user.save(update_fields=["password"])
    password_changed.send(sender=User, request=None, user=user)


@pytest.mark.parametrize("ended", [all_keys, membership, password])
async def test_what_was_opened_with_a_key_closes_when_what_it_stands_on_ends_and_nobody_else_is_disturbed(
    wire: Wire, court: Court, ended: Callable[[Court], None]
) -> None:
    url = f"ws://localhost:{wire.port}{court.path}"
    counsel = lines.opened(url, token=await later(key, court.cast.defence))
    async with wire.joined(court.path, await later(signed_in, court.cast.judge)) as judge, counsel as (line, _welcome):
        await later(ended, court)
        assert await until_closed(line) == 4403
        await judge.say({"type": "ping", "number": 1})
        assert (await judge.hear("pong"))["number"] == 1


async def test_a_key_that_ends_by_itself_closes_its_line_at_that_instant(wire: Wire, court: Court) -> None:
    url = f"ws://localhost:{wire.port}{court.path}"
    async with lines.opened(url, token=await later(key, court.cast.defence, seconds=2)) as (line, _welcome):
        assert await until_closed(line) == 4403


async def test_the_witness_s_line_closes_with_the_link_that_opened_it(wire: Wire, court: Court) -> None:
    issued = await later(lambda: tickets.issue(seat_id=court.witness.public_id, by=court.cast.clerk_madrid))
    path, cookie = await later(ticket.redeem, f"http://localhost:{wire.port}/w/#{issued.secret}", issued.pin)
    async with lines.opened(f"ws://localhost:{wire.port}{path}", cookie=cookie) as (line, _welcome):
        await later(lambda: tickets.revoke(seat_id=court.witness.public_id, by=court.cast.clerk_madrid))
        assert await until_closed(line) == 4403


def put_back(court: Court) -> None:
    Seat.objects.filter(pk=court.defence.pk).update(presence="waiting")


def to_somebody_else(court: Court) -> None:
    Seat.objects.filter(pk=court.defence.pk).update(user=court.cast.stranger.user)


def locked_out(court: Court) -> None:
    User.objects.filter(pk=court.cast.defence.user_id).update(is_active=False)


def out_of_the_authority(court: Court) -> None:
    type(court.cast.defence).objects.filter(pk=court.cast.defence.pk).update(active=False)


@pytest.mark.parametrize("taken", [put_back, to_somebody_else, locked_out, out_of_the_authority])
async def test_a_right_taken_away_where_nobody_tells_the_wire_fails_the_next_message_about_a_link(
    wire: Wire, court: Court, taken: Callable[[Court], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Written past the house's acts, so that nothing is announced: the last scene still says `hearing`."""
    async with wire.joined(court.path, await later(signed_in, court.cast.defence)) as counsel:
        attached = await wire.media.next(control.Attach)
        hearing, seat = str(court.hearing.public_id), str(court.defence.public_id)
        wire.media.say(control.Offer(hearing, seat, attached.link, "v=0", []))
        await counsel.hear("offer")
        monkeypatch.setattr(wire.board, "changed", lambda *_args, **_facts: None)  # the scene shall not follow at once
        await later(taken, court)
        before = len(wire.media.sent)
        for message in ({"type": "answer", "link": attached.link, "sdp": "v=0"}, {"type": "relink"}, {"type": "moved"}):
            await counsel.say(message)
            error = await counsel.hear("error")
            assert (error["code"], error["about"]) == ("not_in_hearing", message["type"])
        assert [type(frame).__name__ for frame in wire.media.sent[before:]] == []


async def test_a_database_that_does_not_answer_begins_no_link(
    wire: Wire, court: Court, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: Any) -> bool:
        raise ConnectionError

    monkeypatch.setattr(relay, "admitted", away)
    async with wire.joined(court.path, await later(signed_in, court.cast.defence)) as counsel:
        await counsel.say({"type": "moved"})
        assert (await counsel.hear("error"))["code"] == "internal"
