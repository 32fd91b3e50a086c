"""What nobody told of is noticed all the same: by a hearing's mark, which changes with every row a reading rests on."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from directory import tokens
from directory.models import ApiToken, Membership, User
from protection import measures
from scheduler.models import Plan
from sessions.models import Consultation, Hearing, JoinTicket, Seat
from signalling import marks, relay
from signalling.media import control
from signalling.rooms import Credential, Key
from tests.cast import enter
from tests.signalling.conftest import Court, Wire, later, signed_in, until

NAMES_ONLY = {"directory_authority", "directory_state", "directory_resource"}
"""Joined for what a membership is called; nothing of a reading rests on it."""


class Room:
    """The court's hearing with everything a reading can rest on, opened by a session, a ticket and a token."""

    def __init__(self) -> None:
        self.court = court = Court(enter())
        Plan.objects.filter(pk=court.hearing.plan_id).update(pivot="en")
        self.ticket = JoinTicket.objects.create(
            seat=court.witness, digest="d", pin_digest="", issued_by=court.cast.clerk_madrid, issued_at=timezone.now(),
            valid_from=timezone.now(), valid_until=timezone.now() + timedelta(hours=1), used_at=timezone.now(),
        )  # fmt: skip
        self.aside = Consultation.objects.create(hearing=court.hearing, kind="bench", begun_at=timezone.now())
        measures.raise_(person=court.witness.person, kind="face_distortion", by=court.cast.judge, basis="U24-2b")
        token = tokens.issue(user=court.cast.defence.user, ends=timezone.now() + timedelta(hours=1))
        self.session = signed_in(court.cast.judge).cookies["sessionid"].value
        keys = [Key(self.session), Key(self._by_ticket()), Key(token=ApiToken.digest_of(token))]
        self.held = [Credential(court.hearing.public_id, key) for key in keys]

    def _by_ticket(self) -> str:
        client = Client()
        session = client.session
        session["seat"] = {"ticket": str(self.ticket.public_id)}
        session.save()
        return str(session.session_key)

    def mark(self) -> str:
        hearing = self.court.hearing.public_id
        return marks.read({hearing: [each.key for each in self.held]})[hearing][0]


@pytest.fixture
def room(db: None) -> Room:
    return Room()


def tables(statement: str) -> set[str]:
    return set(re.findall(r'(?:FROM|JOIN) "?([a-z]+_[a-z_]+)', statement))


def test_the_mark_is_of_every_table_that_a_reading_looks_at(room: Room) -> None:
    with CaptureQueriesContext(connection) as asked:
        reading = relay.read(room.court.hearing.public_id, room.held)
    assert len(reading.holders) == 3
    assert reading.mark == room.mark()
    looked_at = {table for query in asked.captured_queries for table in tables(query["sql"])}
    assert looked_at - NAMES_ONLY - tables(marks.STATEMENT) == set()
    assert {"django_session", "directory_apitoken", "protection_measure", "scheduler_reservation"} <= looked_at


CHANGES: dict[str, Callable[[Room], Any]] = {
    "the state of the hearing": lambda room: Hearing.objects.filter(pk=room.court.hearing.pk).update(state="suspended"),
    "a withdrawn admission": lambda room: Seat.objects.filter(pk=room.court.defence.pk).update(presence="waiting"),
    "a revoked link": lambda room: JoinTicket.objects.update(revoked_at=timezone.now()),
    "a raised measure": lambda room: measures.raise_(
        person=room.court.witness.person, kind="sound_only", by=room.court.cast.judge, basis="U24-2b"
    ),
    "an ended membership": lambda room: Membership.objects.filter(pk=room.court.cast.judge.pk).update(active=False),
    "an account that is closed": lambda room: User.objects.filter(pk=room.court.cast.judge.user_id).update(
        is_active=False
    ),
    "a revoked token": lambda room: ApiToken.objects.update(revoked_at=timezone.now()),
    "a session whose time is up": lambda room: Session.objects.filter(pk=room.session).update(
        expire_date=timezone.now()
    ),
    "somebody asked into a private room": lambda room: room.aside.invited.add(room.court.judge),
    "a private room that is closed": lambda room: Consultation.objects.update(ended_at=timezone.now()),
}


def test_each_change_of_a_right_gives_the_hearing_another_mark(room: Room) -> None:
    for name, change in CHANGES.items():
        before = room.mark()
        with transaction.atomic():  # a transaction of its own, as each act is
            change(room)
        assert room.mark() != before, name


def test_what_happens_to_others_leaves_the_mark_alone_and_a_hearing_that_is_not_there_has_one_too(room: Room) -> None:
    before = room.mark()
    Membership.objects.filter(pk=room.court.cast.stranger.pk).update(active=False)
    Session.objects.exclude(pk__in=[each.key.session for each in room.held]).delete()
    assert room.mark() == before
    nowhere = room.court.cast.judge.public_id
    assert marks.read({nowhere: []})[nowhere][0] == "0"


async def test_an_admission_taken_back_behind_everybody_s_back_ends_the_line_at_the_next_sweep(
    wire: Wire, court: Court
) -> None:
    async with wire.joined(court.path, await later(signed_in, court.cast.defence)) as defence:
        await later(Seat.objects.filter(pk=court.defence.pk).update, user=None)
        assert await defence.closed() == 4403


async def test_where_no_mark_can_be_had_nothing_flows(wire: Wire, court: Court) -> None:
    async with wire.joined(court.path, await later(signed_in, court.cast.judge)):
        await wire.media.planned(court.judge.public_id, 6)

        async def broken(*_: Any) -> None:
            raise RuntimeError

        wire.board._reading = wire.board.sweep._marking = broken
        await until(lambda: not wire.media.of(control.Plan)[-1].seats)
