"""The pages of a time near a change of the clocks, and of a request that allows more than a year."""

from datetime import date, timedelta

import pytest

from tests.scheduler.conftest import NOW, planned
from tests.scheduler.pages import text

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("clock", "sentence"),
    [
        ("02:30", "The clocks of Madrid jump over this time. The nearest times are 01:59 and 03:00."),
        ("03:30", "Not possible"),
    ],
)
def test_a_clock_that_jumps_is_told_with_the_nearest_times(visit, cast, today, time_machine, clock, sentence):
    time_machine.move_to(NOW + timedelta(days=100), tick=False)
    spring = planned(cast, earliest=NOW.date() + timedelta(days=110), latest=NOW.date() + timedelta(days=130))
    page = text(visit(cast.clerk_madrid, "times", spring.public_id, day="2027-03-28", clock=clock))
    assert sentence in page


def test_a_clock_that_shows_a_time_twice_asks_which(visit, cast, today, time_machine):
    time_machine.move_to(NOW + timedelta(days=320), tick=False)
    autumn = planned(cast, earliest=NOW.date() + timedelta(days=325), latest=NOW.date() + timedelta(days=350))
    page = visit(cast.clerk_madrid, "times", autumn.public_id, day="2027-10-31", clock="02:30")
    assert "The clocks show this time twice that day." in text(page)
    assert b"fold=0" in page.content
    assert b"fold=1" in page.content


def test_a_new_scale_begins_where_only_one_state_changes_its_clocks(visit, cast, today, time_machine):
    time_machine.move_to(NOW + timedelta(days=100), tick=False)
    spring = planned(cast, earliest=NOW.date() + timedelta(days=115), latest=NOW.date() + timedelta(days=130))
    page = text(visit(cast.clerk, "times", spring.public_id))
    grid = page[page.index("Both States, day by day") : page.index("Why not this time?")]
    told = "Madrid changes its clocks on Sunday 28 March; from then on 15:30 in Madrid is 08:30 in Bogotá."
    order = ["Madrid time (UTC+1)", told, "Madrid time (UTC+2)", "Mon 29 Mar"]
    assert sorted(order, key=grid.index) == order


def test_a_time_after_the_clocks_change_says_so_and_one_before_does_not(visit, cast, today, time_machine):
    time_machine.move_to(NOW + timedelta(days=100), tick=False)
    spring = planned(cast, earliest=NOW.date() + timedelta(days=115), latest=NOW.date() + timedelta(days=130))
    (before, *_, after) = (
        text(visit(cast.clerk, "times", spring.public_id, day=day, clock="09:00"))
        for day in ("2027-03-19", "2027-03-30")
    )
    told = "from then on 16:00 in Madrid is 09:00 in Bogotá."
    answers = [page[page.index("It is possible.") :] for page in (before, after)]
    assert [told in answer for answer in answers] == [False, True]


def test_a_request_of_two_years_is_told_where_the_search_stops(visit, cast, today):
    plan = planned(cast, latest=date(2028, 12, 1))
    assert plan.latest == date(2027, 12, 2)
    page = text(visit(cast.clerk, "plan", plan.public_id))
    assert "The request allows days until Friday 1 December 2028. A search looks at a year at most" in page
