"""Why nothing begins on a date: the notice, a closed day of a State, or what each need has in its way."""

from collections.abc import Mapping
from datetime import date

from django.utils.translation import gettext as _

from directory import times
from directory.calendars import Closure
from scheduler.desk.grid import Grid
from scheduler.models import Side
from scheduler.solver import lanes
from scheduler.solver.timegrid import instant, seconds
from scheduler.why import apart, closures
from scheduler.why.reasons import Reader, Reason
from scheduler.why.reasonwords import state_words


def reasons(grid: Grid, day: date) -> list[Reason]:
    """All that its reader may know of; empty for a date of his on which a hearing can begin, or go on from before."""
    if lanes.clip(grid.windows, day, grid.zone):
        return _alone(grid, day)
    return _before_all(grid, day) or _closed(grid, closed(grid, day)) or in_the_way(grid, day)


def closed(grid: Grid, day: date) -> Mapping[Side, Closure]:
    """The States' own closed days that leave nothing of this date open there."""
    found = {side: _closure(grid, side, day) for side in (Side.REQUESTING, Side.REQUESTED)}
    return {side: closure for side, closure in found.items() if closure}


def in_the_way(grid: Grid, day: date) -> list[Reason]:
    """What each need has in its way on a date that is open in both States."""
    ground = grid.found.ground
    candidates = ground.between(*lanes.day_span(day, grid.zone)) if ground else 0
    if ground is None or not candidates:
        sentence = _("Between the notice and the last day, no hearing fits into this date.")
        return [Reason("", "", "outside", sentence, _("No time after the notice"))]
    return Reader(grid.found.basis, ground, grid.by).on(candidates)


def notice(grid: Grid, day: date) -> str:
    """The sentence of a date of whose open hours the notice leaves nothing; empty for others."""
    if not _before_notice(grid, day):
        return ""
    sentence = _("Notice: the summons must reach the witness %(days)s days before, counted from today")
    return sentence % {"days": grid.plan.notice_days}


def _alone(grid: Grid, day: date) -> list[Reason]:
    """On a date that would do for one sitting: why the first of several cannot be then."""
    prospect = grid.found.prospect
    ground = grid.found.ground
    candidates = ground.between(*lanes.day_span(day, grid.zone)) if ground else 0
    alone = candidates & prospect.field.possible & prospect.within
    if not alone or prospect.begins(day, grid.zone):
        return []
    start = instant(prospect.field.line.start((alone & -alone).bit_length() - 1))
    return [Reason("", "", "apart", apart.why(grid.found, grid.by, start), _("Later sittings only"))]


def _before_all(grid: Grid, day: date) -> list[Reason]:
    sentence = notice(grid, day)
    return [Reason("", "", "notice", f"{sentence}.", _("Notice"))] if sentence else []


def _closed(grid: Grid, found: Mapping[Side, Closure]) -> list[Reason]:
    request = grid.plan.request
    states = {Side.REQUESTING: request.requesting.state, Side.REQUESTED: request.requested.state}
    told = [(side, closure, closures.one(closure, state_words(states[side]))) for side, closure in found.items()]
    return [Reason(side, "", closure.kind, f"{words}.", words) for side, closure, words in told]


def _before_notice(grid: Grid, day: date) -> bool:
    first, past = (seconds(one) for one in lanes.day_span(day, grid.zone))
    ends = seconds(grid.found.span[0])
    if first >= ends:
        return False
    return past <= ends or not lanes.clip(lanes.intersect(grid.open[Side.REQUESTING], [(ends, past)]), day, grid.zone)


def _closure(grid: Grid, side: Side, day: date) -> Closure | None:
    if lanes.clip(grid.open[side], day, grid.zone):
        return None
    first, past = lanes.day_span(day, grid.zone)
    there = {times.local(at, grid.zones[side]).day for at in (first, first + (past - first) / 2)}
    found = [grid.closed[side][one] for one in sorted(there) if one in grid.closed[side]]
    return found[-1] if found else None
