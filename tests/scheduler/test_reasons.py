"""Why nothing begins on a date, or at a start: in words, and no more than the reader's side may know."""

from datetime import date, timedelta

import pytest

from directory.models import Absence, CourtRecess, Resource
from scheduler import search
from scheduler.desk.grid import Grid
from scheduler.why import whyday, whynot
from tests.scheduler.conftest import NOW, WEDNESDAY

pytestmark = pytest.mark.django_db


def told(plan, by, first, last=None):
    """For each date of the reader the reasons: side, need, code, how many are missing."""
    days = [date(2026, 12, day) for day in range(first, (last or first) + 1)]
    grid = Grid(search.find(plan=plan, by=by), by, days)
    return {
        day.day: [(one.side, one.need, one.code, one.short_by) for one in found]
        for day in days
        if (found := whyday.reasons(grid, day))
    }


def sentences(plan, by, day):
    grid = Grid(search.find(plan=plan, by=by), by, [date(2026, 12, day)])
    return [one.sentence for one in whyday.reasons(grid, date(2026, 12, day))]


def test_notice_weekend_and_a_holiday_of_both_states_are_told_by_date(cast, plan):
    weekend = [("requesting", "", "weekend", 0), ("requested", "", "weekend", 0)]
    notice = [("", "", "notice", 0)]
    assert told(plan, cast.clerk, 1, 18) == {
        1: notice, 2: notice, 3: notice, 5: weekend, 6: weekend, 12: weekend, 13: weekend,
        8: [("requesting", "", "holiday", 0), ("requested", "", "holiday", 0)],
    }  # fmt: skip
    assert sentences(plan, cast.clerk, 8) == [
        "Public holiday in Colombia: Immaculate Conception.",
        "Public holiday in Spain: Immaculate Conception.",
    ]


def test_what_the_own_side_has_in_the_way_is_told_need_by_need(cast, plan):
    day = WEDNESDAY - timedelta(hours=12), WEDNESDAY + timedelta(hours=12)
    Absence.objects.create(resource=Resource.objects.get(label="Hearing room 3"), during=day, reason="A bomb threat")
    Resource.objects.filter(user=cast.judge.user).update(hours={"mon": [["08:00", "17:00"]]})
    Resource.objects.filter(kind="interpreter", zone="Africa/Dakar").update(hours={"mon": [["08:00", "17:00"]]})
    Resource.objects.filter(kind="interpreter", zone="Europe/Paris").update(hours={"mon": [["08:00", "17:00"]]})
    assert sentences(plan, cast.clerk, 9) == [
        "Hearing room 3 is booked that day whenever it could be.",
        "Presiding judge does not work that day.",
        "Only 1 interpreter is free; a hearing of 90 minutes needs 2.",
    ]
    # Madrid's clerk is told of the interpreters, who are nobody's; of Bogotá's room and judge nothing.
    assert told(plan, cast.clerk_madrid, 9) == {9: [("third", "interpreter", "interpreters", 1)]}


def test_the_other_side_is_not_free_and_never_why(cast, plan):
    CourtRecess.objects.create(
        authority=cast.clerk.authority, first=date(2026, 12, 9), last=date(2026, 12, 9), name="Removal of the archive"
    )
    assert told(plan, cast.clerk_madrid, 9)[9][0][:3] in [("requesting", "", "recess"), ("requesting", "", "not_free")]
    Resource.objects.filter(label="Witness room A").update(hours={"mon": [["09:00", "18:00"]]})
    assert told(plan, cast.clerk, 10) == {10: [("requested", "", "not_free", 0)]}
    assert sentences(plan, cast.clerk, 10) == ["Not everybody is free in Spain."]
    assert sentences(plan, cast.clerk_madrid, 10) == ["Witness room A is closed that day."]
    # Who may not know the place is told of his own side what a stranger is.
    assert sentences(plan, cast.technician_madrid, 10) == ["Not everybody is free in Spain."]


def test_a_bench_is_short_of_its_quorum_by_so_many(cast, plan):
    judges = plan.needs.get(role="judge")
    judge = cast.judge.user.resource
    colleague = Resource.objects.create(kind="person", label="A colleague", zone=judge.zone, authority=judge.authority)
    judges.resources.set([judge, colleague])
    plan.needs.filter(pk=judges.pk).update(count=2)
    day = WEDNESDAY - timedelta(days=1), WEDNESDAY + timedelta(days=1)
    Absence.objects.create(resource=judge, during=day)
    assert told(plan, cast.clerk, 9) == {9: [("requesting", "judge", "quorum", 1)]}
    assert sentences(plan, cast.clerk, 9) == ["Presiding judge: 1 of 2 are free, so the quorum is short by 1."]


def test_two_who_are_never_free_together_are_named(cast, plan):
    Resource.objects.filter(label="Hearing room 3").update(hours={"wed": [["08:00", "12:00"]]})
    Resource.objects.filter(user=cast.judge.user).update(hours={"wed": [["12:00", "18:00"]]})
    assert sentences(plan, cast.clerk, 9) == ["Hearing room and Presiding judge: never free at the same time that day."]
    assert sentences(plan, cast.clerk_madrid, 9) == [
        "Everybody needed is free at some time of that day, but never all at once."
    ]


def test_a_language_pair_without_enough_people_is_not_staffed(cast, plan):
    Resource.objects.filter(kind="interpreter").exclude(zone="Africa/Dakar").update(active=False)
    found = search.find(plan=plan, by=cast.clerk)
    answer = whynot.explain(found, WEDNESDAY, cast.clerk)
    assert [(one.code, one.sentence, one.short_by) for one in answer.reasons] == [
        ("not_staffed", "French–Spanish is not staffed: 1 of 2 interpreters are entered.", 1)
    ]
    assert told(plan, cast.clerk, 9) == {9: [("third", "interpreter", "not_staffed", 1)]}


def test_a_room_that_is_closed_says_for_what(cast, plan):
    CourtRecess.objects.create(
        authority=cast.clerk.authority, first=NOW.date() + timedelta(days=20), last=NOW.date() + timedelta(days=23),
        name="Christmas recess",
    )  # fmt: skip
    found = search.find(plan=plan, by=cast.clerk)
    at = WEDNESDAY + timedelta(days=5)
    assert whynot.explain(found, at, cast.clerk).reasons[0].sentence == (
        "Hearing room 3 is closed that day: court recess, Christmas recess."
    )
