"""A hearing as the API tells it: the same to whoever has just acted and to whoever asks."""

from functools import partial
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext

from directory.access import fetch
from directory.models import Membership
from directory.roles import Act, permits
from scheduler import sides
from sessions import acts, consent, facts, gates, states
from sessions.models import Hearing
from sessions.states import State
from sessions.words import functions

_SEAT = ("role", "side", "presence")


def hearing_of(public_id: UUID, by: Membership) -> Hearing:
    """The hearing, if it is the member's to see; else NotFound."""
    rows = Hearing.objects.select_related("plan__request__person", "booking")
    return fetch(rows, by=by, act=Act.HEARING_READ, public_id=public_id)  # type: ignore[no-any-return]  # fetch answers any row


def row(hearing: Hearing) -> dict[str, Any]:
    """A hearing in a list: RowOut."""
    booking = hearing.booking
    return {
        "id": hearing.public_id,
        "title": hearing.plan.code,
        "state": hearing.state,
        "start": booking.sitting().start if booking else None,
        "end": booking.last().end if booking else None,
    }


def whole(public_id: UUID, by: Membership) -> dict[str, Any]:
    """The hearing as it stands, read afresh for the member: HearingOut. Raises NotFound."""
    hearing = hearing_of(public_id, by)
    places = list(hearing.seats.select_related("person"))
    names, side, holds = functions(hearing, places), acts.side_of(hearing, by), partial(permits, by.role)
    return row(hearing) | {
        "version": hearing.version,
        "zones": sides.zones(hearing.plan),
        "suspended_by": hearing.suspended_by,
        "relay_only": hearing.relay_only,
        "acts": sorted(states.offered(State(hearing.state), side=side, holds=holds)),
        "seats": [
            {"id": one.public_id, "function": names[one.pk], "waits_for": consent.missing(hearing, one)}
            | {key: getattr(one, key) for key in _SEAT}
            | {"consulting": one.consultation_id is not None}
            for one in places
        ],
        "gates": _gates(hearing),
    }


def _gates(hearing: Hearing) -> list[dict[str, Any]]:
    if hearing.state not in (State.PLANNED, State.OPEN, State.SUSPENDED):
        return []
    return [
        {"id": gate.id, "rule": gate.rule, "clear": gate.clear, "title": gettext(gate.title)}
        | {"sentence": "" if gate.clear else gettext(gate.sentence), "who": gate.who_clears}
        for gate in gates.check(facts.gather(hearing, timezone.now()))
    ]
