"""A granted request becomes a plan with everybody in it; a withdrawn one lets them all go."""

import secrets
from dataclasses import replace

import pytest

from casework.models import Request
from casework.signals import withdrawn
from directory.errors import NotFound, Refusal, Stale
from directory.models import AuditEntry, Membership, Resource, User
from protection import measures
from scheduler import booking
from scheduler.models import Booking, Plan, Reservation
from scheduler.planning import plans
from tests.scheduler.conftest import WEDNESDAY, planned

pytestmark = pytest.mark.django_db


def version(plan):
    return Plan.objects.get(pk=plan.pk).version


def test_each_side_chooses_its_own(cast, plan):
    room, witness = plan.needs.get(role="room"), plan.needs.get(role="witness_room")
    for need, by in ((room, cast.clerk_madrid), (witness, cast.clerk), (room, cast.stranger), (room, cast.judge)):
        with pytest.raises(NotFound):
            plans.choose(need=need, resources=need.resources.all(), by=by, version=version(plan))


def test_a_resource_from_elsewhere_is_not_there(cast, plan):
    need = plan.needs.get(role="room")
    foreign = plan.needs.get(role="witness_room").resources.all()
    with pytest.raises(NotFound):
        plans.choose(need=need, resources=foreign, by=cast.clerk, version=version(plan))


def test_a_choice_can_be_widened_again(cast, plan):
    need = plan.needs.get(role="room")
    plans.choose(need=need, resources=plans.candidates(need), by=cast.clerk, version=version(plan))
    assert sorted(one.label for one in need.resources.all()) == ["Hearing room 3", "Practice room"]


def test_too_few_are_refused(cast, plan):
    need = plan.needs.get(role="interpreter")
    with pytest.raises(Refusal) as caught:
        plans.choose(need=need, resources=need.resources.all()[:1], by=cast.clerk, version=version(plan))
    assert caught.value.code == "too_few"


def test_nothing_changes_under_a_booking(cast, plan):
    booking.hold(plan=plan, starts=[WEDNESDAY], by=cast.clerk)
    need = plan.needs.get(role="room")
    with pytest.raises(Refusal) as caught:
        plans.choose(need=need, resources=plans.candidates(need), by=cast.clerk, version=version(plan))
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


def test_the_title_of_another_hearing_is_not_given_twice(cast, plan, monkeypatch):
    taken = plan.code.removeprefix("H-").lower()
    monkeypatch.setattr(secrets, "token_hex", lambda octets: taken.ljust(2 * octets, "0"))
    assert planned(cast, "CO-2026-0313").code == f"{plan.code}00"


def test_a_bench_of_three_has_three_places(cast, plan):
    need = plan.needs.get(role="attending_judge")
    judges = list(need.resources.all())
    for count, code in ((0, "plan_broken"), (18, "plan_broken"), (3, "too_few")):
        with pytest.raises(Refusal) as caught:
            plans.choose(need=need, resources=judges, by=cast.clerk_madrid, version=3, count=count)
        assert caught.value.code == code
    for name in ("Ramón Gil", "Inés Mora"):
        judges.append(another_judge(cast.judge_madrid.authority, name))
    plans.choose(need=need, resources=judges, by=cast.clerk_madrid, version=3, count=3)
    held = booking.hold(plan=plan, starts=[WEDNESDAY], by=cast.clerk)
    bench = [seat.resource.label for seat in held.needs_seats() if seat.role == "attending_judge"]
    assert sorted(bench) == ["Elena Vidal", "Inés Mora", "Ramón Gil"]
    entry = AuditEntry.objects.filter(act="plan.chosen").last()
    assert entry.facts == {"role": "attending_judge", "count": 3, "seats": 3}


def another_judge(court, name):
    resource = Resource.objects.create(kind="person", label=name, zone=court.zone, authority=court)
    user = User.objects.create_user(f"{name.split()[0].lower()}@madrid.example", full_name=name, resource=resource)
    Membership.objects.create(user=user, authority=court, role="judge")
    return resource


def test_only_a_bench_has_a_number_of_its_own(cast, plan):
    need = plan.needs.get(role="interpreter")
    with pytest.raises(Refusal) as caught:
        plans.choose(need=need, resources=need.resources.all(), by=cast.clerk, version=3, count=3)
    assert (caught.value.code, caught.value.field) == ("plan_broken", "count")


def test_two_clerks_at_once_do_not_overwrite_each_other(cast, plan):
    need = plan.needs.get(role="room")
    plans.choose(need=need, resources=plans.candidates(need), by=cast.clerk, version=3)
    with pytest.raises(Stale):
        plans.choose(need=need, resources=plans.candidates(need)[:1], by=cast.clerk, version=3)
    assert need.resources.count() == 2


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"sittings": 0}, "sittings"),
        ({"sittings": 21, "spread_days": 30}, "sittings"),
        ({"sittings": 3, "spread_days": 2}, "spread_days"),  # a day of its own for each
        ({"spread_days": 61}, "spread_days"),
    ],
)
def test_sittings_lie_on_days_of_their_own(cast, plan, facts, field):
    terms = plans.Terms(90, plan.earliest, plan.latest, 10)
    with pytest.raises(Refusal) as caught:
        plans.change(plan=plan, by=cast.clerk, version=3, terms=replace(terms, **facts))
    assert (caught.value.code, caught.value.field) == ("plan_broken", field)


def test_a_support_person_is_the_requested_sides_to_add_and_the_courts_to_order(cast, plan):
    with pytest.raises(NotFound):
        plans.support(plan=plan, by=cast.clerk, version=3, wanted=True)
    plans.support(plan=plan, by=cast.clerk_madrid, version=3, wanted=True)
    plans.support(plan=plan, by=cast.clerk_madrid, version=4, wanted=False)
    assert not plan.needs.filter(role="support").exists()
    measures.raise_(person=plan.request.person, kind="support_person", by=cast.judge_madrid, basis="national")
    assert [(n.side, n.count) for n in plan.needs.filter(role="support")] == [("requested", 1)]
    with pytest.raises(Refusal) as caught:
        plans.support(plan=plan, by=cast.clerk_madrid, version=5, wanted=False)
    assert caught.value.code == "support_ordered"
