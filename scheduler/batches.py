"""Ask for the times of many hearings at once, search in the worker, hold what was found.

Found is not held: between the search and the hold anybody may be faster. But as long as nobody was, all of it can be
held as it stands, in any order. Each hold is the same act as on a hearing's own page.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from time import monotonic
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from directory import access, audit
from directory.errors import NotFound, Refusal
from directory.models import Membership
from directory.roles import Act
from scheduler import availability, booking
from scheduler.availability import Basis
from scheduler.booking import standing
from scheduler.models import Batch, BatchItem, Booking, Plan
from scheduler.solver import batch, needs
from scheduler.solver.batch import Placement, Wanted
from scheduler.solver.problem import Problem
from scheduler.solver.slots import Slot

MOST = 100  # hearings
READING = timedelta(hours=1)  # what the notice would rule out by the time the answer has been read is not in it
SECONDS, LONGEST = 30, 120


def pending(by: Membership | None) -> QuerySet[Plan]:
    """The hearings of the member's court that want a time and have none: what a batch may be made of."""
    member = access.check(by, Act.BOOKING_HOLD)
    timeless = Plan.objects.visible_to(member).exclude(pk__in=Booking.objects.live().values("plan"))
    timeless = timeless.exclude(bookings__outcome=Booking.Outcome.TOOK_PLACE)
    wanted: QuerySet[Plan] = timeless.filter(request__state="granted").order_by("latest", "pk")
    return wanted


@transaction.atomic
def ask(*, plans: Sequence[UUID], by: Membership | None, seconds: int = SECONDS) -> Batch:
    """Have times found for these hearings together, in at most so many seconds.

    Refuses `batch_size` (none, or more than a hundred), `batch_seconds`, and `not_found` for a hearing that is not
    one of `pending`.
    """
    from scheduler import tasks  # the job itself imports this module

    member = access.check(by, Act.BOOKING_HOLD)
    wanted = set(plans)
    if not 1 <= len(wanted) <= MOST:
        sentence = _("Choose between 1 and %(most)s hearings.") % {"most": MOST}
        raise Refusal(sentence, code="batch_size", status=422, field="plans")
    if not 1 <= seconds <= LONGEST:
        sentence = _("A search takes between 1 and %(most)s seconds.") % {"most": LONGEST}
        raise Refusal(sentence, code="batch_seconds", status=422, field="seconds")
    found = list(pending(member).filter(public_id__in=wanted))
    if len(found) != len(wanted):
        raise NotFound
    made = Batch.objects.create(made_by=member, seconds=seconds)
    BatchItem.objects.bulk_create(BatchItem(batch=made, position=n, plan=plan) for n, plan in enumerate(found))
    tasks.place_batch.defer(batch_id=made.pk)
    audit.append("batch.asked", by=member, about=made, facts={"hearings": len(found), "seconds": seconds})
    return made


def run(batch_id: int) -> None:
    """Search, in the worker. A batch that has been run, or is being, is left alone."""
    queued = Batch.objects.filter(pk=batch_id, state=Batch.State.QUEUED)
    if queued.update(state=Batch.State.RUNNING, started_at=timezone.now()) != 1:
        return
    made = Batch.objects.get(pk=batch_id)
    items = list(made.items.select_related("plan__request__requesting", "plan__request__requested__state"))
    try:
        found = batch.place([_problem(item.plan) for item in items], seconds=made.seconds, told=_progress(made))
    except Exception:
        Batch.objects.filter(pk=batch_id).update(state=Batch.State.FAILED)
        raise
    _note(made, items, found)


def hold(*, made: Batch, plan: UUID, by: Membership | None) -> Booking:
    """Hold the time found for one hearing of the batch. Refuses what `booking.hold` refuses, and `not_found`."""
    item = shown(made, by).filter(plan__public_id=plan).select_related("plan__request").first()
    if item is None or item.start is None:
        raise NotFound
    key = f"batch {made.public_id} {plan}"
    return booking.hold(plan=item.plan, starts=item.starts, by=by, key=key, prefer=item.teams)


def shown(made: Batch, by: Membership | None) -> QuerySet[BatchItem]:
    """The batch's hearings that are the member's to see today: a court that has left a case reads no more of it."""
    return made.items.filter(plan__in=Plan.objects.visible_to(by))


def by_id(public_id: UUID, by: Membership | None) -> Batch:
    """The batch, for the clerks of the court that asked for it; else `not_found`."""
    found: Batch = access.fetch(Batch.objects.all(), by=by, act=Act.BOOKING_HOLD, public_id=public_id)
    return found


def _problem(plan: Plan) -> Wanted:
    """What the search reads, with what its sittings and its interpreters' other work ask of each other."""
    now, basis = timezone.now(), Basis.of(plan)
    facts = basis.facts()
    span = needs.horizon(facts, now + READING)
    people = basis.bookables(span, now)
    return _own(needs.problem(facts, people, span, 1), plan), basis.sittings(facts, people)


def _own(told: Problem, plan: Plan) -> Problem:
    # The official hours stand for a State's clock and not for somebody: they are every hearing's own.
    own = {availability.OFFICIAL: f"{availability.OFFICIAL} {plan.pk}"}
    resources = tuple(replace(one, id=own.get(one.id, one.id)) for one in told.resources)
    asked = tuple(replace(need, of=tuple(own.get(id_, id_) for id_ in need.of)) for need in told.needs)
    return replace(told, resources=resources, needs=asked)


def _progress(made: Batch) -> Callable[[float, int], None]:
    """Write down how far it is, once a second."""
    last = [monotonic()]

    def told(share: float, placed: int) -> None:
        if monotonic() - last[0] >= 1:
            last[0] = monotonic()
            Batch.objects.filter(pk=made.pk).update(percent=min(round(share * 100), 99))

    return told


@transaction.atomic
def _note(made: Batch, items: Sequence[BatchItem], found: Placement) -> None:
    for item, sittings, alone in zip(items, found.sittings, found.alone, strict=True):
        item.alone = alone
        if sittings:
            item.start, *more = (datetime.fromisoformat(slot["start"]) for slot in sittings)
            item.more = standing.iso(more)
            item.teams = [_team(item.plan, slot) for slot in sittings]
            item.worst = max(slot["unsocial"]["worst"] for slot in sittings)
            item.total = sum(slot["unsocial"]["total"] for slot in sittings)
    BatchItem.objects.bulk_update(items, ["start", "more", "alone", "teams", "worst", "total"])
    ended = {"state": Batch.State.DONE, "percent": 100, "most": found.most, "least": found.least}
    Batch.objects.filter(pk=made.pk).update(proven=found.proven, **ended)
    audit.append("batch.found", by=None, about=made, facts={"placed": found.placed, "of": len(items)})


def _team(plan: Plan, slot: Slot) -> dict[str, list[str]]:
    """Who was found for each need. The official hours are one need more than the plan has."""
    labels = (str(need.public_id) for need in availability.booked_needs(plan))
    return {label: sorted(ids) for label, ids in zip(labels, slot["assigned"], strict=False)}
