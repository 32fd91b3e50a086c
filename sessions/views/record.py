"""The minutes: read, written anew, signed, fetched as a file; and whether a file is the signed one."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from directory.access import ActingRequest, acting_required, fetch
from directory.errors import NotFound, Refusal
from directory.models import Membership
from directory.roles import Act, permits
from sessions import acts, minutes, presence, record
from sessions.models import Hearing, Record
from sessions.room import zones
from sessions.stage import MARKS
from sessions.states import Side, State
from sessions.views.guard import quiet, refused
from sessions.words import actor, state_names


@require_GET
@quiet
@acting_required
def page(request: ActingRequest, public_id: UUID) -> HttpResponse:
    """The minutes as they stand; until the hearing is closed, as the log tells them so far."""
    return _page(request, _hearing(request.acting, public_id, Act.RECORD_READ))


def _hearing(by: Membership, public_id: UUID, right: Act) -> Hearing:
    rows = Hearing.objects.select_related("plan__request__person", "booking")
    return presence.legible(fetch(rows, by=by, act=right, public_id=public_id), by)


def _page(
    request: ActingRequest, hearing: Hearing, *, refusal: Refusal | None = None, status: int = 200
) -> HttpResponse:
    by, newest = request.acting, hearing.records.first()
    told = minutes.of(hearing)
    first, last = _axis(hearing, told)
    context = {
        "hearing": {"id": hearing.public_id, "code": hearing.plan.code, "state": hearing.state},
        "minutes": told,
        "axis": {"first": first, "last": last},
        "record": newest,
        "pending": record.pending(hearing),
        "signatures": _signatures(hearing, newest),
        "writes": hearing.state == State.CLOSED and permits(by.role, Act.RECORD_WRITE),
        "signs": newest is not None and _may_sign(hearing, newest, by),
        "first": MARKS[acts.side_of(hearing, by) or Side.REQUESTING],
        "person": hearing.plan.request.person,
        "refusal": refusal,
    }
    return render(request, "evidence/record.html", context, status=status)


def _axis(hearing: Hearing, told: minutes.Minutes) -> tuple[Any, Any]:
    """The common axis of the presence bars: from the first admission to the last leaving."""
    spans = [span for one in told.present for span in one.spans]
    now = hearing.closed_at or timezone.now()
    return min((span.start for span in spans), default=now), max((span.end for span in spans), default=now)


def _may_sign(hearing: Hearing, newest: Record, by: Membership) -> bool:
    side = acts.side_of(hearing, by)
    return bool(side and permits(by.role, Act.RECORD_SIGN) and not newest.signatures.filter(side=side).exists())


def _signatures(hearing: Hearing, newest: Record | None) -> list[dict[str, Any]]:
    """Both courts, the requested one first since the minutes are its own (V-17): signed, by which function, when."""
    states = state_names(hearing)
    signed = {one.side: one for one in newest.signatures.select_related("by")} if newest else {}
    return [
        {
            "mark": MARKS[side],
            "state": states[side],
            "by": actor(_role(signed[side].by.role, side), "", states) if side in signed else "",
            "at": signed[side].at if side in signed else None,
        }
        for side in (Side.REQUESTED, Side.REQUESTING)
    ]


def _role(role: str, side: Side) -> str:
    return "attending_judge" if role == "judge" and side == Side.REQUESTED else role


@require_POST
@quiet
@acting_required
def act(request: ActingRequest, public_id: UUID) -> HttpResponse:
    """Write the next version, or sign the one that was read."""
    by = request.acting
    hearing = _hearing(by, public_id, Act.RECORD_READ)
    try:
        if request.POST.get("act") == "write":
            _write(request, hearing)
        elif request.POST.get("act") == "sign" and (read := _version(hearing, request.POST.get("version", ""))):
            record.sign(record_id=read.public_id, by=by, password=request.POST.get("password", ""))
        else:
            raise NotFound
    except Refusal as refusal:
        return refused(request, refusal, lambda request, **kw: _page(request, hearing, **kw))
    return redirect("evidence:record", public_id)


def _write(request: ActingRequest, hearing: Hearing) -> None:
    """The next version; none where one was written while the page stood open, which is then shown."""
    newest = hearing.records.first()
    if request.POST.get("version") in ("0", None) and newest is not None:
        messages.info(request, _("The minutes have been written meanwhile."))
    else:
        record.write(hearing_id=hearing.public_id, by=request.acting)


def _version(hearing: Hearing, number: str) -> Record | None:
    """The version that stood on the page: nobody signs one that was written after he read."""
    known = number.isascii() and number.isdigit() and len(number) < 5
    return hearing.records.filter(version=int(number)).first() if known else None


@require_GET
@quiet
@acting_required
def file(request: ActingRequest, public_id: UUID, version: int) -> HttpResponse:
    """One version as a file, under a neutral name; that it was fetched is written down."""
    found = record.file(hearing_id=public_id, version=version, by=request.acting)
    response = HttpResponse(bytes(found.pdf), content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{found.hearing.plan.code}-{found.version}.pdf"'
    return response


@require_http_methods(["GET", "POST"])
@quiet
def verify(request: HttpRequest) -> HttpResponse:
    """For anyone with a file: the browser makes the digest, the file stays with its reader."""
    typed = request.POST.get("digest", "")
    digest = typed.replace(" ", "").lower()
    found = record.verify(digest) if digest else None
    context = {
        "typed": typed,
        "digest": digest,
        "found": found,
        "code": found.hearing.plan.code if found else "",
        "newer": bool(found and found.hearing.records.filter(version__gt=found.version).exists()),
        "signatures": _signatures(found.hearing, found) if found else [],
        "zones": zones(found.hearing) if found else (),
    }
    template = "evidence/_verified.html" if getattr(request, "htmx", False) else "evidence/verify.html"
    return render(request, template, context)
