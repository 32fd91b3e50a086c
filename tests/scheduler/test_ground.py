"""Why a start is or is not possible: the same arithmetic as the search, told resource by resource."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from scheduler.solver.bits import members
from scheduler.solver.ground import Ground, Why
from scheduler.solver.slots import solve

HOURS = {day: [["08:00", "12:00"], ["13:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
PROBLEM = {
    "horizon": ["2026-12-07T00:00:00Z", "2026-12-12T00:00:00Z"],
    "duration": 90,
    "grid": 15,
    "limit": 2000,
    "resources": [
        {
            "id": "room",
            "zone": "America/Bogota",
            "hours": HOURS,
            "preferred": {"wed": [["09:00", "17:00"]]},
            "closed": ["2026-12-08"],
            "busy": [["2026-12-10T13:00:00Z", "2026-12-10T17:00:00Z"]],
            "before": 30,
            "after": 15,
        },
        {"id": "ana", "zone": "Africa/Dakar"},
        {"id": "ben", "zone": "Europe/Brussels", "busy": [["2026-12-09T00:00:00Z", "2026-12-10T00:00:00Z"]]},
    ],
    "needs": [
        {"label": "room", "count": 1, "of": ["room"]},
        {"label": "interpreters", "count": 2, "of": ["ana", "ben"]},
    ],
}
GROUND = Ground.of(PROBLEM)


def bogota(day: int, hour: int, minute: int = 0) -> int:
    found = GROUND.number(datetime(2026, 12, day, hour + 5, minute, tzinfo=UTC))
    assert found is not None
    return found


def test_a_room_says_what_keeps_it_from_a_start():
    assert [GROUND.why("room", n) for n in (
        bogota(9, 8, 30),  # ready after half an hour of setting up
        bogota(9, 8, 15),  # not yet set up
        bogota(8, 8, 30),  # a holiday
        bogota(10, 8, 30),  # booked
        bogota(10, 13, 30),  # free again after lunch
    )] == [None, Why.HOURS, Why.CLOSED, Why.BUSY, None]  # fmt: skip


def test_a_need_short_of_people_says_how_many_there_are():
    short = GROUND.short(GROUND.only(bogota(9, 8, 30)))
    assert [(need.label, found) for need, found in short] == [("interpreters", 1)]


def test_off_the_grid_or_outside_the_dates_there_is_no_candidate():
    assert GROUND.number(datetime(2026, 12, 9, 13, 31, tzinfo=UTC)) is None
    assert GROUND.number(datetime(2026, 12, 11, 22, 45, tzinfo=UTC)) is None
    assert GROUND.number(datetime(2026, 12, 6, 23, 45, tzinfo=UTC)) is None


def test_minutes_outside_preferred_hours_are_counted():
    assert GROUND.unsocial("room", datetime(2026, 12, 9, 13, 30, tzinfo=UTC)) == 30
    assert GROUND.unsocial("ana", datetime(2026, 12, 9, 13, 30, tzinfo=UTC)) == 0


def test_the_days_candidates_are_those_that_start_in_it():
    within = GROUND.between(datetime(2026, 12, 11, 5, tzinfo=UTC), datetime(2026, 12, 12, 5, tzinfo=UTC))
    numbers = GROUND.field.line.first + members(within)
    assert (numbers[0], numbers[-1]) == (bogota(11, 0), bogota(11, 17, 30))


@given(st.integers(0, 4), st.integers(0, 95), st.integers(0, 23))
def test_what_fits_everywhere_is_what_the_search_finds(day, quarter, busy):
    start, end = f"2026-12-{7 + day:02}T{busy:02}:00:00Z", f"2026-12-{8 + day:02}T{busy:02}:00:00Z"
    resources = [dict(r, busy=[[start, end]]) if r["id"] == "ben" else r for r in PROBLEM["resources"]]
    problem = dict(PROBLEM, resources=resources)
    ground = Ground.of(problem)
    found = {datetime.fromisoformat(slot["start"]) for slot in solve(problem)["slots"]}
    line = ground.field.line
    fitting = [place for place in range(line.count) if not ground.short(1 << place)]
    assert found == {datetime.fromtimestamp(line.start(place), UTC) for place in fitting}
