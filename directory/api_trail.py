"""The audit trail over the API, for auditors: the acts of one's own State, and whether the whole of it holds."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router, Schema

from directory import audit
from directory.access import check
from directory.models import AuditEntry
from directory.preconditions import acting
from directory.roles import Act

router = Router(tags=["directory"])


class EntryOut(Schema):
    """An act. `role` and `authority` of who did it, null for the system; `about` is the thing's id."""

    at: datetime
    act: str
    role: str | None
    authority: UUID | None
    kind: str
    about: UUID
    position: int
    digest: str


class BreakOut(Schema):
    """Where a chain does not hold; null where your State has no part in it."""

    why: str
    kind: str | None
    about: UUID | None
    position: int | None


class VerifiedTrailOut(Schema):
    """Whether every entry carries the digest of the one before, and none was altered, removed or cut off."""

    holds: bool
    broken: BreakOut | None


@router.get("/audit", response=list[EntryOut], operation_id="read_trail")
def trail(
    request: HttpRequest,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    offset: Annotated[int, Query(ge=0, le=2**31)] = 0,
) -> list[dict[str, Any]]:
    """The acts of your own State, the newest first."""
    rows = AuditEntry.objects.visible_to(check(acting(request), Act.AUDIT_READ)).order_by("-at", "-id")
    return [_entry(row) for row in rows.select_related("chain", "actor__authority")[offset : offset + limit]]


@router.post("/audit/verify", response=VerifiedTrailOut, operation_id="verify_trail")
def verify(request: HttpRequest) -> dict[str, Any]:
    """Look through the whole trail for what was altered or removed."""
    by = check(acting(request), Act.AUDIT_READ)
    found = audit.verify()
    if found is None:
        return {"holds": True, "broken": None}
    ours = audit.concerns(found, by)
    where = {"kind": found.kind, "about": found.subject, "position": found.position}
    return {"holds": False, "broken": {"why": found.why} | (where if ours else dict.fromkeys(where))}


def _entry(row: AuditEntry) -> dict[str, Any]:
    return {
        "at": row.at,
        "act": row.act,
        "role": row.actor.role if row.actor else None,
        "authority": row.actor.authority.public_id if row.actor else None,
        "kind": row.chain.kind,
        "about": row.chain.subject,
        "position": row.position,
        "digest": row.digest,
    }
