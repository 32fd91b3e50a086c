"""Which needs cannot be met at some starts, how many are missing, and what keeps whom: facts, before any words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from directory import calendars
from directory.calendars import Closure
from directory.models import Resource
from scheduler.models import PlanNeed
from scheduler.solver.bits import Mask
from scheduler.solver.ground import Ground, Why
from scheduler.solver.timegrid import EPOCH


@dataclass(frozen=True)
class Kept:
    """What keeps one of a pool; None: nothing, at one of the starts at least. `closure` names a closed day."""

    resource: Resource
    why: Why | None
    closure: Closure | None


@dataclass(frozen=True)
class Shortage:
    """A need that none of the starts meets, even alone. `free` are the most that are there at once."""

    need: PlanNeed
    free: int
    pool: Sequence[Kept]

    @property
    def missing(self) -> int:
        """How many more it would take."""
        return self.need.count - self.free


def found(needs: Sequence[PlanNeed], ground: Ground, within: Mask) -> list[Shortage]:
    """The shortages at all of these starts, in the order of the needs."""
    known = {str(need.public_id): need for need in needs}
    short = [(known[row.label], row, free) for row, free in ground.short(within) if row.label in known]
    return [Shortage(need, free, _pool(need, frozenset(row.of), ground, within)) for need, row, free in short]


def _pool(need: PlanNeed, ids: frozenset[str], ground: Ground, within: Mask) -> tuple[Kept, ...]:
    return tuple(_kept(one, ground, within) for one in need.resources.all() if str(one.pk) in ids)


def _kept(one: Resource, ground: Ground, within: Mask) -> Kept:
    why = ground.kept_from(str(one.pk), within)
    days = ground.local_days(str(one.pk), within) if why == Why.CLOSED and one.authority else ()
    closures = [found for day in days if (found := _closure(one, day))]
    # A day of the reader's may lie on two of theirs: a holiday says more than the Sunday before it.
    return Kept(one, why, min(closures, key=lambda closure: closure.kind == "weekend", default=None))


def _closure(one: Resource, day: int) -> Closure | None:
    local: date = (EPOCH + timedelta(days=day)).date()
    return calendars.closed(one.authority, local, local).get(local) if one.authority else None
