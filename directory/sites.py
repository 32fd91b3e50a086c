"""Enter a room, change it, close it: of one's own authority, one function an act."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from directory import audit, editing
from directory.errors import NotFound, Refusal
from directory.hours import Hours
from directory.models import Membership, Resource, Site

MOST_MINUTES = 480  # of setting up, and of clearing


@dataclass(frozen=True, kw_only=True)
class Room:
    """What is entered of a room. `hours` None: open at any hour; `preferred` None: no hour is unsocial."""

    name: str
    kind: str
    city: str
    zone: str
    hours: Hours | None
    preferred: Hours | None
    setup_minutes: int
    clearing_minutes: int
    active: bool = True


def by_id(public_id: UUID | str, by: Membership | None) -> Site:
    """A room of the member's own authority, for those who may edit it; else NotFound."""
    own = Site.objects.filter(authority=editing.editor(by).authority_id)
    return editing.one(own.select_related("resource", "authority"), public_id)


@transaction.atomic
def add(*, by: Membership | None, room: Room) -> Site:
    """A room of the member's own authority. Refuses `not_found`, `room_exists` and what does not fit its field."""
    by = editing.editor(by)
    site, resource = _read(room)
    _free(by, site["name"])
    row = Site.objects.create(
        authority=by.authority,
        resource=Resource.objects.create(authority=by.authority, kind=Resource.Kind.SITE, **resource),
        **site,
    )
    audit.append("site.added", by=by, about=row, facts={**site, **resource})
    return row


@transaction.atomic
def change(*, site: Site, by: Membership | None, version: int, room: Room) -> Site:
    """Everything of the room anew. `version` is the resource's.

    What is booked stays booked: hours say what can be found from now on. Refuses `not_found`, `stale_version`,
    `room_exists` and what does not fit its field.
    """
    by = editing.editor(by)
    if site.authority_id != by.authority_id:
        raise NotFound
    told, resource = _read(room)
    _free(by, told["name"], but=site)
    changed = editing.change(site.resource, version, **resource)
    before = {name: getattr(site, name) for name in told}
    for name, value in told.items():
        setattr(site, name, value)
    site.save(update_fields=list(told))
    changed |= {name: {"from": before[name], "to": told[name]} for name in told if before[name] != told[name]}
    audit.append("site.changed", by=by, about=site, facts=changed)
    return site


def _read(room: Room) -> tuple[dict[str, Any], dict[str, Any]]:
    """What goes into the site, and into its resource."""
    if room.kind not in Site.Kind.values:
        raise editing.wrong("kind", _("Choose what kind of room it is."))
    name = editing.words(room.name, "name")
    site = {
        "name": name,
        "kind": room.kind,
        "city": editing.words(room.city, "city", needed=False),
        "setup_minutes": editing.number(room.setup_minutes, "setup_minutes", least=0, most=MOST_MINUTES),
        "clearing_minutes": editing.number(room.clearing_minutes, "clearing_minutes", least=0, most=MOST_MINUTES),
    }
    zone = editing.zone(room.zone)
    return site, {
        "label": name,
        "zone": zone,
        "hours": room.hours,
        "preferred": room.preferred,
        "active": room.active,
    }


def _free(by: Membership, name: str, but: Site | None = None) -> None:
    others = Site.objects.filter(authority=by.authority_id, name__iexact=name)
    if (others.exclude(pk=but.pk) if but else others).exists():
        sentence = _("Your authority has a room of this name already.")
        raise Refusal(sentence, code="room_exists", status=422, field="name")
