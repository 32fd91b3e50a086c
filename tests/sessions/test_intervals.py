"""Presence as the minutes tell it, from nothing but the log."""

import itertools
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from sessions.intervals import Line, Span, interruptions, lost, presence, suspensions

JUDGE, WITNESS = 1, 2


def at(minute: int) -> datetime:
    return datetime(2026, 12, 9, 13, 0, tzinfo=UTC) + timedelta(minutes=minute)


def span(first: int, last: int) -> Span:
    return Span(at(first), at(last))


MORNING = [
    Line(at(0), "opened"),
    Line(at(2), "waits", JUDGE),
    Line(at(3), "admitted", JUDGE),
    Line(at(5), "admitted", WITNESS),
    Line(at(30), "live"),
    Line(at(40), "suspended"),
    Line(at(49), "resumed"),
    Line(at(60), "link_lost", WITNESS),
    Line(at(61), "link_back", WITNESS),
    Line(at(70), "left", WITNESS),
    Line(at(72), "admitted", WITNESS),
    Line(at(80), "closed"),
]


def test_a_seat_is_present_from_admission_to_leaving_and_to_the_end() -> None:
    assert presence(MORNING) == {JUDGE: [span(3, 80)], WITNESS: [span(5, 70), span(72, 80)]}


def test_waiting_is_not_being_present() -> None:
    assert presence(MORNING[:2]) == {}


def test_nine_minutes_were_lost_to_the_suspension() -> None:
    assert suspensions(MORNING) == [span(40, 49)]
    assert lost(MORNING) == timedelta(minutes=9)


def test_a_suspension_that_ends_the_hearing_lasts_to_its_end() -> None:
    assert suspensions([*MORNING[:6], Line(at(45), "closed")]) == [span(40, 45)]


def test_a_suspension_that_goes_on_lasts_to_the_last_line() -> None:
    assert suspensions([*MORNING[:6], Line(at(44), "note")]) == [span(40, 44)]


def test_a_lost_link_is_an_interruption_and_not_an_absence() -> None:
    assert interruptions(MORNING) == {WITNESS: [span(60, 61)]}


def test_nothing_happened_in_an_empty_log() -> None:
    assert (presence([]), suspensions([]), interruptions([])) == ({}, [], {})


@given(
    st.lists(st.tuples(st.sampled_from(["admitted", "left", "put_back", "waits"]), st.sampled_from([JUDGE, WITNESS])))
)
def test_whatever_the_order_spans_of_a_seat_never_overlap(acts: list[tuple[str, int]]) -> None:
    lines = [Line(at(minute), kind, seat) for minute, (kind, seat) in enumerate(acts)]
    for spans in presence(lines).values():
        assert all(one.start <= one.end for one in spans)
        assert all(one.end <= two.start for one, two in itertools.pairwise(spans))
