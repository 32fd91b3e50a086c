"""The links of a running hearing, for the technicians: a quarter of an hour drawn, what is weak now, what to do.

One's own side is told in figures. Of the other side only the word is told: a round trip tells a distance.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import fmean
from typing import Any

from django.utils.translation import gettext as _

from scheduler import sides
from sessions import samples, words
from sessions.models import Hearing, Seat
from sessions.models import Sample as Row
from sessions.stage import MARKS
from sessions.states import Side
from signalling import quality
from signalling.quality import Grade, Sample
from signalling.results import ADVICE, GRADES, Panel, panel

SHOWN = timedelta(minutes=15)
NOW = timedelta(seconds=30)
"""What is said of a link is the mean of its last half minute; older figures than that say nothing of it."""
WIDTH, HEIGHT = 180, 50  # one unit across is five seconds; one up is two of R
GAP = timedelta(seconds=12)  # between two samples, beyond which the line is broken


@dataclass(frozen=True)
class Chart:
    """R of the worse direction over time, as the points of lines on a canvas of WIDTH × HEIGHT."""

    lines: list[str]
    lowest: float
    latest: float


@dataclass(frozen=True)
class Link:
    """One seat's link. `out` and `back` and the chart for one's own side alone; `grade` None: nothing was measured."""

    function: str
    mark: str
    grade: Grade | None
    out: Panel | None
    back: Panel | None
    chart: Chart | None
    advice: list[Any]

    @property
    def badge(self) -> tuple[str, str, Any] | None:
        """Colour, icon and word."""
        return GRADES[self.grade] if self.grade else None


def links(hearing: Hearing, side: Side, now: datetime) -> list[Link]:
    """Every seat that was heard of in the last quarter of an hour, one's own side first."""
    places = list(hearing.seats.select_related("person").order_by("id"))
    names, found = words.functions(hearing, places), samples.recent(places, now - SHOWN)
    there = [seat for seat in places if found[seat.pk]]
    # Where the place is hidden an interpreter may sit beside the person, so her figures are told to nobody either.
    own = {side} if sides.place_withheld(hearing.plan) else {side, Side.THIRD}
    there.sort(key=lambda seat: seat.side not in own)
    return [_link(seat, names[seat.pk], found[seat.pk], seat.side in own, now) for seat in there]


def _link(seat: Seat, function: str, rows: Sequence[Row], mine: bool, now: datetime) -> Link:
    mark = MARKS[Side(seat.side)]
    ways = _ways([row for row in rows if row.at >= now - NOW])
    verdicts = [quality.judge(way) for way in ways if way]
    grade = quality.worst(verdict.grade for verdict in verdicts) if verdicts else None
    if not mine:
        return Link(function, mark, grade, None, None, None, [])
    titles = (_("From the seat to the service"), _("From the service to the seat"))
    up, down = (panel(seat.side, title, way) if way else None for title, way in zip(titles, ways, strict=True))
    return Link(function, mark, grade, up, down, chart(rows, now), _advice(verdicts))


def _ways(rows: Sequence[Row]) -> tuple[Sample | None, Sample | None]:
    """The means of both directions; None for one in which nothing flowed."""
    return _way(rows, "loss_up", "jitter_up_ms"), _way(rows, "loss_down", "jitter_down_ms")


def _way(rows: Iterable[Row], loss: str, jitter: str) -> Sample | None:
    told = [row for row in rows if getattr(row, loss) is not None and getattr(row, jitter) is not None]
    if not told:
        return None
    # Who sends and receives nothing measures no round trip; the rest still says something.
    trips = [row.rtt_ms for row in told if row.rtt_ms is not None]
    return Sample(
        rtt=fmean(trips) if trips else 0.0,
        loss=fmean(getattr(row, loss) for row in told),
        jitter=fmean(getattr(row, jitter) for row in told),
    )


def chart(rows: Sequence[Row], now: datetime) -> Chart | None:
    """R at each sample, the newest at the right edge; None where no sample says anything."""
    points = [(row.at, min(values)) for row in rows if (values := _ratings(row))]
    if not points:
        return None
    lines: list[list[str]] = []
    before: datetime | None = None
    for at, rating in points:
        if before is None or at - before > GAP:
            lines.append([])
        lines[-1].append(_point(at, rating, now))
        before = at
    lowest = min(rating for _at, rating in points)
    return Chart([" ".join(line) for line in lines], lowest, points[-1][1])


def _ratings(row: Row) -> list[float]:
    return [quality.judge(way).r for way in _ways([row]) if way]


def _point(at: datetime, rating: float, now: datetime) -> str:
    across = WIDTH * (1 - (now - at) / SHOWN)
    return f"{across:.1f},{HEIGHT * (1 - max(0.0, min(100.0, rating)) / 100):.1f}"


def _advice(verdicts: Iterable[quality.Verdict]) -> list[Any]:
    weak = {one.threshold.figure for verdict in verdicts for one in verdict.figures if one.grade is not Grade.GOOD}
    return [ADVICE[figure]() for figure in ("loss", "jitter", "rtt", "r") if figure in weak]
