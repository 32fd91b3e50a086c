"""Connection tests: who may run one, what the figures say, where they are kept. Synchronous; called through relay."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils import timezone

from directory.errors import NotFound
from directory.models import Membership
from directory.roles import Act, permits
from scheduler import checks, roomchecks
from scheduler.models import Booking, ConnectionCheck, Plan
from sessions import seats
from sessions.models import Hearing
from signalling import callers, quality
from signalling import protocol as p
from signalling.media.control import ProbeResult
from signalling.quality import Sample
from signalling.rooms import Key

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


def judged(result: ProbeResult) -> tuple[quality.Verdict, quality.Verdict]:
    """The verdicts on the way from the room (up) and to it (down)."""
    up = Sample(rtt=result.rtt_ms, loss=result.loss_up, jitter=result.jitter_up_ms)
    down = Sample(rtt=result.rtt_ms, loss=result.loss_down, jitter=result.jitter_down_ms)
    return quality.judge(up), quality.judge(down)


def store(tester: Tester, result: ProbeResult, found: p.Found | None) -> p.Verdict:
    """Judge a finished test and, for a hearing, keep it with the booking."""
    verdicts = judged(result)
    grade = quality.worst(verdict.grade for verdict in verdicts)
    stored = _record(tester, measured(result, verdicts, grade, found))
    return p.Verdict(verdict=grade.value, stored=stored, figures=figures(verdicts))


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


def figures(verdicts: tuple[quality.Verdict, quality.Verdict]) -> list[p.Figure]:
    """Every figure of both directions with its grade, for the page."""
    return [
        p.Figure(name=figure.threshold.figure, way=way, value=round(figure.value, 1), grade=figure.grade.value)
        for way, verdict in zip(WAYS, verdicts, strict=True)
        for figure in verdict.figures
    ]


def measured(
    result: ProbeResult,
    verdicts: tuple[quality.Verdict, quality.Verdict],
    grade: quality.Grade,
    found: p.Found | None,
) -> dict[str, Any]:
    """What is kept of a test: figures and a few known words, no address, no device."""
    worse = min(verdicts, key=lambda verdict: verdict.r)
    kept: dict[str, Any] = {
        "rtt_ms": result.rtt_ms,
        "loss_up": result.loss_up,
        "loss_down": result.loss_down,
        "jitter_up_ms": result.jitter_up_ms,
        "jitter_down_ms": result.jitter_down_ms,
        "r_factor": worse.r,
        "mos": worse.mos,
        "verdict": grade.value,
        "profile": quality.TESTIMONY,
        "duration_s": result.seconds,
        "rate_up_kbps": result.audio_up_kbps + result.video_up_kbps,
    }
    words = {"codec_audio": result.codec_audio, "codec_video": result.codec_video}
    seen = {name: getattr(found, name) for name in ("route", "width", "height", "frame_rate")} if found else {}
    return kept | {name: value for name, value in (words | seen).items() if value is not None}


def samples(check: ConnectionCheck) -> tuple[Sample, Sample]:
    """The two ways of a kept check, from the room and to it."""
    up = Sample(rtt=check.rtt_ms, loss=check.loss_up, jitter=check.jitter_up_ms)
    return up, Sample(rtt=check.rtt_ms, loss=check.loss_down, jitter=check.jitter_down_ms)
