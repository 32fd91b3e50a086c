"""The directory over the API: States, authorities, one's own rooms, and who is calling."""

from typing import cast
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema, Status

from directory import api_absences, api_edit, api_interpreters, api_trail, facts, joining, preferences, tokens
from directory.access import ActingRequest, check, fetch
from directory.auth import PersonAuth
from directory.models import Authority, Membership, Site, State, User
from directory.roles import Act

router = Router(tags=["directory"])
router.add_router("", api_edit.router)
router.add_router("", api_absences.router)
router.add_router("", api_interpreters.router)
router.add_router("", api_trail.router)


class StateOut(Schema):
    """A State: `zone` is its official time, that of its central authority's city."""

    code: str
    name: str
    zone: str


class AuthorityOut(Schema):
    """An authority with its source. `verify_before_use`: nobody has confirmed some of it."""

    id: UUID
    state: str
    kind: str
    name: str
    native_name: str
    city: str
    zone: str
    languages: list[str]
    transmission: list[str]
    urgent_channel: str
    accepts_email: str
    treaties: list[str]
    source: str
    source_urls: list[str]
    confidence: str
    unverified_fields: list[str]
    verify_before_use: bool


class SiteOut(Schema):
    """A room of one's own State."""

    id: UUID
    authority: UUID
    name: str
    kind: str
    city: str
    zone: str
    setup_minutes: int
    clearing_minutes: int


class MembershipOut(Schema):
    """For which authority, in which role; `id` goes into the header X-Acting-For."""

    id: UUID
    authority: UUID
    state: str
    role: str


class Me(Schema):
    """Who is calling, and for whom he acts, if for anybody. `asked`: for whom he is asked to and has not answered."""

    id: UUID
    name: str
    language: str
    zone: str
    acting: MembershipOut | None
    memberships: list[MembershipOut]
    asked: list[MembershipOut]


class AccountIn(Schema, extra="forbid"):
    """One's own words and clocks: a language of the pages, an IANA zone."""

    language: str | None = None
    zone: str | None = None


@router.get("/states", response=list[StateOut], summary="Every State")
def states(request: HttpRequest) -> list[State]:
    check(_member(request), Act.DIRECTORY_READ)
    return list(State.objects.all())


@router.get("/authorities", response=list[AuthorityOut], summary="Authorities, of one State or of all")
def authorities(request: HttpRequest, state: str = "") -> list[AuthorityOut]:
    by = check(_member(request), Act.DIRECTORY_READ)
    rows = Authority.objects.visible_to(by).select_related("state").prefetch_related("competences")
    return [_authority(row) for row in (rows.filter(state__code=state.upper()) if state else rows)]


@router.get("/authorities/{public_id}", response=AuthorityOut, summary="One authority")
def authority(request: HttpRequest, public_id: UUID) -> AuthorityOut:
    rows = Authority.objects
    return _authority(fetch(rows, by=_member(request), act=Act.DIRECTORY_READ, public_id=public_id))


@router.post("/authorities/{public_id}/confirm", response=AuthorityOut, operation_id="confirm_authority")
def confirm(request: HttpRequest, public_id: UUID) -> AuthorityOut:
    """Say for your own authority that these facts are right; every State sees it."""
    by = _member(request)
    row = fetch(Authority.objects, by=by, act=Act.DIRECTORY_EDIT, public_id=public_id)
    facts.confirm(authority=row, by=by)
    return _authority(row)


@router.get("/sites", response=list[SiteOut], summary="The rooms of one's own State")
def sites(request: HttpRequest) -> list[SiteOut]:
    by = check(_member(request), Act.SITE_READ)
    rows = Site.objects.visible_to(by).filter(resource__active=True)
    return [_site(row) for row in rows.select_related("authority", "resource")]


@router.get("/me", response=Me, summary="Who is calling", auth=PersonAuth())
def me(request: HttpRequest) -> Me:
    return _me(request)


@router.patch("/me", response=Me, operation_id="change_account")
def change_account(request: HttpRequest, body: AccountIn) -> Me:
    """Another language of pages and letters, another time zone. What is left out stays."""
    by = _member(request)
    kept = {"language": by.user.language, "zone": by.user.zone}
    preferences.keep(by=by, **kept | body.model_dump(exclude_none=True))
    return _me(request)


@router.delete("/me/tokens", response={204: None}, operation_id="end_tokens")
def end_tokens(request: HttpRequest) -> Status[None]:
    """End every key that is one's own, this one too: what was opened with them closes at once."""
    by = _member(request)
    tokens.revoke(user=by.user, by=by)
    return Status(204, None)


@router.post("/me/asked/{public_id}/join", response=Me, operation_id="join_authority", auth=PersonAuth())
def join(request: HttpRequest, public_id: UUID) -> Me:
    """Agree to act for that authority, which then reads whose account it is. Also for who acts for none yet."""
    joining.join(membership=public_id, user=_person(request))
    return _me(request)


@router.post("/me/asked/{public_id}/refuse", response=Me, operation_id="refuse_authority", auth=PersonAuth())
def refuse(request: HttpRequest, public_id: UUID) -> Me:
    """Do not act for it; the authority is not told that you answered. Also for who acts for none yet."""
    joining.refuse(membership=public_id, user=_person(request), by=_member(request))
    return _me(request)


def _me(request: HttpRequest) -> Me:
    user, by = _person(request), _member(request)
    mine = user.memberships.filter(active=True).select_related("authority__state")
    return Me(
        id=user.public_id,
        name=user.full_name,
        language=user.language,
        zone=user.zone,
        acting=_membership(by) if by else None,
        memberships=[_membership(row) for row in mine],
        asked=[_membership(row) for row in joining.asked_of(user)],
    )


def _person(request: HttpRequest) -> User:
    by = cast(Membership | None, _member(request))
    return by.user if by else cast(ActingRequest, request).user


def _member(request: HttpRequest) -> Membership:
    return cast(ActingRequest, request).acting


def _membership(row: Membership) -> MembershipOut:
    office = row.authority
    return MembershipOut(id=row.public_id, authority=office.public_id, state=office.state.code, role=row.role)


def _authority(row: Authority) -> AuthorityOut:
    return AuthorityOut(
        id=row.public_id,
        state=row.state.code,
        kind=row.kind,
        name=row.name,
        native_name=row.native_name,
        city=row.city,
        zone=row.zone,
        languages=row.languages,
        transmission=row.transmission,
        urgent_channel=row.urgent_channel,
        accepts_email=row.accepts_email,
        treaties=list(dict.fromkeys(each.treaty for each in row.competences.all())),
        source=row.source,
        source_urls=row.source_urls(),
        confidence=row.confidence,
        unverified_fields=row.unverified_fields,
        verify_before_use=row.verify_before_use,
    )


def _site(row: Site) -> SiteOut:
    return SiteOut(
        id=row.public_id,
        authority=row.authority.public_id,
        name=row.name,
        kind=row.kind,
        city=row.city,
        zone=row.resource.zone,
        setup_minutes=row.setup_minutes,
        clearing_minutes=row.clearing_minutes,
    )
