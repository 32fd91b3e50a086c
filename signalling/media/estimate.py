"""From what was counted to a figure with its 95 % interval. Pure; milliseconds, per cent, kbit/s.

Loss: Wilson's score interval. Round trip: the median, between the order statistics that enclose it (no assumption
about its distribution). Jitter and capacity, whose samples follow from one another: means of consecutive stretches,
and Student's t over them.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from itertools import accumulate
from statistics import fmean, linear_regression, stdev
from typing import Final, NamedTuple

_Z: Final = 1.959964  # of the normal distribution, for 95 %
_T: Final = (12.71, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262)  # of Student's, for 1 to 9 degrees
STRETCHES: Final = 10
SLICE: Final = 80.0  # ms; shorter ones count too few packets
HEADERS: Final = 28  # bytes of UDP and IPv4 around each packet
OPEN: Final = 0.95  # who got through so much of what was sent might have got through more


class Estimate(NamedTuple):
    """A figure and the bounds of its interval; `high` None: nothing bounds it upwards."""

    value: float
    low: float
    high: float | None

    def rounded(self, digits: int) -> Estimate:
        """The same, as exact as it is told."""
        high = None if self.high is None else round(self.high, digits)
        return Estimate(round(self.value, digits), round(self.low, digits), high)


class Carried(NamedTuple):
    """What had come through a transport at an instant of one clock, counted from its beginning."""

    at: float
    octets: int
    packets: int

    def bits_since(self, then: Carried) -> int:
        """With the headers that the line carries too."""
        return 8 * (self.octets - then.octets + HEADERS * (self.packets - then.packets))


class Through(NamedTuple):
    """What a way carries on the line, and how much of it was payload that arrived; None: it was not measured."""

    capacity: Estimate | None = None
    goodput: float | None = None


def loss(sent: int, received: int) -> Estimate:
    """Percent lost; nothing sent is everything lost."""
    if sent <= 0:
        return Estimate(100.0, 0.0, 100.0)
    lost = max(0, sent - received) / sent
    centre, spread = lost + _Z**2 / (2 * sent), _Z * math.sqrt(lost * (1 - lost) / sent + _Z**2 / (4 * sent**2))
    scale = 1 + _Z**2 / sent
    low, high = max(0.0, (centre - spread) / scale), min(1.0, (centre + spread) / scale)
    return Estimate(100 * lost, 100 * low, 100 * high).rounded(2)


def median(values: Iterable[float]) -> Estimate:
    """The median of them. Raises ValueError for none at all."""
    ordered = sorted(values)
    if not ordered:
        raise ValueError("no values")
    number = len(ordered)
    outside = max(0, math.floor((number - _Z * math.sqrt(number)) / 2))
    return Estimate(ordered[(number - 1) // 2], ordered[outside], ordered[number - 1 - outside])


def mean(values: Sequence[float]) -> Estimate:
    """The mean of a series whose neighbours depend on each other; of less than two stretches, its extremes."""
    if not values:
        return Estimate(0.0, 0.0, 0.0)
    length = len(values) // STRETCHES
    if length == 0:
        return Estimate(fmean(values), min(values), max(values))
    stretches = [fmean(values[at * length : (at + 1) * length]) for at in range(STRETCHES)]
    return Estimate(fmean(values), *_bounds(fmean(values), stretches))


def _bounds(value: float, stretches: Sequence[float]) -> tuple[float, float]:
    degrees = min(len(stretches) - 1, len(_T))
    if degrees < 1:
        return value, value
    spread = _T[degrees - 1] * stdev(stretches) / math.sqrt(len(stretches))
    return max(0.0, value - spread), value + spread


def capacity(came: Sequence[Carried], sent_kbps: float) -> Estimate | None:
    """What got through while more was sent than may get through, `sent_kbps` on the line; None: too little to say."""
    slices = _plateau(_slices(came))
    if len(slices) < 2:
        return None
    value = _slope(slices)
    low, high = _bounds(value, [bits / time for time, bits in slices])
    return Estimate(value, low, None if value >= OPEN * sent_kbps else high).rounded(0)


def _slope(slices: Sequence[tuple[float, int]]) -> float:
    """Bits a millisecond, by least squares: a process that was held up for a moment hurts little."""
    times = list(accumulate((time for time, _bits in slices), initial=0.0))
    total = list(accumulate((bits for _time, bits in slices), initial=0))
    return linear_regression(times, total).slope


def _slices(came: Sequence[Carried]) -> list[tuple[float, int]]:
    """(how long, bits) of each slice."""
    found: list[tuple[float, int]] = []
    last = came[0] if came else None
    for one in came:
        if last is not None and one.at - last.at >= SLICE:
            found.append((one.at - last.at, one.bits_since(last)))
            last = one
    return found


def _plateau(slices: Sequence[tuple[float, int]]) -> Sequence[tuple[float, int]]:
    """Without the slices in which the flow begins and ends."""
    rates = [bits / time for time, bits in slices]
    if len(rates) < 4:
        return []
    high = sorted(rates)[3 * len(rates) // 4] / 2
    full = [at for at, rate in enumerate(rates) if rate >= high]
    return slices[full[0] + 1 : full[-1]]


def percentile(values: Iterable[float], share: float) -> float:
    """The smallest value that is not below this share of them. Raises ValueError for none at all."""
    ordered = sorted(values)
    if not ordered:
        raise ValueError("no values")
    return ordered[min(len(ordered) - 1, math.ceil(share * len(ordered)) - 1)]
