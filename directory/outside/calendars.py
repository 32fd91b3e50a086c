"""Name a calendar kept elsewhere, change where it is, have it read, let it go: one function, one audit entry each."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from directory import audit, editing, sealing
from directory.errors import Refusal
from directory.models import Membership, OutsideCalendar, Resource
from directory.outside import net
from directory.outside.errors import SENTENCES, OutsideError

LEAST_MINUTES, MOST_MINUTES = 5, 24 * 60
MOST_CALENDARS = 5  # of one resource
_AGAIN = _("This is another server: enter the password again. It is not sent to a server it was not entered for.")
_ENOUGH = _("Five calendars are read for this room or person already. Remove one first.")


@dataclass(frozen=True)
class Account:
    """Where the calendar is.

    `password` None keeps the one that is there, empty means that none is needed; so does `url` None for a change.
    """

    kind: str
    url: str | None
    user_name: str = ""
    password: str | None = None
    every_minutes: int = 15


def by_id(public_id: UUID | str, by: Membership | None) -> OutsideCalendar:
    """The calendar, if its room or person is the member's to edit; else NotFound."""
    rows = OutsideCalendar.objects.filter(resource__in=Resource.objects.editable_by(by))
    return editing.one(rows.select_related("resource"), public_id)


@transaction.atomic
def add(*, resource: Resource, by: Membership | None, account: Account) -> OutsideCalendar:
    """Read a calendar from now on; the first time at once.

    Refuses `not_found`, `outside_too_many_calendars`, and what `outside.net.target` refuses of the address.
    """
    by = editing.may_edit(resource, by)
    if resource.outside_calendars.count() >= MOST_CALENDARS:
        raise Refusal(_ENOUGH, code="outside_too_many_calendars", status=422, field="url")
    row = OutsideCalendar(resource=resource, next_due=timezone.now(), **_plain(account, account.url or ""))
    row.address = sealing.seal((account.url or "").strip(), row=row, field="address")
    if account.password:
        row.password = sealing.seal(account.password, row=row, field="password")
    row.save(force_insert=True)
    _read_soon(row)
    audit.append("outside_calendar.added", by=by, about=row, facts=_told(row))
    return row


@transaction.atomic
def change(*, calendar: OutsideCalendar, by: Membership | None, version: int, account: Account) -> OutsideCalendar:
    """Another address, another password, another rhythm; what was read stays until the first good reading.

    An address on another host needs its password again: else whoever may edit could have the old one sent
    to a server of his own. Refuses `not_found`, `stale_version`, `outside_password`, and bad addresses.
    """
    by = editing.may_edit(calendar.resource, by)
    url = (account.url or _url(calendar)).strip()
    plain = _plain(account, url)
    moved = plain["host"] != calendar.host
    if moved and calendar.password and account.password is None:
        raise editing.wrong("password", _AGAIN, "outside_password")
    sealed: dict[str, object] = {"address": sealing.seal(url, row=calendar, field="address")}
    if account.password is not None:
        kept = sealing.seal(account.password, row=calendar, field="password") if account.password else None
        sealed["password"] = kept
    afresh = {"etag": "", "digest": "", "next_due": timezone.now()}
    changed = editing.change(calendar, version, **plain)
    OutsideCalendar.objects.filter(pk=calendar.pk).update(**sealed, **afresh)
    _read_soon(calendar)
    facts = _told(calendar) | {"changed": sorted({*changed, *(["password"] if "password" in sealed else [])})}
    audit.append("outside_calendar.changed", by=by, about=calendar, facts=facts)
    return calendar


@transaction.atomic
def remove(*, calendar: OutsideCalendar, by: Membership | None, version: int) -> None:
    """Read it no more, and forget what was read. Refuses `not_found`, `stale_version`."""
    by = editing.may_edit(calendar.resource, by)
    facts = _told(calendar)
    editing.change(calendar, version)
    audit.append("outside_calendar.removed", by=by, about=calendar, facts=facts)
    calendar.delete()


@transaction.atomic
def read_now(*, calendar: OutsideCalendar, by: Membership | None) -> None:
    """Have it read before its time, by the worker. Refuses `not_found`."""
    by = editing.may_edit(calendar.resource, by)
    OutsideCalendar.objects.filter(pk=calendar.pk).update(next_due=timezone.now())
    _read_soon(calendar)
    audit.append("outside_calendar.read_now", by=by, about=calendar)


def _url(calendar: OutsideCalendar) -> str:
    """The address that is there; no page and no answer ever shows it. Empty where it cannot be opened any more."""
    try:
        return sealing.unseal(calendar.address, row=calendar, field="address")
    except sealing.Unopened:
        return ""


def due(now: datetime, most: int) -> list[int]:
    """Numbers of the calendars to be read now, the longest overdue first."""
    return list(OutsideCalendar.objects.due(now).values_list("pk", flat=True)[:most])


def _plain(account: Account, url: str) -> dict[str, object]:
    """What is kept as it was typed, after it was checked."""
    if account.kind not in OutsideCalendar.Kind.values:
        raise editing.wrong("kind", SENTENCES["outside_no_calendar"])
    try:
        where = net.target(url, loopback=settings.OUTSIDE_LOOPBACK)
    except OutsideError as error:
        raise editing.wrong("url", SENTENCES[error.code], error.code) from error
    return {
        "kind": account.kind,
        "host": where.host,
        "user_name": editing.words(account.user_name, "user_name", needed=False),
        "every_minutes": editing.number(account.every_minutes, "every_minutes", least=LEAST_MINUTES, most=MOST_MINUTES),
    }


def _told(row: OutsideCalendar) -> dict[str, object]:
    """For the trail: neither address nor user name."""
    return {"resource": row.resource.public_id, "kind": row.kind, "host": row.host}


def _read_soon(row: OutsideCalendar) -> None:
    from directory.tasks import enqueue_outside  # the job itself imports this package

    enqueue_outside(row.pk)
