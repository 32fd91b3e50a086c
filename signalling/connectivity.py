"""Connection tests: who may run one, what the figures say, where they are kept. Synchronous; called through relay."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils import timezone

from directory.errors import NotFound
from directory.models import Membership
from directory.roles import Act, permits
from scheduler import checks, roomchecks
from scheduler.models import Booking, Plan
from sessions import seats
from sessions.models import Hearing
from signalling import callers, quality, spans
from signalling import protocol as p
from signalling.media.control import ProbeResult
from signalling.rooms import Key
from signalling.spans import Span

WAYS: tuple[p.Way, p.Way] = ("up", "down")


@dataclass(frozen=True, slots=True)
class Tester:
    """Who tests: for one side of a booking, or for a room of his court; without either nothing is kept."""

    language: str
    booking: int | None = None
    side: str = ""
    member: int = 0
    relay_only: bool = False
    room: UUID | None = None


def admit(key: Key, hearing: UUID | None, language: str) -> Tester | None:
    """Let a tester in, or not: for a hearing a member of one of its sides, for the own device anybody known here."""
    caller = callers.read(key)
    user, member = caller.user, caller.member
    if hearing is None:
        known = user is not None or seats.ticketed(caller.session) is not None
        return Tester(language or (user.language if user else "")) if known else None
    plan, side = testable(hearing, member)
    booking = booking_of(plan) if plan else None
    if member is None or booking is None:
        return None
    # A test measures the way that the hearing takes.
    relay_only = Hearing.objects.filter(public_id=hearing, relay_only=True).exists()
    return Tester(language or member.user.language, booking.pk, side, member.pk, relay_only)


def admit_to_room(key: Key, room: UUID, language: str) -> Tester | None:
    """Let a member in who may test that room of his own court."""
    member = callers.read(key).member
    try:
        roomchecks.site_of(room, member)
    except NotFound:
        return None
    assert member is not None
    return Tester(language or member.user.language, member=member.pk, room=room)


def testable(hearing: UUID, by: Membership | None) -> tuple[Plan | None, str]:
    """The hearing's plan and the member's side, if he may test for one; else (None, "")."""
    if by is None or not permits(by.role, Act.TEST_RUN):
        return None, ""
    plan: Plan | None = Plan.objects.visible_to(by).filter(public_id=hearing).first()
    side = plan.side_of(by) if plan else None
    return (plan, side) if side else (None, "")


def booking_of(plan: Plan) -> Booking | None:
    """The time that is held or agreed: what a test belongs to."""
    booking: Booking | None = plan.bookings.filter(state__in=Booking.LIVE).first()
    return booking


def store(tester: Tester, result: ProbeResult, found: p.Found | None) -> p.Verdict:
    """Judge a finished test and, for a hearing or a room, keep it there."""
    both = spans.of(result)
    verdicts = [quality.judge(way.value) for way in both]
    grade = quality.worst(verdict.grade for verdict in verdicts)
    worse = min(verdicts, key=lambda verdict: verdict.r)
    judged = {"r_factor": worse.r, "mos": worse.mos, "verdict": grade.value, "profile": quality.TESTIMONY}
    stored = _record(tester, spans.measured(result) | judged | spans.seen(found))
    return p.Verdict(verdict=grade.value, stored=stored, figures=figures(both))


def _record(tester: Tester, figures: dict[str, Any]) -> bool:
    """Keep it where it belongs. Whether it belongs anywhere."""
    if tester.booking is None and tester.room is None:
        return False
    by = Membership.objects.select_related("authority__state", "user").get(pk=tester.member, active=True)
    if tester.room is not None:
        roomchecks.record(site=roomchecks.site_of(tester.room, by), by=by, measured=figures)
    if tester.booking is not None:
        booking = Booking.objects.select_related("plan__request").get(pk=tester.booking)
        checks.record(booking=booking, side=tester.side, by=by, measured=figures, now=timezone.now())
    return True


def figures(both: tuple[Span, Span]) -> list[p.Figure]:
    """Every figure of both directions with its interval and grade, for the page."""
    return [
        p.Figure(name=each.name, way=way, value=each.value, low=each.low, high=each.high, grade=each.grade.value)
        for way, span in zip(WAYS, both, strict=True)
        for each in span.judged()
    ]
