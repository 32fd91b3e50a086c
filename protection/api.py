"""Measures over the API; identities have a file of their own."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Router, Schema, Status

from directory.access import fetch
from directory.instants import Instant
from directory.models import Membership
from directory.roles import Act
from protection import api_identity, measures
from protection.models import Lowering, Measure, ProtectedPerson
from protection.policy import Audience, MeasureKind

router = Router(tags=["protection"])
router.add_router("", api_identity.router)


class MeasureOut(Schema):
    """A measure as it was ordered. `against` are letters of audiences."""

    id: UUID = Field(alias="public_id")
    kind: str
    against: list[str]
    starts: datetime
    ends: datetime | None
    basis: str
    counterbalances: list[str]
    minutes: int | None
    waits_for_other_state: bool
    state: str

    @staticmethod
    def resolve_waits_for_other_state(measure: Measure) -> bool:
        return measure.needs_approval and measure.approved_at is None

    @staticmethod
    def resolve_state(measure: Measure) -> str:
        """The State whose member ordered it."""
        return measure.ordered_by.authority.state.code


class MeasureIn(Schema, extra="forbid"):
    """An order. `audiences`: letters, `everyone`, or nothing for the measure's own default."""

    kind: MeasureKind
    basis: str
    audiences: Literal["everyone"] | list[Audience] | None = None
    starts: Instant | None = None
    ends: Instant | None = None
    counterbalances: list[str] = []
    minutes: Annotated[int, Field(ge=0, le=7 * 24 * 60)] | None = None


class LoweringIn(Schema, extra="forbid"):
    """Why a measure should end: one of measures.LOWERING_REASONS."""

    reason: str


class LoweringOut(Schema):
    """A proposal that waits for the other State."""

    id: UUID = Field(alias="public_id")
    reason: str
    proposed_at: datetime


@router.get("/people/{public_id}/measures", response=list[MeasureOut], by_alias=False)
def in_force(request: HttpRequest, public_id: UUID) -> list[Measure]:
    """The measures in force, and those that wait for the other State."""
    person = _person(request, public_id, Act.MEASURE_READ)
    return [*measures.acting(person), *measures.waiting(person)]


@router.post("/people/{public_id}/measures", response={201: MeasureOut}, by_alias=False)
def raise_measure(request: HttpRequest, public_id: UUID, order: MeasureIn) -> Status[Measure]:
    """Raise a measure: it acts at once, except anonymity towards the defence."""
    person = _person(request, public_id, Act.MEASURE_RAISE)
    return Status(201, measures.raise_(person=person, by=_acting(request), **order.dict()))


@router.post("/measures/{public_id}/approval", response={204: None})
def approve(request: HttpRequest, public_id: UUID) -> Status[None]:
    """Agree, as the second person, to anonymity towards the defence."""
    by = _acting(request)
    measures.approve(measure=fetch(Measure.objects, by=by, act=Act.MEASURE_RAISE, public_id=public_id), by=by)
    return Status(204, None)


@router.post("/measures/{public_id}/lowerings", response={201: LoweringOut}, by_alias=False)
def propose(request: HttpRequest, public_id: UUID, said: LoweringIn) -> Status[Lowering]:
    """Propose to lower a measure."""
    by = _acting(request)
    measure = fetch(Measure.objects, by=by, act=Act.MEASURE_LOWER, public_id=public_id)
    return Status(201, measures.propose_lowering(measure=measure, reason=said.reason, by=by))


@router.post("/lowerings/{public_id}/agreement", response={204: None})
def agree(request: HttpRequest, public_id: UUID) -> Status[None]:
    """Agree to lower a measure: it acts no more."""
    by = _acting(request)
    lowering = fetch(Lowering.objects, by=by, act=Act.MEASURE_LOWER, public_id=public_id)
    measures.agree_to_lowering(lowering=lowering, by=by)
    return Status(204, None)


def _acting(request: HttpRequest) -> Membership | None:
    acting: Membership | None = getattr(request, "acting", None)
    return acting


def _person(request: HttpRequest, public_id: UUID, act: Act) -> ProtectedPerson:
    person: ProtectedPerson = fetch(ProtectedPerson.objects, by=_acting(request), act=act, public_id=public_id)
    return person
