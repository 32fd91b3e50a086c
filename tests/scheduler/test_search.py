"""From the tables to proposals: what is busy, what is closed, what the requested State's clock decides."""

from datetime import UTC, datetime, timedelta

import pytest

from directory.models import Absence, Resource
from scheduler import availability, booking, search
from scheduler.search import Slot, cards, nearest, windows
from tests.scheduler.conftest import WEDNESDAY, planned

BOGOTA = "America/Bogota"


def slot(day, hour, minute=0, worst=0, total=0):
    start = datetime(2026, 12, day, hour, minute, tzinfo=UTC)
    return Slot(start, start + timedelta(minutes=90), worst, total, ())


def test_equal_starts_of_a_day_are_one_card_and_the_best_day_comes_first():
    found = [slot(9, 13), slot(9, 13, 15), slot(10, 14, 0, 30, 30), slot(8, 15, 0, 45, 45), slot(9, 16, 0, 60, 60)]
    shown = cards(found, BOGOTA, 2)
    assert [(card.rank, card.slot, card.others) for card in shown] == [
        (1, slot(9, 13), (slot(9, 13, 15),)),
        (2, slot(10, 14, 0, 30, 30), ()),
    ]


def test_a_day_is_the_readers_day():
    late = [slot(10, 3), slot(10, 6)]  # 22:00 on the ninth and 01:00 on the tenth in Bogotá
    assert len(cards(late, BOGOTA, 5)) == 2
    assert len(cards(late, "Europe/Madrid", 5)) == 1


def test_windows_join_what_overlaps_or_touches():
    found = [slot(9, 13), slot(9, 14), slot(9, 15, 30), slot(10, 13)]
    assert windows(found) == [
        (slot(9, 13).start, slot(9, 15, 30).end),
        (slot(10, 13).start, slot(10, 13).end),
    ]


def test_the_nearest_times_come_first():
    found = [slot(8, 13), slot(9, 13), slot(11, 13)]
    assert nearest(found, slot(9, 12).start, 2) == [slot(9, 13), slot(8, 13)]


@pytest.mark.django_db
class TestTheTables:
    """The same, over the court's calendar."""

    def starts(self, plan, by):
        return {one.start for one in search.find(plan=plan, by=by).slots}

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
        late = next(
            s for s in search.find(plan=plan, by=cast.clerk).slots if s.start == WEDNESDAY + timedelta(minutes=105)
        )
        assert (late.worst, late.total) == (45, 45)

    def test_nothing_is_left_after_a_notice_longer_than_the_dates(self, cast, plan):
        plan.notice_days = 40
        found = search.find(plan=plan, by=cast.clerk)
        assert (found.slots, found.feasible, found.ground) == ((), 0, None)

    def test_a_need_nobody_can_fill_is_named_with_what_it_costs(self, cast, plan):
        Resource.objects.filter(kind="interpreter").update(active=False)
        found = search.find(plan=plan, by=cast.clerk)
        freed = {one.need.role: one.starts_without for one in found.blockers}
        assert found.feasible == 0
        assert freed["interpreter"] > 0
        assert {role: starts for role, starts in freed.items() if starts} == {"interpreter": freed["interpreter"]}
