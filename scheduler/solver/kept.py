"""What one sitting of a series forbids to the others: nobody is in two places at once, or works without rest. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from scheduler.solver.bits import Truths
from scheduler.solver.dates import Dates
from scheduler.solver.needs import Bookable, WorkLimit
from scheduler.solver.spans import Spans
from scheduler.solver.timegrid import DAY, MINUTE, Span, join
from scheduler.solver.wear import worn

NEAR = 4 * DAY  # a rest is no longer than a day: what is worked further away has no part in it


def may_serve(one: Bookable, spans: Sequence[Span], limit: WorkLimit) -> bool:
    """Whether an interpreter may work all these spans, beside each other and what she works besides."""
    for place, (first, past) in enumerate(spans):
        worked = [*(one.worked or ()), *spans[:place]]
        (rest,) = worn([(one.zone, worked)], (past - first) // MINUTE, limit, (first, past))
        if any(begins < past and ends > first for begins, ends in rest):
            return False
    return True


def after(one: Bookable, spans: Sequence[Span], minutes: int, limit: WorkLimit) -> Bookable:
    """The same interpreter once she has worked these spans too: when she is free for `minutes` more."""
    worked = [*(one.worked or ()), *spans]
    (rest,) = worn([(one.zone, worked)], minutes, limit, spans[0])
    return replace(one, busy=Spans([*one.busy, *spans, *rest]), worked=Spans(worked))


class Kept:
    """By resource and column. `worked` names those whose work is limited, with what they do besides."""

    def __init__(self, dates: Dates, worked: Mapping[str, Sequence[Span]], limit: WorkLimit | None) -> None:
        self.dates, self.worked, self.limit = dates, worked, limit
        self._known: dict[tuple[str, tuple[int, ...]], Truths] = {}

    def forbidden(self, one: str, columns: tuple[int, ...]) -> Truths:
        """The columns at which that resource cannot serve once it serves these."""
        key = one, columns
        if key not in self._known:
            self._known[key] = self._touching(one, self._spans(one, columns))
        return self._known[key]

    def _spans(self, one: str, columns: Sequence[int]) -> list[Span]:
        """What it is kept by: the sittings with the minutes around them, and the rest they ask for."""
        line, resource = self.dates.line, self.dates.resources[self.dates.rows[one]]
        starts = [self.dates.start(column) for column in columns]
        kept = [
            (start - resource.before * MINUTE, start + (line.minutes + resource.after) * MINUTE) for start in starts
        ]
        if self.limit is None or one not in self.worked or not kept:
            return kept
        around = min(first for first, _ in kept) - NEAR, max(past for _, past in kept) + NEAR
        near = [span for span in self.worked[one] if span[0] < around[1] and span[1] > around[0]]
        (rest,) = worn([(resource.zone.key, [*near, *kept])], line.minutes, self.limit, kept[0])
        return join([*kept, *rest])

    def _touching(self, one: str, spans: Sequence[Span]) -> Truths:
        resource, starts = self.dates.resources[self.dates.rows[one]], self.dates.starts
        firsts = starts - resource.before * MINUTE
        pasts = starts + (self.dates.line.minutes + resource.after) * MINUTE
        found = np.zeros(len(starts), dtype=np.bool_)
        for first, past in spans:
            found |= (firsts < past) & (pasts > first)
        return found
