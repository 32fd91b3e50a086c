"""When can this hearing take place? The slot search over the tables' facts, and its answer made ready to read.

The search takes no locks: it proposes. `booking` asks again under locks before anything is reserved.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone

from directory import access
from directory.models import Membership
from directory.roles import Act
from scheduler import availability, needs, slots
from scheduler.ground import Ground
from scheduler.models import Plan, PlanNeed

MANY = 4000  # starts looked at; a plan of a month has hundreds


@dataclass(frozen=True)
class Slot:
    """A possible time. Instants in UTC; minutes outside preferred hours: the worst for one, and of all together."""

    start: datetime
    end: datetime
    worst: int
    total: int
    assigned: tuple[tuple[str, ...], ...]  # ids of resources, in the order of the problem's needs


@dataclass(frozen=True)
class Card:
    """Slots of one local day with the same score: the first, and the other starts of that day."""

    rank: int
    slot: Slot
    others: tuple[Slot, ...]


@dataclass(frozen=True)
class Blocker:
    """Where nothing is possible: how many starts there would be without this one need."""

    need: PlanNeed
    starts_without: int


@dataclass(frozen=True)
class Found:
    """The answer: all slots in rank order, how many there are, what blocks, and the ground it stands on."""

    plan: Plan
    slots: tuple[Slot, ...]
    feasible: int
    blockers: tuple[Blocker, ...]
    span: tuple[datetime, datetime]
    ground: Ground | None  # None where the notice leaves no time at all


def find(*, plan: Plan, by: Membership | None, now: datetime | None = None) -> Found:
    """Every time at which the hearing could be held, from now on. Refuses `not_found`."""
    access.check(by, Act.HEARING_READ)
    return survey(plan, now or timezone.now())


def survey(plan: Plan, now: datetime) -> Found:
    """`find` for the system itself."""
    facts = availability.facts(plan)
    span = needs.horizon(facts, now)
    if span[1] - span[0] < timedelta(minutes=plan.minutes):
        return Found(plan, (), 0, (), span, None)
    problem = needs.problem(facts, availability.bookables(plan, span, now), span, MANY)
    answer = slots.solve(problem)
    known = {str(one.public_id): one for one in availability.booked_needs(plan)}
    return Found(
        plan=plan,
        slots=tuple(_slot(one) for one in answer["slots"]),
        feasible=answer["feasible"],
        blockers=tuple(
            Blocker(known[row["need"]], row["starts_without"]) for row in answer["blockers"] if row["need"] in known
        ),
        span=span,
        ground=Ground.of(problem),
    )


def at(plan: Plan, start: datetime, now: datetime) -> tuple[Slot | None, Ground | None]:
    """The best assignment for one start, or None; and the ground on which to say why not."""
    facts = availability.facts(plan)
    earliest, latest = needs.horizon(facts, now)
    span = start, start + timedelta(minutes=plan.minutes)
    if start < earliest or span[1] > latest:
        return None, None
    problem = needs.problem(facts, availability.bookables(plan, span, now), span, 1)
    found = slots.solve(problem)["slots"]
    return (_slot(found[0]) if found else None), Ground.of(problem)


def cards(found: Sequence[Slot], zone: str, most: int) -> list[Card]:
    """The best score of each day in `zone`, best days first; equal starts of a day are folded into one card."""
    days: dict[date, list[Slot]] = {}
    for slot in found:
        best = days.setdefault(availability.local_day(slot.start, zone), [])
        if not best or (best[0].worst, best[0].total) == (slot.worst, slot.total):
            best.append(slot)
    ranked = sorted(days.values(), key=lambda best: (best[0].worst, best[0].total, best[0].start))
    return [Card(rank, best[0], tuple(best[1:])) for rank, best in enumerate(ranked[:most], start=1)]


def windows(found: Sequence[Slot]) -> list[tuple[datetime, datetime]]:
    """The stretches in which a hearing can lie: its slots, joined where they overlap."""
    joined: list[tuple[datetime, datetime]] = []
    for slot in sorted(found, key=lambda one: one.start):
        if joined and slot.start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], slot.end))
        else:
            joined.append((slot.start, slot.end))
    return joined


def nearest(found: Sequence[Slot], wanted: datetime, most: int = 3) -> list[Slot]:
    """The possible times closest to the wanted one, the closest first."""
    return sorted(found, key=lambda slot: (abs(slot.start - wanted), slot.start))[:most]


def _slot(row: Any) -> Slot:
    return Slot(
        start=datetime.fromisoformat(row["start"]),
        end=datetime.fromisoformat(row["end"]),
        worst=row["unsocial"]["worst"],
        total=row["unsocial"]["total"],
        assigned=tuple(tuple(ids) for ids in row["assigned"]),
    )
