"""From the lines of the log to spans of time: who was there, when it stood still, when a link was lost.

Instants are aware; a span that never ended ends at the log's last line.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

SUSPENDING = frozenset({"suspended", "judge_left", "shield_lost"})
_ENDS_A_SUSPENSION = frozenset({"resumed", "closed"})
_ENDS_ALL = frozenset({"closed", "not_held"})


@dataclass(frozen=True)
class Line:
    """What of a log line is needed here; `seat` is any key that tells seats apart."""

    at: datetime
    kind: str
    seat: int | None = None


@dataclass(frozen=True)
class Span:
    """Half-open."""

    start: datetime
    end: datetime

    @property
    def length(self) -> timedelta:
        """How long it lasted."""
        return self.end - self.start


def presence(lines: Iterable[Line]) -> dict[int, list[Span]]:
    """For each seat the spans from being admitted to leaving, being put back, or the end."""
    return _spans(lines, begin={"admitted"}, end={"left", "put_back"})


def interruptions(lines: Iterable[Line]) -> dict[int, list[Span]]:
    """For each seat the spans in which its link was lost during the session."""
    return _spans(lines, begin={"link_lost"}, end={"link_back", "left", "put_back"})


def suspensions(lines: Iterable[Line]) -> list[Span]:
    """The spans in which no sound or picture left any room."""
    lines = list(lines)
    spans: list[Span] = []
    begun: datetime | None = None
    for line in lines:
        if line.kind in SUSPENDING:
            begun = begun or line.at
        elif line.kind in _ENDS_A_SUSPENSION and begun:
            spans.append(Span(begun, line.at))
            begun = None
    return [*spans, Span(begun, lines[-1].at)] if begun else spans


def lost(lines: Iterable[Line]) -> timedelta:
    """Time lost to suspensions."""
    return sum((span.length for span in suspensions(lines)), timedelta())


def _spans(lines: Iterable[Line], *, begin: set[str], end: set[str]) -> dict[int, list[Span]]:
    lines = list(lines)
    open_: dict[int, datetime] = {}
    spans: dict[int, list[Span]] = {}
    for line in lines:
        if line.kind in _ENDS_ALL:
            break
        if line.seat is None:
            continue
        if line.kind in begin:
            open_.setdefault(line.seat, line.at)
        elif line.kind in end and line.seat in open_:
            spans.setdefault(line.seat, []).append(Span(open_.pop(line.seat), line.at))
    last = _last(lines)
    for seat, start in open_.items():
        spans.setdefault(seat, []).append(Span(start, last or start))
    return spans


def _last(lines: list[Line]) -> datetime | None:
    """The end of the hearing, or the last line of a hearing that has not ended."""
    ended = [line.at for line in lines if line.kind in _ENDS_ALL]
    return ended[0] if ended else (lines[-1].at if lines else None)
