"""How long a request has waited."""

from datetime import UTC, datetime, timedelta

from casework.clock import clock
from casework.states import State

START = datetime(2026, 11, 1, 9, tzinfo=UTC)


def on(day: int) -> datetime:
    return START + timedelta(days=day)


def test_a_draft_has_no_clock() -> None:
    assert clock([(START, State.DRAFT)], on(5)) is None


def test_the_clock_pauses_while_a_question_is_open_and_stops_at_the_decision() -> None:
    moves = [
        (on(0), State.DRAFT),
        (on(1), State.SUBMITTED),
        (on(3), State.ACKNOWLEDGED),
        (on(4), State.MORE_INFORMATION),
    ]
    waiting = clock(moves, on(9))
    assert waiting is not None
    assert (waiting.days, waiting.runs, waiting.since) == (3, False, on(4))
    moves += [(on(10), State.ACKNOWLEDGED), (on(12), State.CONSULTING), (on(13), State.GRANTED)]
    ended = clock(moves, on(40))
    assert ended is not None
    assert (ended.days, ended.runs) == (6, False)


def test_a_word_in_the_consultation_does_not_start_it_again() -> None:
    moves = [(on(0), State.SUBMITTED), (on(1), State.CONSULTING), (on(2), State.CONSULTING)]
    counted = clock(moves, on(5))
    assert counted is not None
    assert (counted.days, counted.since) == (5, on(1))
