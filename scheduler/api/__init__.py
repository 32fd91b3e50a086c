"""The search over the API; plans and bookings have their own files. Writes name the version they have read."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router, Schema
from pydantic import BaseModel

from directory.preconditions import acting
from scheduler import search
from scheduler.api import batch_api, booking_api, mail_api, plan_api, rules_api, why_api
from scheduler.desk import cards
from scheduler.models import Side
from scheduler.planning import ledger, plans
from scheduler.solver.prospect import Slot
from scheduler.why import apart, reasons

router = Router(tags=["scheduler"])
router.add_router("", plan_api.router)
router.add_router("", batch_api.router)
router.add_router("", rules_api.router)
router.add_router("", booking_api.router)
router.add_router("", why_api.router)
router.add_router("", mail_api.router)


# Of the rows there are hundreds in an answer: they are pydantic's own, for ninja's look at every one twice.
class WhoOut(BaseModel):
    """Some who sit at the same local time, by function. `side`: requesting, requested or third."""

    side: str
    who: str
    zone: str
    outside_minutes: int


class SittingOut(BaseModel, title="SlotSittingOut"):
    """One sitting of a possible time."""

    start: datetime
    end: datetime
    sits: list[WhoOut]


class SlotOut(BaseModel):
    """A possible time; minutes outside preferred hours: the most for one, and all together.

    `sittings` are all that would be held together; `start`, `end` and `sits` speak of the first.
    """

    start: datetime
    end: datetime
    worst: int
    total: int
    sits: list[WhoOut]
    sittings: list[SittingOut]


class BlockerOut(Schema):
    """Where nothing is possible: the starts there would be without one need."""

    need: str
    starts_without: int


class SlotsOut(Schema):
    """Both States' zones are official ones while the place is withheld.

    `apart`: in words, why the sittings of a hearing cannot be had together although single days are free.
    `undecided`: the search for several sittings ran out of time, so that there may be more or better ones than these.
    """

    hearing: UUID
    zones: dict[str, str]
    feasible: int
    slots: list[SlotOut]
    blockers: list[BlockerOut]
    apart: str
    undecided: bool


@router.get("/hearings/{hearing}/slots", response=SlotsOut)
def slots(request: HttpRequest, hearing: UUID, limit: Annotated[int, Query(ge=1, le=200)] = 20) -> dict[str, Any]:
    """The best times at which the hearing could be held, in rank order."""
    by = acting(request)
    plan = plans.by_id(hearing, by)
    found = search.find(plan=plan, by=by)
    best = ledger.Turn(found, timezone.now()).best(found.prospect, limit)
    return {
        "hearing": plan.public_id,
        "zones": found.basis.zones,
        "feasible": found.feasible,
        "slots": _slots(best, iter(cards.sitting(found, [one for slot in best for one in slot.sittings], by))),
        "blockers": [{"need": need, "starts_without": starts} for need, starts in reasons.blockers(found, by)],
        "apart": "" if found.feasible else apart.why(found, by),
        "undecided": found.prospect.undecided,
    }


def _slots(best: Sequence[Slot], who: Iterator[Sequence[cards.Who]]) -> list[dict[str, Any]]:
    """`who` sits at each of the slots' sittings, one after the other."""
    found = []
    for slot in best:
        sittings = [{"start": one.start, "end": one.end, "sits": _sits(next(who))} for one in slot.sittings]
        found.append(sittings[0] | {"worst": slot.worst, "total": slot.total, "sittings": sittings})
    return found


def _sits(rows: Sequence[cards.Who]) -> list[dict[str, Any]]:
    names = {"a": Side.REQUESTING, "b": Side.REQUESTED, "n": Side.THIRD}
    return [
        {"side": names[one.mark], "who": one.names, "zone": one.zone, "outside_minutes": one.outside} for one in rows
    ]
