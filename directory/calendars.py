"""Closed days: weekends from CLDR, public holidays from the holidays library, recesses by the authority's table.

All dates are local ones of the State. Weekends are not taken from `holidays`, whose own differ from CLDR's in
seventeen countries; where CLDR has an exception or a change of date, the Weekend table says so.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from inspect import signature
from typing import Any, Literal, NamedTuple

import holidays
from babel import Locale, UnknownLocaleError
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from directory.models import Authority, State

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True)
class Closure:
    """Why a day is closed. `national` is False for what tells the region: a recess, a regional holiday."""

    kind: Literal["weekend", "holiday", "recess"]
    name: str
    national: bool


@dataclass(frozen=True)
class _Holiday:
    name: str
    national: bool
    estimated: bool


class _Rest(NamedTuple):
    """A row of the Weekend table; `last` is included, None: still so."""

    days: frozenset[str]
    first: date
    last: date | None


def closed(where: State | Authority, first: date, last: date) -> dict[date, Closure]:
    """The closed days from `first` to `last`, both included, named in the reader's language.

    For a State: weekends and national holidays. For an authority: its region's holidays and its recesses too. Of
    several reasons the one that tells least about the place is given. Estimated holidays are not closed days;
    `uncertain` has them.
    """
    state, region = _state_of(where), where.region if isinstance(where, Authority) else ""
    usual = _usual(state.code, region, _rests(state), first, last, get_language() or "en")
    recesses = _recesses(where, first, last) if isinstance(where, Authority) else {}
    return recesses | dict(usual)


def public_holidays(where: State | Authority, first: date, last: date) -> dict[date, Closure]:
    """The certain ones alone, a weekend's too: of no table, and so without a statement. `closed` for what is shut."""
    region = where.region if isinstance(where, Authority) else ""
    known = _holidays_of(_state_of(where).code, region, first, last, get_language() or "en")
    return {day: Closure("holiday", each.name, each.national) for day, each in known if not each.estimated}


def uncertain(where: State | Authority, first: date, last: date) -> dict[date, Closure]:
    """Holidays whose date is estimated (most follow the moon): to be warned of, not blocked."""
    region = where.region if isinstance(where, Authority) else ""
    known = _holidays_of(_state_of(where).code, region, first, last, get_language() or "en")
    return {day: Closure("holiday", each.name, each.national) for day, each in known if each.estimated}


@lru_cache(maxsize=256)
def _usual(
    code: str, region: str, weekends: tuple[_Rest, ...], first: date, last: date, language: str
) -> dict[date, Closure]:
    """Weekends and holidays, which follow from the tables of CLDR and the library alone; kept, so not to be changed."""
    known = _holidays_of(code, region, first, last, language)
    found = {day: Closure("holiday", each.name, False) for day, each in known if _closes(each, national=False)}
    found |= _weekends(code, weekends, first, last)
    return found | {day: Closure("holiday", each.name, True) for day, each in known if _closes(each, national=True)}


def weekend_days(state: State, on: date) -> frozenset[str]:
    """The weekly days of rest, "sat" and so on, that hold on that date."""
    return _weekend_on(on, _rests(state), _cldr_weekend(state.code))


def _closes(each: _Holiday, *, national: bool) -> bool:
    return each.national is national and not each.estimated


def _state_of(where: State | Authority) -> State:
    return where.state if isinstance(where, Authority) else where


def _recesses(authority: Authority, first: date, last: date) -> dict[date, Closure]:
    # All of them, for they are few and whoever asks for many authorities has fetched them together.
    return {
        day: Closure("recess", row.name, False)
        for row in authority.recesses.all()
        for day in _days(max(row.first, first), min(row.last, last))
    }


def _rests(state: State) -> tuple[_Rest, ...]:
    return tuple(_Rest(frozenset(row.days), row.valid_from, row.valid_until) for row in state.weekends.all())


def _weekends(code: str, rows: Sequence[_Rest], first: date, last: date) -> dict[date, Closure]:
    usual, closure = _cldr_weekend(code), Closure("weekend", _("Weekend"), True)
    return {day: closure for day in _days(first, last) if DAYS[day.weekday()] in _weekend_on(day, rows, usual)}


def _weekend_on(day: date, rows: Sequence[_Rest], usual: frozenset[str]) -> frozenset[str]:
    for row in rows:
        if row.first <= day and (row.last is None or day <= row.last):
            return row.days
    return usual


@lru_cache
def _cldr_weekend(code: str) -> frozenset[str]:
    """CLDR's weekend of a territory; its world's default, Saturday and Sunday, where babel has no locale for it."""
    try:
        week = Locale.parse(f"und_{code}")
    except UnknownLocaleError:
        return frozenset({"sat", "sun"})
    start, end = week.weekend_start, week.weekend_end
    return frozenset(DAYS[(start + shift) % 7] for shift in range((end - start) % 7 + 1))


def _holidays_of(code: str, region: str, first: date, last: date, language: str) -> list[tuple[date, _Holiday]]:
    years = range(first.year, last.year + 1)
    known = [pair for year in years for pair in _holidays_in(code, region, year, language)]
    return [(day, each) for day, each in known if first <= day <= last]


@lru_cache(maxsize=512)
def _holidays_in(code: str, region: str, year: int, language: str) -> tuple[tuple[date, _Holiday], ...]:
    """A year's holidays; a State that the library does not know has none."""
    if code not in holidays.list_supported_countries():
        return ()
    national = _calendar(code, None, year, language)
    regional = _calendar(code, region, year, language) if region else national
    # A national holiday keeps its national name: a regional one on the same day would name the region.
    return tuple(
        (day, _holiday(national if day in national else regional, day, national=day in national))
        for day in sorted(regional)
    )


def _calendar(code: str, region: str | None, year: int, language: str) -> holidays.HolidayBase:
    plain = holidays.country_holidays(code)
    # Three countries leave the mark of an estimated date out unless they are asked for it.
    asked: dict[str, Any] = {}
    if "islamic_show_estimated" in signature(type(plain)).parameters:
        asked["islamic_show_estimated"] = True
    return type(plain)(subdiv=region, years=year, language=_language_for(plain, language), **asked)


def _holiday(calendar: holidays.HolidayBase, day: date, *, national: bool) -> _Holiday:
    """A day is estimated if every holiday that falls on it is."""
    marks, names = _estimate_marks(calendar), calendar.get_list(day)
    estimated = all(any(mark in name for mark in marks) for name in names)
    return _Holiday("; ".join(names), national, estimated)


def _estimate_marks(calendar: holidays.HolidayBase) -> list[str]:
    """The words by which the library marks an estimated date, in the calendar's language: "(estimated)"."""
    labels = (getattr(calendar, f"{kind}_label", "") for kind in ("estimated", "observed_estimated"))
    return [str(calendar.tr(label)).replace("%s", "").strip() for label in labels if label]


def _language_for(calendar: holidays.HolidayBase, language: str) -> str | None:
    """The library's name of the reader's language, else English, else the country's own."""
    spoken = calendar.supported_languages
    wanted = [language.replace("-", "_"), language.partition("-")[0], "en_US"]
    for tag in wanted:
        for known in spoken:
            if known == tag or known.partition("_")[0] == tag:
                return str(known)
    return None


def _days(first: date, last: date) -> Iterator[date]:
    return (first + timedelta(days=shift) for shift in range((last - first).days + 1))
