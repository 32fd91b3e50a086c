"""The hearing of W-…, from closed doors to the end, and who may not."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from config.story import cases
from directory import audit
from directory.errors import Forbidden, NotFound, Refusal
from directory.models import AuditEntry
from protection import measures, policy
from protection.policy import Audience
from sessions import floorplan, lifecycle, presence, seats
from sessions.errors import GatesNotClear, NoSeat, NotAgreed, NotWaiting, WrongState
from sessions.models import Hearing, LogEntry, Step
from sessions.signals import hearing_changed
from tests.sessions.conftest import Day, held


def test_a_confirmed_booking_makes_a_hearing_with_a_seat_for_everyone_planned(day: Day) -> None:
    assert day.hearing.state == "planned"
    assert sorted(day.hearing.seats.values_list("role", "side")) == [
        ("attending_judge", "requested"),
        ("clerk", "requested"),
        ("clerk", "requesting"),
        ("defence", "requesting"),
        ("judge", "requesting"),
        ("prosecutor", "requesting"),
        ("witness", "requested"),
    ]
    assert day.seat("judge").user == day.cast.judge.user
    assert day.seat("witness").person == day.booking.plan.request.person


def test_the_story_from_the_open_doors_to_the_end(day: Day) -> None:
    day.live()
    day.step("affirmation", day.cast.judge_madrid)
    lifecycle.suspend(hearing_id=day.id, by=day.cast.judge_madrid, reason="a question seeks the place", at=day.start)
    with pytest.raises(NotAgreed):
        lifecycle.resume(hearing_id=day.id, by=day.cast.judge, at=day.start)
    lifecycle.agree(hearing_id=day.id, by=day.cast.judge_madrid, at=day.start)
    lifecycle.resume(hearing_id=day.id, by=day.cast.judge, at=day.start)
    lifecycle.close(hearing_id=day.id, by=day.cast.clerk, at=day.start)
    assert day.lines() == [
        "opened",
        "admitted",
        "admitted",
        "waits",
        "admitted",
        "waits",
        "admitted",
        "waits",
        "admitted",
        "identity",
        "rights",
        "live",
        "affirmation",
        "suspended",
        "agreed",
        "resumed",
        "closed",
    ]
    assert day.hearing.state == "closed"
    acts = AuditEntry.objects.filter(chain__subject=day.id, act__startswith="hearing.").values_list("act", flat=True)
    assert [f"hearing.{kind}" for kind in day.lines()] == [
        act for act in acts.order_by("position") if act.removeprefix("hearing.") in day.lines()
    ]
    assert audit.verify() is None


def test_going_live_too_early_names_every_rule_that_is_not_met(day: Day) -> None:
    day.doors_open()
    with pytest.raises(GatesNotClear) as refusal:
        lifecycle.go_live(hearing_id=day.id, by=day.cast.judge, at=day.start - timedelta(hours=2))
    assert [(gate.id, gate.rule) for gate in refusal.value.findings] == [
        ("within_reach", "V-10"),
        ("connection_requesting", "V-26"),
        ("connection_requested", "V-26"),
        ("witness_present", "U18-18b"),
        ("witness_identified", "V-11"),
        ("rights_told", "V-16"),
    ]
    assert refusal.value.code == "gates_not_clear"
    assert day.hearing.state == "open"
    assert day.lines()[-1] == "admitted"


def test_a_hearing_under_face_masking_does_not_go_live(day: Day) -> None:
    day.ready()
    person = day.booking.plan.request.person
    measures.raise_(person=person, kind="face_distortion", by=day.cast.judge, basis="U24-2b")
    with pytest.raises(GatesNotClear) as refusal:
        lifecycle.go_live(hearing_id=day.id, by=day.cast.judge, at=day.start)
    assert [gate.id for gate in refusal.value.findings] == ["shield_missing"]


def test_a_voice_mask_ordered_in_session_stops_everything_at_once(day: Day) -> None:
    day.live()
    person = day.booking.plan.request.person
    measures.raise_(person=person, kind="voice_distortion", by=day.cast.judge_madrid, basis="U24-2b")
    assert day.hearing.state == "suspended"
    assert day.lines()[-1] == "shield_lost"


def test_a_closed_session_sends_out_whom_it_shuts_out_and_lets_nobody_back(day: Day) -> None:
    day.live()
    technician = day.sits(day.cast.technician)
    measures.raise_(person=day.booking.plan.request.person, kind="closed_session", by=day.cast.judge, basis="U24-2b")
    technician.refresh_from_db()
    assert (technician.presence, day.hearing.state) == ("waiting", "in_session")
    assert [seat.here for seat in (day.seat("judge"), day.seat("witness"))] == [True, True]
    with pytest.raises(Refusal) as refusal:
        presence.admit(seat_id=technician.public_id, by=day.cast.clerk)
    assert refusal.value.code == "closed_session"


def test_a_closed_session_shuts_out_a_clerk_too_where_it_says_so(day: Day) -> None:
    day.live()
    measures.raise_(
        person=day.booking.plan.request.person, kind="closed_session", by=day.cast.judge, basis="U24-2b",
        audiences=["C"],
    )  # fmt: skip
    clerk = day.seat("clerk", "requesting")
    assert clerk.presence == "waiting"
    assert presence.wait(seat_id=clerk.public_id).presence == "waiting"


def test_a_support_person_ordered_after_the_booking_has_a_seat_with_the_witness_and_no_name(day: Day) -> None:
    person = day.booking.plan.request.person
    measures.raise_(person=person, kind="support_person", by=day.cast.judge_madrid, basis="national")
    seat = day.seat("support")
    assert (seat.side, seat.user, seat.person) == ("requested", None, None)
    floor = floorplan.describe(day.id, day.start)
    assert floor is not None
    assert [(one.audience, one.speaks) for one in floor.seats if one.id == seat.public_id] == [
        (Audience.SUPPORT, False)
    ]
    assert not policy.view(measures.in_force(person), Audience.SUPPORT).name


def test_no_measure_is_lowered_while_the_hearing_is_in_session(day: Day) -> None:
    person = day.booking.plan.request.person
    measure = person.measures.get(kind="place_withheld")
    lowering = measures.propose_lowering(measure=measure, reason="risk_ended", by=day.cast.judge)
    day.live()
    with pytest.raises(lifecycle.Refusal) as refusal:
        measures.agree_to_lowering(lowering=lowering, by=day.cast.judge_madrid)
    assert refusal.value.code == "in_session"
    lifecycle.suspend(hearing_id=day.id, by=day.cast.judge, at=day.start)
    measures.agree_to_lowering(lowering=lowering, by=day.cast.judge_madrid)


def test_without_the_attending_judge_the_session_stops_by_itself(day: Day) -> None:
    day.live()
    presence.leave(seat_id=day.seat("attending_judge").public_id)
    assert (day.hearing.state, day.lines()[-1]) == ("suspended", "judge_left")
    with pytest.raises(GatesNotClear) as refusal:
        lifecycle.resume(hearing_id=day.id, by=day.cast.judge, at=day.start)
    assert [gate.rule for gate in refusal.value.findings] == ["V-11"]


@pytest.mark.parametrize(
    ("name", "act"),
    [
        ("judge_madrid", "go_live"),  # the attending judge does not conduct
        ("clerk", "go_live"),
        ("prosecutor", "go_live"),
        ("clerk_madrid", "close"),
        ("prosecutor", "suspend"),
        ("technician", "suspend"),
    ],
)
def test_who_sees_the_hearing_but_may_not_is_told_so(day: Day, name: str, act: str) -> None:
    (day.ready if act == "go_live" else day.live)()
    with pytest.raises(Forbidden):
        getattr(lifecycle, act)(hearing_id=day.id, by=getattr(day.cast, name))


def test_for_a_stranger_there_is_no_such_hearing(day: Day) -> None:
    acts: list[Any] = [
        lambda by: lifecycle.open_(hearing_id=day.id, by=by),
        lambda by: lifecycle.suspend(hearing_id=day.id, by=by),
        lambda by: seats.take(hearing_id=day.id, by=by),
        lambda by: presence.admit(seat_id=day.seat("witness").public_id, by=by),
    ]
    for act in acts:
        with pytest.raises(NotFound):
            act(day.cast.stranger)


def test_the_identity_is_confirmed_by_the_judge_of_the_requested_state_and_once(day: Day) -> None:
    day.doors_open()
    day.witness_comes()
    for by in (day.cast.judge, day.cast.clerk_madrid):
        with pytest.raises(Forbidden):
            day.step("identity", by)
    day.step("identity", day.cast.judge_madrid)
    with pytest.raises(lifecycle.Refusal) as refusal:
        day.step("identity", day.cast.judge_madrid)
    assert refusal.value.code == "step_done"


def test_an_oath_is_taken_in_session_and_not_before(day: Day) -> None:
    day.ready()
    with pytest.raises(WrongState):
        day.step("oath", day.cast.judge)


def test_nobody_is_admitted_who_does_not_wait_nor_before_the_doors_open(day: Day) -> None:
    seat = day.seat("witness").public_id
    presence.wait(seat_id=seat)
    with pytest.raises(WrongState):
        presence.admit(seat_id=seat, by=day.cast.clerk_madrid)
    day.doors_open()
    presence.admit(seat_id=seat, by=day.cast.clerk_madrid)
    with pytest.raises(NotWaiting):
        presence.admit(seat_id=seat, by=day.cast.clerk_madrid)


def test_nothing_can_be_done_to_a_closed_hearing(day: Day) -> None:
    lifecycle.open_(hearing_id=day.id, by=day.cast.clerk)
    lifecycle.close(hearing_id=day.id, by=day.cast.clerk)
    assert day.lines() == ["opened", "not_held"]
    with pytest.raises(WrongState):
        lifecycle.open_(hearing_id=day.id, by=day.cast.clerk)
    for act in (lifecycle.go_live, lifecycle.suspend, lifecycle.resume, lifecycle.close):
        with pytest.raises(WrongState):
            act(hearing_id=day.id, by=day.cast.judge)
    with pytest.raises(WrongState):
        presence.wait(seat_id=day.seat("witness").public_id)


def test_the_defence_sits_on_the_planned_seat_and_a_second_clerk_gets_one_of_his_own(day: Day) -> None:
    assert seats.take(hearing_id=day.id, by=day.cast.defence) == day.seat("defence")
    first = seats.take(hearing_id=day.id, by=day.cast.clerk)
    assert seats.take(hearing_id=day.id, by=day.cast.clerk) == first
    with pytest.raises((NoSeat, NotFound)):
        seats.take(hearing_id=day.id, by=day.cast.auditor)


def test_a_cancelled_booking_takes_seats_and_tickets_with_it(day: Day) -> None:
    from scheduler import booking as bookings

    day.booking.refresh_from_db()
    bookings.cancel(booking=day.booking, by=day.cast.clerk, version=day.booking.version, reason="other case")
    assert day.hearing.booking is None
    assert day.hearing.seats.count() == 0
    with pytest.raises(WrongState):
        lifecycle.open_(hearing_id=day.id, by=day.cast.clerk)


def test_who_had_come_before_the_time_was_cancelled_leaves_the_seat_free_again(day: Day) -> None:
    from scheduler import booking as bookings

    seats.take(hearing_id=day.id, by=day.cast.judge)
    presence.wait(seat_id=day.seat("judge").public_id)
    day.booking.refresh_from_db()
    bookings.cancel(booking=day.booking, by=day.cast.clerk, version=day.booking.version, reason="other case")
    (left,) = day.hearing.seats.all()
    assert (left.role, left.user, left.presence) == ("judge", None, "expected")


def test_what_was_written_cannot_be_changed_or_emptied(day: Day) -> None:
    day.ready()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # TRUNCATE has no patience with pending foreign keys
    for statement in (
        "UPDATE evidence_logentry SET text = ''",
        "DELETE FROM evidence_logentry",
        "TRUNCATE evidence_logentry CASCADE",
        "UPDATE evidence_step SET kind = 'oath'",
        "DELETE FROM evidence_step",
    ):
        with pytest.raises(DatabaseError, match="written once"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    assert (LogEntry.objects.count(), Step.objects.count()) == (len(day.lines()), 2)


def test_a_receiver_that_fails_undoes_the_act(day: Day) -> None:
    def broken(**_: Any) -> None:
        raise RuntimeError("the wire is down")

    hearing_changed.connect(broken, sender=Hearing)
    try:
        with pytest.raises(RuntimeError), transaction.atomic():
            lifecycle.open_(hearing_id=day.id, by=day.cast.clerk)
    finally:
        hearing_changed.disconnect(broken, sender=Hearing)
    assert (day.hearing.state, day.lines()) == ("planned", [])


def test_a_hearing_that_is_over_early_leaves_its_rooms_to_the_next(day: Day) -> None:
    held(day)  # closed after half an hour of the four that were booked
    early = day.start + timedelta(minutes=40)
    assert cases.rehearsal(day.cast, now=early).sitting().start == day.start + timedelta(minutes=45)
