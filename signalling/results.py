"""A connection test in words and drawings: one room's figures, the whole way between two rooms, what to do."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from scheduler import checks
from scheduler.models import ConnectionCheck
from signalling import findings, quality, spans
from signalling.quality import Grade, Sample, Standing
from signalling.spans import Ranged, Span

SIDES = ("requesting", "requested")
MARKS = {"requesting": "a", "requested": "b"}
OTHER = {"requesting": "requested", "requested": "requesting"}

GRADES: Mapping[Grade, tuple[str, str, Promise]] = {
    Grade.GOOD: ("ok", "check-lg", _lazy("Good")),
    Grade.USABLE: ("warn", "exclamation-triangle", _lazy("Usable")),
    Grade.UNFIT: ("bad", "x-octagon", _lazy("Not fit")),
}
"""Colour, icon and word of a grade."""
FIGURES: Mapping[str, Promise] = {
    "rtt": _lazy("Round trip"),
    "loss": _lazy("Sound and picture lost"),
    "jitter": _lazy("Jitter"),
    "capacity": _lazy("The line carries"),
    "r": _lazy("Speech quality R"),
}
STANDINGS: Mapping[Standing, Promise] = {
    Standing.NORM: _lazy("legal norm"),
    Standing.RECOMMENDATION: _lazy("recommendation"),
    Standing.DEFAULT: _lazy("default of this service"),
}


@dataclass(frozen=True)
class Row:
    """One line of a table of figures. `mark` is the gauge's, in percent."""

    figure: str
    name: Any
    value: str
    beside: str
    mark: str
    colour: str
    word: Any


@dataclass(frozen=True)
class Panel:
    """A titled table with its verdict."""

    side: str
    mark: str
    title: str
    grade: Grade
    rows: list[Row]

    @property
    def colour(self) -> str:
        return GRADES[self.grade][0]

    @property
    def icon(self) -> str:
        return GRADES[self.grade][1]

    @property
    def word(self) -> Any:
        return GRADES[self.grade][2]


@dataclass(frozen=True)
class Room:
    """One side's own stretch, to the media service and back, as it was last measured."""

    side: str
    mark: str
    state: str
    mine: bool
    check: ConnectionCheck | None
    holds: bool
    out: Panel | None
    back: Panel | None
    facts: list[tuple[str, str]]
    until: datetime | None = None


def rooms(
    found: Mapping[str, ConnectionCheck], states: Mapping[str, str], mine: str, now: datetime, starts: datetime | None
) -> list[Room]:
    """Both rooms, the requesting State's first. `starts`: when the hearing begins that they are tested for."""
    return [_room(side, found.get(side), states[side], side == mine, now, starts) for side in SIDES]


def _room(
    side: str, check: ConnectionCheck | None, state: str, mine: bool, now: datetime, starts: datetime | None
) -> Room:
    if check is None:
        return Room(side, MARKS[side], state, mine, None, False, None, None, [])
    up, down = spans.kept(check)
    out = ranged(side, _("From the room to the service"), up)
    back = ranged(side, _("From the service to the room"), down)
    holds, before = checks.holds(check, now, starts), checks.before(check)
    facts = [*findings.facts(check), *_compared(check, before)]
    return Room(side, MARKS[side], state, mine, check, holds, out, back, facts, checks.until(check))


def _compared(check: ConnectionCheck, before: ConnectionCheck | None) -> list[tuple[str, str]]:
    """What has changed since the last good test."""
    if before is None:
        return []
    pairs = ((_("lost"), "loss_up", "%"), (_("lost on the way back"), "loss_down", "%"))
    told = [
        f"{word} {number(getattr(before, name), unit)} → {number(getattr(check, name), unit)}"
        for word, name, unit in pairs
    ]
    return [(_("Compared with the last good test"), "; ".join(told))]


def ways(found: Mapping[str, ConnectionCheck], states: Mapping[str, str]) -> list[Panel]:
    """The whole way from each State to the other, once both rooms were measured; else nothing."""
    if not all(side in found for side in SIDES):
        return []
    return [_way(side, found, states) for side in SIDES]


def _way(side: str, found: Mapping[str, ConnectionCheck], states: Mapping[str, str]) -> Panel:
    near, _back = spans.kept(found[side])
    _out, far = spans.kept(found[OTHER[side]])
    title = _("From %(here)s to %(there)s") % {"here": states[side], "there": states[OTHER[side]]}
    return ranged(side, title, near.joined(far))


def panel(side: str, title: str, sample: Sample) -> Panel:
    """One direction judged, as a table, of figures without an interval."""
    return ranged(side, title, Span(sample, sample, sample))


def ranged(side: str, title: str, span: Span) -> Panel:
    """One direction judged, as a table, each figure with its interval."""
    verdict = quality.judge(span.value)
    rows = [
        _row(figure.threshold, found, verdict) for figure, found in zip(verdict.figures, span.judged(), strict=True)
    ]
    return Panel(side, MARKS[side], title, verdict.grade, rows)


def _row(threshold: quality.Threshold, found: Ranged, verdict: quality.Verdict) -> Row:
    colour, _icon, word = GRADES[found.grade]
    mark = f"{threshold.position(found.value):.1f}%"
    beside = _between(found, threshold.unit)
    if found.name == "r":
        beside = "; ".join(filter(None, [beside, _("opinion score %(mos).1f of 4.5") % {"mos": verdict.mos}]))
    return Row(found.name, FIGURES[found.name], number(found.value, threshold.unit), beside, mark, colour, word)


def _between(found: Ranged, unit: str) -> str:
    """The interval in words; nothing where there is none."""
    low, high = number(found.low, unit), None if found.high is None else number(found.high, unit)
    if high is None:
        return _("or more")
    return "" if low == high else _("%(low)s to %(high)s") % {"low": low, "high": high}


def number(value: float, unit: str) -> str:
    """A figure with its unit, as exact as it was measured: loss to a tenth, all else whole."""
    written = f"{value:.1f}" if unit == "%" else f"{value:.0f}"
    return f"{written} {unit}".strip()


def verdict(panels: Iterable[Panel]) -> Grade:
    """The worst of both ways."""
    return quality.worst(panel.grade for panel in panels)


def advice(found: list[Room], whole: list[Panel]) -> list[tuple[str, str]]:
    """What to do: who, and a sentence. What only the whole way makes weak is for both rooms to mend."""
    said = [(room.state, sentence) for room in found for sentence in _advice(room)]
    weak = {row.figure for panel in whole for row in panel.rows if row.colour != "ok"}
    both = [ADVICE[figure]() for figure in FIGURES if figure in weak]
    told = {sentence for _who, sentence in said}
    return said + [(_("Both rooms"), sentence) for sentence in both if sentence not in told]


def _advice(room: Room) -> Iterable[str]:
    if room.check is None:
        yield _("The room has not been tested yet. Its technician opens this page and runs the test.")
        return
    if not room.holds:
        yield _("The last test is too old to speak for the link. Run it again.")
    for figure in dict.fromkeys(_weak(room.check)):
        yield ADVICE[figure]()
    yield from findings.advice(room.check)


def _weak(check: ConnectionCheck) -> Iterable[str]:
    for span in spans.kept(check):
        yield from (figure.name for figure in span.judged() if figure.grade is not Grade.GOOD)


# Called when written, so that the sentence follows the reader's language.
ADVICE = {
    "loss": lambda: _("Packets are lost on the way. Use a cable in place of wireless, then run the test again."),
    "jitter": lambda: _("Packets come unevenly. Close what else uses the line, or use a cable, then run it again."),
    "capacity": lambda: _("The line is narrow. Stop what else uses it; ask the provider for 1.5 Mbit/s each way."),
    "rtt": lambda: _("The way is long, and nobody can shorten it here. Agree on turns; leave a pause after each."),
    "r": lambda: _("Speech will be tiring to follow. Mend loss and jitter first; tell the interpreters."),
}


def limits() -> list[tuple[Any, str, str, Any, str]]:
    """Every threshold in use: figure, good, usable, its standing, its source."""
    return [_limit(each) for each in quality.PROFILES[quality.TESTIMONY]]


def _limit(each: quality.Threshold) -> tuple[Any, str, str, Any, str]:
    good, usable = number(each.good, each.unit), number(each.usable, each.unit)
    return FIGURES[each.figure], good, usable, STANDINGS[each.standing], each.source
