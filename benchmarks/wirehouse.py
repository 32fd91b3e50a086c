"""A hundred hearings with four seats each, whose holders have redeemed their tickets: what the wire is measured on."""

from datetime import datetime, timedelta
from typing import Any

ROLES = (
    ("judge", "requesting"),
    ("attending_judge", "requested"),
    ("defence", "requesting"),
    ("prosecutor", "requesting"),
)


def clients(hearings: int, now: datetime) -> list[dict[str, Any]]:
    """Open hearings, and for each of their seats where and with which cookie its client comes."""
    from tests.cast import enter

    cast = enter()
    return [client for room in range(hearings) for client in _hearing(cast, room, now)]


def _hearing(cast: Any, room: int, now: datetime) -> list[dict[str, Any]]:
    from casework.models import Request
    from scheduler.models import Plan
    from sessions.models import Hearing, Seat

    request = Request.objects.create(
        reference=f"CO-2026-{room:04}", requesting=cast.prosecutor.authority, requested=cast.spain.authority,
        court=cast.judge.authority, executing=cast.judge_madrid.authority, created_by=cast.prosecutor,
        created_at=now, changed_at=now, state="granted", submitted_at=now,
    )  # fmt: skip
    plan = Plan.objects.create(
        request=request, code=f"H-{room:04X}", minutes=90, earliest=now.date(), latest=now.date()
    )
    hearing = Hearing.objects.create(public_id=plan.public_id, plan=plan, state="open", opened_at=now)
    seats = [Seat.objects.create(hearing=hearing, role=r, side=s, presence="admitted") for r, s in ROLES]
    url = f"ws://127.0.0.1:PORT/ws/hearings/{hearing.public_id}/"
    return [_client(seat, url, room, cast, now) for seat in seats]


def _client(seat: Any, url: str, room: int, cast: Any, now: datetime) -> dict[str, Any]:
    from importlib import import_module

    from django.conf import settings

    from sessions.models import JoinTicket

    ticket = JoinTicket.objects.create(
        seat=seat, digest=seat.public_id.hex, pin_digest="", issued_by=cast.clerk, issued_at=now,
        valid_from=now, valid_until=now + timedelta(hours=2), used_at=now,
    )  # fmt: skip
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session["seat"] = {"ticket": str(ticket.public_id)}
    session.save()
    headers = {"Cookie": f"sessionid={session.session_key}", "Origin": "http://127.0.0.1"}
    return {"url": url, "headers": headers, "room": room, "id": str(seat.public_id)}
