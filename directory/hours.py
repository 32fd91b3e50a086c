"""A week's opening hours as people type them, and as the search reads them. Local wall-clock times.

The shape is that of `Resource.hours`: {"mon": [["08:00", "12:00"], …]}, a missing day is shut, 24:00 is midnight at
the day's end.
"""

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise

from django.utils.translation import gettext as _

from directory.errors import Refusal
from directory.words import DAY_WORDS

Hours = dict[str, list[list[str]]]
Typed = Mapping[str, Sequence[tuple[str, str]]]  # weekday → what stands in the fields, from and to

DAYS = tuple(DAY_WORDS)
WORKDAYS = DAYS[:5]
MOST_A_DAY = 8
# "8", "830", "8.30", "08h30" and "8:30" are what tired people type.
_CLOCK = re.compile(r"(\d{1,2})(?:[:.hH]?(\d{2})|[hH])?", re.ASCII)
_LONE = re.compile(r"(\d{1,2})(\d{2})", re.ASCII)


def read(typed: Typed, field: str) -> Hours:
    """What was typed, checked and in order. Rows left empty do not count.

    Refuses `hours_wrong` with the day and the row, for what is no time, for a span that ends before it begins,
    and for two that overlap.
    """
    return {day: spans for day in DAYS if (spans := _day(day, typed.get(day, ()), field))}


def check(told: Mapping[str, Sequence[Sequence[str]]], field: str) -> Hours:
    """The same for what comes over the API. Refuses `hours_wrong`."""
    for day in told:
        if day not in DAYS:
            raise Refusal(_wrong(day, _("The days are mon to sun.")), code="hours_wrong", status=422, field=field)
    return read({day: [_pair(span) for span in spans] for day, spans in told.items()}, field)


def _pair(span: Sequence[str]) -> tuple[str, str]:
    """The two ends; what is missing is empty, and refused as that."""
    first, past = (*span, "", "")[:2]
    return first, past


def told(week: Mapping[str, Sequence[Sequence[str]]] | None, field: str) -> Hours | None:
    """`check`, where None stands for "at any hour"."""
    return None if week is None else check(week, field)


def clock(text: str) -> str:
    """HH:MM of what was typed, "24:00" included; empty for what is no time."""
    found = _LONE.fullmatch(text.strip()) or _CLOCK.fullmatch(text.strip())
    if not found:
        return ""
    hour, minute = int(found[1]), int(found[2] or 0)
    known = (hour < 24 and minute < 60) or (hour, minute) == (24, 0)
    return f"{hour:02}:{minute:02}" if known else ""


def rows(hours: Mapping[str, Sequence[Sequence[str]]] | None) -> dict[str, list[tuple[str, str]]]:
    """The fields to fill in: what is there, and for a shut day one empty row."""
    known = hours or {}
    return {day: [(span[0], span[1]) for span in known.get(day, ())] or [("", "")] for day in DAYS}


def _day(day: str, typed: Sequence[tuple[str, str]], field: str) -> list[list[str]]:
    filled = [(first.strip(), past.strip()) for first, past in typed if first.strip() or past.strip()]
    spans = sorted(_span(day, first, past, field) for first, past in filled)
    if len(spans) > MOST_A_DAY:
        raise Refusal(_wrong(day, _("A day has at most eight openings.")), code="hours_wrong", status=422, field=field)
    for earlier, later in pairwise(spans):
        if later[0] < earlier[1]:
            sentence = _("Two openings overlap: %(first)s and %(second)s.")
            names = {"first": "–".join(earlier), "second": "–".join(later)}
            raise Refusal(_wrong(day, sentence % names), code="hours_wrong", status=422, field=field)
    return spans


def _span(day: str, first: str, past: str, field: str) -> list[str]:
    start, end = clock(first), clock(past)
    if not (start and end):
        sentence = _("Write both times like 08:30. There stands “%(first)s” to “%(past)s”.")
        told = _wrong(day, sentence % {"first": first, "past": past})
        raise Refusal(told, code="hours_wrong", status=422, field=field)
    if start >= end:
        sentence = _("%(past)s is not after %(first)s. Midnight at the end of the day is 24:00.")
        told = _wrong(day, sentence % {"first": start, "past": end})
        raise Refusal(told, code="hours_wrong", status=422, field=field)
    return [start, end]


def _wrong(day: str, sentence: str) -> str:
    return f"{DAY_WORDS.get(day, day)}: {sentence}"
