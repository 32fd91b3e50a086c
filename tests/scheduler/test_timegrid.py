"""Intervals, and local openings seen from UTC."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.solver.timegrid import (
    ALWAYS,
    DAY,
    EPOCH_ORDINAL,
    FIRST,
    LAST,
    MINUTE,
    Span,
    Week,
    instant,
    join,
    offset,
    openings,
    seconds,
    stretches,
    subtract,
    ticks,
)
from tests.scheduler.problems import ZONES, changes

spans = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), max_size=8)
MADRID, LORD_HOWE = ZoneInfo("Europe/Madrid"), ZoneInfo("Australia/Lord_Howe")


def at(*parts: int) -> int:
    return seconds(datetime(*parts, tzinfo=UTC))


def day(*parts: int) -> int:
    return date(*parts).toordinal() - EPOCH_ORDINAL


def every_day(*times: Span) -> Week:
    return (times,) * 7


def inside(given_spans: list[Span]) -> set[int]:
    return {one for first, past in given_spans for one in range(first, past)}


def tidy(given_spans: list[Span]) -> bool:
    edges = [edge for span in given_spans for edge in span]
    return edges == sorted(set(edges))


@given(spans)
def test_joined_spans_hold_the_same_and_are_tidy(some: list[Span]) -> None:
    assert inside(join(some)) == inside(some)
    assert tidy(join(some))


@given(spans, spans)
def test_what_is_left_lies_in_the_one_and_not_in_the_other(some: list[Span], taken: list[Span]) -> None:
    left = subtract(join(some), join(taken))
    assert inside(left) == inside(some) - inside(taken)
    assert tidy(left)


@given(spans, st.integers(1, 9), st.integers(0, 9), st.integers(1, 20))
def test_a_tick_fits_if_all_around_it_lies_in_one_span(some: list[Span], step: int, before: int, after: int) -> None:
    tidied = join(some)
    fitting = {
        number
        for number in range(0, 60)
        if any(first <= number * step - before and number * step + after <= past for first, past in tidied)
    }
    assert inside(ticks(tidied, step, before, after)) == fitting


def test_two_ranges_of_ticks_may_touch_and_stay_two() -> None:
    assert ticks([(0, 31), (39, 80)], 10, 0, 1) == [(0, 4), (4, 8)]


def test_a_naive_instant_is_refused() -> None:
    with pytest.raises(ValueError, match="offset"):
        seconds(datetime(2026, 12, 1))  # noqa: DTZ001


def test_seconds_and_instants_are_each_others_inverse_before_the_epoch_too() -> None:
    assert instant(at(1914, 11, 23, 4, 56, 16)) == datetime(1914, 11, 23, 4, 56, 16, tzinfo=UTC)


@pytest.mark.parametrize("zone", ZONES)
def test_within_a_stretch_the_offset_stays_and_between_two_it_changes(zone: str) -> None:
    info, middle = ZoneInfo(zone), seconds(changes(zone)[0])
    parts = stretches(info, middle - 2 * DAY, middle + 2 * DAY)
    assert (parts[0][0], parts[-1][1]) == (middle - 2 * DAY, middle + 2 * DAY)
    for first, past, ahead in parts:
        assert {offset(info, one) for one in (first, past - 1, *range(first, past, 15 * MINUTE))} == {ahead}
    for left, right in pairwise(parts):
        assert left[1] == right[0]
        assert left[2] != right[2]


@pytest.mark.parametrize(
    ("zone", "change", "ahead"),
    [
        # the half hour of summer time: UTC+10:30 to UTC+11
        ("Australia/Lord_Howe", (2026, 10, 3, 15, 30), [37800, 39600]),
        # the island that went from one side of the date line to the other
        ("Pacific/Apia", (2011, 12, 30, 10), [-36000, 50400]),
        # Bogotá's mean time, to the second
        ("America/Bogota", (1914, 11, 23, 4, 56, 16), [-17776, -18000]),
    ],
)
def test_a_change_is_found_to_the_second(zone: str, change: tuple[int, ...], ahead: list[int]) -> None:
    around = (at(*change) - DAY, at(*change) + DAY)
    assert stretches(ZoneInfo(zone), *around) == (
        (around[0], at(*change), ahead[0]),
        (at(*change), around[1], ahead[1]),
    )


def test_a_change_at_either_end_of_the_window_is_no_change_within() -> None:
    change = at(2026, 3, 29, 1)
    assert stretches(MADRID, change, change + 1) == ((change, change + 1, 7200),)
    assert stretches(MADRID, change - 1, change) == ((change - 1, change, 3600),)
    assert stretches(MADRID, change - 1, change + 1) == ((change - 1, change, 3600), (change, change + 1, 7200))
    assert stretches(MADRID, change, change) == ()


def test_an_opening_inside_the_hour_that_is_left_out_never_opens() -> None:
    sunday = (at(2026, 3, 29), at(2026, 3, 30))
    assert openings(MADRID, every_day((120, 180)), set(), sunday) == []


def test_an_opening_inside_the_hour_that_comes_twice_opens_twice() -> None:
    sunday = (at(2026, 10, 24, 22), at(2026, 10, 25, 23))
    assert openings(MADRID, every_day((120, 150)), set(), sunday) == [
        (at(2026, 10, 25, 0), at(2026, 10, 25, 0, 30)),
        (at(2026, 10, 25, 1), at(2026, 10, 25, 1, 30)),
    ]


def test_lord_howes_half_hour_comes_twice() -> None:
    # 02:00 in summer time is 01:30 again: [01:00, 02:00) lasts ninety minutes.
    sunday = (at(2026, 4, 4, 13), at(2026, 4, 5, 13))
    assert openings(LORD_HOWE, every_day((60, 120)), set(), sunday) == [(at(2026, 4, 4, 14), at(2026, 4, 4, 15, 30))]


def test_apia_had_no_30th_of_december_2011() -> None:
    around = (at(2011, 12, 29, 10), at(2011, 12, 31, 10))  # three local days, one of them left out
    apia = ZoneInfo("Pacific/Apia")
    assert openings(apia, every_day((540, 600)), set(), around) == [
        (at(2011, 12, 29, 19), at(2011, 12, 29, 20)),
        (at(2011, 12, 30, 19), at(2011, 12, 30, 20)),
    ]
    assert openings(apia, ALWAYS, {day(2011, 12, 30)}, around) == [around]


def test_midnight_at_a_days_end_joins_the_next_days_beginning() -> None:
    two_days = (at(2026, 12, 1), at(2026, 12, 3))
    assert openings(ZoneInfo("UTC"), every_day((1380, 1440), (0, 60)), set(), two_days) == [
        (at(2026, 12, 1), at(2026, 12, 1, 1)),
        (at(2026, 12, 1, 23), at(2026, 12, 2, 1)),
        (at(2026, 12, 2, 23), at(2026, 12, 3)),
    ]


def test_a_closed_date_is_a_local_date() -> None:
    bogota = openings(ZoneInfo("America/Bogota"), ALWAYS, {day(2026, 12, 8)}, (at(2026, 12, 8), at(2026, 12, 10)))
    assert bogota == [(at(2026, 12, 8), at(2026, 12, 8, 5)), (at(2026, 12, 9, 5), at(2026, 12, 10))]


def test_a_day_that_begins_at_one_in_the_morning_has_23_hours() -> None:
    santiago, first = ZoneInfo("America/Santiago"), at(2026, 9, 6, 4)  # 00:00 became 01:00
    sunday = openings(santiago, ((),) * 6 + (((0, 1440),),), set(), (first - DAY, first + 2 * DAY))
    assert sunday == [(first, first + 23 * 60 * MINUTE)]


def test_beyond_the_years_of_datetime_nothing_is_open() -> None:
    assert openings(MADRID, every_day((0, 1440)), set(), (FIRST - 10**15, FIRST + DAY)) == [(FIRST, FIRST + DAY)]
    assert openings(MADRID, every_day((0, 1440)), set(), (LAST - DAY, LAST + 10**15)) == [(LAST - DAY, LAST)]


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(ZONES), st.data())
def test_openings_are_what_the_local_clock_shows_at_each_minute(zone: str, data: st.DataObject) -> None:
    info, middle = ZoneInfo(zone), data.draw(st.sampled_from(changes(zone)))
    cuts = data.draw(st.sets(st.integers(0, 24), min_size=2, max_size=4).map(sorted))
    week = every_day(*((low * 60, high * 60) for low, high in zip(cuts[::2], cuts[1::2], strict=False)))
    closed = {day(*middle.timetuple()[:3])}
    found = openings(info, week, closed, (seconds(middle) - DAY, seconds(middle) + DAY))

    def shown(moment: datetime) -> bool:
        local = moment.astimezone(info)
        minute = local.hour * 60 + local.minute
        return day(local.year, local.month, local.day) not in closed and any(a <= minute < b for a, b in week[0])

    minutes = [middle + timedelta(minutes=n) for n in range(-1440, 1440)]
    assert [one for one in minutes if shown(one)] == [
        instant(second) for first, past in found for second in range(first, past, MINUTE)
    ]
