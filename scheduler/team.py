"""Who takes part in a booking: the same bench at all its sittings, whoever is free in its rooms and booths."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property

from directory.models import Resource
from scheduler import availability, claims, ledger, needs, slots
from scheduler.ground import Ground
from scheduler.models import Booking, Plan, PlanNeed, Reservation, Role, Side, Sitting
from scheduler.needs import Bookable, PlanFacts
from scheduler.problem import Need, Problem

Pools = Mapping[str, Collection[str]]  # a need's public id → ids of those who would meet it
Chosen = Sequence[tuple[PlanNeed, Sequence[Resource]]]
Span = tuple[datetime, datetime]
CHANGING = (Role.ROOM, Role.WITNESS_ROOM, Role.INTERPRETER)  # the others hear the hearing from beginning to end


@dataclass(frozen=True)
class Team:
    """For each sitting the resources of each need; and the minutes each side bears outside preferred hours, in all."""

    chosen: Sequence[Chosen]
    unsocial: Mapping[Side, int]


class Nobody(Exception):
    """No team can be found. `start` is the sitting that fails; `ground` says why, None outside the plan's dates."""

    def __init__(self, start: datetime, ground: Ground | None) -> None:
        super().__init__("nobody")
        self.start, self.ground = start, ground


def find(plan: Plan, starts: Sequence[datetime], now: datetime, keep: Pools | None = None) -> Team:
    """The best team that is free at every one of the starts; one out of `keep`, where there is one. Raises Nobody.

    Reservations of the plan's own booking do not count.
    """
    table = _Table(plan, availability.facts(plan), starts, now)
    if not keep:
        return table.team(table.solved(table.facts))
    try:
        return table.team(table.solved(_narrowed(table.facts, keep)))
    except Nobody:
        return table.team(table.solved(table.facts))


def reserve(sittings: Sequence[Sitting], team: Team) -> None:
    """Keep the team, all of it or nothing. Refuses `slot_taken`."""
    for sitting, chosen in zip(sittings, team.chosen, strict=True):
        claims.reserve(sitting, chosen)


def renew(sittings: Sequence[Sitting], team: Team) -> None:
    """Another team, or the same at another time: what was kept before is gone. Refuses `slot_taken`."""
    Reservation.objects.filter(sitting__in=sittings).delete()
    reserve(sittings, team)


def of(booking: Booking) -> Pools:
    """Who is booked now, to be kept if they can come."""
    rows = Reservation.objects.filter(sitting__booking=booking).values_list("need__public_id", "resource")
    found: dict[str, set[str]] = {}
    for need, resource in rows:
        found.setdefault(str(need), set()).add(str(resource))
    return found


def booked(booking: Booking) -> list[Resource]:
    """Whom the booking keeps, at any of its sittings."""
    return list(Resource.objects.filter(reservations__sitting__booking=booking).distinct())


def release(booking: Booking) -> None:
    """Whom the booking kept is free; the rows stay, for they say who was to come."""
    Reservation.objects.filter(sitting__booking=booking).update(active=False)


class _Table:
    """The plan's facts and, for each sitting, who could come."""

    def __init__(self, plan: Plan, facts: PlanFacts, starts: Sequence[datetime], now: datetime) -> None:
        self.plan, self.facts, self.now = plan, facts, now
        self.wanted = availability.booked_needs(plan)
        self.steady = {str(need.public_id) for need in self.wanted if need.role not in CHANGING}
        self.spans: list[Span] = [(start, start + timedelta(minutes=plan.minutes)) for start in starts]
        self.bookables = [self._bookables(span) for span in self.spans]

    def _bookables(self, span: Span) -> Sequence[Bookable]:
        earliest, latest = needs.horizon(self.facts, self.now)
        if span[0] < earliest or span[1] > latest:
            raise Nobody(span[0], None)
        return availability.bookables(self.plan, span, self.now)

    def solved(self, facts: PlanFacts) -> list[list[list[str]]]:
        """Ids for each need at each sitting: the bench of the first one sits at the others."""
        if len(self.spans) == 1:
            return [self._at(facts, 0)]
        try:
            return self._together(self._throughout(facts))
        except Nobody:
            for place in range(len(self.spans)):
                self._at(facts, place)  # where one of them fails by itself, it is told of that one
            raise

    def _together(self, facts: PlanFacts) -> list[list[list[str]]]:
        found = [self._at(facts, 0)]
        bench = dict(zip((need.label for need in facts.needs), found[0], strict=True))
        bound = _narrowed(facts, {label: set(ids) for label, ids in bench.items() if label in self.steady})
        return found + [self._at(bound, place) for place in range(1, len(self.spans))]

    def _throughout(self, facts: PlanFacts) -> PlanFacts:
        """The steady needs with those alone who can come to every sitting."""
        able = [_able(self.grounds[place], span[0]) for place, span in enumerate(self.spans)]
        throughout = {label: set.intersection(*(free[label] for free in able)) for label in self.steady}
        return _narrowed(facts, throughout)

    def _at(self, facts: PlanFacts, place: int) -> list[list[str]]:
        problem = self._problem(facts, place)
        found = slots.answer(problem)["slots"]
        if not found:
            raise Nobody(self.spans[place][0], Ground.of(problem))
        return [list(ids) for ids in found[0]["assigned"]]

    @cached_property
    def grounds(self) -> list[Ground]:
        """What each sitting stands on, with everybody in the pools."""
        return [Ground.of(self._problem(self.facts, place)) for place in range(len(self.spans))]

    def _problem(self, facts: PlanFacts, place: int) -> Problem:
        return needs.problem(facts, self.bookables[place], self.spans[place], 1)

    def team(self, assigned: Sequence[Sequence[Sequence[str]]]) -> Team:
        known = {str(one.pk): one for one in availability.pool(self.plan)}
        # The official hours, where they stand in, are one need more than the plan has.
        chosen = [
            [(need, [known[id_] for id_ in ids]) for need, ids in zip(self.wanted, row, strict=False)]
            for row in assigned
        ]
        return Team(chosen, {side: sum(self._borne(chosen, side)) for side in ledger.SIDES})

    def _borne(self, chosen: Sequence[Chosen], side: Side) -> Iterator[int]:
        for (start, _end), row, ground in zip(self.spans, chosen, self.grounds, strict=True):
            who = [(need, tuple(str(one.pk) for one in people)) for need, people in row]
            yield ledger.borne(who, start, ground)[side]


def _able(ground: Ground, start: datetime) -> dict[str, set[str]]:
    """For each need those who are free for a sitting that starts then."""
    number = ground.number(start)
    assert number is not None  # a start on the grid is a candidate of the ground made for it
    return {need.label: set(ground.available(need, number)) for need in ground.asked.needs}


def _narrowed(facts: PlanFacts, to: Pools) -> PlanFacts:
    """The pools of these needs without whoever is not named."""
    return replace(facts, needs=tuple(_kept(need, to.get(need.label)) for need in facts.needs))


def _kept(need: Need, named: Collection[str] | None) -> Need:
    return need if named is None else replace(need, of=tuple(one for one in need.of if one in named))
