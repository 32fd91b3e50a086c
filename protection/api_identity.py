"""An identity over the API, as on its page: opened with a password and a reason, read for ten minutes."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from django.http import HttpRequest
from django.views.decorators.debug import sensitive_variables
from ninja import Field, Router, Schema, Status

from directory.models import Membership
from directory.preconditions import acting
from protection import errors, passwords, vault
from protection.models import Opening, ProtectedPerson

router = Router(tags=["protection"])


class OpeningIn(Schema, extra="forbid"):
    """Why: one of vault.REASONS and a sentence that does not name the person. The password is asked each time."""

    reason: Annotated[str, Field(max_length=32)]
    sentence: Annotated[str, Field(max_length=500)]
    password: Annotated[str, Field(max_length=200)]


class OpeningOut(Schema):
    """Until when the identity can be read by who has opened it, and by nobody else."""

    id: UUID = Field(alias="public_id")
    until: datetime


class IdentityOut(Schema):
    """What the vault keeps of the person, without what is empty. Store it nowhere."""

    until: datetime
    identity: dict[str, str]


@router.post(
    "/people/{public_id}/identity/openings",
    response={201: OpeningOut},
    by_alias=False,
    operation_id="open_identity",
)
def open_identity(request: HttpRequest, public_id: UUID, why: OpeningIn) -> Status[Opening]:
    """Open an identity for ten minutes; the State that keeps it is told."""
    by = acting(request)
    return Status(201, _opened(vault.found(public_id, by), by, why))


@router.get("/people/{public_id}/identity", response=IdentityOut, operation_id="read_identity")
def read_identity(request: HttpRequest, public_id: UUID) -> IdentityOut:
    """The identity, while your own opening runs. Each reading is written down. 409 `identity_closed` otherwise."""
    by = acting(request)
    return _read(vault.found(public_id, by), by)


@sensitive_variables()
def _opened(person: ProtectedPerson, by: Membership, why: OpeningIn) -> Opening:
    since = passwords.given(person=person, by=by, password=why.password) if why.password else None
    return vault.open_identity(
        person=person, by=by, reason_code=why.reason, sentence=why.sentence, reauthenticated_at=since
    )


@sensitive_variables()
def _read(person: ProtectedPerson, by: Membership) -> IdentityOut:
    opening = vault.opening_of(person=person, by=by)
    if opening is None:
        raise errors.IdentityClosed
    identity = vault.read(opening=opening, by=by)
    return IdentityOut(until=opening.until, identity={field: text for field, text in identity.items() if text})
