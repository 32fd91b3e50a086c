"""Who takes part in a booking: one assignment for all its sittings, reserved at each of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from directory.models import Resource
from scheduler import availability, claims, ledger, needs, slots
from scheduler.ground import Ground
from scheduler.models import Booking, Plan, PlanNeed, Reservation, Side, Sitting
from scheduler.needs import Bookable, PlanFacts
from scheduler.problem import Need
from scheduler.timegrid import seconds

Chosen = Sequence[tuple[PlanNeed, Sequence[Resource]]]


@dataclass(frozen=True)
class Team:
    """Resources for each need, and the minutes that each side bears outside preferred hours, all sittings together."""

    chosen: Chosen
    unsocial: Mapping[Side, int]


class Nobody(Exception):
    """No team can be found. `start` is the sitting that fails; `ground` says why, None outside the plan's dates."""

    def __init__(self, start: datetime, ground: Ground | None) -> None:
        super().__init__("nobody")
        self.start, self.ground = start, ground


def find(plan: Plan, starts: Sequence[datetime], now: datetime, keep: Booking | None = None) -> Team:
    """The best team that is free at every one of the starts; that of `keep`, where it is. Raises Nobody."""
    facts = availability.facts(plan)
    laid = [_laid(plan, facts, start, now) for start in starts]
    try:
        kept = keep and _solved(_only(facts, keep), laid)
    except Nobody:
        kept = None
    return _team(plan, facts, kept or _solved(facts, laid), laid)


def reserve(sittings: Sequence[Sitting], chosen: Chosen) -> None:
    """Keep the team at each sitting, all of it or nothing. Refuses `slot_taken`."""
    for sitting in sittings:
        claims.reserve(sitting, chosen)


def release(booking: Booking) -> None:
    """Whom the booking kept is free; the rows stay, for they say who was to come."""
    Reservation.objects.filter(sitting__booking=booking).update(active=False)


@dataclass(frozen=True)
class _Laid:
    start: datetime
    bookables: Sequence[Bookable]

    def span(self, minutes: int) -> tuple[datetime, datetime]:
        return self.start, self.start + timedelta(minutes=minutes)


def _laid(plan: Plan, facts: PlanFacts, start: datetime, now: datetime) -> _Laid:
    earliest, latest = needs.horizon(facts, now)
    span = start, start + timedelta(minutes=facts.minutes)
    if start < earliest or span[1] > latest:
        raise Nobody(start, None)
    return _Laid(start, availability.bookables(plan, span, now))


def _solved(facts: PlanFacts, laid: Sequence[_Laid]) -> Sequence[Sequence[str]]:
    """Ids for each need. Who cannot come to a later sitting is busy at the first one."""
    first = laid[0]
    absent = {id_ for later in laid[1:] for id_ in _absent(facts, later)}
    span = first.span(facts.minutes)
    taken = seconds(span[0]), seconds(span[1])
    bookables = [replace(one, busy=(*one.busy, taken)) if one.id in absent else one for one in first.bookables]
    problem = needs.problem(facts, bookables, span, 1)
    found = slots.answer(problem)["slots"]
    if not found:
        raise _failed(facts, laid, Ground.of(problem))
    assigned: Sequence[Sequence[str]] = found[0]["assigned"]
    return assigned


def _failed(facts: PlanFacts, laid: Sequence[_Laid], whole: Ground) -> Nobody:
    """The sitting that fails by itself, or the first where only all of them together do."""
    for one in laid[1:]:
        problem = needs.problem(facts, one.bookables, one.span(facts.minutes), 1)
        if not slots.answer(problem)["slots"]:
            return Nobody(one.start, Ground.of(problem))
    return Nobody(laid[0].start, whole)


def _absent(facts: PlanFacts, laid: _Laid) -> set[str]:
    ground = _ground(facts, laid)
    number = ground.number(laid.start)
    return {one.id for one in laid.bookables if not ground.fits(one.id, number)}


def _ground(facts: PlanFacts, laid: _Laid) -> Ground:
    return Ground.of(needs.problem(facts, laid.bookables, laid.span(facts.minutes), 1))


def _only(facts: PlanFacts, booking: Booking) -> PlanFacts:
    """The same facts with nobody in the pools but who is booked now."""
    rows = Reservation.objects.filter(sitting__booking=booking, active=True).values_list("need__public_id", "resource")
    booked: dict[str, set[str]] = {}
    for need, resource in rows:
        booked.setdefault(str(need), set()).add(str(resource))
    return replace(facts, needs=tuple(_narrowed(need, booked) for need in facts.needs))


def _narrowed(need: Need, booked: Mapping[str, set[str]]) -> Need:
    now = booked.get(need.label)
    return need if now is None else replace(need, of=tuple(one for one in need.of if one in now))


def _team(plan: Plan, facts: PlanFacts, assigned: Sequence[Sequence[str]], laid: Sequence[_Laid]) -> Team:
    known = {str(one.pk): one for one in availability.pool(plan)}
    wanted = availability.booked_needs(plan)
    # The official hours, where they stand in, are one need more than the plan has.
    chosen = [(need, [known[id_] for id_ in ids]) for need, ids in zip(wanted, assigned, strict=False)]
    grounds = [(_ground(facts, one), one.start) for one in laid]
    who = [(need, [str(one.pk) for one in people]) for need, people in chosen]
    each = [ledger.borne(who, start, ground) for ground, start in grounds]
    return Team(chosen, {side: sum(one[side] for one in each) for side in ledger.SIDES})
