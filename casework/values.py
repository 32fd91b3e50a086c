"""Reading what was typed, or sent as JSON, into the value of a field. ◆

Forms, the API and `check_request` come through here, so that a date is a date everywhere. What cannot be read is
reported by field, all of it at once; nothing is guessed.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from casework.fields import Field, Kind
from casework.marks import mark as _
from directory import languages, times
from directory.reasons import legible

YEARS = range(2000, 2101)
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Problem:
    """Why one value cannot be read. `code` is stable; `sentence` may hold `%(limit)s`, filled from `limit`."""

    field: str
    code: str
    sentence: str
    limit: int = 0


class Unreadable(ValueError):
    """One value does not fit its field."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(code)
        self.code, self.sentence = code, sentence


def read(fields: Iterable[Field], raw: Mapping[str, object]) -> tuple[dict[str, object], list[Problem]]:
    """The values of the fields that `raw` names, and what could not be read."""
    values: dict[str, object] = {}
    problems: list[Problem] = []
    for field in fields:
        if field.name not in raw:
            continue
        try:
            values[field.name] = _READERS[field.kind](field, raw[field.name])
        except Unreadable as error:
            problems.append(Problem(field.name, error.code, error.sentence, field.limit))
    return values, problems


def empty(kind: Kind) -> object:
    """What a field of this kind holds before anybody answers."""
    return {Kind.YES: False, Kind.CHOICES: [], Kind.NUMBER: None, Kind.DATE: None, Kind.INSTANT: None}.get(kind, "")


def _text(field: Field, raw: object) -> str:
    if raw is None:
        return ""
    if not isinstance(raw, str) or _UNSTORABLE.search(raw):
        raise Unreadable("not_text", _("This is not a text."))
    text = legible(raw.replace("\r\n", "\n").replace("\r", "\n"))
    if field.kind is Kind.LINE:
        text = " ".join(text.split())
    if field.limit and len(text) > field.limit:
        raise Unreadable("too_long", _("This is longer than %(limit)s characters."))
    return text


def _choice(field: Field, raw: object) -> str:
    if raw in ("", None):
        return ""
    if not isinstance(raw, str) or raw not in dict(field.choices):
        raise Unreadable("unknown_choice", _("This is not one of the choices."))
    return raw


def _choices(field: Field, raw: object) -> list[str]:
    items = [] if raw in ("", None) else raw
    if not isinstance(items, list | tuple):
        raise Unreadable("not_a_list", _("This is not a list."))
    picked = {_choice(field, item) for item in items}
    return [value for value, _label in field.choices if value in picked]


def _yes(field: Field, raw: object) -> bool:
    answers: Mapping[object, bool] = {"on": True, "true": True, "": False, "off": False, "false": False, None: False}
    if isinstance(raw, bool):
        return raw
    if not isinstance(raw, str | None) or raw not in answers:
        raise Unreadable("not_yes_or_no", _("This is neither yes nor no."))
    return answers[raw]


def _number(field: Field, raw: object) -> int | None:
    if raw in ("", None):
        return None
    text = raw.strip() if isinstance(raw, str) else str(raw)
    if isinstance(raw, bool) or not re.fullmatch(r"[0-9]{1,6}", text) or not field.lowest <= int(text) <= field.limit:
        raise Unreadable("not_a_number", _("This is not a whole number up to %(limit)s."))
    return int(text)


def _date(field: Field, raw: object) -> date | None:
    if raw in ("", None):
        return None
    if type(raw) is date and raw.year in YEARS:
        return raw
    if isinstance(raw, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", raw.strip(), re.ASCII):
        try:
            day = date.fromisoformat(raw.strip())
        except ValueError:
            day = None
        if day and day.year in YEARS:
            return day
    raise Unreadable("impossible_date", _("There is no such date. Write it like 2026-12-09."))


def _instant(field: Field, raw: object) -> datetime | None:
    if raw in ("", None):
        return None
    try:
        return times.parse_instant(raw.isoformat() if isinstance(raw, datetime) else str(raw))
    except times.NaiveTime as error:
        raise Unreadable("naive_time", _("This time has no offset. Write it like 2026-12-09T08:30-05:00.")) from error
    except times.TimeError as error:
        raise Unreadable("impossible_time", _("There is no such date and time.")) from error


def _language(field: Field, raw: object) -> str:
    text = _text(field, raw)
    try:
        return languages.parse(text) if text else ""
    except languages.UnknownLanguage as error:
        raise Unreadable(error.code, _("This language tag is not known. Write it like fr or pt-BR.")) from error


_READERS: Mapping[Kind, Callable[[Field, object], object]] = {
    Kind.LINE: _text,
    Kind.TEXT: _text,
    Kind.CHOICE: _choice,
    Kind.CHOICES: _choices,
    Kind.YES: _yes,
    Kind.NUMBER: _number,
    Kind.DATE: _date,
    Kind.INSTANT: _instant,
    Kind.LANGUAGE: _language,
}
