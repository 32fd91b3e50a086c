"""The acts of the day over the API. Each answers with the hearing as it stands after it."""

from functools import partial
from typing import Any, cast
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from ninja import Router

from directory.access import ActingRequest, check, fetch
from directory.errors import NotFound
from directory.models import Membership
from directory.roles import Act, permits
from scheduler import sides
from sessions import (
    acts,
    consent,
    facts,
    gates,
    lifecycle,
    presence,
    record,
    route,
    schemas,
    seats,
    states,
    tickets,
    waiver,
)
from sessions.models import Hearing, JoinTicket, Record
from sessions.states import State
from sessions.words import functions, sentence, state_names

router = Router(tags=["sessions"])


@router.get("/hearings", response=list[schemas.RowOut], operation_id="list_hearings")
def list_hearings(request: HttpRequest, state: State | None = None) -> list[dict[str, Any]]:
    """The hearings you may see, the next first."""
    by = check(_by(request), Act.HEARING_READ)
    rows = Hearing.objects.visible_to(by).select_related("plan", "booking")
    found = [_row(one) for one in (rows.filter(state=state.value) if state else rows)]
    return sorted(found, key=lambda row: (row["start"] is None, row["start"], row["title"]))


@router.get("/hearings/{public_id}", response=schemas.HearingOut, operation_id="read_hearing")
def read(request: HttpRequest, public_id: UUID) -> dict[str, Any]:
    """One hearing: its state, seats, gates, and what you may do."""
    return _whole(public_id, _by(request))


@router.get("/hearings/{public_id}/log", response=list[schemas.LineOut], operation_id="read_log")
def log(request: HttpRequest, public_id: UUID) -> list[dict[str, Any]]:
    """The log, oldest first."""
    by = _by(request)
    hearing = presence.follows(_hearing(public_id, by), by)
    names, said = functions(hearing, hearing.seats.select_related("person")), state_names(hearing)
    return [
        {
            "number": line.number,
            "at": line.at,
            "kind": line.kind,
            "seat": line.seat.public_id if line.seat else None,
            "sentence": sentence(line, names=names, states=said),
        }
        for line in hearing.log.select_related("seat").order_by("number")
    ]


@router.post("/hearings/{public_id}/log", response=schemas.HearingOut, operation_id="write_line")
def write_line(request: HttpRequest, public_id: UUID, body: schemas.LineIn) -> dict[str, Any]:
    """A clerk's line: objection, ruling, privilege, break, note."""
    lifecycle.log(hearing_id=public_id, kind=body.kind, text=body.text, by=_by(request))
    return _whole(public_id, _by(request))


@router.post("/hearings/{public_id}/open", response=schemas.HearingOut, operation_id="open_hearing")
def open_(request: HttpRequest, public_id: UUID) -> dict[str, Any]:
    """Open the doors."""
    lifecycle.open_(hearing_id=public_id, by=_by(request))
    return _whole(public_id, _by(request))


@router.post("/hearings/{public_id}/go-live", response=schemas.HearingOut, operation_id="go_live")
def go_live(request: HttpRequest, public_id: UUID) -> dict[str, Any]:
    """Go live. 409 `gates_not_clear` carries every rule that is not met."""
    lifecycle.go_live(hearing_id=public_id, by=_by(request))
    return _whole(public_id, _by(request))


@router.post("/hearings/{public_id}/suspend", response=schemas.HearingOut, operation_id="suspend_hearing")
def suspend(request: HttpRequest, public_id: UUID, body: schemas.SuspendIn) -> dict[str, Any]:
    """Stop all sound and picture at once."""
    lifecycle.suspend(hearing_id=public_id, by=_by(request), reason=body.reason)
    return _whole(public_id, _by(request))


@router.post("/hearings/{public_id}/agree", response=schemas.HearingOut, operation_id="agree_to_resume")
def agree(request: HttpRequest, public_id: UUID) -> dict[str, Any]:
    """The attending judge, who suspended, agrees that it goes on."""
    lifecycle.agree(hearing_id=public_id, by=_by(request))
    return _whole(public_id, _by(request))


@router.post("/hearings/{public_id}/resume", response=schemas.HearingOut, operation_id="resume_hearing")
def resume(request: HttpRequest, public_id: UUID) -> dict[str, Any]:
    """Go on."""
    lifecycle.resume(hearing_id=public_id, by=_by(request))
    return _whole(public_id, _by(request))


@router.post("/hearings/{public_id}/close", response=schemas.HearingOut, operation_id="close_hearing")
def close(request: HttpRequest, public_id: UUID) -> dict[str, Any]:
    """End the hearing for good."""
    lifecycle.close(hearing_id=public_id, by=_by(request))
    return _whole(public_id, _by(request))


@router.post("/hearings/{public_id}/waive", response=schemas.HearingOut, operation_id="waive_check")
def waive(request: HttpRequest, public_id: UUID, body: schemas.WaiveIn) -> dict[str, Any]:
    """A judge goes on without a fit check of the own court's link; the reason stands in the minutes."""
    waiver.waive(hearing_id=public_id, reason=body.reason, by=_by(request))
    return _whole(public_id, _by(request))


@router.post("/hearings/{public_id}/route", response=schemas.HearingOut, operation_id="set_route")
def set_route(request: HttpRequest, public_id: UUID, body: schemas.RouteIn) -> dict[str, Any]:
    """By which way sound and picture travel: any, or the relay alone. 409 `no_relay` where there is none."""
    route.set_(hearing_id=public_id, relay_only=body.relay_only, by=_by(request))
    return _whole(public_id, _by(request))


@router.post("/hearings/{public_id}/steps", response=schemas.HearingOut, operation_id="take_step")
def step(request: HttpRequest, public_id: UUID, body: schemas.StepIn) -> dict[str, Any]:
    """Write down a formality: identity, rights, oath, affirmation, interpreter_oath, declined."""
    lifecycle.step(hearing_id=public_id, kind=body.kind, seat_id=body.seat, by=_by(request))
    return _whole(public_id, _by(request))


@router.post("/hearings/{public_id}/seats", response=schemas.HearingOut, operation_id="add_seat")
def add_seat(request: HttpRequest, public_id: UUID, body: schemas.PlaceIn) -> dict[str, Any]:
    """Add a place."""
    seats.add(hearing_id=public_id, role=body.role, side=body.side, by=_by(request))
    return _whole(public_id, _by(request))


@router.post("/hearings/{public_id}/seats/own", response=schemas.SeatOut, operation_id="take_seat")
def take(request: HttpRequest, public_id: UUID) -> dict[str, Any]:
    """Take your own seat and wait to be admitted."""
    seat = seats.take(hearing_id=public_id, by=_by(request))
    presence.wait(seat_id=seat.public_id)
    return next(one for one in _whole(public_id, _by(request))["seats"] if one["id"] == seat.public_id)


@router.post("/hearings/{public_id}/seats/{seat}/admit", response=schemas.HearingOut, operation_id="admit")
def admit(request: HttpRequest, public_id: UUID, seat: UUID) -> dict[str, Any]:
    """Let the one who waits in."""
    presence.admit(seat_id=_own(public_id, seat, _by(request)), by=_by(request))
    return _whole(public_id, _by(request))


@router.post("/hearings/{public_id}/seats/{seat}/agree", response=schemas.HearingOut, operation_id="agree_to_seat")
def agree_to_seat(request: HttpRequest, public_id: UUID, seat: UUID) -> dict[str, Any]:
    """For your court, agree to the holder of a link that the other court gave."""
    consent.agree(seat_id=_own(public_id, seat, _by(request)), by=_by(request))
    return _whole(public_id, _by(request))


@router.post("/hearings/{public_id}/seats/{seat}/put-back", response=schemas.HearingOut, operation_id="put_back")
def put_back(request: HttpRequest, public_id: UUID, seat: UUID) -> dict[str, Any]:
    """Send someone back to the waiting room."""
    presence.put_back(seat_id=_own(public_id, seat, _by(request)), by=_by(request))
    return _whole(public_id, _by(request))


@router.post("/hearings/{public_id}/seats/{seat}/ticket", response=schemas.TicketOut, operation_id="issue_ticket")
def ticket(request: HttpRequest, response: HttpResponse, public_id: UUID, seat: UUID) -> dict[str, Any]:
    """A join link and its code, given this once; earlier ones end."""
    made = tickets.issue(seat_id=_own(public_id, seat, _by(request)), by=_by(request))
    row = JoinTicket.objects.get(public_id=made.id)
    response["Cache-Control"] = "no-store"
    link = f"{settings.SITE_URL}{reverse('evidence:ticket')}#{made.secret}"
    return {"link": link, "code": made.pin, "valid_from": row.valid_from, "valid_until": row.valid_until}


@router.delete("/hearings/{public_id}/seats/{seat}/ticket", response={204: None}, operation_id="revoke_ticket")
def revoke(request: HttpRequest, public_id: UUID, seat: UUID) -> tuple[int, None]:
    """End the seat's ticket, used or not."""
    tickets.revoke(seat_id=_own(public_id, seat, _by(request)), by=_by(request))
    return 204, None


@router.get("/hearings/{public_id}/records", response=list[schemas.RecordOut], operation_id="list_records")
def records(request: HttpRequest, public_id: UUID) -> list[dict[str, Any]]:
    """Every version of the minutes, the newest first."""
    hearing = _readable(public_id, _by(request))
    return [_record(one) for one in hearing.records.prefetch_related("signatures")]


@router.post("/hearings/{public_id}/records", response={201: schemas.RecordOut}, operation_id="write_record")
def write(request: HttpRequest, public_id: UUID, body: schemas.WriteIn) -> tuple[int, dict[str, Any]]:
    """Write the next version of the minutes."""
    return 201, _record(record.write(hearing_id=public_id, by=_by(request), language=body.language))


@router.get("/hearings/{public_id}/records/{version}.pdf", operation_id="read_record")
def file(request: HttpRequest, public_id: UUID, version: int) -> HttpResponse:
    """One version as a file."""
    found = record.file(hearing_id=public_id, version=version, by=_by(request))
    return HttpResponse(bytes(found.pdf), content_type="application/pdf")


@router.post("/hearings/{public_id}/records/{version}/sign", response=schemas.RecordOut, operation_id="sign_record")
def sign(request: HttpRequest, public_id: UUID, version: int, body: schemas.SignIn) -> dict[str, Any]:
    """Sign the newest version for your court."""
    hearing = _readable(public_id, _by(request))
    found = hearing.records.filter(version=version).first()
    if found is None:
        raise NotFound
    record.sign(record_id=found.public_id, by=_by(request), password=body.password)
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


def _by(request: HttpRequest) -> Membership:
    return cast(ActingRequest, request).acting


def _hearing(public_id: UUID, by: Membership) -> Hearing:
    rows = Hearing.objects.select_related("plan__request__person", "booking")
    return fetch(rows, by=by, act=Act.HEARING_READ, public_id=public_id)  # type: ignore[no-any-return]


def _readable(public_id: UUID, by: Membership) -> Hearing:
    return presence.legible(fetch(Hearing.objects, by=by, act=Act.RECORD_READ, public_id=public_id), by)


def _own(public_id: UUID, seat: UUID, by: Membership) -> UUID:
    """The seat's id if it is one of this hearing's and the hearing the caller's to see."""
    if not _hearing(public_id, by).seats.filter(public_id=seat).exists():
        raise NotFound
    return seat


def _row(hearing: Hearing) -> dict[str, Any]:
    booking = hearing.booking
    return {
        "id": hearing.public_id,
        "title": hearing.plan.code,
        "state": hearing.state,
        "start": booking.sitting().start if booking else None,
        "end": booking.last().end if booking else None,
    }


def _whole(public_id: UUID, by: Membership) -> dict[str, Any]:
    hearing = _hearing(public_id, by)
    places = list(hearing.seats.select_related("person"))
    names, side, holds = functions(hearing, places), acts.side_of(hearing, by), partial(permits, by.role)
    return _row(hearing) | {
        "version": hearing.version,
        "zones": sides.zones(hearing.plan),
        "suspended_by": hearing.suspended_by,
        "relay_only": hearing.relay_only,
        "acts": sorted(states.offered(State(hearing.state), side=side, holds=holds)),
        "seats": [
            {"id": one.public_id, "function": names[one.pk], "waits_for": consent.missing(hearing, one)}
            | {key: getattr(one, key) for key in _SEAT}
            for one in places
        ],
        "gates": _gates(hearing),
    }


_SEAT = ("role", "side", "presence")


def _gates(hearing: Hearing) -> list[dict[str, Any]]:
    if hearing.state not in (State.PLANNED, State.OPEN, State.SUSPENDED):
        return []
    return [
        {"id": gate.id, "rule": gate.rule, "clear": gate.clear, "title": gettext(gate.title)}
        | {"sentence": "" if gate.clear else gettext(gate.sentence), "who": gate.who_clears}
        for gate in gates.check(facts.gather(hearing, timezone.now()))
    ]


def _record(found: Record) -> dict[str, Any]:
    return {
        "version": found.version,
        "digest": found.digest,
        "language": found.language,
        "written_at": found.written_at,
        "signed": dict(found.signatures.values_list("side", "at")),
    }
