"""What a resource's hours, closed days, preferred hours and busy times leave of a line of candidates. Pure.

What follows from hours alone is kept: many resources share them, and searches come one after another. For that each
mask is made for whole days of UTC, and a search takes its own part of it. Nothing of a booking or a person is kept.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Self
from zoneinfo import ZoneInfo

import numpy as np

from scheduler.solver.bits import Mask, Numbers, full, layers, ranges
from scheduler.solver.problem import Problem, Resource
from scheduler.solver.spans import rows_of
from scheduler.solver.timegrid import ALWAYS, DAY, MINUTE, Span, Week, join, openings, ticks

KEPT = 512  # masks, of some kilobytes each
AT_ONCE = 1 << 19  # candidates of all resources that are looked at in one go: as much as a processor has at hand
LONG_AGO = -(1 << 62)


@dataclass(frozen=True, slots=True)
class Line:
    """The candidates of a problem: the one at bit 0 starts `first` steps after the epoch. Grid and minutes in minutes.

    `first`, counted in steps, is what the contract's "whole multiple of the grid since the epoch" makes it.
    """

    first: int
    count: int
    grid: int
    minutes: int

    @classmethod
    def of(cls, asked: Problem) -> Self:
        """All starts within the horizon."""
        fitting = ticks([asked.horizon], asked.grid * MINUTE, 0, asked.duration * MINUTE)
        first, past = fitting[0] if fitting else (0, 0)
        return cls(first, past - first, asked.grid, asked.duration)

    @property
    def step(self) -> int:
        """Seconds between two candidates."""
        return self.grid * MINUTE

    def start(self, place: int) -> int:
        """When the candidate at that bit starts, in seconds since the epoch."""
        return (self.first + place) * self.step

    def place(self, at: int) -> int:
        """The bit of the first candidate that starts at that second or later; it may lie outside the line."""
        return -(-at // self.step) - self.first

    def days(self) -> "Line":
        """The same line, grown to whole days of UTC at both ends."""
        first, past = self.start(0) // DAY * DAY, -(-self.start(self.count) // DAY) * DAY
        low, high = -(-first // self.step), -(-past // self.step)
        return Line(low, high - low, self.grid, self.minutes)

    def part(self, mask: Mask) -> Mask:
        """Of a mask along `days()`, what lies on this line."""
        return mask >> (self.first - self.days().first) & full(self.count)


def opened(one: Resource, line: Line) -> Mask:
    """The candidates at which the resource is open throughout, with the minutes before and after."""
    if not line.count:
        return 0  # a hearing longer than the whole search: nobody asks for the hours of a thousand years around it
    if one.hours is None and not one.closed:
        return full(line.count)
    return _opened(line, one.zone, one.hours or ALWAYS, one.closed, one.before, one.after)


def social(one: Resource, line: Line) -> Mask:
    """The candidates that lie in the resource's preferred hours throughout."""
    return full(line.count) if not line.count or one.preferred is None else _social(line, one.zone, one.preferred)


def unsocial(one: Resource, line: Line) -> Numbers | None:
    """The resource's unsocial minutes at each candidate; None for a resource to whom no hour is unsocial."""
    if one.preferred is None:
        return None
    whole = line.days()
    skipped = line.first - whole.first
    return _costs(whole, one.zone, one.preferred)[skipped : skipped + line.count]


def taken(resources: Sequence[Resource], line: Line) -> list[Mask]:
    """For each resource the candidates that a busy time touches, with the minutes before and after."""
    many = max(AT_ONCE // max(line.count, 1), 1)
    parts = (resources[first : first + many] for first in range(0, len(resources), many))
    return [mask for part in parts for mask in _taken(part, line)]


def _taken(resources: Sequence[Resource], line: Line) -> list[Mask]:
    rows = [rows_of(one.busy) for one in resources]
    lengths = [len(one) for one in rows]
    begins, ends = np.concatenate(rows).T
    before = np.repeat([one.before * MINUTE for one in resources], lengths)
    tail = np.repeat([(line.minutes + one.after) * MINUTE for one in resources], lengths)
    firsts = (begins - tail) // line.step + 1  # the first that ends after the busy time has begun
    pasts = -((ends + before) // -line.step)  # the first that begins, set up, when it is over
    return layers(firsts - line.first, pasts - line.first, lengths, line.count)


def free(resources: Sequence[Resource], line: Line) -> list[Mask]:
    """For each resource the candidates at which it is available."""
    within = (opened(one, line) for one in resources)
    return [there ^ there & busy for there, busy in zip(within, taken(resources, line), strict=True)]


@lru_cache(maxsize=KEPT)
def _opened(line: Line, zone: ZoneInfo, hours: Week, closed: frozenset[int], before: int, after: int) -> Mask:
    return line.part(_fitting(line.days(), zone, hours, closed, before, after))


@lru_cache(maxsize=KEPT)
def _social(line: Line, zone: ZoneInfo, preferred: Week) -> Mask:
    return line.part(_preferred(line.days(), zone, preferred))


@lru_cache(maxsize=KEPT)
def _fitting(line: Line, zone: ZoneInfo, hours: Week, closed: frozenset[int], before: int, after: int) -> Mask:
    lead, tail = before * MINUTE, (line.minutes + after) * MINUTE
    spans = openings(zone, hours, closed, (line.start(0) - lead, line.start(line.count) + tail))
    return _ranges(ticks(spans, line.step, lead, tail), line)


@lru_cache(maxsize=KEPT)
def _preferred(line: Line, zone: ZoneInfo, preferred: Week) -> Mask:
    return _ranges(ticks(_minutes(line, zone, preferred), line.grid, 0, line.minutes), line)


def _ranges(found: list[Span], line: Line) -> Mask:
    firsts, pasts = np.array(found, dtype=np.int64).reshape(-1, 2).T
    return ranges(firsts - line.first, pasts - line.first, line.count)


@lru_cache(maxsize=KEPT // 4)  # these are larger
def _costs(line: Line, zone: ZoneInfo, preferred: Week) -> Numbers:
    social = Social(_minutes(line, zone, preferred))
    begins = (line.first + np.arange(line.count, dtype=np.int64)) * line.grid
    costs: Numbers = line.minutes - (social.until(begins + line.minutes) - social.until(begins))
    costs.flags.writeable = False
    return costs


def _minutes(line: Line, zone: ZoneInfo, preferred: Week) -> list[Span]:
    """The preferred minutes, by their number. A minute is judged by the instant at which it begins."""
    within = (line.start(0), line.start(line.count) + line.minutes * MINUTE)
    spans = openings(zone, preferred, frozenset(), within)
    return join((-(first // -MINUTE), -(past // -MINUTE)) for first, past in spans)


class Social:
    """Preferred minutes, by their number since the epoch, ready to be counted."""

    def __init__(self, spans: list[Span]) -> None:
        self.firsts = np.array([first for first, _ in spans], dtype=np.int64)
        # Led by a span of nothing long ago, so that a minute before the first span finds one too.
        self.pasts = np.array([LONG_AGO, *(past for _, past in spans)], dtype=np.int64)
        self.lengths = np.cumsum([0, *(past - first for first, past in spans)], dtype=np.int64)

    def until(self, minutes: Numbers) -> Numbers:
        """How many preferred minutes there are up to each of these."""
        begun = np.searchsorted(self.firsts, minutes, side="right")
        ahead = np.maximum(self.pasts[begun] - minutes, 0)
        counted: Numbers = self.lengths[begun] - ahead
        return counted
