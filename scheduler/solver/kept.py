"""What one sitting of a series forbids to the others: nobody is in two places at once, or works without rest. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property

import numpy as np

from scheduler.solver.bits import Numbers, Truths
from scheduler.solver.dates import Dates
from scheduler.solver.needs import Bookable, WorkLimit
from scheduler.solver.pairs import Work, clashes, marked
from scheduler.solver.problem import Resource
from scheduler.solver.scores import NEVER
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
        self._pairs: dict[object, Truths] = {}

    def forbidden(self, one: str, columns: tuple[int, ...]) -> Truths:
        """The columns at which that resource cannot serve once it serves these."""
        key = one, columns
        if key not in self._known:
            self._known[key] = self._touching(one, self._spans(one, columns))
        return self._known[key]

    def clashes(self, one: str) -> Truths:
        """For each two columns of different dates whether that resource cannot serve both."""
        resource, work = self._resource(one), self._work(one)
        key = resource.before, resource.after, work and (work.zone, tuple(work.worked))
        if key not in self._pairs:
            days = self.dates.days
            self._pairs[key] = clashes(*self._around(resource), work) & (days[:, np.newaxis] != days)
        return self._pairs[key]

    @cached_property
    def never(self) -> bool:
        """Whether on two dates nobody is ever in his own way. May say no where a longer look would say yes."""
        return all(self._free_of_itself(one.id) for one in self.dates.resources)

    def _free_of_itself(self, one: str) -> bool:
        firsts, pasts = self._around(self._resource(one))
        _days, place = np.unique(self.dates.days, return_inverse=True)
        begins, ends = np.full(len(_days), NEVER), np.full(len(_days), -NEVER)
        np.minimum.at(begins, place, firsts)
        np.maximum.at(ends, place, pasts)
        work = self._work(one)
        if work is None or len(_days) < 2:
            return bool((begins[1:] >= ends[:-1]).all())
        marks = marked(work.zone, int(begins[0]), int(ends[-1]))
        next_day, day = (np.searchsorted(marks, at, side="right") for at in (begins[1:], ends[:-1] - 1))
        return bool((begins[1:] - ends[:-1] >= work.limit.rest * MINUTE).all() and (day < next_day).all())

    def _work(self, one: str) -> Work | None:
        if self.limit is None or one not in self.worked:
            return None
        starts = self.dates.starts
        around = (int(starts.min()) - NEAR, int(starts.max()) + NEAR) if len(starts) else (0, 0)
        near = [span for span in self.worked[one] if span[0] < around[1] and span[1] > around[0]]
        return Work(self._resource(one).zone.key, near, self.limit)

    def _resource(self, one: str) -> Resource:
        return self.dates.resources[self.dates.rows[one]]

    def _around(self, resource: Resource) -> tuple[Numbers, Numbers]:
        starts, length = self.dates.starts, self.dates.line.minutes
        return starts - resource.before * MINUTE, starts + (length + resource.after) * MINUTE

    def _spans(self, one: str, columns: Sequence[int]) -> list[Span]:
        """What it is kept by: the sittings with the minutes around them, and the rest they ask for."""
        resource, chosen = self._resource(one), list(columns)
        firsts, pasts = (ends[chosen].tolist() for ends in self._around(resource))
        kept = list(zip(firsts, pasts, strict=True))
        if self.limit is None or one not in self.worked or not kept:
            return kept
        around = min(firsts) - NEAR, max(pasts) + NEAR
        near = [span for span in self.worked[one] if span[0] < around[1] and span[1] > around[0]]
        (rest,) = worn([(resource.zone.key, [*near, *kept])], self.dates.line.minutes, self.limit, kept[0])
        return join([*kept, *rest])

    def _touching(self, one: str, spans: Sequence[Span]) -> Truths:
        firsts, pasts = self._around(self._resource(one))
        found = np.zeros(len(firsts), dtype=np.bool_)
        for first, past in spans:
            found |= (firsts < past) & (pasts > first)
        return found
