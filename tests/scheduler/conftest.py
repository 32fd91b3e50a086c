"""A granted request of the Bogotá court and the plan of its hearing, in an otherwise empty calendar."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from casework.models import Request
from protection import people
from scheduler import mailing, plans
from scheduler.models import Booking, Plan, Role
from tests.cast import Cast

NOW = datetime(2026, 11, 24, 14, 5, tzinfo=UTC)
# Wednesday 9 December 2026: 08:30 in Bogotá, 14:30 in Madrid, 13:30 in Las Palmas, where the witness is.
WEDNESDAY = datetime(2026, 12, 9, 13, 30, tzinfo=UTC)
IDENTITY = {"given_name": "Aïssatou", "family_name": "Traoré", "city": "Las Palmas", "zone": "Atlantic/Canary"}


@pytest.fixture
def today(time_machine: Any) -> datetime:
    """Tuesday 24 November 2026, 14:05 UTC; the clock stands still."""
    time_machine.move_to(NOW, tick=False)
    return NOW


def granted_request(cast: Cast, reference: str = "CO-2026-0311", **facts: Any) -> Request:
    """What casework leaves behind when Spain has granted a hearing of ninety minutes in French."""
    said = {
        "wanted_minutes": 90,
        "earliest": date(2026, 12, 1),
        "latest": date(2026, 12, 18),
        "notice_days": 10,
        "court_language": "es",
        "testimony_language": "fr",
        "interpreter_mode": "consecutive",
        "state": "granted",
        "submitted_at": NOW,
    }
    request = Request.objects.create(
        reference=reference,
        requesting=cast.prosecutor.authority,
        requested=cast.spain.authority,
        court=cast.judge.authority,
        executing=cast.judge_madrid.authority,
        created_by=cast.prosecutor,
        created_at=NOW,
        changed_at=NOW,
        **said | facts,
    )
    request.person = people.register(
        case=request.public_id, state=request.requested.state, identity=IDENTITY, by=cast.prosecutor
    )
    request.save(update_fields=["person"])
    concerned = [request.requested, request.court, *([request.executing] if request.executing else [])]
    people.share(person=request.person, authorities=concerned, by=cast.prosecutor)
    return request


def planned(cast: Cast, reference: str = "CO-2026-0311", **facts: Any) -> Plan:
    """Its plan, in hearing room 3 and the witness room."""
    plan = plans.draw_up(request=granted_request(cast, reference, **facts), by=cast.spain)
    for role, label, by in (
        (Role.ROOM, "Hearing room 3", cast.clerk),
        (Role.WITNESS_ROOM, "Witness room A", cast.clerk_madrid),
    ):
        need = plan.needs.get(role=role)
        version = Plan.objects.get(pk=plan.pk).version
        plans.choose(need=need, resources=[need.resources.get(label=label)], by=by, version=version)
    return Plan.objects.select_related("request").get(pk=plan.pk)


def told() -> None:
    """What the worker does after an act: whoever is concerned is written to."""
    for booking in Booking.objects.order_by("pk"):
        mailing.tell(booking.pk)


@pytest.fixture
def plan(cast: Cast, today: datetime) -> Plan:
    """The hearing of the witness who speaks French."""
    return planned(cast)
