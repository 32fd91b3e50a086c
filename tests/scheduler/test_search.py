"""From the tables to proposals: what is busy, what is closed, what the requested State's clock decides."""

from datetime import UTC, datetime, timedelta

import pytest

from directory.models import Absence, Resource
from scheduler import availability, booking, search
from scheduler.solver.field import Field
from scheduler.solver.problem import parse
from scheduler.solver.prospect import Prospect
from scheduler.solver.timegrid import seconds
from tests.scheduler.conftest import WEDNESDAY, planned

BOGOTA = "America/Bogota"


def laid_out(*hours, preferred=None):
    """Who is open at these hours of Bogotá, every day from the eighth to the eleventh; ninety minutes."""
    week = {day: [list(pair) for pair in hours] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}
    one = {"id": "room", "zone": BOGOTA, "hours": week, "preferred": preferred}
    horizon = ["2026-12-08T00:00:00Z", "2026-12-11T00:00:00Z"]
    needs = [{"label": "room", "count": 1, "of": ["room"]}]
    return Prospect(Field(parse({"horizon": horizon, "duration": 90, "resources": [one], "needs": needs})))


def at(day, hour, minute=0):
    return datetime(2026, 12, day, hour, minute, tzinfo=UTC)


def shown(cards):
    return [(card.rank, card.slot.start, card.slot.worst, [one.start for one in card.others]) for card in cards]


def test_equal_starts_of_a_day_are_one_card_and_the_best_day_comes_first():
    preferred = {"tue": [["08:15", "12:00"]], "wed": [["08:00", "10:00"]]}
    found = laid_out(("08:00", "10:00"), preferred=preferred)
    assert shown(found.cards(BOGOTA, 2)) == [
        (1, at(8, 13, 15), 0, [at(8, 13, 30)]),
        (2, at(9, 13), 0, [at(9, 13, 15), at(9, 13, 30)]),
    ]
    assert shown(found.cards(BOGOTA, 5))[2:] == [(3, at(10, 13), 90, [at(10, 13, 15), at(10, 13, 30)])]


def test_a_day_is_the_readers_day():
    late = laid_out(("22:00", "24:00"))  # 03:00 and later in Greenwich
    assert (late.days(BOGOTA), late.days("Asia/Tokyo")) == (3, 3)
    assert [card.slot.start for card in late.cards(BOGOTA, 5)] == [at(8, 3), at(9, 3), at(10, 3)]
    across = laid_out(("18:30", "20:30"))  # 23:30, 23:45 and midnight in Greenwich
    assert (across.days(BOGOTA), across.days("UTC")) == (3, 3)
    assert [len(card.others) for card in across.cards("UTC", 5)] == [2, 2, 0]  # the first day has its midnight too


def test_windows_join_what_overlaps_or_touches():
    found = laid_out(("08:00", "12:00"), ("13:00", "15:00"))
    day = seconds(at(9, 5)), seconds(at(10, 5))
    assert found.windows(day) == [(seconds(at(9, 13)), seconds(at(9, 17))), (seconds(at(9, 18)), seconds(at(9, 20)))]


def test_the_nearest_times_come_first():
    found = laid_out(("08:00", "10:00"))
    starts = [one.start for one in found.nearest(at(9, 13, 20), 4)]
    assert starts == [at(9, 13, 15), at(9, 13, 30), at(9, 13), at(10, 13)]
    assert [one.start for one in found.nearest(at(1, 0), 1)] == [at(8, 13)]
    assert [one.start for one in found.nearest(at(30, 0), 1)] == [at(10, 13, 30)]


def test_a_time_off_the_grid_or_closed_is_not_possible():
    found = laid_out(("08:00", "10:00"))
    assert found.at(at(9, 13)).start == at(9, 13)
    assert [found.at(one) for one in (at(9, 13, 1), at(9, 12), at(1, 13), at(30, 13))] == [None] * 4


@pytest.mark.django_db
class TestTheTables:
    """The same, over the court's calendar."""

    def starts(self, plan, by):
        return {one.start for one in search.find(plan=plan, by=by).prospect.best(9999)}

    def test_a_booking_of_another_hearing_is_busy_until_its_hold_runs_out(self, cast, plan, today, time_machine):
        other = planned(cast, "CO-2026-0312")
        booking.hold(plan=other, starts=[WEDNESDAY], by=cast.clerk)
        assert WEDNESDAY not in self.starts(plan, cast.clerk)
        time_machine.move_to(today + timedelta(hours=48), tick=False)
        assert WEDNESDAY in self.starts(plan, cast.clerk)

    def test_the_own_hold_does_not_stand_in_its_own_way(self, cast, plan):
        booking.hold(plan=plan, starts=[WEDNESDAY], by=cast.clerk)
        assert WEDNESDAY in self.starts(plan, cast.clerk)

    def test_buffers_of_the_neighbour_count(self, cast, plan):
        """Both hearings need the room for 30 minutes before and 15 after, so 45 lie between them."""
        other = planned(cast, "CO-2026-0312")
        booking.hold(plan=other, starts=[WEDNESDAY], by=cast.clerk)  # 08:30–10:00, kept until 10:15
        for resource in ("judge", "defence", "interpreter", "attending_judge"):
            plan.needs.filter(role=resource).delete()
        plan.minutes = 60
        day = {one for one in self.starts(plan, cast.clerk) if one.date() == WEDNESDAY.date()}
        assert min(day) == WEDNESDAY + timedelta(hours=2, minutes=15)

    def test_an_absence_open_at_its_end_blocks_everything_after(self, cast, plan):
        Absence.objects.create(resource=cast.judge.user.resource, during=(WEDNESDAY, None))
        assert max(self.starts(plan, cast.clerk)) < WEDNESDAY

    def test_holidays_of_both_calendars_are_closed(self, cast, plan):
        days = {availability.local_day(one, BOGOTA).day for one in self.starts(plan, cast.clerk)}
        assert days == {4, 7, 9, 10, 11, 14, 15, 16, 17, 18}

    def test_a_room_without_hours_keeps_no_closed_days(self, cast, plan):
        Resource.objects.filter(kind__in=("site", "interpreter")).update(hours=None)
        days = {availability.local_day(one, BOGOTA).day for one in self.starts(plan, cast.clerk)}
        assert days == set(range(4, 19))

    def test_cost_is_counted_on_the_official_clock_while_the_place_is_withheld(self, cast, plan):
        """The hearing ends at 17:45 in Madrid, which is 16:45 at the site; the official clock counts."""
        Resource.objects.filter(label="Witness room A").update(preferred={"wed": [["09:00", "17:00"]]})
        late = search.find(plan=plan, by=cast.clerk).prospect.at(WEDNESDAY + timedelta(minutes=105))
        assert (late.worst, late.total) == (45, 45)

    def test_nothing_is_left_after_a_notice_longer_than_the_dates(self, cast, plan):
        plan.notice_days = 40
        found = search.find(plan=plan, by=cast.clerk)
        assert (found.prospect.best(1), found.feasible, found.ground) == ([], 0, None)

    def test_a_need_nobody_can_fill_is_named_with_what_it_costs(self, cast, plan):
        Resource.objects.filter(kind="interpreter").update(active=False)
        found = search.find(plan=plan, by=cast.clerk)
        freed = {one.need.role: one.starts_without for one in found.blockers}
        assert found.feasible == 0
        assert freed["interpreter"] > 0
        assert {role: starts for role, starts in freed.items() if starts} == {"interpreter": freed["interpreter"]}
