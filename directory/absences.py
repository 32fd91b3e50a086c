"""When a room or a person is not there; days on which a court hears nobody."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from directory import audit, editing, locks, moments, reasons, times
from directory.models import Absence, CourtRecess, Membership, Resource

LONGEST_RECESS = timedelta(days=366)


@dataclass(frozen=True, kw_only=True)
class Wall:
    """A day and a time on the resource's own clocks; without a time the whole day is meant. `fold`: see `moments`."""

    day: str
    clock: str = ""
    fold: int | None = None


@transaction.atomic
def add(*, resource: Resource, by: Membership | None, start: Wall, end: Wall | None, reason: str = "") -> Absence:
    """From `start` until `end`; None: until further notice. Without a time, the last day belongs to it.

    The times are those of the resource's zone. Refuses `not_found`, `absence_ends_early`, `wall_time_gap`,
    `wall_time_overlap`, `impossible_time`.
    """
    by = editing.may_edit(resource, by)
    first = _instant(start, resource.zone, "start", shift=0)
    past = _instant(end, resource.zone, "end", shift=1) if end else None
    if past is not None and past <= first:
        raise editing.wrong("end", _("This is not after the beginning."), "absence_ends_early")
    words = editing.words(reason, "reason", most=reasons.LONGEST, needed=False)
    locks.take(locks.resources([resource.pk]))
    row = Absence.objects.create(resource=resource, during=(first, past), reason=words)
    audit.append("absence.added", by=by, about=row, facts=_facts(resource, first, past))
    return row


@transaction.atomic
def remove(*, absence: UUID | str, by: Membership | None) -> Resource:
    """It was not so, or is over; returns whose it was. Refuses `not_found`."""
    rows = Absence.objects.filter(resource__in=Resource.objects.editable_by(by)).select_related("resource")
    row = editing.one(rows, absence)
    audit.append("absence.removed", by=by, about=row, facts=_facts(row.resource, row.during.lower, row.during.upper))
    row.delete()
    return row.resource


@transaction.atomic
def add_recess(*, by: Membership | None, first: str, last: str, name: str) -> CourtRecess:
    """Days, both included, on which the member's own authority hears nobody.

    Refuses `not_found`, `impossible_time`, `recess_runs_backward`, `recess_too_long`.
    """
    by = editing.editor(by)
    start, end = _date(first, "first"), _date(last or first, "last")
    if end < start:
        raise editing.wrong("last", _("The last day is before the first."), "recess_runs_backward")
    if end - start > LONGEST_RECESS:
        raise editing.wrong("last", _("A recess is at most a year long."), "recess_too_long")
    words = editing.words(name, "name")
    row = CourtRecess.objects.create(authority=by.authority, first=start, last=end, name=words)
    audit.append("recess.added", by=by, about=row, facts={"first": start, "last": end, "name": words})
    return row


@transaction.atomic
def remove_recess(*, recess: UUID | str, by: Membership | None) -> None:
    """The court hears on these days after all. Refuses `not_found`."""
    row = editing.one(CourtRecess.objects.visible_to(editing.editor(by)), recess)
    audit.append("recess.removed", by=by, about=row, facts={"first": row.first, "last": row.last, "name": row.name})
    row.delete()


def _instant(wall: Wall, zone: str, field: str, *, shift: int) -> datetime:
    if wall.clock:
        return moments.wall(wall.day, wall.clock, zone, fold=wall.fold, field=field)
    day = _date(wall.day, field) + timedelta(days=shift)
    # Where the clocks jump over midnight, fold 0 reads it as the instant of the jump: the day's first.
    return datetime.combine(day, time(), times.zone_of(zone)).astimezone(UTC)


def _date(text: str, field: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = date.min
    if not 1900 <= day.year < 2200:
        raise editing.wrong(field, _("Write a date like 2026-12-09."), "impossible_time")
    return day


def _facts(resource: Resource, first: datetime, past: datetime | None) -> dict[str, object]:
    """For the trail: when, not why."""
    return {"resource": resource.public_id, "from": first, "until": past}
