"""When a hearing can take place: the traps, told as sentences."""

import pytest

from scheduler.solver.slots import solve
from tests.scheduler.asking import alone, daily, first, need, problem, someone, starts, utc

# Who is free


def test_the_same_two_interpreters_serve_throughout() -> None:
    # At each instant two of the three are free; no two are for the whole hour from 09:30.
    asked = problem(
        someone("ana", ("08:00", "09:30")),
        someone("ben", ("10:00", "12:00")),
        someone("cy", ("09:30", "10:00")),
        needs=[need(2, "ana", "ben", "cy")],
    )
    assert starts(asked) == ["08:00", "08:30", "10:00", "10:30", "11:00"]


def test_one_person_does_not_serve_two_needs() -> None:
    # Each pool has somebody at every hour, but from 09:00 to 11:00 it is the same Ben.
    asked = problem(
        someone("ana", ("09:00", "11:00")),
        someone("ben"),
        someone("cy", ("09:00", "11:00")),
        needs=[need(1, "ana", "ben", label="French"), need(1, "ben", "cy", label="Arabic")],
    )
    assert starts(asked) == ["08:00", "11:00"]


def test_whoever_serves_both_is_left_to_the_need_that_has_nobody_else() -> None:
    asked = problem(
        someone("ana"),
        someone("ben"),
        needs=[need(1, "ana", "ben", label="French"), need(1, "ana", label="Arabic")],
    )
    assert first(asked)["assigned"] == [["ben"], ["ana"]]


def test_a_pool_that_is_too_small_is_never_enough() -> None:
    assert solve(problem(someone("ana"), needs=[need(2, "ana")]))["feasible"] == 0


def test_a_hearing_that_needs_nobody_can_always_be_held() -> None:
    answer = solve(problem(needs=[]))
    assert answer["feasible"] == 7
    assert answer["slots"][0] == {
        "start": utc("08:00"),
        "end": utc("09:00"),
        "unsocial": {"worst": 0, "total": 0},
        "assigned": [],
    }


def test_who_is_in_no_pool_does_not_matter() -> None:
    asked = problem(someone("ana"), someone("ben", ("00:00", "23:00"), load=9), needs=[need(1, "ana")])
    assert solve(asked)["feasible"] == 7


# The grid, the horizon, the buffers


def test_a_start_is_a_multiple_of_the_grid_since_the_epoch_and_not_since_the_horizon() -> None:
    assert starts(alone({}, start=utc("08:07"), end=utc("10:00"))) == ["08:30", "09:00"]


def test_a_grid_of_seven_minutes_does_not_begin_anew_each_day() -> None:
    # 1 December 2026 begins 29,934,720 minutes after the epoch, which is 4 more than a multiple of 7.
    assert starts(alone({}, start=utc("00:00"), end=utc("01:10"), grid=7)) == ["00:03", "00:10"]


def test_a_horizon_may_begin_at_any_second() -> None:
    asked = alone({}, start="2026-12-01T08:00:01Z", end="2026-12-01T09:02:01Z", grid=1)
    assert starts(asked) == ["08:01", "08:02"]


def test_the_hearing_ends_within_the_horizon_its_buffers_need_not() -> None:
    buffers = {"before": 30, "after": 15}
    assert starts(alone(buffers, end=utc("09:30"))) == ["08:00", "08:30"]
    assert starts(alone(buffers | {"busy": [[utc("07:00"), utc("07:31")]]}, end=utc("09:30"))) == ["08:30"]
    assert starts(alone(buffers | {"busy": [[utc("09:44"), utc("11:00")]]}, end=utc("09:30"))) == ["08:00"]
    assert starts(alone(buffers | {"hours": daily(("07:45", "24:00"))}, end=utc("09:30"))) == ["08:30"]


def test_an_empty_horizon_has_no_start() -> None:
    asked = problem(someone("ana"), needs=[need(1, "ana")], end=utc("08:00"))
    assert solve(asked) == {"slots": [], "feasible": 0, "blockers": [{"need": "interpreters", "starts_without": 0}]}


def test_a_horizon_as_long_as_the_hearing_has_one_start() -> None:
    assert starts(alone({}, end=utc("09:00"))) == ["08:00"]


def test_busy_counts_to_the_second_and_touching_is_not_overlapping() -> None:
    to_the_second = {"busy": [["2026-12-01T09:00:00Z", "2026-12-01T10:00:00Z"]]}
    assert starts(alone(to_the_second)) == ["08:00", "10:00", "10:30", "11:00"]
    second_more = {"busy": [["2026-12-01T08:59:59Z", "2026-12-01T10:00:01Z"]]}
    assert starts(alone(second_more)) == ["10:30", "11:00"]


# Local time


def test_hours_open_at_their_start_and_are_shut_at_their_end() -> None:
    assert starts(alone({"hours": daily(("08:30", "10:00"))})) == ["08:30", "09:00"]


def test_a_day_that_is_not_named_is_shut_and_no_hours_at_all_are_always_open() -> None:
    assert starts(alone({"hours": {"mon": [["00:00", "24:00"]]}})) == []  # it is a Tuesday
    assert starts(alone({"hours": {}})) == []
    assert len(starts(alone({"hours": None}))) == 7


def test_midnight_does_not_part_two_openings_that_meet_there() -> None:
    night = {"start": utc("22:00"), "end": utc("02:00", "2026-12-02")}
    late = {"hours": {"tue": [["22:00", "24:00"]], "wed": [["00:00", "02:00"]]}}
    assert starts(alone(late, **night)) == ["00:00", "00:30", "01:00", "22:00", "22:30", "23:00", "23:30"]
    assert starts(alone(late | {"closed": ["2026-12-02"]}, **night)) == ["22:00", "22:30", "23:00"]


def test_closed_is_a_local_date_and_shuts_even_who_has_no_hours() -> None:
    # 8 December in Bogotá lasts from 05:00 UTC on the 8th.
    asked = alone(
        {"zone": "America/Bogota", "closed": ["2026-12-08"]},
        start=utc("03:00", "2026-12-08"),
        end=utc("08:00", "2026-12-08"),
    )
    assert starts(asked) == ["03:00", "03:30", "04:00"]


def test_the_hour_that_is_left_out_cannot_be_booked() -> None:
    # Madrid, 29 March 2026: 02:00 is 03:00, at 01:00 UTC.
    sunday = {"start": utc("00:00", "2026-03-29"), "end": utc("03:00", "2026-03-29")}
    assert starts(alone({"zone": "Europe/Madrid", "hours": daily(("02:00", "03:00"))}, **sunday)) == []
    assert starts(alone({"zone": "Europe/Madrid", "hours": daily(("01:30", "03:30"))}, **sunday)) == ["00:30"]


def test_the_hour_that_comes_twice_can_be_booked_twice() -> None:
    # Madrid, 25 October 2026: 03:00 is 02:00 again, at 01:00 UTC.
    sunday = {"start": utc("23:00", "2026-10-24"), "end": utc("04:00", "2026-10-25")}
    asked = alone({"zone": "Europe/Madrid", "hours": daily(("02:00", "03:00"))}, **sunday)
    assert starts(asked) == ["00:00", "00:30", "01:00"]


def test_lord_howes_clock_goes_back_by_half_an_hour() -> None:
    asked = alone(
        {"zone": "Australia/Lord_Howe", "hours": daily(("01:00", "02:00"))},
        start=utc("12:00", "2026-04-04"),
        end=utc("18:00", "2026-04-04"),
    )
    assert starts(asked) == ["14:00", "14:30"]


# The answer


def test_the_answer_to_the_contracts_own_example() -> None:
    room = {
        "id": "room-bogota-3",
        "zone": "America/Bogota",
        "hours": {"thu": [["08:00", "12:00"], ["13:00", "17:00"]]},
        "preferred": {"thu": [["09:00", "17:00"]]},
        "closed": ["2026-12-08"],
        "busy": [["2026-12-03T14:00:00Z", "2026-12-03T16:00:00Z"]],
        "before": 30,
        "after": 15,
        "load": 3,
    }
    asked = {
        "horizon": ["2026-12-01T00:00:00Z", "2026-12-10T00:00:00Z"],
        "duration": 90,
        "limit": 1,
        "resources": [room, *map(someone, ("ana", "ben", "cy"))],
        "needs": [need(1, "room-bogota-3", label="hearing room"), need(2, "ana", "ben", "cy")],
    }
    # Thursday 3 December: [13:00, 17:00) at UTC-5 without what the buffers take is 18:30 to 20:15 for a start.
    assert solve(asked) == {
        "slots": [
            {
                "start": "2026-12-03T18:30:00Z",
                "end": "2026-12-03T20:00:00Z",
                "unsocial": {"worst": 0, "total": 0},
                "assigned": [["room-bogota-3"], ["ana", "ben"]],
            }
        ],
        "feasible": 8,
        "blockers": [],
    }


def test_all_are_counted_though_few_are_listed() -> None:
    answer = solve(alone({}, limit=2))
    assert [slot["start"] for slot in answer["slots"]] == [utc("08:00"), utc("08:30")]
    assert answer["feasible"] == 7
    assert solve(alone({}, limit=0)) == {"slots": [], "feasible": 7, "blockers": []}


@pytest.mark.parametrize("blocks", [1, 3, 1000])
def test_looking_at_the_candidates_in_parts_changes_nothing(monkeypatch: pytest.MonkeyPatch, blocks: int) -> None:
    asked = problem(
        someone("ana", ("09:00", "09:20"), preferred=daily(("10:00", "11:00"))),
        someone("ben", preferred=daily(("08:00", "10:30"))),
        needs=[need(1, "ana", "ben"), need(1, "ana", "ben")],
        grid=3,  # too fine for bit sets
        limit=6,
    )
    whole = solve(asked)
    monkeypatch.setattr("scheduler.solver.candidates.BLOCK", blocks)
    assert solve(asked) == whole


def test_where_nothing_fits_each_need_is_told_what_its_absence_would_free() -> None:
    asked = problem(
        someone("room", ("08:00", "10:00")),
        someone("ana", ("10:00", "12:00")),
        someone("ben"),
        needs=[need(1, "room", label="room"), need(1, "ana"), need(1, "ben")],
    )
    assert solve(asked) == {
        "slots": [],
        "feasible": 0,
        "blockers": [
            {"need": "room", "starts_without": 3},
            {"need": "interpreters", "starts_without": 3},
            {"need": "interpreters", "starts_without": 0},
        ],
    }
