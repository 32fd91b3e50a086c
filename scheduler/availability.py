"""The tables → what the slot search reads: the only bridge between the two."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from directory import calendars
from directory.models import Authority, Resource
from scheduler import limits, occupied, sides, wear
from scheduler.models import Plan, PlanNeed, Role, Side
from scheduler.needs import Bookable, PlanFacts, WorkLimit
from scheduler.problem import Need
from scheduler.timegrid import Span as Seconds
from scheduler.timegrid import seconds

Span = tuple[datetime, datetime]
OFFICIAL = "requested-state"  # the bookable that stands for the requested State's usual hours
# Nothing can be held without these. Whom the directory does not know otherwise comes without being booked.
MUST = (Role.ROOM, Role.WITNESS_ROOM, Role.INTERPRETER)
MARGIN = timedelta(days=2)  # buffers, and the rest after yesterday's work, reach outside the horizon


def facts(plan: Plan) -> PlanFacts:
    """The plan with the needs that somebody has to be booked for, and the requested State's usual hours.

    A resource's own zone and preferred hours would show in the minutes outside them. So while the place is
    withheld, nobody there has any: the State's official hours stand for all of them.
    """
    needs = [_need(one) for one in booked_needs(plan)]
    if sides.place_withheld(plan):
        needs.append(Need(label=OFFICIAL, count=1, of=(OFFICIAL,)))
    return PlanFacts(
        minutes=plan.minutes,
        earliest=plan.earliest,
        latest=plan.latest,
        zone=sides.requesting_zone(plan.request),
        notice_days=plan.notice_days,
        grid=plan.grid,
        needs=tuple(needs),
    )


def booked_needs(plan: Plan) -> list[PlanNeed]:
    """The needs with a pool, in order; and those that somebody must fill, where an empty pool blocks."""
    found = plan.needs.prefetch_related("resources")
    return [need for need in found if need.role in MUST or need.resources.all()]


def bookables(plan: Plan, span: Span, now: datetime, only: list[Resource] | None = None) -> list[Bookable]:
    """Every resource of the plan's pools (or `only` these) with its closed days and busy times around `span`.

    Reservations of this plan's own booking and of holds that ran out do not count.
    """
    withheld = sides.place_withheld(plan)
    wanted = booked_needs(plan)
    hidden = {r.pk for n in wanted if n.side == Side.REQUESTED for r in n.resources.all()}
    resources = _pool(wanted) if only is None else only
    busy = occupied.known(plan, resources, (span[0] - MARGIN, span[1] + MARGIN), now)
    worn = _Worn(plan, span)
    closed = _Closures(span)
    found = [
        Bookable(
            id=str(one.pk),
            zone=one.zone,
            hours=one.hours,
            preferred=None if withheld and one.pk in hidden else one.preferred,
            # Who keeps no hours at all keeps no closed days either: a practice room is open on Sunday.
            closed=closed.of(one.authority) if one.hours else frozenset(),
            busy=(*busy.spans(one), *worn.of(one, busy.reserved(one))),
            before=one.site.setup_minutes if hasattr(one, "site") else 0,
            after=one.site.clearing_minutes if hasattr(one, "site") else 0,
            load=busy.load(one),
        )
        for one in resources
    ]
    return [*found, official(plan)] if withheld else found


def pool(plan: Plan) -> list[Resource]:
    """Every resource that may be taken for the plan, in the order of their ids."""
    return _pool(booked_needs(plan))


def _pool(wanted: Sequence[PlanNeed]) -> list[Resource]:
    chosen = {resource.pk for need in wanted for resource in need.resources.all()}
    found = Resource.objects.filter(pk__in=chosen, active=True).select_related("authority__state", "site")
    return list(found.prefetch_related("authority__recesses", "authority__state__weekends").order_by("pk"))


def official(plan: Plan) -> Bookable:
    """The requested State's usual hours at its official time: always there, and never dearer than its clock."""
    state = plan.request.requested.state
    return Bookable(id=OFFICIAL, zone=state.zone, preferred=sides.official_hours(state)[1])


def _need(need: PlanNeed) -> Need:
    active = (str(one.pk) for one in need.resources.all() if one.active)
    return Need(label=str(need.public_id), count=need.count, of=tuple(sorted(active)))


class _Worn:
    """When an interpreter has worked enough, by the rules of the plan's court; others work as they must."""

    def __init__(self, plan: Plan, span: Span) -> None:
        self.plan, self.around = plan, (seconds(span[0]), seconds(span[1]))

    @cached_property
    def limit(self) -> WorkLimit:
        return limits.work_limit(self.plan)

    def of(self, one: Resource, reserved: Sequence[Seconds]) -> list[Seconds]:
        if one.kind != Resource.Kind.INTERPRETER:
            return []
        return wear.worn(one.zone, reserved, self.plan.minutes, self.limit, self.around)


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


def local_day(instant: datetime, zone: str) -> date:
    """The date on the calendar of `zone` at that instant."""
    return instant.astimezone(ZoneInfo(zone)).date()
