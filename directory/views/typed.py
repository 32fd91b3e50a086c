"""What stands in a form: plain fields, and a week's hours that grow by a row or are copied without being saved."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from directory import hours
from directory.access import ActingRequest
from directory.errors import Refusal, Stale
from directory.hours import DAYS, WORKDAYS, Hours
from directory.words import DAY_WORDS


@dataclass(frozen=True)
class Row:
    """One opening of a day in its fields; `fresh` was added just now and takes the focus."""

    first: str
    past: str
    fresh: bool = False


@dataclass(frozen=True)
class Day:
    """A weekday of the editor. `copies`: a button copies its openings to the other working days."""

    id: str
    word: Promise
    rows: list[Row]
    copies: bool


@dataclass
class Week:
    """A week's hours in their fields. `always`: the box that stands for no hours of its own is ticked."""

    name: str
    always: bool
    rows: dict[str, list[tuple[str, str]]]
    fresh: str = ""
    problem: str = ""

    @classmethod
    def of(cls, name: str, known: Hours | None, *, always: bool | None = None) -> "Week":
        """The fields of hours that are stored."""
        return cls(name, known is None if always is None else always, hours.rows(known))

    @classmethod
    def typed(cls, name: str, posted: QueryDict) -> "Week":
        """The fields as they were sent, with the row or the copy that a button asked for."""
        rows = {day: _pairs(posted, f"{name}-{day}") or [("", "")] for day in DAYS}
        week = cls(name, f"{name}-always" in posted, rows)
        which, _dash, day = posted.get("more", "").partition("-")
        if which == name and day in DAYS and len(rows[day]) < hours.MOST_A_DAY:
            rows[day].append(("", ""))
            week.fresh, week.always = day, False
        which, _dash, day = posted.get("copy", "").partition("-")
        if which == name and day in DAYS:
            week.always = False
            rows.update({other: list(rows[day]) for other in WORKDAYS})
        return week

    @property
    def days(self) -> list[Day]:
        """Monday to Sunday, for the template."""
        return [Day(day, DAY_WORDS[day], self._rows(day), day == WORKDAYS[0]) for day in DAYS]

    def read(self) -> Hours | None:
        """The hours, or None for "always". Refuses `hours_wrong`."""
        return None if self.always else hours.read(self.rows, self.name)

    def _rows(self, day: str) -> list[Row]:
        last = len(self.rows[day]) - 1
        return [Row(*pair, fresh=day == self.fresh and n == last) for n, pair in enumerate(self.rows[day])]


def only_rows(posted: QueryDict) -> bool:
    """Whether a button of the week was pressed, and nothing is to be saved."""
    return "more" in posted or "copy" in posted


def fragment(request: ActingRequest, weeks: Iterable[Week]) -> HttpResponse | None:
    """The one week that htmx asked for, or None: then the whole page is the answer."""
    target = getattr(getattr(request, "htmx", None), "target", None)
    week = next((one for one in weeks if target == f"week-{one.name}"), None)
    return render(request, "directory/_week.html", {"week": week}) if week else None


def number(text: str, field: str) -> int:
    """A whole number of at most four digits. Refuses `field_wrong`."""
    if not (text.isascii() and text.isdecimal() and len(text) <= 4):
        raise Refusal(_("Write a whole number."), code="field_wrong", status=422, field=field)
    return int(text)


def differences(
    refusal: Refusal | None, labels: Mapping[str, Any], stored: Mapping[str, str], typed: Mapping[str, str]
) -> list[tuple[Any, str]]:
    """After somebody else saved: each field that is not stored as it was typed, with what is stored."""
    if not isinstance(refusal, Stale):
        return []
    return [(labels[name], stored[name]) for name in labels if stored.get(name, "") != typed.get(name, "")]


def _pairs(posted: QueryDict, name: str) -> list[tuple[str, str]]:
    return list(zip(posted.getlist(f"{name}-from"), posted.getlist(f"{name}-to"), strict=False))[: hours.MOST_A_DAY]
