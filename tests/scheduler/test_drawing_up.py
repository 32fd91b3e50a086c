"""A granted request becomes a plan with everybody in it."""

from datetime import date

import pytest

from casework.models import Request
from casework.signals import granted
from directory.models import Interpreter
from scheduler.models import Plan, TeamRule
from scheduler.planning import plans
from tests.scheduler.conftest import granted_request

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
