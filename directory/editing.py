"""What every act that edits the directory shares: whose it is, which version was read, what was typed."""

from typing import Any, TypeVar
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import F, Model, QuerySet
from django.utils.translation import gettext as _

from directory import access, times
from directory.errors import NotFound, Refusal, Sentence, Stale
from directory.models import Membership, Resource
from directory.roles import Act

M = TypeVar("M", bound=Model)
LONGEST_NAME = 200


def editor(by: Membership | None) -> Membership:
    """The member, if his role edits the directory of his own authority; else NotFound."""
    return access.check(by, Act.DIRECTORY_EDIT)


def resource(public_id: UUID | str, by: Membership | None) -> Resource:
    """A room, person or interpreter whose hours and absences the member may enter; else NotFound."""
    return one(Resource.objects.editable_by(by), public_id)


def may_edit(row: Resource, by: Membership | None) -> Membership:
    """The member, if that resource is his to edit; else NotFound. Every act asks it again."""
    if by is None or not Resource.objects.editable_by(by).filter(pk=row.pk).exists():
        raise NotFound
    return by


def one(rows: QuerySet[M], public_id: UUID | str) -> M:
    """The one row of that public id, else NotFound."""
    try:
        found = rows.filter(public_id=public_id).first()
    except (ValueError, ValidationError) as error:
        raise NotFound from error
    if found is None:
        raise NotFound
    return found


def change(row: Any, version: int, **values: Any) -> dict[str, Any]:
    """Compare-and-swap: write the values if nobody wrote since that version was read. Refuses `stale_version`.

    Returns what changed, as it was and as it is, for the audit entry.
    """
    before = {name: getattr(row, name) for name in values}
    rows = type(row)._default_manager.filter(pk=row.pk, version=version)
    if rows.update(version=F("version") + 1, **values) != 1:
        raise Stale(type(row)._default_manager.values_list("version", flat=True).get(pk=row.pk))
    row.version = version + 1
    for name, value in values.items():
        setattr(row, name, value)
    return {name: {"from": before[name], "to": value} for name, value in values.items() if before[name] != value}


def wrong(field: str, sentence: Sentence, code: str = "field_wrong") -> Refusal:
    """What was typed does not fit its field."""
    return Refusal(sentence, code=code, status=422, field=field)


def words(value: str, field: str, *, most: int = LONGEST_NAME, needed: bool = True) -> str:
    """A text without spaces at its ends. Refuses an empty one where one is needed, and one that is too long."""
    text = " ".join(value.split())
    if needed and not text:
        raise wrong(field, _("Write something here."), "field_missing")
    if len(text) > most:
        raise wrong(field, _("Write at most %(most)s characters.") % {"most": most})
    return text


def number(value: int, field: str, *, least: int, most: int) -> int:
    """A whole number within bounds, both included."""
    if not least <= value <= most:
        raise wrong(field, _("Write a whole number from %(least)s to %(most)s.") % {"least": least, "most": most})
    return value


def zone(value: str, field: str = "zone") -> str:
    """An IANA zone, spelled as the map has it."""
    if value not in times.zones():
        raise wrong(field, _("This time zone is not known. Write it like America/Bogota."), "unknown_zone")
    return value


def zone_choices() -> list[str]:
    """The zones that name a place, to choose from."""
    return sorted(name for name in times.zones() if "/" in name and not name.startswith("Etc/"))


def email(value: str, field: str = "email", *, needed: bool = True) -> str:
    """A mail address in lower case."""
    text = value.strip().lower()
    if not text and not needed:
        return ""
    try:
        validate_email(text)
    except ValidationError as error:
        raise wrong(field, _("This is no mail address. Write it like name@court.example.")) from error
    return text
