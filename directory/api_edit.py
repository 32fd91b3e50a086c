"""What a court keeps of itself, over the API: rooms, interpreters, people. Changes name the version they have read."""

from collections.abc import Callable
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema, Status

from directory import hours, members, sites
from directory.editing import editor
from directory.hours import Hours
from directory.models import Membership, Site
from directory.preconditions import Version, acting, tell, version_of

router = Router(tags=["directory"])
WEEKS = ("hours", "preferred")


class RoomIn(Schema, extra="forbid"):
    """A room. `hours` null: open at any hour; `preferred` null: no hour is unsocial."""

    name: str
    kind: str
    city: str = ""
    zone: str
    hours: Hours | None = None
    preferred: Hours | None = None
    setup_minutes: int = 30
    clearing_minutes: int = 15
    active: bool = True


class RoomOut(RoomIn):
    """A room of one's own authority; `resource` is what absences and calendars belong to."""

    id: UUID
    resource: UUID
    version: int


class PersonIn(Schema, extra="forbid"):
    """Whom to enter. Name, language and zone count for who has no account yet; only a colleague needs none."""

    full_name: str = ""
    email: str
    role: str
    language: str = "en"
    zone: str = "UTC"


class HoursIn(Schema, extra="forbid"):
    """When a person can be booked, on the clocks of his zone."""

    hours: Hours | None = None
    preferred: Hours | None = None


class MemberOut(Schema):
    """A membership. `waits`: a second person has still to agree. `resource`: of who can be booked.

    `asked`: the person has been asked and has not agreed. Until he has, `name` is empty and nothing of an account
    is told, nor whether there is one.
    """

    id: UUID
    name: str
    email: str
    role: str
    active: bool
    waits: bool
    asked: bool
    resource: UUID | None
    resource_version: int
    version: int


@router.get("/rooms/{public_id}", response=RoomOut, operation_id="read_room")
def read_room(request: HttpRequest, response: HttpResponse, public_id: UUID) -> RoomOut:
    """A room of one's own authority, with everything entered of it."""
    return _room(response, sites.by_id(public_id, acting(request)))


@router.post("/rooms", response={201: RoomOut}, operation_id="enter_room")
def enter_room(request: HttpRequest, response: HttpResponse, body: RoomIn) -> Status[RoomOut]:
    """Enter a room."""
    return Status(201, _room(response, sites.add(by=acting(request), room=_typed(body))))


@router.put("/rooms/{public_id}", response=RoomOut, operation_id="change_room")
def change_room(
    request: HttpRequest, response: HttpResponse, public_id: UUID, body: RoomIn, version: Version = None
) -> RoomOut:
    """Everything of the room anew; what is booked stays booked."""
    by = acting(request)
    found = sites.by_id(public_id, by)
    return _room(response, sites.change(site=found, by=by, version=version_of(version), room=_typed(body)))


@router.get("/memberships", response=list[MemberOut], operation_id="list_memberships")
def list_memberships(request: HttpRequest) -> list[MemberOut]:
    """Who acts for one's own authority, and who did."""
    rows = Membership.objects.visible_to(editor(acting(request)))
    return [_member(row) for row in rows.select_related("user__resource")]


@router.post("/memberships", response={201: MemberOut}, operation_id="invite_member")
def invite_member(request: HttpRequest, response: HttpResponse, body: PersonIn) -> Status[MemberOut]:
    """Enter somebody; a letter asks and leads him in, at once or when a second person has agreed."""
    row = members.invite(by=acting(request), person=members.Person(**body.model_dump()))
    tell(response, row.version)
    return Status(201, _member(row))


@router.put("/memberships/{public_id}/hours", response=MemberOut, operation_id="book_member")
def book_member(
    request: HttpRequest, response: HttpResponse, public_id: UUID, body: HoursIn, version: Version = None
) -> MemberOut:
    """The person can be booked at these hours. If-Match has `resource_version`, 0 for who could not be booked."""
    by = acting(request)
    row = members.by_id(public_id, by)
    told, liked = hours.told(body.hours, "hours"), hours.told(body.preferred, "preferred")
    members.be_bookable(membership=row, by=by, version=version_of(version), hours=told, preferred=liked)
    tell(response, row.version)
    return _member(members.by_id(public_id, by))


@router.post("/memberships/{public_id}/link", response=MemberOut, operation_id="send_member_link")
def send_link(request: HttpRequest, response: HttpResponse, public_id: UUID) -> MemberOut:
    """Send a letter with a link to set a password, or the question again; older links open nothing any more."""
    by = acting(request)
    row = members.send_link(membership=members.by_id(public_id, by), by=by)
    tell(response, row.version)
    return _member(row)


@router.post("/memberships/{public_id}/agree", response=MemberOut, operation_id="agree_to_member")
def agree_to_member(
    request: HttpRequest, response: HttpResponse, public_id: UUID, version: Version = None
) -> MemberOut:
    """A second person agrees to the role."""
    return _act(request, response, members.agree, public_id, version)


@router.post("/memberships/{public_id}/end", response=MemberOut, operation_id="end_member")
def end_member(request: HttpRequest, response: HttpResponse, public_id: UUID, version: Version = None) -> MemberOut:
    """The person no longer acts in this role."""
    return _act(request, response, members.end, public_id, version)


@router.post("/memberships/{public_id}/resume", response=MemberOut, operation_id="resume_member")
def resume_member(request: HttpRequest, response: HttpResponse, public_id: UUID, version: Version = None) -> MemberOut:
    """The person acts in this role again, at once or when a second person has agreed."""
    return _act(request, response, members.resume, public_id, version)


def _act(
    request: HttpRequest,
    response: HttpResponse,
    act: Callable[..., Membership],
    public_id: UUID,
    version: Version = None,
) -> MemberOut:
    by = acting(request)
    row = act(membership=members.by_id(public_id, by), by=by, version=version_of(version))
    tell(response, row.version)
    return _member(row)


def _typed(body: RoomIn) -> sites.Room:
    told = body.model_dump()
    return sites.Room(**told | {name: hours.told(told[name], name) for name in WEEKS})


def _room(response: HttpResponse, row: Site) -> RoomOut:
    one = row.resource
    tell(response, one.version)
    return RoomOut(
        id=row.public_id,
        resource=one.public_id,
        version=one.version,
        name=row.name,
        kind=row.kind,
        city=row.city,
        zone=one.zone,
        hours=one.hours,
        preferred=one.preferred,
        setup_minutes=row.setup_minutes,
        clearing_minutes=row.clearing_minutes,
        active=one.active,
    )


def _member(row: Membership) -> MemberOut:
    one = row.user.resource if row.known else None
    return MemberOut(
        id=row.public_id,
        name=row.user.full_name if row.known else "",
        email=row.user.email,
        role=row.role,
        active=row.active,
        waits=row.waits_since is not None,
        asked=row.unanswered,
        resource=one.public_id if one else None,
        resource_version=one.version if one else 0,
        version=row.version,
    )
