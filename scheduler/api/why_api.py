"""Why not, over the API: date by date, and for one start that somebody would have liked."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema

from directory.errors import Refusal
from directory.instants import Instant
from directory.preconditions import acting
from scheduler import search
from scheduler.availability import local_day
from scheduler.desk.grid import Grid
from scheduler.models import Side
from scheduler.planning import plans
from scheduler.why import whyday, whynot
from scheduler.why.reasons import Reason

MOST_DATES = 92
router = Router(tags=["scheduler"])


class ReasonOut(Schema):
    """What is in the way. `side` and `need` are empty where it is no side's; `short_by`: how many are missing.

    `code`: notice, outside, weekend, holiday, recess, closed, hours, booked, quorum, interpreters, not_staffed,
    nobody, not_free, apart, off_grid. Of the other State no more is told than that it is not free.
    """

    side: str
    need: str
    code: str
    sentence: str
    short_by: int


class DateOut(Schema):
    """A date on the calendar of the reader's side: how many starts it has, or why it has none."""

    date: date
    starts: int
    reasons: list[ReasonOut]


class DatesOut(Schema):
    """`zone` is the one whose dates these are."""

    hearing: UUID
    zone: str
    dates: list[DateOut]


class WhyOut(Schema):
    """One start: whether it is possible; if not, why, what would do, and the nearest starts that are."""

    hearing: UUID
    start: datetime
    possible: bool
    reasons: list[ReasonOut]
    remedy: str
    nearest: list[datetime]


@router.get("/hearings/{hearing}/dates", response=DatesOut)
def by_date(
    request: HttpRequest,
    hearing: UUID,
    first: Annotated[date | None, Query()] = None,
    last: Annotated[date | None, Query()] = None,
) -> dict[str, Any]:
    """Date by date how many starts there are, and where there is none, why; 92 dates at most."""
    by = acting(request)
    plan, now = plans.by_id(hearing, by), timezone.now()
    found = search.find(plan=plan, by=by, now=now)
    zone = found.basis.zones[plan.side_of(by) or Side.REQUESTING]
    begin = first or max(plan.earliest, local_day(now, zone))
    days = _days(begin, last or max(plan.latest, begin))
    grid = Grid(found, by, days)
    rows = [(day, len(found.prospect.begins(day, zone)), _told(whyday.reasons(grid, day))) for day in days]
    told = [{"date": day, "starts": starts, "reasons": why} for day, starts, why in rows]
    return {"hearing": plan.public_id, "zone": zone, "dates": told}


@router.get("/hearings/{hearing}/why", response=WhyOut)
def why(request: HttpRequest, hearing: UUID, start: Annotated[Instant, Query()]) -> dict[str, Any]:
    """Why a start is not possible, as far as the caller's side may know it."""
    by = acting(request)
    found = search.find(plan=plans.by_id(hearing, by), by=by)
    answer = whynot.explain(found, start, by)
    return {
        "hearing": found.plan.public_id,
        "start": start,
        "possible": answer.slot is not None,
        "reasons": _told(answer.reasons),
        "remedy": answer.remedy,
        "nearest": [slot.start for slot in answer.nearest],
    }


def _days(first: date, last: date) -> list[date]:
    if last < first:
        raise Refusal(_("The last date lies before the first."), code="dates_backwards", status=422, field="last")
    return [first + timedelta(days=shift) for shift in range(min((last - first).days + 1, MOST_DATES))]


def _told(reasons: Sequence[Reason]) -> list[dict[str, Any]]:
    return [
        {"side": one.side, "need": one.need, "code": one.code, "sentence": one.sentence, "short_by": one.short_by}
        for one in reasons
    ]
