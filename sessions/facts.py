"""From the tables to the facts that gates ask about."""

from datetime import datetime

from protection import measures
from scheduler import checks
from scheduler.models import Booking
from sessions.gates import Checked, Facts
from sessions.models import Hearing, Step
from sessions.models.hearings import Presence


def gather(hearing: Hearing, now: datetime) -> Facts:
    """Everything a gate may know of this hearing at that instant, read afresh."""
    booking, request = hearing.booking, hearing.plan.request
    sitting = booking.next(now) if booking else None
    admitted = list(hearing.seats.filter(presence=Presence.ADMITTED))
    here = [seat for seat in admitted if seat.here]
    interpreters = [seat.pk for seat in here if seat.role == "interpreter"]
    return Facts(
        now=now,
        granted=request.state == "granted",
        bound=request.binding,
        confirmed=booking is not None and booking.state == Booking.State.CONFIRMED,
        starts=sitting.start if sitting else None,
        ends=sitting.end if sitting else None,
        checks=_checks(booking, now, sitting.start if sitting else None),
        waived=_waived(hearing),
        present=frozenset(seat.role for seat in here),
        identified=hearing.steps.filter(kind="identity").exists(),
        told=hearing.steps.filter(kind="rights").exists(),
        interpreters_planned=hearing.seats.filter(role="interpreter").count(),
        interpreters_present=len(interpreters),
        interpreters_sworn=Step.objects.filter(kind="interpreter_oath", seat__in=interpreters).count(),
        measures=_kinds(hearing),
        consulting=len(admitted) - len(here),
    )


def _checks(booking: Booking | None, now: datetime, starts: datetime | None) -> dict[str, Checked]:
    """The latest of each side."""
    found = checks.latest(booking) if booking else {}
    return {side: Checked(check.verdict, checks.holds(check, now, starts)) for side, check in found.items()}


def _waived(hearing: Hearing) -> frozenset[str]:
    """The sides whose judge has said so since the doors opened: another day is another link."""
    if hearing.opened_at is None:
        return frozenset()
    rows = hearing.log.filter(kind="check_waived", at__gte=hearing.opened_at)
    return frozenset(rows.values_list("by_side", flat=True))


def _kinds(hearing: Hearing) -> frozenset[str]:
    """Kinds in force. A measure that cannot be read, or nobody to protect, counts as one that cannot be kept."""
    person = hearing.plan.request.person
    if person is None:
        return frozenset({"face_distortion"})
    return frozenset(str(one.kind or "face_distortion") for one in measures.in_force(person))
