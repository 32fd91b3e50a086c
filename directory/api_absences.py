"""When a room, a person or a whole court is not there, over the API: absences, recesses, calendars kept elsewhere."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema, Status

from directory import absences, editing
from directory.absences import Wall
from directory.models import Absence, CourtRecess, OutsideCalendar
from directory.outside import calendars
from directory.outside.calendars import Account
from directory.preconditions import Version, acting, tell, version_of

router = Router(tags=["directory"])


class WallIn(Schema, extra="forbid"):
    """A date and a time on the clocks of the resource's zone; without a time the whole day. `fold` as in PEP 495."""

    day: str
    clock: str = ""
    fold: int | None = None


class AbsenceIn(Schema, extra="forbid"):
    """From a time until another; `until` null: until further notice."""

    start: WallIn
    until: WallIn | None = None
    reason: str = ""


class AbsenceOut(Schema):
    """An absence as instants; `until` null: until further notice."""

    id: UUID
    start: datetime
    until: datetime | None
    reason: str


class RecessIn(Schema, extra="forbid"):
    """Days, both included, on which the court hears nobody."""

    first: str
    last: str = ""
    name: str


class RecessOut(Schema):
    """A recess of one's own court."""

    id: UUID
    first: date
    last: date
    name: str


class CalendarIn(Schema, extra="forbid"):
    """A calendar kept elsewhere. In a change, `url` and `password` left out keep what is there."""

    kind: str
    url: str | None = None
    user_name: str = ""
    password: str | None = None
    every_minutes: int = 15


class CalendarOut(Schema):
    """How it stands; neither the address nor the password is ever told. `failure`: a code, empty if none."""

    id: UUID
    kind: str
    host: str
    user_name: str
    every_minutes: int
    last_tried: datetime | None
    last_good: datetime | None
    failure: str
    version: int


@router.get("/resources/{public_id}/absences", response=list[AbsenceOut], operation_id="list_absences")
def list_absences(request: HttpRequest, public_id: UUID) -> list[AbsenceOut]:
    """Every absence of a room, a person or an interpreter."""
    return [_absence(row) for row in editing.resource(public_id, acting(request)).absences.all()]


@router.post("/resources/{public_id}/absences", response={201: AbsenceOut}, operation_id="enter_absence")
def enter_absence(request: HttpRequest, public_id: UUID, body: AbsenceIn) -> Status[AbsenceOut]:
    """Enter an absence. A time that the clocks skip or show twice is refused with what to choose from."""
    by = acting(request)
    end = Wall(**body.until.model_dump()) if body.until else None
    row = absences.add(
        resource=editing.resource(public_id, by),
        by=by,
        start=Wall(**body.start.model_dump()),
        end=end,
        reason=body.reason,
    )
    return Status(201, _absence(row))


@router.delete("/absences/{public_id}", response={204: None}, operation_id="remove_absence")
def remove_absence(request: HttpRequest, public_id: UUID) -> Status[None]:
    """Strike an absence out."""
    absences.remove(absence=public_id, by=acting(request))
    return Status(204, None)


@router.get("/recesses", response=list[RecessOut], operation_id="list_recesses")
def list_recesses(request: HttpRequest) -> list[RecessOut]:
    """The recesses of one's own court."""
    return [_recess(row) for row in CourtRecess.objects.visible_to(editing.editor(acting(request)))]


@router.post("/recesses", response={201: RecessOut}, operation_id="enter_recess")
def enter_recess(request: HttpRequest, body: RecessIn) -> Status[RecessOut]:
    """Enter a recess."""
    return Status(201, _recess(absences.add_recess(by=acting(request), **body.model_dump())))


@router.delete("/recesses/{public_id}", response={204: None}, operation_id="remove_recess")
def remove_recess(request: HttpRequest, public_id: UUID) -> Status[None]:
    """Strike a recess out."""
    absences.remove_recess(recess=public_id, by=acting(request))
    return Status(204, None)


@router.get("/resources/{public_id}/calendars", response=list[CalendarOut], operation_id="list_calendars")
def list_calendars(request: HttpRequest, public_id: UUID) -> list[CalendarOut]:
    """The calendars elsewhere that are read for it."""
    return [_calendar(row) for row in editing.resource(public_id, acting(request)).outside_calendars.all()]


@router.post("/resources/{public_id}/calendars", response={201: CalendarOut}, operation_id="enter_calendar")
def enter_calendar(
    request: HttpRequest, response: HttpResponse, public_id: UUID, body: CalendarIn
) -> Status[CalendarOut]:
    """Name a calendar; it is read within a minute."""
    by = acting(request)
    row = calendars.add(resource=editing.resource(public_id, by), by=by, account=Account(**body.model_dump()))
    tell(response, row.version)
    return Status(201, _calendar(row))


@router.put("/calendars/{public_id}", response=CalendarOut, operation_id="change_calendar")
def change_calendar(
    request: HttpRequest, response: HttpResponse, public_id: UUID, body: CalendarIn, version: Version = None
) -> CalendarOut:
    """Another address, password or rhythm."""
    by = acting(request)
    found, account = calendars.by_id(public_id, by), Account(**body.model_dump())
    row = calendars.change(calendar=found, by=by, version=version_of(version), account=account)
    tell(response, row.version)
    return _calendar(row)


@router.post("/calendars/{public_id}/read", response={202: None}, operation_id="read_calendar")
def read_calendar(request: HttpRequest, public_id: UUID) -> Status[None]:
    """Have it read before its time."""
    by = acting(request)
    calendars.read_now(calendar=calendars.by_id(public_id, by), by=by)
    return Status(202, None)


@router.delete("/calendars/{public_id}", response={204: None}, operation_id="remove_calendar")
def remove_calendar(request: HttpRequest, public_id: UUID, version: Version = None) -> Status[None]:
    """Read it no more, and forget what was read."""
    by = acting(request)
    calendars.remove(calendar=calendars.by_id(public_id, by), by=by, version=version_of(version))
    return Status(204, None)


def _absence(row: Absence) -> AbsenceOut:
    during: Any = row.during
    start, until = (during.lower, during.upper) if hasattr(during, "lower") else during
    return AbsenceOut(id=row.public_id, start=start, until=until, reason=row.reason)


def _recess(row: CourtRecess) -> RecessOut:
    return RecessOut(id=row.public_id, first=row.first, last=row.last, name=row.name)


def _calendar(row: OutsideCalendar) -> CalendarOut:
    shown = ("kind", "host", "user_name", "every_minutes", "last_tried", "last_good", "failure", "version")
    return CalendarOut(id=row.public_id, **{name: getattr(row, name) for name in shown})
