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
from signalling import connectivity, quality
from signalling.quality import Grade, Judged, Sample, Standing

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
    "r": _lazy("Speech quality R"),
}
STANDINGS: Mapping[Standing, Promise] = {
    Standing.NORM: _lazy("legal norm"),
    Standing.RECOMMENDATION: _lazy("recommendation"),
    Standing.DEFAULT: _lazy("default of this service"),
}
ROUTES: Mapping[str, Promise] = {
    "host": _lazy("direct"),
    "srflx": _lazy("direct, through an address translator"),
    "prflx": _lazy("direct, through an address translator"),
    "relay": _lazy("through the relay"),
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


def rooms(found: Mapping[str, ConnectionCheck], states: Mapping[str, str], mine: str, now: datetime) -> list[Room]:
    """Both rooms, the requesting State's first."""
    return [_room(side, found.get(side), states[side], side == mine, now) for side in SIDES]


def _room(side: str, check: ConnectionCheck | None, state: str, mine: bool, now: datetime) -> Room:
    if check is None:
        return Room(side, MARKS[side], state, mine, None, False, None, None, [])
    up, down = connectivity.samples(check)
    out = panel(side, _("From the room to the service"), up)
    back = panel(side, _("From the service to the room"), down)
    return Room(side, MARKS[side], state, mine, check, checks.holds(check, now), out, back, _facts(check))


def ways(found: Mapping[str, ConnectionCheck], states: Mapping[str, str]) -> list[Panel]:
    """The whole way from each State to the other, once both rooms were measured; else nothing."""
    if not all(side in found for side in SIDES):
        return []
    return [_way(side, found, states) for side in SIDES]


def _way(side: str, found: Mapping[str, ConnectionCheck], states: Mapping[str, str]) -> Panel:
    near, _back = connectivity.samples(found[side])
    _out, far = connectivity.samples(found[OTHER[side]])
    title = _("From %(here)s to %(there)s") % {"here": states[side], "there": states[OTHER[side]]}
    return panel(side, title, quality.joined(near, far))


def panel(side: str, title: str, sample: Sample) -> Panel:
    """One direction judged, as a table."""
    verdict = quality.judge(sample)
    return Panel(side, MARKS[side], title, verdict.grade, [_row(figure, verdict) for figure in verdict.figures])


def _row(figure: Judged, verdict: quality.Verdict) -> Row:
    name = figure.threshold.figure
    colour, _icon, word = GRADES[figure.grade]
    beside = _("opinion score %(mos).1f of 4.5") % {"mos": verdict.mos} if name == "r" else ""
    mark = f"{figure.threshold.position(figure.value):.1f}%"
    return Row(name, FIGURES[name], number(figure.value, figure.threshold.unit), beside, mark, colour, word)


def number(value: float, unit: str) -> str:
    """A figure with its unit, as exact as it was measured: loss to a tenth, all else whole."""
    written = f"{value:.1f}" if unit == "%" else f"{value:.0f}"
    return f"{written} {unit}".strip()


def _facts(check: ConnectionCheck) -> list[tuple[str, str]]:
    """What else is kept of a test: no address, no device."""
    detail = check.detail
    facts = []
    if route := detail.get("route"):
        facts.append((_("Route"), str(ROUTES[route])))
    codecs = [str(detail[name]).upper() for name in ("codec_audio", "codec_video") if detail.get(name)]
    if codecs:
        facts.append((_("Coding"), ", ".join(codecs)))
    if detail.get("width") and detail.get("height"):
        size = f"{detail['width']:.0f} × {detail['height']:.0f}"
        rate = detail.get("frame_rate")
        facts.append(
            (_("Picture that came back"), _("%(size)s at %(rate).0f a second") % {"size": size, "rate": rate or 0})
        )
    if rate := detail.get("rate_up_kbps"):
        facts.append((_("Sent while measuring"), f"{rate:.0f} kbit/s"))
    return facts


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
    for judged in {figure.threshold.figure: figure for figure in _weak(room.check)}.values():
        yield ADVICE[judged.threshold.figure]()
    if room.check.detail.get("route") == "relay":
        yield _("The way goes through the relay. Where the firewall can be opened for UDP, the way is shorter.")


def _weak(check: ConnectionCheck) -> Iterable[Judged]:
    for sample in connectivity.samples(check):
        yield from (figure for figure in quality.judge(sample).figures if figure.grade is not Grade.GOOD)


# Called when written, so that the sentence follows the reader's language.
ADVICE = {
    "loss": lambda: _("Packets are lost on the way. Use a cable in place of wireless, then run the test again."),
    "jitter": lambda: _("Packets come unevenly. Close what else uses the line, or use a cable, then run it again."),
    "rtt": lambda: _("The way is long, and nobody can shorten it here. Agree on turns; leave a pause after each."),
    "r": lambda: _("Speech will be tiring to follow. Mend loss and jitter first; tell the interpreters."),
}


def limits() -> list[tuple[Any, str, str, Any, str]]:
    """Every threshold in use: figure, good, usable, its standing, its source."""
    return [_limit(each) for each in quality.PROFILES[quality.TESTIMONY]]


def _limit(each: quality.Threshold) -> tuple[Any, str, str, Any, str]:
    good, usable = number(each.good, each.unit), number(each.usable, each.unit)
    return FIGURES[each.figure], good, usable, STANDINGS[each.standing], each.source
