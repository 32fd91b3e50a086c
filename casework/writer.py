"""The request as a document: the paragraphs of `casework.outline`, filled, in a language the requested State accepts.

Nothing here reaches the vault: the person is a pseudonym, and "named in the sealed annex" stands where an identity
would.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import get_language, gettext

from casework import outline, sections, words
from casework.fields import Field, Kind
from casework.models import Request
from casework.rules import Finding, Level
from directory import languages, times, typeset
from directory.models import Authority
from protection import people
from protection.policy import MeasureKind
from protection.words import KINDS

_ON_ONE_PAGE = 800  # characters
_STYLE = Path(__file__).parent / "request.css"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a paragraph: a label where the words do not speak for themselves, and the words."""

    label: str
    words: str


@dataclass(frozen=True, slots=True)
class Written:
    """A paragraph as printed. `gaps` say what it must hold and does not."""

    number: int
    heading: str
    rule: str
    lines: tuple[Line, ...]
    gaps: tuple[Finding, ...]

    @property
    def short(self) -> bool:
        """Whether it stays on one page; a longer one may begin at the foot of a page."""
        return sum(len(line.words) for line in self.lines) < _ON_ONE_PAGE


def language_of(request: Request) -> str:
    """The language of the printed headings: the request's own where there is a catalogue for it, else English."""
    wanted = request.request_language.lower().split("-")[0]
    return next((code for code in dict(settings.LANGUAGES) if code.split("-")[0] == wanted and _catalogued(code)), "en")


def shown(request: Request, findings: Iterable[Finding] = ()) -> dict[str, object]:
    """The document for a page: its paragraphs in its own language, the language's tag, and its name for the reader."""
    tag = language_of(request)
    with translation.override(tag):
        written = paragraphs(request, findings)
    return {"paragraphs": written, "document_tag": tag, "document_language": words.show(tag.split("-")[0])}


def paragraphs(request: Request, findings: Iterable[Finding] = ()) -> list[Written]:
    """Every paragraph that says something, or must and does not, numbered in order; in the active language."""
    musts = [finding for finding in findings if finding.level is Level.MUST]
    written: list[Written] = []
    for paragraph in outline.PARAGRAPHS:
        lines = tuple(line for name in paragraph.fields for line in _lines(request, name))
        gaps = tuple(finding for finding in musts if _answers(paragraph, finding))
        if lines or gaps:
            written.append(Written(len(written) + 1, gettext(paragraph.heading), paragraph.rule, lines, gaps))
    return written


def pdf(request: Request) -> bytes:
    """The document as PDF, in `language_of` the request. Fonts and style come from the house; nothing is fetched."""
    with translation.override(language_of(request)):
        facts = {"request": request, "paragraphs": paragraphs(request), "language": get_language()}
        facts |= {"sent_on": _sent_on(request), "signed_by": _authority(request.requesting)[0].words}
        html = render_to_string("casework/document_file.html", facts | titles(request))
        return typeset.pdf(html, style=_STYLE)


def titles(request: Request) -> dict[str, str]:
    """The two States by their names in the active language."""
    return {
        "requesting_state": words.country(request.requesting.state.code),
        "requested_state": words.country(request.requested.state.code),
    }


def _sent_on(request: Request) -> str:
    """The date of the request, where it is sent from; empty for a draft."""
    if request.submitted_at is None:
        return ""
    return times.local(request.submitted_at, request.requesting.zone, get_language() or "en").date


def _catalogued(code: str) -> bool:
    """Whether the house speaks the language; Django's own catalogue alone would make half a translation."""
    name = translation.to_locale(code)
    return any((Path(path) / name / "LC_MESSAGES" / "django.mo").exists() for path in settings.LOCALE_PATHS)


def _answers(paragraph: outline.Paragraph, finding: Finding) -> bool:
    """Whether the paragraph is where the missing thing would stand."""
    beside = {"requesting": "@requesting", "requested": "@requested", "court": "@court", "identity": "@person"}
    return beside.get(finding.field, finding.field) in paragraph.fields


def _lines(request: Request, name: str) -> list[Line]:
    match name:
        case "@requesting":
            return _authority(request.requesting)
        case "@requested":
            return _authority(request.requested)
        case "@court":
            return _authority(request.court, _label("@court")) if request.court else []
        case "@person":
            return _person(request)
        case "@measures":
            return _measures(request)
        case "@language":
            sealed = gettext("named in the sealed annex")
            return [Line(gettext("Language of the person"), sealed)] if request.testimony_language else []
        case _:
            return _typed(sections.FIELDS[name], getattr(request, name))


def _typed(field: Field, value: object) -> list[Line]:
    if value in ("", None, False, []):
        return []
    if value is True:
        return [Line("", gettext(field.label))]
    label = "" if field.name in outline.PLAIN else _label(field.name)
    if field.kind is Kind.TEXT and isinstance(value, str):
        first, *more = (part for part in value.split("\n") if part.strip())
        return [Line(label, first), *(Line("", part) for part in more)]
    return [Line(label, _words(field, value))]


def _label(name: str) -> str:
    """What a line is called on paper: words of its own where the form's speak to its writer."""
    return gettext(outline.LABELS.get(name) or sections.FIELDS[name].label)


def _words(field: Field, value: object) -> str:
    locale = get_language() or "en"
    if field.choices:
        chosen = value if isinstance(value, list) else [value]
        return "; ".join(gettext(label) for word, label in field.choices if word in chosen)
    if isinstance(value, datetime):
        return str(times.local(value, "UTC", locale))
    if isinstance(value, date):
        return times.date_words(value, locale)
    return languages.name(str(value), locale) if field.kind is Kind.LANGUAGE else str(value)


def _authority(authority: Authority, label: str = "") -> list[Line]:
    name = authority.native_name or authority.name
    city = "" if authority.city in name else authority.city
    return [Line(label, ", ".join(part for part in (name, city, words.country(authority.state.code)) if part))]


def _person(request: Request) -> list[Line]:
    if request.person is None:
        return []
    return [
        Line(gettext("Pseudonym"), people.label(request.person)),
        Line(gettext("Identity, nationality and whereabouts"), gettext("named in the sealed annex")),
    ]


def _measures(request: Request) -> list[Line]:
    written: list[Line] = []
    for row in request.asked_measures.select_related("measure"):
        written.append(Line(gettext("Measure asked for"), str(KINDS[MeasureKind(row.measure.kind)].word)))
        if row.defence_access:
            written.append(Line(gettext("Access of the defence"), row.defence_access))
    return written
