"""Who takes part in a booking: the same bench at all its sittings, whoever is free in its rooms and booths."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property

from directory.models import Resource
from scheduler.availability import Basis
from scheduler.booking import claims
from scheduler.booking.claims import Chosen
from scheduler.models import Booking, Plan, Reservation, Side, Sitting
from scheduler.planning import ledger
from scheduler.solver import needs, slots
from scheduler.solver.field import Field
from scheduler.solver.ground import Ground
from scheduler.solver.kept import after, may_serve
from scheduler.solver.needs import Bookable, PlanFacts
from scheduler.solver.problem import Need, Problem
from scheduler.solver.series import Search, Series
from scheduler.solver.timegrid import seconds

Pools = Mapping[str, Collection[str]]  # a need's public id → ids of those who would meet it
Span = tuple[datetime, datetime]


@dataclass(frozen=True)
class Team:
    """For each sitting the resources of each need; and the minutes each side bears outside preferred hours, in all."""

    chosen: Sequence[Chosen]
    unsocial: Mapping[Side, int]


class Nobody(Exception):
    """No team can be found. `start` is the sitting that fails; `ground` says why, None outside the plan's dates."""

    def __init__(self, basis: Basis, start: datetime, ground: Ground | None) -> None:
        super().__init__("nobody")
        self.basis, self.start, self.ground = basis, start, ground


def find(
    plan: Plan,
    starts: Sequence[datetime],
    now: datetime,
    keep: Pools | None = None,
    heard: Sequence[Sitting] = (),
    each: Sequence[Pools] = (),
) -> Team:
    """The best team that is free at every one of the starts; one out of `keep`, where there is one. Raises Nobody.

    `each` names a team for every start, which comes before all others.

    Reservations of the plan's own booking do not count, but for those of the sittings already `heard`: their bench
    hears the others too, and their interpreters have worked.
    """
    table = _Table(plan, starts, now, heard)
    if each:
        with suppress(Nobody):
            return table.team(table.as_named(each))
    if not keep:
        return table.team(table.solved(table.facts))
    try:
        return table.team(table.solved(_narrowed(table.facts, keep)))
    except Nobody:
        return table.team(table.solved(table.facts))


def reserve(sittings: Sequence[Sitting], team: Team) -> None:
    """Keep the team, all of it or nothing. Refuses `slot_taken`."""
    claims.reserve(zip(sittings, team.chosen, strict=True))


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

    def __init__(self, plan: Plan, starts: Sequence[datetime], now: datetime, heard: Sequence[Sitting]) -> None:
        self.basis = Basis.of(plan)
        self.facts = facts = self.basis.facts()
        self.wanted = self.basis.needs
        self.spans: list[Span] = [(start, start + timedelta(minutes=plan.minutes)) for start in starts]
        self.whole: Span = self.spans[0][0], self.spans[-1][1]
        earliest, latest = needs.horizon(facts, now)
        for start, end in self.spans:
            if start < earliest or end > latest:
                raise Nobody(self.basis, start, None)
        self.bookables = self.basis.bookables(self.whole, now)
        self.asked = self.basis.sittings(facts, self.bookables)
        if heard:
            self._go_on(plan, heard)

    def _go_on(self, plan: Plan, heard: Sequence[Sitting]) -> None:
        """Whoever sat on the bench sits there again; whoever interpreted has that behind her."""
        rows = list(Reservation.objects.filter(sitting__in=heard).select_related("need", "sitting"))
        bench: dict[str, set[str]] = {}
        worked: dict[str, list[tuple[int, int]]] = {}
        for row in rows:
            bench.setdefault(str(row.need.public_id), set()).add(str(row.resource_id))
            worked.setdefault(str(row.resource_id), []).append((seconds(row.sitting.start), seconds(row.sitting.end)))
        self.facts = _narrowed(self.facts, {label: ids for label, ids in bench.items() if label in self.asked.steady})
        limit = self.basis.limit
        self.bookables = [
            after(one, worked[one.id], plan.minutes, limit) if one.worked is not None and one.id in worked else one
            for one in self.bookables
        ]
        self.asked = self.basis.sittings(self.facts, self.bookables)

    def solved(self, facts: PlanFacts) -> list[list[list[str]]]:
        """Ids for each need at each sitting: the same bench at all of them, and everybody's rest in between."""
        if len(self.spans) == 1:
            return [self._at(facts, 0)]
        found = self._together(facts)
        if found is None:
            for place in range(len(self.spans)):
                self._at(facts, place)  # where one of them fails by itself, it is told of that one
            raise Nobody(self.basis, self.spans[0][0], Ground.of(self._problem(self._throughout(facts), 0)))
        return [[list(ids) for ids in sitting.assigned] for sitting in found.sittings]

    def as_named(self, each: Sequence[Pools]) -> list[list[list[str]]]:
        """Ids for each need at each sitting, of those who are named for it. Raises Nobody."""
        rows = [self._at(_narrowed(self.facts, pools), place) for place, pools in enumerate(each)]
        steady = [place for place, need in enumerate(self.facts.needs) if need.label in self.asked.steady]
        alike = all(row[place] == rows[0][place] for row in rows for place in steady)
        if not alike or not all(self._rested(one, rows) for one in self.bookables if one.worked is not None):
            raise Nobody(self.basis, self.spans[0][0], None)
        return rows

    def _rested(self, one: Bookable, rows: Sequence[Sequence[Sequence[str]]]) -> bool:
        """Whether she may work at all those sittings at which she is named."""
        assert self.asked.limit
        hers = [span for span, row in zip(self.spans, rows, strict=True) if any(one.id in ids for ids in row)]
        return may_serve(one, [(seconds(start), seconds(end)) for start, end in hers], self.asked.limit)

    def _together(self, facts: PlanFacts) -> Series | None:
        field = Field(needs.problem(facts, self.bookables, self.whole, 1))
        starts = [field.line.place(seconds(start)) for start, _end in self.spans]
        asked = replace(self.asked, count=len(starts), spread=(self.whole[1] - self.whole[0]).days + 2)
        search = Search(field, asked, within=sum(1 << place for place in starts))
        return next(search.best(1 << starts[0]), None)

    def _throughout(self, facts: PlanFacts) -> PlanFacts:
        """The steady needs with those alone who can come to every sitting."""
        able = [_able(self.grounds[place], span[0]) for place, span in enumerate(self.spans)]
        throughout = {label: set.intersection(*(free[label] for free in able)) for label in self.asked.steady}
        return _narrowed(facts, throughout)

    def _at(self, facts: PlanFacts, place: int) -> list[list[str]]:
        problem = self._problem(facts, place)
        found = slots.answer(problem)["slots"]
        if not found:
            raise Nobody(self.basis, self.spans[place][0], Ground.of(problem))
        return [list(ids) for ids in found[0]["assigned"]]

    @cached_property
    def grounds(self) -> list[Ground]:
        """What each sitting stands on, with everybody in the pools."""
        return [Ground.of(self._problem(self.facts, place)) for place in range(len(self.spans))]

    def _problem(self, facts: PlanFacts, place: int) -> Problem:
        return needs.problem(facts, self.bookables, self.spans[place], 1)

    def team(self, assigned: Sequence[Sequence[Sequence[str]]]) -> Team:
        known = {str(one.pk): one for one in self.basis.pool}
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
