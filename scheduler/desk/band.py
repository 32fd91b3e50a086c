"""The day grid: both States on one axis, closed days folded to a line with their reason, free windows outlined.

`grid` says what the lanes are; here they become rows, marks in percent, and sentences that say the same.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from babel.dates import format_date
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from directory import times
from scheduler.desk import clockchanges
from scheduler.desk.choices import Chooser
from scheduler.desk.grid import Grid
from scheduler.models import Side
from scheduler.solver import lanes
from scheduler.solver.lanes import Axis, Mark
from scheduler.solver.prospect import Card, Slot
from scheduler.solver.timegrid import Span, instant, seconds
from scheduler.why import closures, whyday
from scheduler.why.reasons import Reason
from scheduler.why.reasonwords import listed

MOST_DAYS = 35


@dataclass(frozen=True)
class Proposal:
    """A numbered box in the grid."""

    rank: int
    mark: Mark


@dataclass(frozen=True)
class Press:
    """An hour of a free window that can be pressed: where it lies, and the first start in it."""

    mark: Mark
    start: datetime


@dataclass(frozen=True)
class Row:
    """One day, or several closed ones with the same reason (`thin`). `sentence` says the drawing in words."""

    first: date
    last: date
    head: str
    note: str
    sentence: str
    thin: bool = False
    a: Sequence[Mark] = ()
    b: Sequence[Mark] = ()
    a_preferred: Sequence[Mark] = ()
    b_preferred: Sequence[Mark] = ()
    a_busy: Sequence[Mark] = ()
    b_busy: Sequence[Mark] = ()
    interpreters: Sequence[Mark] = ()
    free: Sequence[Mark] = ()
    proposals: Sequence[Proposal] = ()
    presses: Sequence[Press] = ()
    doubts: Sequence[str] = ()  # holidays that are not certain
    reasons: Sequence[Reason] = ()  # why nothing is free on an open day
    axis: "Scale | None" = None  # set where the clocks of the two States moved apart since the row before
    turn: str = ""  # which State changed its clocks there, and what that means

    @property
    def picked(self) -> bool:
        """Whether the best proposal lies on this day."""
        return any(one.rank == 1 for one in self.proposals)


@dataclass(frozen=True)
class Scale:
    """The two rows of hours over the grid, the reader's first; and the width of an hour, of 1."""

    rows: Sequence["ScaleRow"]
    hour: float


@dataclass(frozen=True)
class ScaleRow:
    """One State's hours: its mark, its zone in words, what is written at each hour of the axis."""

    mark: str
    zone: str
    hours: Sequence[str]


@dataclass(frozen=True)
class Band:
    """The whole grid."""

    rows: Sequence[Row]
    scale: Scale
    earlier: date | None = None  # first day of the page before and after, where there is one
    later: date | None = None


def draw(chooser: Chooser, cards: Sequence[Card], *, today: date, first: date | None = None) -> Band:
    """The grid of the plan's days from `first` (else from today or the plan's first day), a page of five weeks."""
    plan = chooser.found.plan
    begin, end = max(plan.earliest, today), plan.latest
    start = min(max(first or begin, begin), end) if begin <= end else end
    days = [start + timedelta(days=shift) for shift in range(min((end - start).days + 1, MOST_DAYS))]
    grid = Grid(chooser.found, chooser.by, days)
    rows = _folded(_scaled(grid, [_row(grid, cards, chooser, day) for day in days]))
    page = timedelta(days=MOST_DAYS)
    return Band(
        rows=rows,
        scale=_scale(grid, days[0]),
        earlier=max(start - page, begin) if start > begin else None,
        later=start + page if start + page <= end else None,
    )


def _row(grid: Grid, cards: Sequence[Card], chooser: Chooser, day: date) -> Row:
    shut = _shut(grid, day)
    base = Row(first=day, last=day, head=short_day(day), note="", sentence="")
    if shut:
        return replace(base, thin=True, sentence=shut)
    starts = chooser.begins(day)
    free = lanes.marks(grid.windows, day, grid.axis)
    # The best one is drawn last, over whatever lies beneath.
    proposals = [Proposal(card.rank, mark) for card in reversed(cards) for mark in _box(grid, card, day)]
    drawn = replace(
        base,
        a=lanes.marks(grid.open[Side.REQUESTING], day, grid.axis),
        b=lanes.marks(grid.open[Side.REQUESTED], day, grid.axis),
        a_preferred=lanes.marks(grid.preferred[Side.REQUESTING], day, grid.axis),
        b_preferred=lanes.marks(grid.preferred[Side.REQUESTED], day, grid.axis),
        a_busy=lanes.marks(grid.busy[Side.REQUESTING], day, grid.axis),
        b_busy=lanes.marks(grid.busy[Side.REQUESTED], day, grid.axis),
        interpreters=lanes.marks(grid.team, day, grid.axis),
        free=free,
        proposals=proposals,
        presses=_presses(grid, starts),
        doubts=[days[day] for days in chooser.doubts.values() if day in days],
    )
    drawn = replace(drawn, reasons=() if free else whyday.in_the_way(grid, day))
    return replace(drawn, note=_note(grid, drawn, len(starts)), sentence=_sentence(grid, day, drawn))


def _presses(grid: Grid, starts: Sequence[datetime]) -> list[Press]:
    """The hours of the reader's clock in which something can begin, each with its first start."""
    hours: dict[int, datetime] = {}
    for start in starts:
        hours.setdefault(start.astimezone(times.zone_of(grid.zone)).hour, start)
    edges = {hour: [grid.axis.percent(60 * at) for at in (hour, hour + 1)] for hour in hours}
    return [Press(Mark(x, round(end - x, 3)), hours[hour]) for hour, (x, end) in edges.items()]


def _box(grid: Grid, card: Card, day: date) -> list[Mark]:
    """Of the best proposal every sitting, of the others the first: all of them would hide one another."""
    shown = card.slot.sittings if card.rank == 1 else card.slot.sittings[:1]
    return lanes.marks([_span(one) for one in shown], day, grid.axis)


def _span(slot: Slot) -> Span:
    return seconds(slot.start), seconds(slot.end)


def _note(grid: Grid, row: Row, starts: int) -> str:
    if row.proposals:
        ranks = ", ".join(str(one.rank) for one in reversed(row.proposals))
        return _("Proposal %(ranks)s") % {"ranks": ranks}
    if not row.free:
        return row.reasons[0].note
    if starts:
        return ngettext("%(n)s start", "%(n)s starts", starts) % {"n": starts}
    if grid.plan.sittings > 1:
        return _("Later sittings only")  # so near the last day that no first one leaves room for the others
    return _("Possible")  # a window that begins the day before lies on both; nothing can start on this one


def _sentence(grid: Grid, day: date, row: Row) -> str:
    if not row.free:
        notes = dict.fromkeys(one.note for one in row.reasons)
        return _("No free window: %(reason)s.") % {"reason": "; ".join(notes)}
    spans = lanes.clip(grid.windows, day, grid.zone)
    return _("Free: %(windows)s.") % {"windows": listed(_both(grid, span) for span in spans)}


def _both(grid: Grid, span: Span) -> str:
    """ "08:00–12:00 Bogotá time (UTC−5), 14:00–18:00 Madrid time (UTC+1)", the reader's first."""
    return ", ".join(_on_clock(span, zone) for _mark, zone in _ordered(grid))


def _on_clock(span: Span, zone: str) -> str:
    locale = get_language() or "en"
    first, past = (times.local(instant(at), zone, locale) for at in span)
    return f"{first.time}–{past.time} {first.zone}"


def _shut(grid: Grid, day: date) -> str:
    """Why the whole day is out, or nothing."""
    found = whyday.closed(grid, day)
    return whyday.notice(grid, day) or closures.words(grid.plan, found.get(Side.REQUESTING), found.get(Side.REQUESTED))


def _ordered(grid: Grid) -> list[tuple[str, str]]:
    """Side marks with their zones, the reader's first."""
    both = [("a", grid.zones[Side.REQUESTING]), ("b", grid.zones[Side.REQUESTED])]
    return both[::-1] if grid.own == Side.REQUESTED else both


def _scale(grid: Grid, day: date) -> Scale:
    noon = lanes.day_span(day, grid.zone)[0] + timedelta(hours=12)
    rows = [
        ScaleRow(mark, times.local(noon, zone, get_language() or "en").zone, _hours(grid.axis, noon, zone))
        for mark, zone in _ordered(grid)
    ]
    return Scale(rows, round(1 / len(grid.axis.hours), 6))


def _hours(axis: Axis, noon: datetime, zone: str) -> list[str]:
    """What each hour of the reader's axis is called in `zone`, by the offsets at that day's noon."""
    ahead = times.local(noon, zone).moment.utcoffset() or timedelta(0)
    home = times.local(noon, axis.zone).moment.utcoffset() or timedelta(0)
    shift = int((ahead - home).total_seconds() // 60)
    return [_hour((60 * hour + shift) % (24 * 60)) for hour in axis.hours]


def _hour(minutes: int) -> str:
    return f"{minutes // 60:02}" if minutes % 60 == 0 else f"{minutes // 60:02}:{minutes % 60:02}"


def _scaled(grid: Grid, rows: list[Row]) -> list[Row]:
    """Rows with a new scale wherever one State changed its clocks and the other did not."""
    shown, last = [], _scale(grid, grid.days[0])
    for row in rows:
        scale = _scale(grid, row.first)
        shown.append(replace(row, axis=scale, turn=_turn(grid, row.first)) if scale != last else row)
        last = scale
    return shown


def _turn(grid: Grid, day: date) -> str:
    """What the change means for the first time that is free after it."""
    noon = lanes.day_span(day, grid.zone)[0] + timedelta(hours=12)
    later = (instant(first) for first, _past in grid.windows if first > seconds(noon))
    pair = (grid.zones[Side.REQUESTED], grid.zones[Side.REQUESTING])
    return clockchanges.told(pair, noon - timedelta(days=1), noon, min(later, default=noon))


def _folded(rows: Iterable[Row]) -> list[Row]:
    """Closed days in a row with one reason become one line."""
    folded: list[Row] = []
    for row in rows:
        before = folded[-1] if folded else None
        if before and row.thin and before.thin and row.sentence == before.sentence and row.axis is None:
            head = _("%(first)s – %(last)s") % {"first": short_day(before.first), "last": short_day(row.last)}
            folded[-1] = replace(before, last=row.last, head=head)
        else:
            folded.append(row)
    return folded


def short_day(day: date) -> str:
    """ "Wed 9 Dec": weekdays and months shorten in the day grid only."""
    return str(format_date(day, "EEE d MMM", locale=times.locale_of(get_language() or "en")))
