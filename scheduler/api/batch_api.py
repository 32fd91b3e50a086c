"""Several hearings together, over the API: ask, look, hold."""

from datetime import datetime
from typing import Any, cast
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Router, Schema, Status

from directory.access import ActingRequest
from directory.models import Membership
from scheduler import batches
from scheduler.models import Batch

router = Router()
FOUND = ("start", "starts", "alone", "worst", "total")


class BatchIn(Schema, extra="forbid"):
    """The hearings, and how long the search may take."""

    hearings: list[UUID] = Field(min_length=1, max_length=batches.MOST)
    seconds: int = Field(batches.SECONDS, ge=1, le=batches.LONGEST)


class FoundOut(Schema):
    """A hearing's time, or none; minutes outside preferred hours: the most for one, and all together.

    `starts` are all sittings, to be held together. `alone`: it would have a time if it were the only one.
    """

    hearing: UUID
    start: datetime | None
    starts: list[datetime]
    alone: bool
    worst: int
    total: int


class BatchOut(Schema):
    """No arrangement places more than `most`, nor has fewer minutes than `least` with that many."""

    id: UUID
    state: str
    percent: int
    most: int
    least: int
    proven: bool
    found: list[FoundOut]


@router.post("/batches", response={202: BatchOut})
def ask(request: HttpRequest, facts: BatchIn) -> Status[dict[str, Any]]:
    """Have times found for hearings that have none. The search runs by itself; nothing is held."""
    by = cast(ActingRequest, request).acting
    made = batches.ask(plans=facts.hearings, by=by, seconds=facts.seconds)
    return Status(202, _answer(made, by))


@router.get("/batches/{batch}", response=BatchOut)
def look(request: HttpRequest, batch: UUID) -> dict[str, Any]:
    """How far it is, and what it found. Hold a time with `POST /hearings/{hearing}/bookings`."""
    by = cast(ActingRequest, request).acting
    return _answer(batches.by_id(batch, by), by)


def _answer(made: Batch, by: Membership) -> dict[str, Any]:
    items = batches.shown(made, by).select_related("plan")
    found = [{"hearing": item.plan.public_id} | {name: getattr(item, name) for name in FOUND} for item in items]
    told = {name: getattr(made, name) for name in ("percent", "most", "least", "proven")}
    return told | {"id": made.public_id, "state": made.standing(timezone.now()), "found": found}
