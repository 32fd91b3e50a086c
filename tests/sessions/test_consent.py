"""Who comes with a link is let in by two courts: nobody gives himself an interpreter's ears."""

from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse

from directory.errors import Forbidden, NotFound, Refusal
from directory.models import Interpreter, Membership, Resource
from protection import measures
from sessions import consent, floorplan, presence, seats, tickets
from sessions.models import Seat
from sessions.models.hearings import Presence
from sessions.states import Side
from signalling import topology
from tests.sessions.conftest import Day


@pytest.fixture
def doors(day: Day) -> Day:
    day.doors_open()
    day.witness_comes()
    return day


def comes(day: Day, seat: Seat, by: Membership) -> Seat:
    """Somebody uses a link that this clerk has made, and says that he is ready."""
    ticket = tickets.issue(seat_id=seat.public_id, by=by, at=day.start)
    tickets.redeem(secret=ticket.secret, pin=ticket.pin, at=day.start)
    return presence.wait(seat_id=seat.public_id, at=day.start)


def third(day: Day, by: Membership, role: str = "interpreter", side: Side = Side.THIRD) -> Seat:
    return comes(day, seats.add(hearing_id=day.id, role=role, side=side, by=by), by)


def admitted(day: Day, seat: Seat, by: Membership) -> bool:
    try:
        return presence.admit(seat_id=seat.public_id, by=by, at=day.start).here
    except Refusal as refusal:
        if refusal.code != "other_court_needed":
            raise
        return False


def hears(day: Day, seat: Seat) -> set[str]:
    """The forms in which this seat gets the witness."""
    floor = floorplan.describe(day.id, day.start)
    assert floor is not None
    plan = topology.plan(floor)[seat.public_id]
    return {f"{r.kind.value} {r.form.value}" for r in plan.receives if r.seat == day.seat("witness").public_id}


def test_one_clerk_cannot_give_himself_the_voice_that_only_interpreters_hear(doors: Day) -> None:
    person = doors.hearing.plan.request.person
    assert person is not None
    measures.raise_(person=person, kind="interpreter_only", by=doors.cast.judge_madrid, basis="U24-2b")
    seat = third(doors, doors.cast.clerk)
    assert not admitted(doors, seat, doors.cast.clerk)
    assert hears(doors, seat) == set()
    assert admitted(doors, seat, doors.cast.clerk_madrid)


@pytest.mark.parametrize("role", ["defence", "accused", "technician", "interpreter"])
def test_every_seat_that_a_clerk_adds_takes_the_other_court(doors: Day, role: str) -> None:
    seat = third(doors, doors.cast.clerk, role, Side.REQUESTING)
    assert not admitted(doors, seat, doors.cast.clerk)
    consent.agree(seat_id=seat.public_id, by=doors.cast.judge_madrid, at=doors.start)
    assert admitted(doors, seat, doors.cast.clerk)
    assert doors.lines()[-2:] == ["seat_agreed", "admitted"]


def test_what_one_court_adds_and_the_other_gives_a_link_to_is_still_two_courts(doors: Day) -> None:
    seat = seats.add(hearing_id=doors.id, role="interpreter", side=Side.THIRD, by=doors.cast.clerk)
    comes(doors, seat, doors.cast.clerk_madrid)
    assert not admitted(doors, seat, doors.cast.clerk_madrid)
    assert admitted(doors, seat, doors.cast.clerk)


def test_a_word_is_given_to_one_link_and_not_to_the_next(doors: Day) -> None:
    seat = third(doors, doors.cast.clerk)
    consent.agree(seat_id=seat.public_id, by=doors.cast.clerk_madrid, at=doors.start)
    comes(doors, seat, doors.cast.clerk)
    assert not admitted(doors, seat, doors.cast.clerk)


def test_who_comes_with_a_new_link_does_not_find_the_seat_open(doors: Day) -> None:
    seat = third(doors, doors.cast.clerk)
    assert admitted(doors, seat, doors.cast.clerk_madrid)
    tickets.issue(seat_id=seat.public_id, by=doors.cast.clerk, at=doors.start)
    seat.refresh_from_db()
    assert seat.presence == Presence.LEFT
    assert hears(doors, seat) == set()


def test_who_is_withdrawn_is_no_longer_in_the_room(doors: Day) -> None:
    tickets.revoke(seat_id=doors.seat("witness").public_id, by=doors.cast.clerk_madrid, at=doors.start)
    assert doors.seat("witness").presence == Presence.LEFT


def test_only_a_clerk_or_judge_of_the_court_that_is_asked_agrees_and_once(doors: Day) -> None:
    seat = third(doors, doors.cast.clerk)
    tried = {}
    for name in ("clerk", "judge", "prosecutor", "spain", "technician_madrid", "stranger", "judge_madrid"):
        try:
            consent.agree(seat_id=seat.public_id, by=getattr(doors.cast, name), at=doors.start)
            tried[name] = "agreed"
        except (Forbidden, NotFound) as refusal:
            tried[name] = refusal.code
    assert tried == {
        "clerk": "not_permitted", "judge": "not_permitted", "prosecutor": "not_permitted", "spain": "not_permitted",
        "technician_madrid": "not_permitted", "stranger": "not_found", "judge_madrid": "agreed",
    }  # fmt: skip
    with pytest.raises(Refusal) as again:
        consent.agree(seat_id=seat.public_id, by=doors.cast.judge_madrid, at=doors.start)
    assert again.value.code == "wrong_state"


def interprets(day: Day, resource: Resource) -> Seat:
    """An interpreter with an account of her own has signed in and waits."""
    seat = seats.add(hearing_id=day.id, role="interpreter", side=Side.THIRD, by=day.cast.clerk)
    seats.put(seat, resource)
    assert seat.user is not None
    return presence.wait(seat_id=seat.public_id, at=day.start)


def test_an_interpreters_account_takes_the_court_that_did_not_enter_it(doors: Day) -> None:
    account = doors.cast.interpreter.user.interpreter
    seat = interprets(doors, account.resource)
    assert consent.missing(doors.hearing, seat) == Side.REQUESTED
    assert not admitted(doors, seat, doors.cast.clerk)
    consent.agree(seat_id=seat.public_id, by=doors.cast.judge_madrid, at=doors.start)
    assert admitted(doors, seat, doors.cast.clerk)


def test_an_account_put_in_its_place_asks_for_a_new_word(doors: Day) -> None:
    """The clerk in Bogotá links the agreed interpreter to a second account of his own."""
    account = doors.cast.interpreter.user.interpreter
    seat = interprets(doors, account.resource)
    assert admitted(doors, seat, doors.cast.clerk_madrid)
    Interpreter.objects.filter(pk=account.pk).update(user=doors.cast.auditor.user)
    seats.put(seat, account.resource)
    seat.refresh_from_db()
    assert (seat.user, consent.missing(doors.hearing, seat)) == (doors.cast.auditor.user, Side.REQUESTED)


def test_whom_a_third_state_has_entered_one_court_admits(doors: Day) -> None:
    account = doors.cast.interpreter.user.interpreter
    Resource.objects.filter(pk=account.resource_id).update(authority=doors.cast.stranger.authority)
    seat = interprets(doors, Resource.objects.get(pk=account.resource_id))
    assert admitted(doors, seat, doors.cast.clerk)


def test_the_person_heard_and_who_signs_in_need_no_second_court(doors: Day) -> None:
    witness, judge = doors.seat("witness"), doors.seat("judge")
    assert [consent.guarded(seat) for seat in (witness, judge)] == [False, False]


def page(client: Client, name: str, hearing: UUID) -> str:
    return client.get(reverse(name, args=[hearing])).content.decode()


def test_both_rooms_and_the_page_say_who_has_to_agree_and_offer_it_to_him_alone(doors: Day) -> None:
    third(doors, doors.cast.clerk)
    seen: dict[str, Any] = {}
    for name in ("clerk", "judge_madrid"):
        client = Client()
        client.force_login(getattr(doors.cast, name).user)
        room, hearing = page(client, "evidence:room", doors.id), page(client, "evidence:hearing", doors.id)
        told = ("The court of Spain has to agree first." in room, "the court of Spain has to agree" in hearing)
        seen[name] = (told, 'value="agree_seat"' in room, 'value="agree_seat"' in hearing)
    assert seen == {"clerk": ((True, True), False, False), "judge_madrid": ((True, True), True, True)}
