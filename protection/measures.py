"""Raising a measure, which one person can do at once; lowering one, which takes two, of two States.

What is in force is read from PostgreSQL for every answer that depends on it, and kept nowhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Min, Q
from django.utils import timezone

from directory import access, audit, rows, times
from directory.errors import NotFound
from directory.models import Membership
from directory.roles import Act, Role
from protection import errors, policy, tasks
from protection.models import Lowering, Measure, ProtectedPerson
from protection.policy import Audience, BrokenOrder, InForce, MeasureKind
from protection.signals import measure_changed

# On what a measure can rest: the ids of the rules; `national` is the procedural law of the court that orders.
BASES = ("U24-1", "U24-2a", "U24-2b", "U24-4", "U18-27", "V-13", "national")
# What makes up to the defence for a name it is not told; the page puts them into words.
COUNTERBALANCES = ("bench_knows", "questions_free", "credibility_tested", "not_decisive", "counsel_alone")
# Why a measure is lowered.
LOWERING_REASONS = ("risk_ended", "person_asked", "order_replaced", "court_decision")
SHORTEST_DELAY = 30  # minutes before a broadcast may leave its buffer


def in_force(person: ProtectedPerson, at: datetime | None = None) -> frozenset[InForce]:
    """The measures that act at this instant (an aware one; now, if none is given)."""
    return in_force_for([person], at or timezone.now())[person.pk]


def in_force_for(people: Iterable[ProtectedPerson], at: datetime) -> dict[int, frozenset[InForce]]:
    """`in_force` of many at once, for a list: primary key of the person → measures; nobody is left out."""
    found: dict[int, set[InForce]] = {person.pk: set() for person in people}
    for measure in rows.having(Measure, "person_id", found):
        if _acts(measure, at):
            found[measure.person_id].add(_read(measure))
    return {key: frozenset(there) for key, there in found.items()}


def acting(person: ProtectedPerson, at: datetime | None = None) -> list[Measure]:
    """The rows behind `in_force`, in the order in which they were ordered."""
    now = at or timezone.now()
    ordered = person.measures.select_related("ordered_by__authority__state")
    return [measure for measure in ordered if _acts(measure, now)]


def _acts(measure: Measure, at: datetime) -> bool:
    """Begun, agreed to where that is needed, not over and not lowered."""
    approved = not measure.needs_approval or (measure.approved_at is not None and measure.approved_at <= at)
    ended = any(end is not None and end <= at for end in (measure.ends, measure.lowered_at))
    return measure.starts <= at and approved and not ended


def next_change(person: ProtectedPerson, at: datetime) -> datetime | None:
    """The next instant at which a measure begins or ends by its own dates, or None."""
    dates = person.measures.filter(lowered_at=None).aggregate(
        begins=Min("starts", filter=Q(starts__gt=at)), ends=Min("ends", filter=Q(ends__gt=at))
    )
    return min((date for date in dates.values() if date), default=None)


def waiting(person: ProtectedPerson) -> list[Measure]:
    """Orders of anonymity towards the defence that nobody of the other State has agreed to."""
    asked = person.measures.filter(needs_approval=True, approved_at=None, lowered_at=None)
    return list(asked.select_related("ordered_by__authority__state"))


def raise_(
    *,
    person: ProtectedPerson,
    kind: str,
    by: Membership | None,
    basis: str,
    audiences: object = None,
    starts: datetime | None = None,
    ends: datetime | None = None,
    counterbalances: Sequence[str] = (),
    minutes: int | None = None,
) -> Measure:
    """Order a measure. It acts at once, or from `starts` on.

    `audiences` are letters of policy.Audience, `"everyone"`, or None for the measure's own default. Anonymity
    towards the defence acts only once somebody of the other State approves it. Refuses `not_found`,
    `order_broken`, `window_broken`, `delay_too_short`, `counterbalances_missing`, `already_in_force`.
    """
    by = access.check(by, Act.MEASURE_RAISE)
    _known_to(person, by)
    return order(
        person=person, kind=kind, by=by, basis=basis, audiences=audiences, starts=starts, ends=ends,
        counterbalances=counterbalances, minutes=minutes,
    )  # fmt: skip


@transaction.atomic
def order(
    *,
    person: ProtectedPerson,
    kind: str,
    by: Membership,
    basis: str,
    audiences: object = None,
    starts: datetime | None = None,
    ends: datetime | None = None,
    counterbalances: Sequence[str] = (),
    minutes: int | None = None,
) -> Measure:
    """Write the measure down for a member whose right to it was checked. Refuses as `raise_` does."""
    now = timezone.now()
    known, against = _understood(kind, audiences)
    if basis not in BASES:
        raise errors.OrderBroken("basis")
    starts = max(starts or now, now)  # an order never reaches back
    _window(known, starts, ends)
    _delay(known, minutes)
    second = policy.needs_second(known, against)
    if not set(counterbalances) <= set(COUNTERBALANCES) or (second and not counterbalances):
        raise errors.CounterbalancesMissing
    # Locked, so that of two who order the same measure at once the second is told.
    ProtectedPerson.objects.select_for_update().get(pk=person.pk)
    letters = sorted(audience.value for audience in against)
    # One ordered for a later day does not stop anybody who needs the measure before.
    same = person.measures.filter(kind=known.value, against=letters, lowered_at=None, ends=ends)
    if same.filter(starts__lte=starts).exists():
        raise errors.AlreadyInForce
    measure = Measure.objects.create(
        person=person, kind=known.value, against=letters, starts=starts, ends=ends, basis=basis,
        counterbalances=list(counterbalances), minutes=minutes, ordered_by=by, ordered_at=now,
        needs_approval=second,
    )  # fmt: skip
    _tell(measure, act="measure.raised", raised=True, by=by)
    if starts > now:
        tasks.begin.configure(schedule_at=starts).defer(measure=str(measure.public_id))
    return measure


@transaction.atomic
def approve(*, measure: Measure, by: Membership | None) -> None:
    """Agree, as the second person and of the other State, to anonymity towards the defence.

    Refuses `not_found`, `other_state_needed`, `not_open`.
    """
    by = access.check(by, Act.MEASURE_RAISE)
    _known_to(measure.person, by)
    _of_the_other_state(measure.ordered_by, by)
    now = timezone.now()
    open_ = Measure.objects.filter(pk=measure.pk, needs_approval=True, approved_at=None, lowered_at=None)
    if open_.update(approved_by=by, approved_at=now) != 1:
        raise errors.NotOpen
    _tell(measure, act="measure.approved", raised=True, by=by)


@transaction.atomic
def propose_lowering(*, measure: Measure, reason: str, by: Membership | None) -> Lowering:
    """Propose to end a measure. It goes on acting until somebody of the other State agrees.

    Refuses `not_found`, `order_broken`, `already_proposed`.
    """
    by = _may_lower(measure, by)
    if reason not in LOWERING_REASONS:
        raise errors.OrderBroken("reason")
    locked = Measure.objects.select_for_update().get(pk=measure.pk)
    if locked.lowered_at or locked.lowerings.filter(approved_at=None).exists():
        raise errors.AlreadyProposed
    lowering = Lowering.objects.create(measure=measure, proposed_by=by, proposed_at=timezone.now(), reason=reason)
    facts = {"measure": str(measure.public_id), "reason": reason}
    audit.append("measure.lowering_proposed", by=by, about=measure.person, facts=facts)
    return lowering


@transaction.atomic
def agree_to_lowering(*, lowering: Lowering, by: Membership | None) -> None:
    """End the measure, as the second person and of the other State; one of the two is a judge.

    A receiver of `measure_changed` may refuse, for instance while a hearing is in session. Refuses
    `not_found`, `other_state_needed`, `judge_needed`, `not_open`.
    """
    measure = lowering.measure
    by = _may_lower(measure, by)
    _of_the_other_state(lowering.proposed_by, by)
    if Role.JUDGE not in {lowering.proposed_by.role, by.role}:
        raise errors.JudgeNeeded
    now = timezone.now()
    if Lowering.objects.filter(pk=lowering.pk, approved_at=None).update(approved_by=by, approved_at=now) != 1:
        raise errors.NotOpen
    Measure.objects.filter(pk=measure.pk, lowered_at=None).update(lowered_at=now)
    _tell(measure, act="measure.lowered", raised=False, by=by)


def _read(measure: Measure) -> InForce:
    """A row that cannot be read blinds everybody: see policy.view."""
    try:
        return InForce(MeasureKind(measure.kind), frozenset(Audience(letter) for letter in measure.against))
    except (ValueError, TypeError):
        return InForce(None, frozenset())


def _understood(kind: str, audiences: object) -> tuple[MeasureKind, frozenset[Audience]]:
    try:
        known = MeasureKind(kind)
    except ValueError:
        raise errors.OrderBroken("kind") from None
    try:
        return known, policy.against(known, audiences)
    except BrokenOrder:
        raise errors.OrderBroken("audiences") from None


def _window(kind: MeasureKind, starts: datetime, ends: datetime | None) -> None:
    """Only safe conduct has a date on which it ends: a mask that ran out would fall in the middle of a session."""
    if (kind is MeasureKind.SAFE_CONDUCT) != (ends is not None) or (ends is not None and ends <= starts):
        raise errors.WindowBroken
    try:
        for moment in (starts, ends or starts):
            times.parse_instant(moment.isoformat())
    except times.TimeError:  # PostgreSQL would store a year 10000 that nobody can read back
        raise errors.WindowBroken from None


def _delay(kind: MeasureKind, minutes: int | None) -> None:
    delayed = kind is MeasureKind.DELAYED_BROADCAST
    if delayed != (minutes is not None) or (minutes is not None and minutes < SHORTEST_DELAY):
        raise errors.DelayTooShort


def _known_to(person: ProtectedPerson, by: Membership) -> None:
    if not ProtectedPerson.objects.visible_to(by).filter(pk=person.pk).exists():
        raise NotFound


def _may_lower(measure: Measure, by: Membership | None) -> Membership:
    by = access.check(by, Act.MEASURE_LOWER)
    _known_to(measure.person, by)
    return by


def _of_the_other_state(first: Membership, second: Membership) -> None:
    if first.authority.state_id == second.authority.state_id or first.user_id == second.user_id:
        raise errors.SameState


def _tell(measure: Measure, *, act: str, raised: bool, by: Membership) -> None:
    facts = {"measure": str(measure.public_id), "kind": measure.kind, "against": measure.against}
    audit.append(act, by=by, about=measure.person, facts=facts)
    measure_changed.send(sender=Measure, person=measure.person, measure=measure, raised=raised, by=by)
