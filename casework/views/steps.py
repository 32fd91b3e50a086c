"""What a step of the writer shows: the stepper, the fields with what was typed, and what the rules say of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext

from casework import rules, sections
from casework.fields import Field, Kind, Section
from casework.models import Request
from casework.rules import Finding, Level
from casework.values import empty
from directory import languages
from directory.models import LegalProfile
from directory.times import TimeError, WallTimeOverlap, offset_words, parse_wall, zone_of

_Choice = tuple[str, str, bool]  # the value, its words, whether it is chosen
SIDE_BY_SIDE, LINE_OF_CHOICES = 4, 50  # so many choices, of so many characters together


@dataclass(frozen=True)
class StepShown:
    """One line of the stepper. A step that may stay empty and the step that sends are never complete by themselves."""

    number: int
    title: str
    url: str
    here: bool
    begun: bool
    last: bool  # the step that sends
    ready: bool  # of that step: nothing is missing in any
    missing: int
    advice: int

    @property
    def complete(self) -> bool:
        """Something was said, nothing is missing and nothing is advised."""
        return self.begun and not self.missing and not self.advice and not self.last

    @property
    def optional(self) -> bool:
        """Nothing was said, and nothing has to be."""
        return not (self.begun or self.missing or self.advice or self.last)


@dataclass(frozen=True)
class FieldShown:
    """One field as drawn: the words, what it holds, why it cannot be read, and what the rules say."""

    name: str
    kind: str
    label: str
    help: str
    choices: list[_Choice]
    likely: list[_Choice]  # of languages: the ones that stand first
    value: str
    checked: bool
    limit: int
    problem: str
    findings: list[Finding]
    readings: list[tuple[int, str, bool]]  # of a time that the clocks show twice: fold, offset, whether it is chosen

    @property
    def short(self) -> bool:
        """Whether the choices stand side by side."""
        return (
            len(self.choices) <= SIDE_BY_SIDE
            and sum(len(label) for _word, label, _on in self.choices) < LINE_OF_CHOICES
        )

    @property
    def wrong(self) -> bool:
        """Whether it is drawn as an error."""
        return bool(self.problem) or any(finding.level is Level.MUST for finding in self.findings)


@dataclass(frozen=True)
class Difference:
    """One field that a colleague saved while the reader typed something else."""

    label: str
    theirs: str
    mine: str


def stepper(request: Request, found: Sequence[Finding], here: str) -> list[StepShown]:
    """All steps, each with how many things are missing and advised in it."""
    return [_step(request, section, found, here) for section in sections.SECTIONS]


def _step(request: Request, section: Section, found: Sequence[Finding], here: str) -> StepShown:
    mine = [finding for finding in found if sections.step_of(finding.field) == section.slug]
    return StepShown(
        number=sections.number(section.slug),
        title=gettext(section.title),
        url=reverse("casework:step", args=[request.public_id, section.slug]),
        here=section.slug == here,
        begun=_begun(request, section),
        last=section is sections.CHECK,
        ready=section is sections.CHECK and not rules.musts(found),
        missing=sum(finding.level is Level.MUST for finding in mine),
        advice=sum(finding.level is Level.SHOULD for finding in mine),
    )


def _begun(request: Request, section: Section) -> bool:
    typed = any(getattr(request, field.name) != empty(field.kind) for field in section.fields)
    if section is sections.PROTECTION:
        return typed or request.asked_measures.exists()
    return typed or (section is sections.PERSON and request.person is not None)


def fields(
    section: Section,
    values: Mapping[str, Any],
    *,
    zone: str,
    locale: str,
    found: Sequence[Finding] = (),
    problems: Mapping[str, str] | None = None,
    likely: Mapping[str, Sequence[str]] | None = None,
) -> dict[str, FieldShown]:
    """The fields of a step, by name. `values` are the row's, or what was typed and could not be saved.

    `likely` are the languages that stand first, a list of tags a field.
    """
    wrong = problems or {}
    shown = {}
    for field in section.fields:
        value = values.get(field.name, empty(field.kind))
        first, choices = _choices(field, value, locale, (likely or {}).get(field.name, ()))
        shown[field.name] = FieldShown(
            name=field.name,
            kind=field.kind.value,
            label=gettext(field.label),
            help=gettext(field.help) if field.help else "",
            choices=choices,
            likely=first,
            value=_typed(value, zone),
            checked=value in (True, "on"),
            limit=field.limit,
            problem=wrong.get(field.name, ""),
            findings=[one for one in found if one.field == field.name and one.level is not Level.NOTE],
            readings=_readings(value, zone, values.get(f"{field.name}_fold")) if field.kind is Kind.INSTANT else [],
        )
    return shown


def likely(request: Request) -> dict[str, list[str]]:
    """The languages that stand first: those of a request are the requested State's, the others both States'."""
    ours, theirs = (_official(one.state_id) for one in (request.requesting, request.requested))
    return {
        "request_language": [*request.requested.languages] or theirs,
        "court_language": ours,
        "testimony_language": [*theirs, *ours],
    }


def _official(state: int) -> list[str]:
    return LegalProfile.objects.filter(state=state).values_list("languages", flat=True).first() or []


def differences(section: Section, saved: Mapping[str, Any], typed: Mapping[str, Any], zone: str) -> list[Difference]:
    """The fields in which the two versions differ, as they would stand in the form."""
    rows = []
    for field in section.fields:
        theirs, mine = _compared(field, saved.get(field.name), zone), _compared(field, typed.get(field.name), zone)
        if theirs != mine:
            rows.append(Difference(gettext(field.label), theirs, mine))
    return rows


def _compared(field: Field, value: Any, zone: str) -> str:
    if field.kind is Kind.YES:
        return gettext("Yes") if value in (True, "on") else gettext("No")
    if field.choices:
        chosen = value if isinstance(value, list) else [value]
        return "; ".join(gettext(label) for word, label in field.choices if word in chosen)
    return _typed(value, zone).replace("\r\n", "\n").strip()


def _choices(field: Field, value: Any, locale: str, likely: Sequence[str]) -> tuple[list[_Choice], list[_Choice]]:
    """What to choose from: the likely ones of a list of languages, and the others."""
    chosen = value if isinstance(value, list) else [value]
    if field.kind is Kind.LANGUAGE:
        first, others = languages.offered(likely, also=str(value or ""), locale=locale)
    else:
        first, others = [], [(word, gettext(label)) for word, label in field.choices]
    return [(*one, one[0] in chosen) for one in first], [(*one, one[0] in chosen) for one in others]


def _readings(value: Any, zone: str, fold: str | None) -> list[tuple[int, str, bool]]:
    day, _t, clock = _typed(value, zone).partition("T")
    chosen = str(value.astimezone(zone_of(zone)).fold) if isinstance(value, datetime) else fold
    try:
        parse_wall(day, clock, zone)
    except WallTimeOverlap as twice:
        offsets = enumerate(offset_words(one) for one in (twice.first, twice.second))
        return [(number, offset, chosen == str(number)) for number, offset in offsets]
    except TimeError:
        pass
    return []


def _typed(value: Any, zone: str) -> str:
    """A value as an input element holds it; an instant stands on the reader's own clocks."""
    if value is None or isinstance(value, bool | list):
        return ""
    if isinstance(value, datetime):
        return value.astimezone(zone_of(zone)).strftime("%Y-%m-%dT%H:%M")
    return value.isoformat() if isinstance(value, date) else str(value)
