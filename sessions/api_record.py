"""The minutes over the API: written, read, signed, and looked up by anyone who holds the file."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router, Status

from directory.access import fetch
from directory.errors import NotFound
from directory.models import Membership
from directory.preconditions import acting
from directory.roles import Act
from sessions import presence, record, schemas
from sessions.models import Hearing, Record

router = Router(tags=["sessions"])


@router.get("/hearings/{public_id}/records", response=list[schemas.RecordOut], operation_id="list_records")
def records(request: HttpRequest, public_id: UUID) -> list[dict[str, Any]]:
    """Every version of the minutes, the newest first."""
    hearing = _readable(public_id, acting(request))
    return [_record(one) for one in hearing.records.prefetch_related("signatures")]


@router.post("/hearings/{public_id}/records", response={201: schemas.RecordOut}, operation_id="write_record")
def write(request: HttpRequest, public_id: UUID, body: schemas.WriteIn) -> Status[dict[str, Any]]:
    """Write the next version of the minutes."""
    return Status(201, _record(record.write(hearing_id=public_id, by=acting(request), language=body.language)))


@router.get("/hearings/{public_id}/records/{version}.pdf", operation_id="read_record")
def file(request: HttpRequest, public_id: UUID, version: int) -> HttpResponse:
    """One version as a file."""
    found = record.file(hearing_id=public_id, version=version, by=acting(request))
    return HttpResponse(bytes(found.pdf), content_type="application/pdf")


@router.post("/hearings/{public_id}/records/{version}/sign", response=schemas.RecordOut, operation_id="sign_record")
def sign(request: HttpRequest, public_id: UUID, version: int, body: schemas.SignIn) -> dict[str, Any]:
    """Sign the newest version for your court."""
    hearing = _readable(public_id, acting(request))
    found = hearing.records.filter(version=version).first()
    if found is None:
        raise NotFound
    record.sign(record_id=found.public_id, by=acting(request), password=body.password)
    return _record(found)


@router.post("/verify", response=schemas.VerifiedOut, auth=None, operation_id="verify_record")
def verify(request: HttpRequest, body: schemas.DigestIn) -> dict[str, Any]:
    """Whether a file of this digest was written here; for anyone."""
    found = record.verify(body.digest)
    if found is None:
        return {"known": False}
    return {
        "known": True,
        "title": found.hearing.plan.code,
        "version": found.version,
        "signed": _record(found)["signed"],
    }


def _readable(public_id: UUID, by: Membership) -> Hearing:
    return presence.legible(fetch(Hearing.objects, by=by, act=Act.RECORD_READ, public_id=public_id), by)


def _record(found: Record) -> dict[str, Any]:
    return {
        "version": found.version,
        "digest": found.digest,
        "language": found.language,
        "written_at": found.written_at,
        "signed": dict(found.signatures.values_list("side", "at")),
    }
