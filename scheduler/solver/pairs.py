"""Which two spans one person, or room, cannot both serve: all pairs of many spans at once. Pure.

The same rules as `wear.worn`, which says it of one span after the other: nothing overlaps, no date has more than its
cap, and between the work of two dates lies a rest.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from scheduler.solver.bits import Numbers, Truths
from scheduler.solver.needs import WorkLimit
from scheduler.solver.spans import rows_of
from scheduler.solver.timegrid import DAY, MINUTE, Span
from scheduler.solver.wear import midnights


class Work(NamedTuple):
    """What limits somebody: his zone, what he works besides, and how much he may."""

    zone: str
    worked: Sequence[Span]
    limit: WorkLimit


def clashes(firsts: Numbers, pasts: Numbers, work: Work | None) -> Truths:
    """For each two spans (row and column) whether they exclude each other; none excludes itself."""
    before: Truths = pasts[:, np.newaxis] <= firsts[np.newaxis, :]
    if work is None or not len(firsts):
        found = ~(before | before.T)
    else:
        fine = before & ~_tiring(firsts, pasts, work)
        found = ~(fine | fine.T)
    np.fill_diagonal(found, False)
    return found


def _tiring(firsts: Numbers, pasts: Numbers, work: Work) -> Truths:
    """Whether the second (column) asks too much of whoever has served the first (row), which is over by then."""
    marks = marked(work.zone, int(firsts.min()), int(pasts.max()))
    begins, ends = (np.searchsorted(marks, at, side="right") - 1 for at in (firsts, pasts - 1))
    same: Truths = ends[:, np.newaxis] == begins[np.newaxis, :]
    rest = work.limit.rest * MINUTE
    close = firsts[np.newaxis, :] - pasts[:, np.newaxis] < rest
    # On the date they share, what reaches into it from the evening before is owed a rest, and so is the next morning.
    evening = (begins < ends)[:, np.newaxis] & (firsts[np.newaxis, :] - marks[ends][:, np.newaxis] < rest)
    morning = (begins < ends)[np.newaxis, :] & (marks[begins + 1][np.newaxis, :] - pasts[:, np.newaxis] < rest)
    late, early = pasts - np.maximum(firsts, marks[ends]), np.minimum(pasts, marks[begins + 1]) - firsts
    spent = worked_on(marks, work.worked)[ends]
    full = late[:, np.newaxis] + early[np.newaxis, :] + spent[:, np.newaxis] > work.limit.day * MINUTE
    tiring: Truths = np.where(same, evening | morning | full, close)
    return tiring


def marked(zone: str, first: int, past: int) -> Numbers:
    """The midnights of a zone around these seconds: of each date in between where it begins, and where it ends."""
    return midnights(zone, first // DAY - 2, past // DAY + 4)


def worked_on(marks: Numbers, worked: Sequence[Span]) -> Numbers:
    """Seconds worked on each date, from its midnight to the next one."""
    rows = rows_of(worked)
    firsts = np.maximum(rows[:, 0][np.newaxis, :], marks[:-1, np.newaxis])
    pasts = np.minimum(rows[:, 1][np.newaxis, :], marks[1:, np.newaxis])
    spent: Numbers = np.maximum(pasts - firsts, 0).sum(axis=1)
    return spent
