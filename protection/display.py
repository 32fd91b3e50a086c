"""What pages, messages and files may say of a protected person: one list of fields for each audience.

Built up from what is allowed, never cut down from what there is. No list has the name: the one page that shows
a name asks the vault.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from protection import measures, people, words
from protection.models import ProtectedPerson
from protection.policy import Audience, InForce, MeasureKind, View, view

# How each field is made of the pseudonym, the audience's view and the measures in force.
_Field = Callable[[ProtectedPerson, View, frozenset[InForce]], Any]
_MAKE: Mapping[str, _Field] = {
    "label": lambda person, view, measures: people.label(person),
    "pseudonym": lambda person, view, measures: person.pseudonym,
    "video": lambda person, view, measures: view.video,
    "audio": lambda person, view, measures: view.audio,
    "place": lambda person, view, measures: view.place,
    "language": lambda person, view, measures: view.language,
    "measures": lambda person, view, measures: badges(measures),
}

_LABEL = ("label", "pseudonym")
_MEDIA = (*_LABEL, "video", "audio")
_FILE = (*_MEDIA, "place", "language", "measures")

ALLOWED: Mapping[Audience, tuple[str, ...]] = {
    Audience.BENCH: _FILE,
    Audience.HOST: _FILE,
    Audience.HOST_REGISTRY: _FILE,
    Audience.REGISTRY: _FILE,
    Audience.PROSECUTION: _FILE,
    Audience.DEFENCE: _FILE,
    Audience.ACCUSED: _MEDIA,
    Audience.VICTIMS_COUNSEL: _MEDIA,
    Audience.INTERPRETER: (*_MEDIA, "language"),
    Audience.SUPPORT: _LABEL,
    Audience.TECHNICIAN: _MEDIA,
    Audience.PUBLIC: _MEDIA,
    Audience.WITNESS: (*_LABEL, "measures"),  # the own page is written from the own measures
}


def shown(person: ProtectedPerson, audience: Audience | None, at: datetime | None = None) -> dict[str, Any]:
    """What may be drawn of the person for this audience now; empty for an audience nobody knows.

    `label`, `pseudonym`; `video` and `audio` as words of policy.View; `place` and `language` tell whether the
    caller may show them (it has them, this does not); `measures` are badges, in the order of MeasureKind.
    """
    in_force = measures.in_force(person, at)
    seen = view(in_force, audience)
    fields = ALLOWED[audience] if isinstance(audience, Audience) else ()  # the letter alone is no audience
    return {field: _MAKE[field](person, seen, in_force) for field in fields}


def badges(in_force: frozenset[InForce]) -> list[words.Badge]:
    """The measures as badges, each kind once."""
    kinds = {measure.kind for measure in in_force}
    return [words.KINDS[kind] for kind in MeasureKind if kind in kinds]
