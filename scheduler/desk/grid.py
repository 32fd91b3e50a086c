"""The lanes of the day grid: what is open, preferred, booked and free, and on whose word.

What is drawn of the other side comes from its State's usual hours and calendar, never from a room; while the
place is withheld that holds for the requested State whoever looks.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from directory import times
from directory.calendars import Closure
from directory.models import Membership
from scheduler import sides
from scheduler.availability import Basis
from scheduler.models import PlanNeed, Role, Side
from scheduler.search import Found
from scheduler.solver import lanes
from scheduler.solver.timegrid import DAY, EPOCH_ORDINAL, Span, join, openings, seconds, subtract
from scheduler.why import closures


@dataclass
class Grid:
    """What the day grid is drawn from. Spans are epoch seconds, lanes by side."""

    found: Found
    by: Membership
    days: list[date]

    def __post_init__(self) -> None:
        self.plan = self.found.plan
        basis = self.found.basis
        self.zones = basis.zones
        self.own = self.plan.side_of(self.by)
        self.zone = self.zones[self.own or Side.REQUESTING]
        self.around = _around(self.days, self.zone)
        self.closed = {side: closures.closed(basis, side, self.days) for side in (Side.REQUESTING, Side.REQUESTED)}
        self.open: dict[str, list[Span]] = {}
        self.preferred: dict[str, list[Span]] = {}
        self.busy: dict[str, list[Span]] = {}
        for side in self.closed:
            self._lane(side)
        self.windows = self.found.prospect.windows(self.around)
        shown = [*self.open[Side.REQUESTING], *self.open[Side.REQUESTED], *self.windows]
        self.axis = lanes.axis(shown, self.days, self.zone)
        self.team = self._team()

    def _lane(self, side: Side) -> None:
        rooms = _rooms(self.found, side)
        withheld = side == Side.REQUESTED and self.found.basis.withheld
        if withheld or side != self.own or not rooms or self.found.ground is None:
            self.open[side], self.preferred[side] = _usual(self.found.basis, side, self.closed[side], self.around)
        else:
            ground = self.found.ground
            self.open[side] = join(span for one in rooms for span in ground.open(one, self.around))
            weeks = [(ground.resources[one].zone, ground.resources[one].preferred) for one in rooms]
            liked = [openings(zone, week, frozenset(), self.around) for zone, week in weeks if week is not None]
            likes = join(span for spans in liked for span in spans) if liked else self.open[side]
            self.preferred[side] = lanes.intersect(self.open[side], likes)
        self.busy[side] = self._busy(rooms) if side == self.own else []

    def _busy(self, rooms: list[str]) -> list[Span]:
        """When no room of the own side is free although one is open."""
        ground = self.found.ground
        if ground is None:
            return []
        opened = join(span for one in rooms for span in ground.open(one, self.around))
        return subtract(opened, join(span for one in rooms for span in ground.free(one, self.around)))

    def _team(self) -> list[Span]:
        need = next((one for one in self.found.needs if one.role == Role.INTERPRETER), None)
        ground = self.found.ground
        if need is None or ground is None:
            return []
        return lanes.covered([ground.free(one, self.around) for one in _pool(need, ground.resources)], need.count)


def _usual(basis: Basis, side: Side, closed: Mapping[date, Closure], around: Span) -> tuple[list[Span], list[Span]]:
    """When a State's courts are usually open, and preferably so, without its closed days."""
    request = basis.plan.request
    state = request.requesting.state if side == Side.REQUESTING else request.requested.state
    days = frozenset(day.toordinal() - EPOCH_ORDINAL for day in closed)
    zone = times.zone_of(basis.zones[side])
    weeks = (lanes.week(hours) for hours in sides.official_hours(state))
    opened, liked = (openings(zone, week, days, around) for week in weeks)
    return opened, lanes.intersect(opened, liked)


def _rooms(found: Found, side: Side) -> list[str]:
    roles = (Role.ROOM, Role.WITNESS_ROOM)
    return [str(r.pk) for n in found.needs if n.role in roles and n.side == side for r in n.resources.all()]


def _pool(need: PlanNeed, known: Iterable[str]) -> list[str]:
    return [str(one.pk) for one in need.resources.all() if str(one.pk) in known]


def _around(days: Sequence[date], zone: str) -> Span:
    first, past = lanes.day_span(days[0], zone)[0], lanes.day_span(days[-1], zone)[1]
    return seconds(first) - DAY, seconds(past) + DAY
