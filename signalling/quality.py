"""Samples → R factor, mean opinion score, verdict.

Formulas: the reduced E-model of ITU-T G.107 with the delay term of Cole and Rosenbluth. Thresholds are data, each
with its standing: a legal norm, a recommendation with its paragraph, or a default chosen by this service.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

R_DEFAULT = 93.2
DELAY_KNEE_MS = 177.3
CODECS: Mapping[str, tuple[float, float]] = {
    "G.711": (0.0, 25.1),
    "G.722": (4.0, 15.7),
    "G.729": (10.0, 19.0),
    # ITU-T publishes no narrowband values for Opus: these are a choice, near G.711 with loss concealment.
    "opus": (0.0, 25.0),
}
"""Equipment impairment Ie and packet-loss robustness Bpl (G.113 Appendix I)."""


class Grade(StrEnum):
    """How one figure, or the whole link, is judged."""

    GOOD = "good"
    USABLE = "usable"
    UNFIT = "unfit"


class Standing(StrEnum):
    """Where a threshold comes from."""

    NORM = "norm"
    RECOMMENDATION = "recommendation"
    DEFAULT = "default"


@dataclass(frozen=True, slots=True)
class Threshold:
    """Good up to `good`, usable up to `usable`, both included; unfit beyond. `rising`: the more the better."""

    figure: str
    unit: str
    good: float
    usable: float
    standing: Standing
    source: str
    rising: bool = False
    ideal: float = 0

    def grade(self, value: float) -> Grade:
        """Judge one value, in the threshold's unit."""
        if self._within(value, self.good):
            return Grade.GOOD
        return Grade.USABLE if self._within(value, self.usable) else Grade.UNFIT

    def position(self, value: float) -> float:
        """Where a value stands on a gauge whose thirds are good, usable and unfit; 0 to 100 from the best end."""
        stops = (self.ideal, self.good, self.usable, 2 * self.usable - self.ideal)
        for third, (start, end) in enumerate(pairwise(stops)):
            share = (value - start) / (end - start)
            if share <= 1:
                return 100 * (third + max(0.0, share)) / 3
        return 100

    def _within(self, value: float, limit: float) -> bool:
        return value >= limit if self.rising else value <= limit


TESTIMONY = "testimony"
_OWN = "Vivavoce, testimony"
_MANUAL = "e-Justice manual on videoconferencing, Annex II: 384 kbit/s; the good one is this service's own"
PROFILES: Mapping[str, tuple[Threshold, ...]] = {
    TESTIMONY: (
        Threshold("rtt", "ms", 200, 400, Standing.RECOMMENDATION, "ITU-T G.114, 200 ms one way as the limit"),
        Threshold("loss", "%", 1, 3, Standing.DEFAULT, _OWN),
        Threshold("jitter", "ms", 30, 50, Standing.DEFAULT, _OWN),
        Threshold("capacity", "kbit/s", 1500, 384, Standing.RECOMMENDATION, _MANUAL, rising=True, ideal=4000),
        Threshold("r", "", 80, 70, Standing.RECOMMENDATION, "ITU-T G.107, G.109", rising=True, ideal=R_DEFAULT),
    ),
}
"""No legal norm sets any of these figures; a State that has one adds a profile with `Standing.NORM`."""


@dataclass(frozen=True, slots=True)
class Sample:
    """What was measured in one direction: milliseconds, per cent, kbit/s; None: it was not filled."""

    rtt: float
    loss: float
    jitter: float
    capacity: float | None = None


@dataclass(frozen=True, slots=True)
class Judged:
    """One figure with its verdict and the threshold that decided."""

    threshold: Threshold
    value: float
    grade: Grade


@dataclass(frozen=True, slots=True)
class Verdict:
    """One direction judged: the worst figure decides."""

    grade: Grade
    r: float
    mos: float
    figures: tuple[Judged, ...]


def r_factor(*, one_way_ms: float, loss_percent: float, codec: str = "opus", burst: float = 1.0) -> float:
    """Return the transmission rating R: one-way delay mouth to ear in ms, loss in per cent.

    `burst` is G.107's BurstR, 1 for random loss. Raises KeyError for a codec without known values.
    """
    ie, bpl = CODECS[codec]
    past_knee = max(0.0, one_way_ms - DELAY_KNEE_MS)
    delay = 0.024 * one_way_ms + 0.11 * past_knee
    equipment = ie + (95.0 - ie) * loss_percent / (loss_percent / burst + bpl)
    return R_DEFAULT - delay - equipment


def mos(r: float) -> float:
    """Return the mean opinion score of a rating, 1 to 4.5 (G.107 Annex B)."""
    if r <= 0:
        return 1.0
    if r >= 100:
        return 4.5
    # Below R 6.5 the cubic dips under 1, where no score lies.
    return max(1.0, 1.0 + 0.035 * r + 7e-6 * r * (r - 60.0) * (100.0 - r))


def one_way(sample: Sample) -> float:
    """Estimate mouth to ear in ms: half the round trip and a jitter buffer of twice the jitter."""
    return sample.rtt / 2 + 2 * sample.jitter


def judge(sample: Sample, *, profile: str = TESTIMONY) -> Verdict:
    """Judge one direction by a profile."""
    r = r_factor(one_way_ms=one_way(sample), loss_percent=sample.loss)
    values = {"rtt": sample.rtt, "loss": sample.loss, "jitter": sample.jitter, "r": r}
    if sample.capacity is not None:
        values["capacity"] = sample.capacity
    figures = tuple(_judged(values, each) for each in PROFILES[profile] if each.figure in values)
    return Verdict(worst(figure.grade for figure in figures), r, mos(r), figures)


def _judged(values: Mapping[str, float], threshold: Threshold) -> Judged:
    value = values[threshold.figure]
    return Judged(threshold, value, threshold.grade(value))


def worst(grades: Iterable[Grade]) -> Grade:
    """Return the worst of some grades; a link of which nothing is known is unfit."""
    order = list(Grade)
    seen = [order.index(grade) for grade in grades]
    return order[max(seen)] if seen else Grade.UNFIT


def joined(near: Sample, far: Sample) -> Sample:
    """Put two stretches of one way together: from a room to the media service, and on to the other room.

    Round trips add up, losses compound, jitters add up at worst; the narrower stretch decides what is carried.
    """
    known = [each.capacity for each in (near, far) if each.capacity is not None]
    passed = (1 - near.loss / 100) * (1 - far.loss / 100)
    return Sample(near.rtt + far.rtt, 100 * (1 - passed), near.jitter + far.jitter, min(known, default=None))
