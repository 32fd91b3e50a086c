"""The hearing goes where its booking goes: its seats are of those who are booked, its tickets of its time."""

from datetime import timedelta
from types import SimpleNamespace

import pytest

from directory import joining, linking, members
from directory.members import Person
from directory.models import AuditEntry, Interpreter, Letter
from scheduler import booking
from scheduler.models import Reservation, Role
from sessions import consent, following, tickets
from sessions import seats as taking
from sessions.gates import REACH
from sessions.models import Hearing, JoinTicket, Step
from sessions.models.hearings import Presence
from sessions.signals import hearing_changed
from tests.scheduler.conftest import NOW, WEDNESDAY, planned
from tests.scheduler.conftest import told as told_by_scheduler

pytestmark = pytest.mark.django_db
LATER = WEDNESDAY + timedelta(days=1)
REASON = "The interpreter is ill."


@pytest.fixture
def told():
    """What the wire is told, in order."""
    words = []

    def listen(sender, what, **facts):
        words.append(what)

    hearing_changed.connect(listen)
    yield words
    hearing_changed.disconnect(listen)


@pytest.fixture
def day(cast, time_machine):
    """A hearing that both courts have confirmed, with a link handed out to the witness."""
    time_machine.move_to(NOW, tick=False)
    plan = planned(cast)
    held = booking.hold(plan=plan, starts=[WEDNESDAY], by=cast.clerk)
    half = booking.confirm(booking=held, by=cast.clerk, version=1)
    found = booking.confirm(booking=half, by=cast.clerk_madrid, version=2)
    hearing = Hearing.objects.get(plan=plan)
    seat = hearing.seats.get(role="witness")
    tickets.issue(seat_id=seat.public_id, by=cast.clerk_madrid, at=NOW)
    return SimpleNamespace(cast=cast, plan=plan, booking=found, hearing=hearing)


def seats(day, *roles):
    """Role, resource and presence of each seat that somebody was booked for."""
    rows = day.hearing.seats.filter(role__in=roles) if roles else day.hearing.seats.all()
    return sorted((seat.role, seat.resource_id, seat.presence) for seat in rows.exclude(resource=None))


def interpreters(found):
    rows = Reservation.objects.filter(sitting__booking=found, role=Role.INTERPRETER, active=True)
    return sorted(rows.values_list("resource", flat=True))


def replaced(day, pk=None):
    """That interpreter, or one of them, is replaced by a third; answers with the two."""
    need = day.plan.needs.get(role=Role.INTERPRETER)
    out = need.resources.get(pk=pk or interpreters(day.booking)[0])
    new = need.resources.exclude(pk__in=interpreters(day.booking))[0]
    day.booking = booking.replace(
        booking=day.booking, out=out, in_=new, by=day.cast.clerk, version=day.booking.version, reason=REASON
    )
    return out, new


def moved(day):
    asked = booking.propose(booking=day.booking, starts=[LATER], by=day.cast.clerk, version=3, reason=REASON)
    return booking.move(booking=day.booking, by=day.cast.clerk_madrid, version=3, proposal=asked)


def last(hearing):
    return AuditEntry.objects.filter(chain__kind="evidence.hearing", chain__subject=hearing.public_id).order_by(
        "-position"
    )[0]


def test_a_ticket_in_somebodys_hands_opens_the_door_at_the_new_time(day, told):
    before = seats(day)
    told.clear()
    found = moved(day)
    ticket = JoinTicket.objects.get(seat__hearing=day.hearing)
    end = LATER + timedelta(minutes=90)
    assert (ticket.valid_from, ticket.valid_until, ticket.revoked_at) == (LATER - REACH, end, None)
    assert (seats(day), told) == (before, ["seat", "state"])
    entry = last(day.hearing)
    assert (entry.act, entry.facts, entry.actor) == (
        "hearing.followed", {"booking": str(found.public_id)}, day.cast.clerk_madrid,
    )  # fmt: skip


def test_one_interpreters_seat_is_another_ones_and_everybody_else_keeps_his(day):
    before = seats(day)
    out, new = replaced(day)
    expected = [(role, new.pk if pk == out.pk else pk, presence) for role, pk, presence in before]
    assert seats(day) == sorted(expected)
    assert JoinTicket.objects.get(seat__hearing=day.hearing).revoked_at is None  # the witness's own


def test_who_is_replaced_has_no_way_in_any_more(day):
    seat = day.hearing.seats.filter(role="interpreter", user=None).exclude(resource=None)[0]
    tickets.issue(seat_id=seat.public_id, by=day.cast.clerk, at=NOW)
    out, _new = replaced(day, seat.resource_id)
    seat.refresh_from_db()
    assert (seat.tickets.get().revoked_at, seat.membership, seat.resource == out) == (NOW, None, False)


def test_who_has_sworn_stays_in_the_log_and_the_new_one_has_a_seat_of_his_own(day):
    seat = day.hearing.seats.get(resource=interpreters(day.booking)[0])
    Step.objects.create(hearing=day.hearing, seat=seat, kind="interpreter_oath", at=NOW, by=day.cast.clerk)
    _out, new = replaced(day)
    seat.refresh_from_db()
    other = day.hearing.seats.get(resource=new)
    assert (seat.presence, seat.resource, other.presence) == (Presence.LEFT, None, Presence.EXPECTED)
    assert (other.pk != seat.pk, other.number > seat.number) == (True, True)


def test_a_cancelled_booking_takes_seats_and_tickets_with_it(day):
    booking.cancel(booking=day.booking, by=day.cast.clerk, version=3, reason=REASON)
    day.hearing.refresh_from_db()
    assert (day.hearing.booking, day.hearing.seats.count(), JoinTicket.objects.count()) == (None, 0, 0)


def test_a_hearing_that_was_postponed_takes_its_place_in_the_next_booking(day):
    booking.complete(booking=day.booking, outcome="postponed", by=day.cast.clerk, version=3, reason=REASON)
    held = booking.hold(plan=day.plan, starts=[LATER], by=day.cast.clerk)
    half = booking.confirm(booking=held, by=day.cast.clerk, version=1)
    booking.confirm(booking=half, by=day.cast.clerk_madrid, version=2)
    day.hearing.refresh_from_db()
    assert (day.hearing.booking, JoinTicket.objects.count()) == (held, 0)
    assert [pk for role, pk, _presence in seats(day, "interpreter")] == interpreters(held)


def test_a_hold_that_moves_or_is_exchanged_has_no_hearing_to_follow_yet(cast, time_machine):
    time_machine.move_to(NOW, tick=False)
    first, second = (planned(cast, f"CO-2026-03{number}") for number in (11, 12))
    one, two = (
        booking.hold(plan=plan, starts=[start], by=cast.clerk) for plan, start in ((first, WEDNESDAY), (second, LATER))
    )
    swapped = booking.swap(first=one, second=two, by=cast.clerk, versions=(1, 1), reason=REASON)
    assert Hearing.objects.count() == 0
    for by, version in ((cast.clerk, 2), (cast.clerk_madrid, 3)):
        booking.confirm(booking=swapped, by=by, version=version)
    hearing = Hearing.objects.get(plan=first)
    assert (hearing.booking, hearing.booking.sitting().start) == (one, LATER)


def test_an_interpreter_with_another_account_has_her_planned_place_and_her_letters_there(day):
    """Her old membership has ended; without this the place would wait for an account that cannot come."""
    awa, old = day.cast.interpreter.user.interpreter, day.cast.interpreter
    told_by_scheduler()
    members.end(membership=old, by=day.cast.clerk, version=1)
    person = Person(full_name="Awa Diop", email="awa@dakar.example", role="interpreter", zone="Africa/Dakar")
    asked = members.invite(by=day.cast.clerk, person=person)
    new = joining.join(membership=asked.public_id, user=asked.user)
    linking.ask(interpreter=awa, by=day.cast.clerk, version=1, account=new.public_id)
    seat = day.hearing.seats.get(user=old.user)
    linking.agree(interpreter=awa.public_id, by=new)
    told_by_scheduler()
    now = day.hearing.seats.get(resource=awa.resource)
    assert (now.pk, now.user, now.membership, now.presence) == (seat.pk, new.user, None, Presence.EXPECTED)
    assert taking.take(hearing_id=day.hearing.public_id, by=new).pk == seat.pk
    assert consent.missing(day.hearing, day.hearing.seats.get(pk=seat.pk)) is not None  # the other court says its word
    letters = Letter.objects.filter(to__in=[old.user.email, new.user.email], key__startswith="invitation:")
    assert sorted((one.to, one.method) for one in letters) == [
        ("awa@dakar.example", "REQUEST"),
        (old.user.email, "CANCEL"),
        (old.user.email, "REQUEST"),
    ]


def test_an_interpreter_who_has_sworn_by_the_old_account_swears_again_on_another_seat(day):
    awa, old = day.cast.interpreter.user.interpreter, day.cast.interpreter
    seat = day.hearing.seats.get(user=old.user)
    Step.objects.create(hearing=day.hearing, kind="interpreter_oath", seat=seat, by=day.cast.judge, at=NOW)
    Interpreter.objects.filter(pk=awa.pk).update(user=None)
    following.relink(awa.resource_id, now=NOW)
    now = day.hearing.seats.get(resource=awa.resource)
    seat.refresh_from_db()
    assert (now.pk == seat.pk, seat.user, seat.resource, seat.presence) == (False, None, None, Presence.LEFT)
