"""Enter an interpreter, change what she works from and into, and when: of one's own authority."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from directory import audit, editing, languages
from directory.hours import Hours
from directory.models import Interpreter, InterpreterPair, Membership, Resource

MOST_PAIRS = 40


@dataclass(frozen=True)
class Pair:
    """A direction of work, BCP 47 from and into, and its modes."""

    source: str
    target: str
    modes: Sequence[str]


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What is entered of an interpreter. `hours` None: works at any hour."""

    name: str
    email: str
    zone: str
    hours: Hours | None
    preferred: Hours | None
    pairs: Sequence[Pair]
    active: bool = True


def by_id(public_id: UUID | str, by: Membership | None) -> Interpreter:
    """An interpreter of the member's own authority, for those who may edit; else NotFound."""
    own = Interpreter.objects.visible_to(editing.editor(by))
    return editing.one(own.select_related("resource"), public_id)


@transaction.atomic
def add(*, by: Membership | None, facts: Facts) -> Interpreter:
    """Someone whom the member's own court books. Refuses `not_found`, `pair_wrong` and what does not fit its field."""
    by = editing.editor(by)
    told, resource, pairs = _read(facts)
    row = Interpreter.objects.create(
        resource=Resource.objects.create(authority=by.authority, kind=Resource.Kind.INTERPRETER, **resource), **told
    )
    _keep(row, pairs)
    audit.append("interpreter.added", by=by, about=row, facts={"pairs": [_words(pair) for pair in pairs]})
    return row


@transaction.atomic
def change(*, interpreter: Interpreter, by: Membership | None, version: int, facts: Facts) -> Interpreter:
    """Everything anew. `version` is the resource's.

    Refuses `not_found`, `stale_version`, `pair_wrong` and what does not fit its field.
    """
    by = editing.editor(by)
    row = editing.one(Interpreter.objects.visible_to(by), interpreter.public_id)
    told, resource, pairs = _read(facts)
    before = [_words(pair) for pair in row.pairs.all()]
    changed = editing.change(interpreter.resource, version, **resource)
    Interpreter.objects.filter(pk=row.pk).update(**told)
    _keep(row, pairs)
    after = [_words(pair) for pair in pairs]
    if after != before:
        changed["pairs"] = {"from": before, "to": after}
    audit.append("interpreter.changed", by=by, about=row, facts={"changed": sorted(changed)})
    return row


def _read(facts: Facts) -> tuple[dict[str, Any], dict[str, Any], list[Pair]]:
    name, zone = editing.words(facts.name, "name"), editing.zone(facts.zone)
    told = {"name": name, "email": editing.email(facts.email, needed=False)}
    resource = {
        "label": name, "zone": zone, "hours": facts.hours, "preferred": facts.preferred, "active": facts.active
    }  # fmt: skip
    return told, resource, _pairs(facts.pairs)


def _pairs(told: Sequence[Pair]) -> list[Pair]:
    if not told:
        raise editing.wrong("pairs", _("Name at least one direction: from a language into another."), "pair_wrong")
    if len(told) > MOST_PAIRS:
        raise editing.wrong("pairs", _("At most forty directions."), "pair_wrong")
    found = {(pair.source, pair.target): pair for pair in map(_pair, told)}
    return [found[key] for key in sorted(found)]


def _pair(told: Pair) -> Pair:
    try:
        source, target = languages.parse(told.source), languages.parse(told.target)
    except languages.UnknownLanguage as error:
        raise editing.wrong("pairs", _("Choose both languages."), "pair_wrong") from error
    if source == target:
        raise editing.wrong("pairs", _("From a language into itself nobody interprets."), "pair_wrong")
    modes = [mode for mode in InterpreterPair.Mode.values if mode in told.modes]
    if not modes or len(modes) != len(set(told.modes)):
        raise editing.wrong("pairs", _("Choose how this direction is interpreted."), "pair_wrong")
    return Pair(source, target, modes)


def _keep(row: Interpreter, pairs: Sequence[Pair]) -> None:
    row.pairs.all().delete()
    rows = [InterpreterPair(interpreter=row, source=p.source, target=p.target, modes=list(p.modes)) for p in pairs]
    InterpreterPair.objects.bulk_create(rows)


def _words(pair: Pair | InterpreterPair) -> str:
    return f"{pair.source}→{pair.target} {'+'.join(pair.modes)}"
