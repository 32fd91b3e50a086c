"""The acts of the day over the API. Each answers with the hearing as it stands after it."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router

from directory.access import check
from directory.preconditions import acting
from directory.roles import Act
from sessions import api_record, api_seats, doors, lifecycle, presence, route, schemas, waiver
from sessions.models import Hearing
from sessions.states import State
from sessions.telling import hearing_of, row, whole
from sessions.words import functions, sentence, state_names

router = Router(tags=["sessions"])
router.add_router("", api_seats.router)
router.add_router("", api_record.router)


@router.get("/hearings", response=list[schemas.RowOut], operation_id="list_hearings")
def list_hearings(request: HttpRequest, state: State | None = None) -> list[dict[str, Any]]:
    """The hearings you may see, the next first."""
    by = check(acting(request), Act.HEARING_READ)
    rows = Hearing.objects.visible_to(by).select_related("plan", "booking")
    found = [row(one) for one in (rows.filter(state=state.value) if state else rows)]
    return sorted(found, key=lambda row: (row["start"] is None, row["start"], row["title"]))


@router.get("/hearings/{public_id}", response=schemas.HearingOut, operation_id="read_hearing")
def read(request: HttpRequest, public_id: UUID) -> dict[str, Any]:
    """One hearing: its state, seats, gates, and what you may do."""
    return whole(public_id, acting(request))


@router.get("/hearings/{public_id}/log", response=list[schemas.LineOut], operation_id="read_log")
def log(request: HttpRequest, public_id: UUID) -> list[dict[str, Any]]:
    """The log, oldest first."""
    by = acting(request)
    hearing = presence.follows(hearing_of(public_id, by), by)
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
    lifecycle.log(hearing_id=public_id, kind=body.kind, text=body.text, by=acting(request))
    return whole(public_id, acting(request))


@router.post("/hearings/{public_id}/open", response=schemas.HearingOut, operation_id="open_hearing")
def open_(request: HttpRequest, public_id: UUID) -> dict[str, Any]:
    """Open the doors, and stand in them: you take your seat and are in the room."""
    doors.open_(hearing_id=public_id, by=acting(request))
    return whole(public_id, acting(request))


@router.post("/hearings/{public_id}/go-live", response=schemas.HearingOut, operation_id="go_live")
def go_live(request: HttpRequest, public_id: UUID) -> dict[str, Any]:
    """Go live. 409 `gates_not_clear` carries every rule that is not met."""
    lifecycle.go_live(hearing_id=public_id, by=acting(request))
    return whole(public_id, acting(request))


@router.post("/hearings/{public_id}/suspend", response=schemas.HearingOut, operation_id="suspend_hearing")
def suspend(request: HttpRequest, public_id: UUID, body: schemas.SuspendIn) -> dict[str, Any]:
    """Stop all sound and picture at once."""
    lifecycle.suspend(hearing_id=public_id, by=acting(request), reason=body.reason)
    return whole(public_id, acting(request))


@router.post("/hearings/{public_id}/agree", response=schemas.HearingOut, operation_id="agree_to_resume")
def agree(request: HttpRequest, public_id: UUID) -> dict[str, Any]:
    """The attending judge, who suspended, agrees that it goes on."""
    lifecycle.agree(hearing_id=public_id, by=acting(request))
    return whole(public_id, acting(request))


@router.post("/hearings/{public_id}/resume", response=schemas.HearingOut, operation_id="resume_hearing")
def resume(request: HttpRequest, public_id: UUID) -> dict[str, Any]:
    """Go on."""
    lifecycle.resume(hearing_id=public_id, by=acting(request))
    return whole(public_id, acting(request))


@router.post("/hearings/{public_id}/close", response=schemas.HearingOut, operation_id="close_hearing")
def close(request: HttpRequest, public_id: UUID) -> dict[str, Any]:
    """End the hearing for good."""
    lifecycle.close(hearing_id=public_id, by=acting(request))
    return whole(public_id, acting(request))


@router.post("/hearings/{public_id}/waive", response=schemas.HearingOut, operation_id="waive_check")
def waive(request: HttpRequest, public_id: UUID, body: schemas.WaiveIn) -> dict[str, Any]:
    """A judge goes on without a fit check of the own court's link; the reason stands in the minutes."""
    waiver.waive(hearing_id=public_id, reason=body.reason, by=acting(request))
    return whole(public_id, acting(request))


@router.post("/hearings/{public_id}/route", response=schemas.HearingOut, operation_id="set_route")
def set_route(request: HttpRequest, public_id: UUID, body: schemas.RouteIn) -> dict[str, Any]:
    """By which way sound and picture travel: any, or the relay alone. 409 `no_relay` where there is none."""
    route.set_(hearing_id=public_id, relay_only=body.relay_only, by=acting(request))
    return whole(public_id, acting(request))


@router.post("/hearings/{public_id}/steps", response=schemas.HearingOut, operation_id="take_step")
def step(request: HttpRequest, public_id: UUID, body: schemas.StepIn) -> dict[str, Any]:
    """Write down a formality: identity, rights, oath, affirmation, interpreter_oath, declined."""
    lifecycle.step(hearing_id=public_id, kind=body.kind, seat_id=body.seat, by=acting(request))
    return whole(public_id, acting(request))
