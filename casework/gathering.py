"""The facts of one request: its columns, and what the directory and the vault know around it."""

from collections.abc import Mapping
from datetime import date, datetime

from casework import sections
from casework.fields import Kind
from casework.law import pairs
from casework.models import Request
from casework.rules import Facts
from casework.words import country
from directory.models import Authority, Competence
from protection import people
from protection.models import Measure, ProtectedPerson

WORDS = frozenset({Kind.LINE, Kind.TEXT})


def facts_of(request: Request, *, now: datetime) -> Facts:
    """What the rules read. `now` is an aware instant; no name, place or language of the person is among the facts."""
    facts: dict[str, object] = {name: getattr(request, name) for name in sections.FIELDS}
    return (
        facts
        | _parties(request)
        | _pair(request, now)
        | _person(request)
        | _decision(request)
        | {
            "state": request.state,
            "today": _today(request, now),
        }
    )


def _parties(request: Request) -> dict[str, object]:
    requested = request.requested
    central = Authority.objects.filter(state=requested.state_id, kind=Authority.Kind.CENTRAL)
    return {
        "requesting_authority": request.requesting.name,
        "court": request.court.name if request.court else "",
        "requested_state": country(requested.state.code),
        "requested_code": requested.state.code,
        "requested_is_central": requested.kind == Authority.Kind.CENTRAL,
        "several_central_authorities": central.count() > 1,
        "transmission": requested.transmission,
        "accepts_email": requested.accepts_email,
        "accepted_languages": requested.languages,
    }


def _pair(request: Request, now: datetime) -> dict[str, object]:
    ours, theirs = request.requesting.state, request.requested.state
    passed = now - request.oral_made_at if request.oral_made_at else None
    return {
        "common_treaties": pairs.common(ours.code, theirs.code, ours=_treaties(ours.pk), theirs=_treaties(theirs.pk)),
        "oral_hours": pairs.between(ours.code, theirs.code).oral_hours,
        "oral_hours_passed": passed.total_seconds() / 3600 if passed else None,
    }


def _treaties(state: int) -> list[str]:
    return list(Competence.objects.filter(authority__state=state).values_list("treaty", flat=True))


def _person(request: Request) -> dict[str, object]:
    asked = list(request.asked_measures.select_related("measure"))
    return {
        "person": request.person.pseudonym if request.person else "",
        "identity_complete": request.identity_complete,
        "measures": [row.measure.kind for row in asked],
        "measures_without_note": [_kind(row.measure) for row in asked if not row.defence_access.strip()],
        "texts_that_name": texts_that_name(request.person, _texts(request)),
    }


def texts_that_name(person: ProtectedPerson | None, texts: Mapping[str, str]) -> list[str]:
    """The names of those texts, typed by the drafters, that name the person or the place; the vault alone looks."""
    if person is None or not people.mentions(person=person, text="\n".join(texts.values())):
        return []
    return [name for name, text in texts.items() if people.mentions(person=person, text=text)]


def _texts(request: Request) -> dict[str, str]:
    return {name: getattr(request, name) for name, field in sections.FIELDS.items() if field.kind in WORDS}


def _kind(measure: Measure) -> str:
    return str(measure.kind)


def _decision(request: Request) -> dict[str, object]:
    granted = request.decisions.filter(kind="granted").last()
    return {"conditions": granted.conditions if granted else []}


def _today(request: Request, now: datetime) -> date:
    """The day it is where the request is drafted."""
    from directory.times import zone_of

    return now.astimezone(zone_of(request.requesting.zone)).date()
