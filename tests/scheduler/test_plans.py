"""A granted request becomes a plan with everybody in it; a withdrawn one lets them all go."""

from datetime import date

import pytest

from casework.models import Request
from casework.signals import granted, withdrawn
from directory.errors import NotFound, Refusal
from directory.models import Interpreter
from scheduler import booking, plans
from scheduler.models import Booking, Plan, Reservation, TeamRule
from tests.scheduler.conftest import WEDNESDAY, granted_request, planned

pytestmark = pytest.mark.django_db


def needs(plan):
    return [
        (need.role, need.side, need.count, sorted(one.label for one in need.resources.all()))
        for need in plan.needs.all()
    ]


def test_the_plan_of_a_witness_who_speaks_french(cast, today):
    granted.send(sender=Request, request=granted_request(cast), by=cast.spain)
    assert needs(Plan.objects.get()) == [
        ("room", "requesting", 1, ["Hearing room 3", "Practice room"]),
        ("witness_room", "requested", 1, ["Practice room", "Witness room A"]),
        ("judge", "requesting", 1, ["Beatriz Salazar"]),
        ("attending_judge", "requested", 1, ["Elena Vidal"]),
        ("prosecutor", "requesting", 1, []),
        ("defence", "requesting", 1, ["Tomás Ibarra"]),
        ("witness", "requested", 1, []),
        ("interpreter", "third", 2, ["Awa Ndiaye", "Bruno Claes", "Claire Fontaine"]),
        ("clerk", "requesting", 1, []),
        ("clerk", "requested", 1, []),
    ]


def test_granting_twice_plans_once(cast, today):
    request = granted_request(cast)
    assert plans.draw_up(request=request, by=cast.spain) == plans.draw_up(request=request, by=cast.spain)


@pytest.mark.parametrize(
    "facts",
    [
        {"testimony_language": "es"},  # the court's own
        {"testimony_language": "es-CO"},  # a variety of it
        {"interpreter_mode": "none"},
    ],
)
def test_nobody_interprets_where_one_language_is_spoken(cast, today, facts):
    plan = plans.draw_up(request=granted_request(cast, **facts), by=cast.spain)
    assert not plan.needs.filter(role="interpreter").exists()


def test_an_interpreter_works_both_ways_and_in_the_mode(cast, today):
    Interpreter.objects.get(name="Bruno Claes").pairs.filter(source="es").delete()
    Interpreter.objects.get(name="Claire Fontaine").pairs.update(modes=["simultaneous"])
    plan = plans.draw_up(request=granted_request(cast), by=cast.spain)
    need = plan.needs.get(role="interpreter")
    assert [one.label for one in need.resources.all()] == ["Awa Ndiaye"]


def test_a_court_may_ask_for_a_larger_team(cast, today):
    TeamRule.objects.create(
        authority=cast.judge.authority, mode="consecutive", alone_minutes=30, pair_minutes=60, source="Court order"
    )
    plan = plans.draw_up(request=granted_request(cast), by=cast.spain)
    assert plan.needs.get(role="interpreter").count == 3


def test_what_a_request_leaves_open_has_a_usual_value(cast, today):
    request = granted_request(cast, wanted_minutes=None, earliest=None, latest=None, notice_days=None)
    plan = plans.draw_up(request=request, by=cast.spain)
    assert (plan.minutes, plan.earliest, plan.latest, plan.notice_days) == (
        90, date(2026, 11, 24), date(2027, 1, 23), 10,
    )  # fmt: skip


def test_each_side_chooses_its_own(cast, plan):
    room, witness = plan.needs.get(role="room"), plan.needs.get(role="witness_room")
    for need, by in ((room, cast.clerk_madrid), (witness, cast.clerk), (room, cast.stranger), (room, cast.judge)):
        with pytest.raises(NotFound):
            plans.choose(need=need, resources=need.resources.all(), by=by)


def test_a_resource_from_elsewhere_is_not_there(cast, plan):
    need = plan.needs.get(role="room")
    foreign = plan.needs.get(role="witness_room").resources.all()
    with pytest.raises(NotFound):
        plans.choose(need=need, resources=foreign, by=cast.clerk)


def test_a_choice_can_be_widened_again(cast, plan):
    need = plan.needs.get(role="room")
    plans.choose(need=need, resources=plans.candidates(need), by=cast.clerk)
    assert sorted(one.label for one in need.resources.all()) == ["Hearing room 3", "Practice room"]


def test_too_few_are_refused(cast, plan):
    need = plan.needs.get(role="interpreter")
    with pytest.raises(Refusal) as caught:
        plans.choose(need=need, resources=need.resources.all()[:1], by=cast.clerk)
    assert caught.value.code == "too_few"


def test_nothing_changes_under_a_booking(cast, plan):
    booking.hold(plan=plan, starts=[WEDNESDAY], by=cast.clerk)
    need = plan.needs.get(role="room")
    with pytest.raises(Refusal) as caught:
        plans.choose(need=need, resources=plans.candidates(need), by=cast.clerk)
    assert caught.value.code == "already_booked"


def test_a_withdrawn_request_frees_its_time(cast, plan):
    booking.hold(plan=plan, starts=[WEDNESDAY], by=cast.clerk)
    withdrawn.send(sender=Request, request=plan.request, by=cast.prosecutor, reason="no longer needed")
    assert Booking.objects.get().state == "cancelled"
    assert not Reservation.objects.filter(active=True).exists()


def test_a_withdrawn_request_without_a_time_is_no_matter(cast, plan):
    withdrawn.send(sender=Request, request=plan.request, by=cast.prosecutor, reason="no longer needed")
    assert not Booking.objects.exists()


def test_seats_are_those_booked_and_those_nobody_books(cast, plan):
    held = booking.hold(plan=plan, starts=[WEDNESDAY], by=cast.clerk)
    seats = [(seat.role, seat.side, seat.resource.label if seat.resource else None) for seat in held.needs_seats()]
    assert seats == [
        ("room", "requesting", "Hearing room 3"),
        ("witness_room", "requested", "Witness room A"),
        ("judge", "requesting", "Beatriz Salazar"),
        ("attending_judge", "requested", "Elena Vidal"),
        ("prosecutor", "requesting", None),
        ("defence", "requesting", "Tomás Ibarra"),
        ("witness", "requested", None),
        ("interpreter", "third", "Awa Ndiaye"),
        ("interpreter", "third", "Bruno Claes"),
        ("clerk", "requesting", None),
        ("clerk", "requested", None),
    ]


def test_a_plan_reads_as_its_id_alone(cast, plan):
    assert str(plan) == f"plan {plan.public_id}"
    assert planned(cast, "CO-2026-0313").code != plan.code
