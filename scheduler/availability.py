"""The tables → what the slot search reads: the only bridge between the two."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Self

from directory import calendars
from directory.models import Authority, Resource, Site
from scheduler import occupied, pools, sides
from scheduler.models import Plan, PlanNeed, Role, Side
from scheduler.occupied import Occupied
from scheduler.planning import limits
from scheduler.solver import wear
from scheduler.solver.lanes import local_day as local_day
from scheduler.solver.needs import Bookable, PlanFacts, WorkLimit
from scheduler.solver.problem import Need
from scheduler.solver.series import Asked
from scheduler.solver.spans import NONE, Spans
from scheduler.solver.timegrid import seconds

Span = tuple[datetime, datetime]
OFFICIAL = "requested-state"  # the bookable that stands for the requested State's usual hours
# Nothing can be held without these. Whom the directory does not know otherwise comes without being booked.
MUST = (Role.ROOM, Role.WITNESS_ROOM, Role.INTERPRETER)
CHANGING = MUST  # from one sitting to the next; the others hear the hearing from beginning to end
MARGIN = timedelta(days=2)  # buffers, and the rest after yesterday's work, reach outside the horizon


@dataclass(frozen=True)
class Basis:
    """What a search goes by, read once for one answer: the needs with their pools, and the measures in force."""

    plan: Plan
    everybody: Sequence[PlanNeed]  # those whom nobody has to book too
    measures: sides.Measures

    @classmethod
    def of(cls, plan: Plan) -> Self:
        """As it is now."""
        return cls(plan, pools.needs_of(plan), sides.in_force(plan))

    @cached_property
    def needs(self) -> Sequence[PlanNeed]:
        """Those with a pool, in order, and those that somebody must fill, where an empty pool blocks."""
        return [need for need in self.everybody if need.role in MUST or need.resources.all()]

    @property
    def withheld(self) -> bool:
        """Whether the place of the person to be heard is."""
        return sides.withholds_place(self.measures)

    @cached_property
    def zones(self) -> Mapping[str, str]:
        """The IANA zone in which each State's time is shown: side → zone."""
        return sides.zones(self.plan, self.withheld)

    @cached_property
    def limit(self) -> WorkLimit:
        """What one interpreter may work."""
        return limits.work_limit(self.plan)

    def facts(self) -> PlanFacts:
        """The plan with the needs that somebody has to be booked for, and the requested State's usual hours.

        A resource's own zone and preferred hours would show in the minutes outside them. So while the place is
        withheld, nobody there has any: the State's official hours stand for all of them.
        """
        plan, asked = self.plan, [_need(one) for one in self.needs]
        if self.withheld:
            asked.append(Need(label=OFFICIAL, count=1, of=(OFFICIAL,)))
        return PlanFacts(
            minutes=plan.minutes,
            earliest=plan.earliest,
            latest=plan.latest,
            zone=sides.requesting_zone(plan.request),
            notice_days=plan.notice_days,
            grid=plan.grid,
            needs=tuple(asked),
        )

    @cached_property
    def pool(self) -> list[Resource]:
        """Every resource that may be taken, in the order of their ids."""
        found = {one.pk: one for need in self.needs for one in need.resources.all() if one.active}
        return [found[pk] for pk in sorted(found)]

    def bookables(self, span: Span, now: datetime, only: Sequence[Resource] | None = None) -> list[Bookable]:
        """The pool (or `only` these) with everybody's closed days and busy times around `span`.

        Reservations of this plan's own booking and of holds that ran out do not count.
        """
        resources = self.pool if only is None else only
        busy = occupied.known(self.plan, resources, (span[0] - MARGIN, span[1] + MARGIN), now)
        worn, closed = _worn(self, resources, busy, span), _Closures(span)
        withheld, rooms = self.withheld, {one.pk: _room(one) for one in resources}
        there = (need.resources.all() for need in self.needs if withheld and need.side == Side.REQUESTED)
        hidden = {one.pk for pool in there for one in pool}
        found = [
            Bookable(
                id=str(pk),
                zone=one.zone,
                hours=one.hours,
                preferred=None if pk in hidden else one.preferred,
                # Who keeps no hours at all keeps no closed days either: a practice room is open on Sunday.
                closed=closed.of(one.authority) if one.hours else frozenset(),
                busy=busy.spans(one) + worn.get(pk, NONE),
                before=room.setup_minutes if room else 0,
                after=room.clearing_minutes if room else 0,
                load=busy.load(one),
                worked=busy.reserved(one) if one.kind == Resource.Kind.INTERPRETER else None,
            )
            for one, (pk, room) in zip(resources, rooms.items(), strict=True)
        ]
        return [*found, official(self.plan)] if withheld else found

    def sittings(self, facts: PlanFacts, people: Sequence[Bookable]) -> Asked:
        """What the plan asks of its sittings: the same bench at all of them, and an interpreter's rest in between."""
        plan = self.plan
        steady = {str(need.public_id) for need in self.needs if need.role not in CHANGING}
        worked = {one.id: one.worked for one in people if one.worked is not None}
        return Asked(plan.sittings, facts.zone, plan.spread_days, steady, self.limit, worked)


def pool(plan: Plan) -> list[Resource]:
    """`Basis.pool` of the plan as it is now, and nothing else of it."""
    return list(Resource.objects.filter(pk__in=plan.needs.values("resources"), active=True).order_by("pk"))


def booked_needs(plan: Plan) -> list[PlanNeed]:
    """`Basis.needs` of the plan as it is now."""
    return list(Basis(plan, pools.needs_of(plan), None).needs)


def official(plan: Plan) -> Bookable:
    """The requested State's usual hours at its official time: always there, and never dearer than its clock."""
    state = plan.request.requested.state
    return Bookable(id=OFFICIAL, zone=state.zone, preferred=sides.official_hours(state)[1])


def _room(one: Resource) -> Site | None:
    """Nobody else is asked for it: of an interpreter the question alone would be a statement."""
    return getattr(one, "site", None) if one.kind == Resource.Kind.SITE else None


def _need(need: PlanNeed) -> Need:
    active = (str(one.pk) for one in need.resources.all() if one.active)
    return Need(label=str(need.public_id), count=need.count, of=tuple(sorted(active)))


def _worn(basis: Basis, resources: Sequence[Resource], busy: Occupied, span: Span) -> dict[int, Spans]:
    """When the interpreters among them have worked enough, by the rules of the plan's court."""
    team = [one for one in resources if one.kind == Resource.Kind.INTERPRETER]
    if not team:
        return {}
    plan, limit, around = basis.plan, basis.limit, (seconds(span[0]), seconds(span[1]))
    spans = wear.worn([(one.zone, busy.reserved(one)) for one in team], plan.minutes, limit, around)
    return dict(zip((one.pk for one in team), spans, strict=True))


class _Closures:
    """Closed days an authority, each asked for once."""

    def __init__(self, span: Span) -> None:
        # Local dates differ from UTC's by at most one day either way.
        self.first, self.last = (span[0] - MARGIN).date(), (span[1] + MARGIN).date()
        self.known: dict[int, frozenset[date]] = {}

    def of(self, authority: Authority | None) -> frozenset[date]:
        if authority is None:
            return frozenset()
        if authority.pk not in self.known:
            self.known[authority.pk] = frozenset(calendars.closed(authority, self.first, self.last))
        return self.known[authority.pk]
