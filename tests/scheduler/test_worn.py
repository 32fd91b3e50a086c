"""What an interpreter has already worked wears out the day: against a walk that tries every start."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.solver.needs import TEAM_LIMITS, UNINTERPRETED, Mode, TeamLimit, WorkLimit, breaks
from scheduler.solver.pairs import Work, clashes
from scheduler.solver.timegrid import instant, join, seconds
from scheduler.solver.wear import worn as worn_seconds

STEP = timedelta(minutes=15)
DAKAR = WorkLimit(day=360, rest=660)
# Each with the night in which its clocks change, where they do.
NIGHTS = [
    ("Africa/Dakar", datetime(2026, 12, 9, tzinfo=UTC)),
    ("Europe/Madrid", datetime(2027, 3, 28, tzinfo=UTC)),
    ("America/Santiago", datetime(2027, 4, 4, 3, tzinfo=UTC)),  # the hour before midnight comes twice
    ("Africa/Cairo", datetime(2027, 4, 29, 22, tzinfo=UTC)),  # midnight is skipped
    ("America/Havana", datetime(2026, 11, 1, 5, tzinfo=UTC)),  # midnight comes twice
    ("Australia/Lord_Howe", datetime(2027, 4, 3, 15, tzinfo=UTC)),
    ("Asia/Kathmandu", datetime(2026, 12, 9, tzinfo=UTC)),
    ("Pacific/Apia", datetime(2026, 12, 9, tzinfo=UTC)),
]


def worn(zone, worked, duration, limit, around):
    """The spans as instants."""
    told = [(seconds(first), seconds(past)) for first, past in [around, *worked]]
    team = [("Asia/Kathmandu", told[1:]), (zone, told[1:]), ("Pacific/Apia", []), (zone, [])]
    found = worn_seconds(team, duration, limit, told[0])
    for one, spans in zip(team, found, strict=True):  # whoever else there is, and wherever
        assert [list(spans)] == [list(alone) for alone in worn_seconds([one], duration, limit, told[0])]
    spans = found[1]
    return [(instant(a), instant(b)) for a, b in join(spans)]


def walked(span, zone):
    """The quarters of an hour of a span by the local date they lie on."""
    found = {}
    at = span[0]
    while at < span[1]:
        found.setdefault(at.astimezone(zone).date(), []).append(at)
        at += STEP
    return found


def breaks_a_rule(new, worked, limit):
    """Whether a date has too many quarters, or the quarters of two dates lie too close together."""
    rest = timedelta(minutes=limit.rest)
    for day, ours in new.items():
        if sum((len(one.get(day, ())) for one in worked), len(ours)) * STEP > timedelta(minutes=limit.day):
            return True
        for other, theirs in ((other, quarters) for one in worked for other, quarters in one.items() if other != day):
            gap = ours[0] - theirs[-1] if other < day else theirs[0] - ours[-1]
            if gap - STEP < rest:
                return True
    return False


@st.composite
def weeks(draw):
    """A few bookings that do not overlap in the days around one night, and the limits."""
    zone, night = draw(st.sampled_from(NIGHTS))
    marks = sorted(draw(st.sets(st.integers(-160, 160), max_size=6)))
    worked = [(night + a * STEP, night + min(b, a + 24) * STEP) for a, b in zip(marks[::2], marks[1::2], strict=False)]
    limit = WorkLimit(day=30 * draw(st.integers(0, 20)), rest=30 * draw(st.integers(0, 30)))
    return zone, night, worked, 30 * draw(st.integers(1, 24)), limit


@settings(max_examples=80)
@given(weeks())
def test_what_is_worn_is_what_a_walk_over_the_starts_refuses(week):
    zone, night, worked, duration, limit = week
    around = night - timedelta(days=4), night + timedelta(days=4)
    spans = worn(zone, worked, duration, limit, around)
    before = [walked(span, ZoneInfo(zone)) for span in worked]
    for shift in range(-200, 201, 7):
        new = night + shift * STEP, night + shift * STEP + timedelta(minutes=duration)
        if any(new[0] < end and start < new[1] for start, end in worked):
            continue  # two at once: refused for another reason
        touched = any(new[0] < end and start < new[1] for start, end in spans)
        assert touched == breaks_a_rule(walked(new, ZoneInfo(zone)), before, limit), (shift, spans)


def at(day, hour, minute=0):
    return datetime(2026, 12, day, hour, minute, tzinfo=UTC)


def test_after_an_evening_awa_ndiaye_rests_until_the_next_morning():
    worked = [(at(9, 20), at(9, 21, 30))]
    week = at(8, 0), at(12, 0)
    assert worn("Africa/Dakar", worked, 90, DAKAR, week) == [(at(10, 0), at(10, 8, 30))]
    assert worn("Europe/Brussels", worked, 90, DAKAR, week) == [(at(9, 23), at(10, 8, 30))]


def test_six_hours_are_a_day_and_what_is_booked_counts():
    worked, week, six_hours = [(at(9, 9), at(9, 14))], (at(8, 0), at(12, 0)), WorkLimit(day=360, rest=0)
    assert worn("Africa/Dakar", worked, 60, six_hours, week) == []
    assert worn("Africa/Dakar", worked, 90, six_hours, week) == [(at(9, 1), at(9, 23))]


def test_a_hearing_longer_than_a_day_of_work_is_for_nobody_on_any_date():
    spans = worn("Africa/Dakar", [], 390, DAKAR, (at(8, 0), at(10, 0)))
    assert spans == [(at(8, 6), at(8, 18)), (at(9, 6), at(9, 18))]


@pytest.mark.parametrize(
    ("minutes", "limit", "found"),
    [
        (60, TEAM_LIMITS[Mode.CONSECUTIVE], []),
        (90, TEAM_LIMITS[Mode.CONSECUTIVE], [(40, 10)]),
        (240, TEAM_LIMITS[Mode.CONSECUTIVE], [(52, 10), (115, 10), (177, 10)]),
        (120, TEAM_LIMITS[Mode.SIMULTANEOUS], [(52, 15)]),
        (240, UNINTERPRETED, [(112, 15)]),
    ],
)
def test_a_long_hearing_holds_its_breaks(minutes, limit, found):
    assert breaks(minutes, limit) == found


@given(st.integers(1, 720), st.integers(1, 120), st.integers(0, 120))
def test_no_stretch_is_longer_than_the_limit(minutes, stretch, rest):
    limit = TeamLimit(alone=0, pair=0, stretch=stretch, rest=min(rest, stretch))
    ends = [0, *(mark for start, length in breaks(minutes, limit) for mark in (start, start + length)), minutes]
    worked = [past - first for first, past in zip(ends[::2], ends[1::2], strict=True)]
    assert max(worked) <= stretch
    assert min(worked) >= 0


@settings(max_examples=60)
@given(
    st.sampled_from(NIGHTS),
    st.lists(st.integers(0, 120), min_size=1, max_size=6),
    st.lists(st.tuples(st.integers(-40, 120), st.integers(1, 20)), max_size=2),
    st.sampled_from((90, 180, 300)),
    st.sampled_from((WorkLimit(360, 660), WorkLimit(400, 120), WorkLimit(240, 1440))),
)
def test_all_pairs_at_once_are_what_one_after_the_other_says(night, starts, besides, minutes, limit):
    """Of two bookings that fit beside what is worked, each excludes the other exactly if the second breaks a rule."""
    zone, middle = night
    quarter, base = 15 * 60, seconds(middle) - 15 * 3600
    worked = [(base + first * quarter, base + (first + long) * quarter) for first, long in besides]

    def free(firsts, other):
        (rest,) = worn_seconds([(zone, other)], minutes, limit, (base, base + 40 * 3600))
        taken = [*other, *rest]
        return [not any(first < b and first + minutes * 60 > a for a, b in taken) for first in firsts]

    asked = [base + start * quarter for start in starts]
    firsts = [first for first, fits in zip(asked, free(asked, worked), strict=True) if fits]
    pasts = [first + minutes * 60 for first in firsts]
    table = clashes(np.array(firsts, dtype=np.int64), np.array(pasts, dtype=np.int64), Work(zone, worked, limit))
    for row, (first, past) in enumerate(zip(firsts, pasts, strict=True)):
        beside = free(firsts, [*worked, (first, past)])
        assert table[row].tolist() == [column != row and not fits for column, fits in enumerate(beside)]
