"""Who bears how much: minutes outside preferred hours, of one hearing, and between two States over the last year and

in what is agreed for the next: who has said yes to an evening in March is not asked for one in April as if he had not.

Two legal systems on two clocks always put somebody out. Which of two equally dear times is better depends on who
was put out before.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property
from itertools import groupby
from typing import Any

from django.db import connection

from scheduler.availability import OFFICIAL
from scheduler.models import Plan, PlanNeed, Side
from scheduler.search import Found
from scheduler.solver.ground import Ground
from scheduler.solver.prospect import Card, Prospect, Slot

YEAR = timedelta(days=365)
WIDER = 4
SIDES = (Side.REQUESTING, Side.REQUESTED)
# Who came and waited in vain was put out no less. What is only held is not agreed. The plan's own time counts once it
# has begun: until then the search looks for another one in its place.
BORNE = """
SELECT coalesce(sum(CASE WHEN asking.state_id = %(ours)s THEN unsocial_requesting ELSE unsocial_requested END), 0),
       coalesce(sum(CASE WHEN asking.state_id = %(ours)s THEN unsocial_requested ELSE unsocial_requesting END), 0)
FROM scheduler_booking booking
JOIN scheduler_plan plan ON plan.id = booking.plan_id
JOIN casework_request request ON request.id = plan.request_id
JOIN directory_authority asking ON asking.id = request.requesting_id AND asking.state_id = ANY(%(states)s)
JOIN directory_authority asked ON asked.id = request.requested_id AND asked.state_id = ANY(%(states)s)
WHERE (booking.state = 'confirmed' OR booking.state = 'completed' AND booking.outcome IN ('took_place', 'no_show'))
  AND EXISTS (
    SELECT FROM scheduler_sitting sitting WHERE sitting.booking_id = booking.id
    AND lower(sitting.during) >= %(since)s
    AND lower(sitting.during) < CASE WHEN booking.plan_id = %(plan)s THEN %(now)s ELSE %(until)s END
  )
"""
Assigned = Sequence[tuple[PlanNeed, Sequence[str]]]  # a need → the ids of those who serve it
Minutes = Mapping[Side, int]  # a side → minutes


def assigned(needs: Sequence[PlanNeed], slot: Slot) -> Assigned:
    """Who serves which need. The official hours, where they stand in, are one need more than the plan has."""
    return list(zip(needs, slot.assigned, strict=False))


def borne(who: Assigned, start: datetime, ground: Ground) -> dict[Side, int]:
    """The minutes each side sits outside preferred hours from `start` on: those of whoever of it sits longest so.

    While the place is withheld the requested State's official hours stand for all who are there, so that the sum
    tells nothing of one room.
    """
    return {side: max((minutes for _need, minutes in outside(who, start, ground, side)), default=0) for side in SIDES}


def outside(who: Assigned, start: datetime, ground: Ground, side: str) -> list[tuple[PlanNeed | None, int]]:
    """Those of one side who sit outside preferred hours, with their minutes; None: the State's official hours."""
    rows: list[tuple[PlanNeed | None, str]] = [
        (need, one) for need, chosen in who if need.side == side for one in chosen
    ]
    if side == Side.REQUESTED and OFFICIAL in ground.resources:
        rows.append((None, OFFICIAL))
    found = ((need, ground.unsocial(one, start)) for need, one in rows)
    return [(need, minutes) for need, minutes in found if minutes]


def turn(slots: Sequence[Slot], bears: Callable[[Slot], Minutes], carried: Minutes) -> list[Slot]:
    """Slots in rank order; of those with equal (worst, total), first what is easier for the side that carried more.

    Pure. `bears` says what a slot would ask of each side; it is called only where there is something to turn.
    """
    heavier = max(SIDES, key=lambda side: carried.get(side, 0))
    if len({carried.get(side, 0) for side in SIDES}) == 1:
        return list(slots)
    turned: list[Slot] = []
    for _score, group in groupby(slots, key=lambda slot: (slot.worst, slot.total)):
        equals = list(group)
        if equals[0].worst and len(equals) > 1:
            # Sorting is stable: what asks the same of that side stays in the order of time.
            equals.sort(key=lambda slot: bears(slot).get(heavier, 0))
        turned += equals
    return turned


def burden(plan: Plan, now: datetime) -> dict[Side, int]:
    """Minutes of the plan's two States, whichever asked: borne in the year before `now`, and agreed for the next."""
    ours, theirs = plan.request.requesting.state_id, plan.request.requested.state_id
    facts: dict[str, Any] = {"ours": ours, "states": [ours, theirs], "since": now - YEAR, "now": now}
    facts |= {"until": now + YEAR, "plan": plan.pk}
    with connection.cursor() as cursor:
        cursor.execute(BORNE, facts)
        mine, others = cursor.fetchone()
    return {Side.REQUESTING: mine, Side.REQUESTED: others}


@dataclass(frozen=True)
class Turn:
    """Whose turn it is between a plan's two States, for the times of one answer."""

    found: Found
    now: datetime

    @cached_property
    def carried(self) -> Minutes:
        """What each side bears, read once, if it is asked for."""
        return burden(self.found.plan, self.now)

    def best(self, prospect: Prospect, most: int) -> list[Slot]:
        """The best times, in rank order."""
        first = prospect.best(most)
        # Where these put nobody out there is nothing to turn, and the ledger need not be read.
        if not any(slot.worst for slot in first):
            return first
        return self._turned(prospect.best(self._wide(most)))[:most]

    def cards(self, prospect: Prospect, zone: str, most: int) -> list[Card]:
        """The best days; on each, of equal starts, the one whose turn it is."""
        found = {card.slot: card for card in map(self._within, prospect.cards(zone, self._wide(most)))}
        ordered = [found[slot] for slot in self._turned(list(found))[:most]]
        return [replace(card, rank=rank) for rank, card in enumerate(ordered, start=1)]

    def _within(self, card: Card) -> Card:
        first, *_others = self._turned([card.slot, *card.others])
        others = sorted({card.slot, *card.others} - {first}, key=lambda slot: slot.start)
        return replace(card, slot=first, others=tuple(others))

    def _turned(self, slots: Sequence[Slot]) -> list[Slot]:
        return turn(slots, self._bears, self.carried)

    def _bears(self, slot: Slot) -> Minutes:
        ground = self.found.ground
        if ground is None:
            return {}
        each = [borne(assigned(self.found.needs, one), one.start, ground) for one in slot.sittings]
        return {side: sum(minutes[side] for minutes in each) for side in SIDES}

    def _wide(self, most: int) -> int:
        """Times as good as the last one listed may come after it: more are looked at where there is a turn to take."""
        return most * WIDER if len(set(self.carried.values())) > 1 else most
