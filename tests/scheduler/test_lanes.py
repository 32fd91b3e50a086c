"""How a local day is drawn: by its own clock, whatever the clocks did in the night."""

from datetime import UTC, date, datetime

from hypothesis import given
from hypothesis import strategies as st

from scheduler.solver.lanes import Axis, Mark, axis, clock, covered, day_span, marks
from scheduler.solver.timegrid import seconds

DAY = date(2026, 12, 9)
BOGOTA = "America/Bogota"


def at(hour: int, minute: int = 0, day: int = 9) -> int:
    """An instant by its UTC clock in December 2026."""
    return seconds(datetime(2026, 12, day, hour, minute, tzinfo=UTC))


def test_the_axis_spans_the_open_hours_of_both_lanes():
    office, madrid = (at(13), at(22)), (at(7), at(17))
    assert axis([office, madrid], [DAY], BOGOTA) == Axis(BOGOTA, 2 * 60, 18 * 60)  # an even number of hours


def test_a_day_without_openings_still_has_an_axis():
    assert axis([], [DAY], BOGOTA) == Axis(BOGOTA, 480, 1080)


def test_a_span_is_drawn_where_the_clock_says():
    assert marks([(at(13, 30), at(15))], DAY, Axis(BOGOTA, 480, 1080)) == [Mark(5.0, 15.0)]


def test_a_span_over_midnight_is_drawn_on_both_days():
    whole = Axis(BOGOTA, 0, 1440)
    span = (at(3, day=10), at(7, day=10))  # 22:00 to 02:00 in Bogotá
    assert marks([span], DAY, whole) == [Mark(91.667, 8.333)]
    assert marks([span], date(2026, 12, 10), whole) == [Mark(0.0, 8.333)]


def test_the_days_end_is_not_its_beginning():
    assert clock(at(5, day=10), DAY, BOGOTA) == 1440


def test_days_on_which_clocks_change_are_shorter_or_longer():
    hours = [
        (past - first).total_seconds() / 3600
        for first, past in (day_span(date(2027, 3, 28), "Europe/Madrid"), day_span(date(2026, 10, 25), "Europe/Madrid"))
    ]
    assert hours == [23, 25]


spans = st.lists(st.tuples(st.integers(0, 40), st.integers(1, 9)).map(lambda t: (t[0], t[0] + t[1])), max_size=4)


@given(st.lists(spans, max_size=4), st.integers(1, 4))
def test_depth_is_counted_second_by_second(layers, depth):
    from scheduler.solver.timegrid import join

    tidy = [join(layer) for layer in layers]
    drawn = {t for first, past in covered(tidy, depth) for t in range(first, past)}
    assert drawn == {t for t in range(60) if sum(any(a <= t < b for a, b in layer) for layer in tidy) >= depth}
