"""Speech quality by the E-model, and the verdict on a link. Golden values: computed from ITU-T G.107's formulas."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signalling import quality as q
from signalling.quality import Grade, Sample


@pytest.mark.parametrize(
    ("delay", "r", "mos"),
    [
        (0, 93.2, 4.41),
        (50, 92.0, 4.38),
        (150, 89.6, 4.33),
        (200, 85.9, 4.23),
        (250, 79.2, 3.99),
        (300, 72.5, 3.71),
        (400, 59.1, 3.05),
        (500, 45.7, 2.35),
    ],
)
def test_delay_alone_lowers_the_rating_as_published(delay: float, r: float, mos: float) -> None:
    rating = q.r_factor(one_way_ms=delay, loss_percent=0, codec="G.711")
    assert round(rating, 1) == r
    assert round(q.mos(rating), 2) == mos


@pytest.mark.parametrize(
    ("loss", "codec", "r"),
    [(1, "G.711", 86.0), (3, "G.711", 79.5), (5, "G.711", 73.8), (10, "G.711", 62.5), (5, "G.722", 63.6)],
)
def test_loss_lowers_the_rating_as_published(loss: float, codec: str, r: float) -> None:
    assert round(q.r_factor(one_way_ms=150, loss_percent=loss, codec=codec), 1) == r


@pytest.mark.parametrize(
    ("r", "mos"), [(90, 4.34), (80, 4.02), (70, 3.60), (60, 3.10), (50, 2.58), (-3, 1), (120, 4.5)]
)
def test_the_opinion_score_follows_from_the_rating(r: float, mos: float) -> None:
    assert round(q.mos(r), 2) == mos


RATINGS = st.floats(-200, 200)


@given(RATINGS, RATINGS)
def test_a_better_rating_is_never_a_worse_score(one: float, other: float) -> None:
    low, high = sorted((one, other))
    # The published cubic dips by four hundredths below R 6.5; the floor of 1 removes the dip.
    assert q.mos(low) <= q.mos(high)


FIGURES = st.floats(0, 1000)


@given(FIGURES, FIGURES, st.floats(0, 100), st.floats(0, 100))
def test_more_delay_or_more_loss_never_improves_the_rating(d: float, more: float, loss: float, worse: float) -> None:
    low, high = sorted((loss, worse))
    assert q.r_factor(one_way_ms=d + more, loss_percent=high) <= q.r_factor(one_way_ms=d, loss_percent=low)


@pytest.mark.parametrize(
    ("sample", "grade"),
    [
        (Sample(rtt=168, loss=0.3, jitter=9), Grade.GOOD),
        (Sample(rtt=200, loss=1, jitter=20), Grade.GOOD),  # each limit belongs to the better grade
        (Sample(rtt=168, loss=2.4, jitter=20), Grade.USABLE),
        (Sample(rtt=410, loss=0, jitter=0), Grade.UNFIT),  # past G.114's limit
        (Sample(rtt=60, loss=6, jitter=5), Grade.UNFIT),
    ],
)
def test_the_worst_figure_decides(sample: Sample, grade: Grade) -> None:
    assert q.judge(sample).grade == grade


def test_two_stretches_of_one_way_add_up() -> None:
    whole = q.joined(Sample(rtt=100, loss=10, jitter=3), Sample(rtt=68, loss=10, jitter=4))
    assert (whole.rtt, round(whole.loss, 9), whole.jitter) == (168, 19, 7)


def test_a_link_of_which_nothing_is_known_is_unfit() -> None:
    assert q.worst([]) == Grade.UNFIT


@pytest.mark.parametrize(
    ("figure", "value", "position"),
    [
        ("rtt", 0, 0),
        ("rtt", 100, 100 / 6),
        ("rtt", 200, 100 / 3),
        ("rtt", 400, 200 / 3),
        ("rtt", 9000, 100),
        ("r", 93.2, 0),
        ("r", 80, 100 / 3),
        ("r", 75, 50),
        ("r", 0, 100),
    ],
)
def test_a_gauge_runs_from_good_to_unfit_for_every_figure(figure: str, value: float, position: float) -> None:
    (threshold,) = [t for t in q.PROFILES[q.TESTIMONY] if t.figure == figure]
    assert threshold.position(value) == pytest.approx(position)


def test_no_threshold_claims_to_be_a_legal_norm() -> None:
    standings = {threshold.standing for profile in q.PROFILES.values() for threshold in profile}
    assert standings == {q.Standing.RECOMMENDATION, q.Standing.DEFAULT}


@given(st.sampled_from([t for profile in q.PROFILES.values() for t in profile]), st.floats(0, 5000), st.floats(0, 5000))
def test_a_better_value_is_never_judged_worse(threshold: q.Threshold, one: float, other: float) -> None:
    low, high = sorted((one, other))
    better, worse = (high, low) if threshold.rising else (low, high)
    order = list(Grade)
    assert order.index(threshold.grade(better)) <= order.index(threshold.grade(worse))
