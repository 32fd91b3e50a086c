"""Writing a request before it is sent: beginning it, filling it, sealing who is to be heard, asking for protection."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.utils import timezone

from casework import errors, gathering, moves, sections, values
from casework.models import AskedMeasure, Counter, Passage, Request
from casework.speech import said
from casework.states import Act, Side, State
from directory import access, audit
from directory.errors import NotFound
from directory.models import Authority, Membership
from directory.reasons import legible
from directory.roles import Act as Permission
from directory.times import zone_of
from protection import measures, people

# Of the identity, what article 18(15)(e) asks for: who, of which nationality, where.
ASKED_OF_IDENTITY = ("given_name", "family_name", "nationality", "city")


@transaction.atomic
def draft(*, by: Membership, requested: Authority, public_id: UUID | None = None, **fields: Any) -> Request:
    """Begin a request to another State's central authority.

    `public_id` is the form's own: the same form posted twice is one request. Refuses `same_state`, `not_central`,
    `unreadable_values`, and `already_begun` where that request says something else.
    """
    access.check(by, Permission.REQUEST_DRAFT)
    public_id = public_id or uuid4()
    read = _read(fields)
    if court := fields.get("court"):
        read["court"] = _court_of(by.authority, court)
    counter = _locked_counter(by.authority)  # two posts of one form wait for each other here
    if found := Request.objects.filter(public_id=public_id).first():
        return _same(found, by, {"requested": requested} | read)
    _addressable(by.authority, requested)
    return _begin(by, requested, counter, public_id=public_id, **read)


@transaction.atomic
def edit(*, request: Request, by: Membership, version: int, **fields: Any) -> Request:
    """Save fields of a draft: those of `casework.sections`, and `requested` and `court` (an Authority).

    Nothing changed, nothing happens. Refuses `unreadable_values`, `stale_version`, `identity_sealed`,
    `names_identity`.
    """
    moves.allow(request, Act.EDIT, by, version)
    read = _read(fields) | _parties(request, fields)
    changed = {name: value for name, value in read.items() if getattr(request, name) != value}
    if changed:
        _names_nobody(request, {name: value for name, value in changed.items() if isinstance(value, str)})
        moves.make(request, Act.EDIT, by=by, version=version, changes=changed, trail={"fields": sorted(changed)})
    return request


@transaction.atomic
def name_person(*, request: Request, by: Membership, version: int, identity: Mapping[str, str]) -> Request:
    """Seal who is to be heard in the vault; the request learns the pseudonym, and whether all of 18(15)(e) is there.

    The keys are protection's: given_name, family_name, born, nationality, address, city, zone, language, phone, email.
    A second call replaces the identity. Refuses `identity_unfit`.
    """
    moves.allow(request, Act.EDIT, by, version)
    complete = all(str(identity.get(key, "")).strip() for key in ASKED_OF_IDENTITY)
    person = request.person
    if person is None:
        person = people.register(case=request.public_id, state=request.requested.state, identity=identity, by=by)
    else:
        people.amend(person=person, identity=identity, by=by)
    moves.make(
        request,
        Act.EDIT,
        by=by,
        version=version,
        changes={"person": person, "identity_complete": complete},
        trail={"fields": ["identity"]},
    )
    return request


@transaction.atomic
def protect(
    *,
    request: Request,
    by: Membership,
    version: int,
    kind: str,
    basis: str,
    defence_access: str,
    counterbalances: tuple[str, ...] = (),
) -> Request:
    """Ask for a measure; it acts at once, and is lowered only by two persons of two States.

    `defence_access` says what it leaves to the defence (24(2)). Refuses `no_person`,
    `defence_note_missing`, and what `measures.raise_` does.
    """
    moves.allow(request, Act.EDIT, by, version)
    if request.person is None:
        raise errors.NoPerson
    if not legible(defence_access):
        raise errors.DefenceNoteMissing
    note = said(defence_access, "defence_access", rule="U24-2x")
    _names_nobody(request, {"defence_access": note})
    ordered = measures.raise_(person=request.person, kind=kind, by=by, basis=basis, counterbalances=counterbalances)
    AskedMeasure.objects.create(request=request, measure=ordered, defence_access=note)
    moves.make(request, Act.EDIT, by=by, version=version, trail={"fields": ["measures"], "kind": ordered.kind})
    return request


def _begin(by: Membership, requested: Authority, counter: Counter, **columns: Any) -> Request:
    now = timezone.now()
    counter.last += 1
    counter.save(update_fields=["last"])
    request = Request.objects.create(
        reference=f"{by.authority.state.code}-{counter.year}-{counter.last:04}",
        requesting=by.authority,
        requested=requested,
        created_by=by,
        created_at=now,
        changed_at=now,
        **columns,
    )
    Passage.objects.create(
        request=request, version=1, act="draft", before="", after=State.DRAFT.value, side=Side.REQUESTING, by=by, at=now
    )
    audit.append("request.draft", by=by, about=request, facts={"requested": requested.state.code})
    return request


def _locked_counter(authority: Authority) -> Counter:
    """The State's counter of the year it is there, held until the transaction ends."""
    year = timezone.now().astimezone(zone_of(authority.zone)).year
    Counter.objects.get_or_create(state=authority.state, year=year)
    return Counter.objects.select_for_update().get(state=authority.state, year=year)


def _names_nobody(request: Request, texts: Mapping[str, str]) -> None:
    if named := gathering.texts_that_name(request.person, texts):
        raise errors.NamesPerson(named)


def _same(found: Request, by: Membership, asked: Mapping[str, Any]) -> Request:
    """The request that was begun with this id, if it is one's own and says what is asked: nothing else is lost."""
    if found.requesting_id != by.authority_id:
        raise NotFound
    if any(getattr(found, name) != value for name, value in asked.items()):
        raise errors.AlreadyBegun(found.reference)
    return found


def _read(fields: Mapping[str, Any]) -> dict[str, Any]:
    read, problems = values.read(sections.FIELDS.values(), fields)
    if problems:
        raise errors.Unreadable(problems)
    return read


def _parties(request: Request, fields: Mapping[str, Any]) -> dict[str, Any]:
    changed: dict[str, Any] = {}
    if "court" in fields:
        court = fields["court"]
        changed["court"] = _court_of(request.requesting, court) if court else None
    requested = fields.get("requested")
    if requested is not None and requested != request.requested:
        _addressable(request.requesting, requested)
        if request.person and requested.state_id != request.requested.state_id:
            raise errors.IdentitySealed
        changed["requested"] = requested
    return changed


def _addressable(requesting: Authority, requested: Authority) -> None:
    if requested.kind != Authority.Kind.CENTRAL:
        raise errors.NotCentral
    if requested.state_id == requesting.state_id:
        raise errors.SameState


def _court_of(requesting: Authority, court: Authority) -> Authority:
    if court.state_id != requesting.state_id:
        raise errors.NotOurCourt("court")
    return court
