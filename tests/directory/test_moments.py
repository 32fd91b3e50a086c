"""Times that people typed: a refusal says what to do."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from directory import moments
from directory.errors import Refusal


def refused(act: Callable[..., Any], *args: Any, **kwargs: Any) -> Refusal:
    with pytest.raises(Refusal) as caught:
        act(*args, **kwargs)
    return caught.value


def test_a_gap_names_the_nearest_times() -> None:
    refusal = refused(moments.wall, "2027-03-28", "02:30", "Europe/Madrid", field="start")
    assert (refusal.code, refusal.status, refusal.field) == ("wall_time_gap", 422, "start")
    assert refusal.sentence == ("The clocks of Madrid jump over this time. The nearest times are 01:59 and 03:00.")
    assert refusal.facts == {"nearest": ["2027-03-28T01:59", "2027-03-28T03:00"]}


def test_a_missing_day_names_the_dates_too() -> None:
    refusal = refused(moments.wall, "2011-12-30", "09:00", "Pacific/Apia")
    assert refusal.sentence == (
        "The clocks of Apia jump over this time. The nearest times are "
        "Thursday 29 December 2011, 23:59 and Saturday 31 December 2011, 00:00."
    )


def test_a_repeated_time_asks_for_one_of_the_two() -> None:
    refusal = refused(moments.wall, "2026-10-25", "02:30", "Europe/Madrid")
    assert refusal.sentence == "The clocks show this time twice that day. Choose UTC+2 or UTC+1."
    assert refusal.facts == {
        "readings": [
            {"fold": 0, "at": "2026-10-25T02:30:00+02:00"},
            {"fold": 1, "at": "2026-10-25T02:30:00+01:00"},
        ]
    }


@pytest.mark.parametrize(
    ("act", "args", "code"),
    [
        (moments.wall, ("2026-02-30", "08:30", "UTC"), "impossible_time"),
        (moments.wall, ("2026-12-09", "08:30", "Mars/Olympus"), "unknown_zone"),
        (moments.instant, ("2026-12-09T08:30:00",), "naive_time"),
        (moments.instant, ("soon",), "impossible_time"),
    ],
)
def test_everything_else_has_its_code(act: Callable[..., Any], args: tuple[str, ...], code: str) -> None:
    assert refused(act, *args).code == code


def test_what_can_be_read_is_utc() -> None:
    assert moments.wall("2026-12-09", "08:30", "America/Bogota") == datetime(2026, 12, 9, 13, 30, tzinfo=UTC)
