"""What the hearing of Witness W-4821 asks of the search."""

from datetime import UTC, date, datetime, timedelta

import pytest

from scheduler.solver.needs import Bookable, Mode, PlanFacts, TeamLimit, horizon, problem, team_size
from scheduler.solver.problem import Need, parse
from scheduler.solver.timegrid import seconds

NOW = datetime(2026, 11, 24, 14, 5, 9, 123, tzinfo=UTC)
PLAN = PlanFacts(
    minutes=90,
    earliest=date(2026, 12, 1),
    latest=date(2026, 12, 18),
    zone="America/Bogota",
    notice_days=10,
    needs=(Need(label="Hearing room", count=1, of=("7",)),),
)


@pytest.mark.parametrize(
    ("minutes", "mode", "people"),
    [
        (60, Mode.CONSECUTIVE, 1),  # an hour of testimony is the last one alone
        (61, Mode.CONSECUTIVE, 2),
        (40, Mode.SIMULTANEOUS, 1),
        (41, Mode.SIMULTANEOUS, 2),
        (240, Mode.SIMULTANEOUS, 2),
        (241, Mode.SIMULTANEOUS, 3),
    ],
)
def test_a_long_hearing_needs_a_team(minutes, mode, people):
    assert team_size(minutes, mode) == people


def test_an_authority_may_be_stricter():
    own = {Mode.CONSECUTIVE: TeamLimit(alone=30, pair=120)}
    assert [team_size(m, Mode.CONSECUTIVE, own) for m in (30, 31, 121)] == [1, 2, 3]
    assert team_size(40, Mode.SIMULTANEOUS, own) == 1


def test_nothing_is_proposed_before_the_notice_has_run():
    assert horizon(PLAN, NOW) == (
        datetime(2026, 12, 4, 14, 5, 9, tzinfo=UTC),
        datetime(2026, 12, 19, 5, tzinfo=UTC),
    )


def test_the_first_day_begins_at_the_courts_own_midnight():
    early = NOW - timedelta(days=60)
    assert horizon(PLAN, early)[0] == datetime(2026, 12, 1, 5, tzinfo=UTC)


def test_a_notice_longer_than_the_dates_leaves_no_time():
    late = NOW + timedelta(days=60)
    start, end = horizon(PLAN, late)
    assert start == end


def test_the_problem_has_the_shape_the_search_reads():
    room = Bookable(
        id="7",
        zone="America/Bogota",
        hours={"mon": [["08:00", "12:00"]]},
        closed=frozenset({date(2026, 12, 8)}),
        busy=((seconds(datetime(2026, 12, 3, 14, tzinfo=UTC)), seconds(datetime(2026, 12, 3, 16, tzinfo=UTC))),),
        before=30,
        after=15,
        load=3,
    )
    told = {
        "horizon": ["2026-12-04T14:05:09Z", "2026-12-19T05:00:00Z"],
        "duration": 90,
        "grid": 15,
        "limit": 20,
        "resources": [
            {
                "id": "7",
                "zone": "America/Bogota",
                "hours": {"mon": [["08:00", "12:00"]]},
                "preferred": None,
                "closed": ["2026-12-08"],
                "busy": [["2026-12-03T14:00:00Z", "2026-12-03T16:00:00Z"]],
                "before": 30,
                "after": 15,
                "load": 3,
            }
        ],
        "needs": [{"label": "Hearing room", "count": 1, "of": ["7"]}],
    }
    assert problem(PLAN, [room], horizon(PLAN, NOW)) == parse(told)
