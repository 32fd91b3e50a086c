"""Connection checks, kept with the booking and shown to both sides. Figures only: no address, no device."""

import math
from collections.abc import Iterable, Mapping
from copy import copy
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from directory import access, audit
from directory.errors import NotFound
from directory.models import Membership, Site
from directory.roles import Act, Role
from scheduler import sides
from scheduler.errors import Unmeasured
from scheduler.models import Booking, ConnectionCheck, Plan, Reservation, Side
from scheduler.models.checks import Measured


@dataclass(frozen=True)
class Expiry:
    """How long a result speaks for a link, and how long before a hearing it may at most have been taken."""

    after: timedelta
    before: timedelta


EXPIRY: Mapping[str, Expiry] = {"testimony": Expiry(after=timedelta(days=7), before=timedelta(hours=48))}
"""By profile. A choice of this service: a link is known for a week, and a hearing is held on a fresh look."""
DEFAULT = EXPIRY["testimony"]
BEFORE = DEFAULT.before
# What is told of a hidden room. The thresholds of quality.py are whole steps, so no verdict on a round trip changes.
RTT_STEP = 50  # milliseconds, rounded up
R_STEP = 5  # of the rating R, rounded down
KBPS_STEPS = (0.0, 384.0, 1500.0)

# name → (least, greatest). Round trips and jitter in ms, loss in percent.
REQUIRED: Mapping[str, tuple[float, float]] = {
    "rtt_ms": (0, 60_000),
    "loss_up": (0, 100),
    "loss_down": (0, 100),
    "jitter_up_ms": (0, 60_000),
    "jitter_down_ms": (0, 60_000),
}
OPTIONAL: Mapping[str, tuple[float, float]] = {"r_factor": (-100, 148), "mos": (1, 5)}
_KBPS = (0.0, 1e7)
_RANGED: Mapping[str, tuple[float, float]] = {**REQUIRED, "capacity_up_kbps": _KBPS, "capacity_down_kbps": _KBPS}
DETAIL: Mapping[str, tuple[float, float]] = {
    **{f"{name}_{end}": limits for name, limits in _RANGED.items() for end in ("low", "high")},
    "capacity_up_kbps": _KBPS,
    "capacity_down_kbps": _KBPS,
    "goodput_up_kbps": _KBPS,
    "goodput_down_kbps": _KBPS,
    "level_dbfs": (-100, 0),
    "rate_up_kbps": _KBPS,
    "rate_down_kbps": _KBPS,
    "duration_s": (0, 86_400),
    "lip_sync_ms": (-60_000, 60_000),
    "frame_rate": (0, 240),
    "width": (0, 16_384),
    "height": (0, 16_384),
}
# Words a check may say, and nothing else: free text could carry a place.
WORDS: Mapping[str, frozenset[str]] = {
    "verdict": frozenset(ConnectionCheck.Verdict.values),
    "profile": frozenset({"testimony"}),
    "route": frozenset({"host", "srflx", "prflx", "relay"}),
    "codec_audio": frozenset({"opus"}),
    "codec_video": frozenset({"vp8", "h264"}),
    "microphone": frozenset({"works", "silent", "none", "denied"}),
    "camera": frozenset({"works", "dark", "none", "denied"}),
    **dict.fromkeys(("udp", "tcp", "tls"), frozenset({"open", "closed"})),
    "secure": frozenset({"yes", "no"}),
}


@transaction.atomic
def record(
    *,
    booking: Booking,
    side: str,
    by: Membership | None,
    measured: Mapping[str, Any],
    site: Site | None = None,
    now: datetime | None = None,
) -> ConnectionCheck:
    """Keep a measurement of one side's link. Refuses `check_malformed` (a figure missing, unknown or out of range)
    and `not_found` (another's booking, or not the reader's side)."""
    member = access.check(by, Act.TEST_RUN)
    if booking.plan.side_of(member) != side or not _visible(booking.plan, member):
        raise NotFound
    check = ConnectionCheck.objects.create(
        booking=booking,
        side=side,
        site=site or _site(booking, side),
        taken_by=member,
        taken_at=now or timezone.now(),
        **read(measured),
    )
    audit.append("check.recorded", by=member, about=booking, facts={"side": side, "verdict": check.verdict})
    return check


def latest(booking: Booking) -> dict[str, ConnectionCheck]:
    """The newest check of each side that has one: side → check."""
    rows = booking.checks.order_by("side", "-taken_at", "-id").distinct("side")
    return {row.side: row for row in rows}


def latest_for(bookings: Iterable[Booking]) -> dict[int, dict[str, ConnectionCheck]]:
    """`latest` of many by one statement: primary key of the booking → side → check; without a check it is not there."""
    rows = ConnectionCheck.objects.filter(booking__in=list(bookings)).order_by("booking_id", "side", "-taken_at", "-id")
    found: dict[int, dict[str, ConnectionCheck]] = {}
    for row in rows.distinct("booking_id", "side"):
        found.setdefault(row.booking_id, {})[row.side] = row
    return found


def shown(booking: Booking, by: Membership | None) -> dict[str, ConnectionCheck]:
    """The newest check of each side as this reader may have it; `by` None: as a file that both courts read.

    How long a packet takes, and by which way, tells how far the witness room is and from which network it speaks.
    Who may not know the place reads the round trip in steps and nothing of the way. Not to be saved.
    """
    found = latest(booking)
    there = found.get(Side.REQUESTED)
    if there is not None and not _knows_the_room(booking.plan, by):
        found[Side.REQUESTED] = _coarse(there)
    return found


def _knows_the_room(plan: Plan, by: Membership | None) -> bool:
    if by is None:
        return not sides.place_withheld(plan)
    # The technicians of that side read the exact figures on the screen on which they measure.
    measures_it = by.role == Role.TECHNICIAN and plan.side_of(by) == Side.REQUESTED
    return measures_it or sides.may_know(plan, by).place


def _coarse(check: ConnectionCheck) -> ConnectionCheck:
    found = copy(check)
    found.rtt_ms = math.ceil(check.rtt_ms / RTT_STEP) * RTT_STEP
    found.r_factor = None if check.r_factor is None else math.floor(check.r_factor / R_STEP) * R_STEP
    found.mos, found.detail = None, _carried(check.detail)
    return found


def _carried(detail: Mapping[str, Any]) -> dict[str, Any]:
    """What the line carries, in the steps of the thresholds: enough to judge it, too little to tell which line."""
    ways = {name: detail[name] for name in ("capacity_up_kbps", "capacity_down_kbps") if name in detail}
    return {name: max(step for step in KBPS_STEPS if step <= value) for name, value in ways.items()}


def holds(check: Measured, at: datetime, starts: datetime | None) -> bool:
    """Whether the check speaks for the link at that instant, and for a hearing that starts then (None: for none)."""
    expiry = EXPIRY.get(check.profile, DEFAULT)
    fresh = starts is None or starts - check.taken_at <= expiry.before
    return fresh and check.taken_at <= at < check.taken_at + expiry.after


def until(check: Measured) -> datetime:
    """When the check ceases to speak for the link, whatever is heard over it."""
    return check.taken_at + EXPIRY.get(check.profile, DEFAULT).after


def before(check: ConnectionCheck) -> ConnectionCheck | None:
    """The last one of that side that was good, older than this one: what to compare it with."""
    good = ConnectionCheck.objects.filter(booking=check.booking_id, side=check.side, verdict="good")
    return good.filter(taken_at__lt=check.taken_at).first()


def read(measured: Mapping[str, Any]) -> dict[str, Any]:
    """The figures as columns, each in its range and each known. Refuses `check_malformed`."""
    for name in measured:
        if name not in {*REQUIRED, *OPTIONAL, *DETAIL, *WORDS}:
            raise Unmeasured("measured")
    columns = {name: _figure(measured, name, limits) for name, limits in REQUIRED.items()}
    columns |= _those(measured, OPTIONAL)
    words = {name: _word(measured[name], name) for name in WORDS if name in measured}
    if "verdict" not in words:
        raise Unmeasured("verdict")
    kept: dict[str, Any] = {name: words.pop(name) for name in ("verdict", "profile") if name in words}
    return {**columns, **kept, "detail": {**_those(measured, DETAIL), **words}}


def _those(measured: Mapping[str, Any], table: Mapping[str, tuple[float, float]]) -> dict[str, float]:
    return {name: _figure(measured, name, table[name]) for name in table if measured.get(name) is not None}


def _figure(measured: Mapping[str, Any], name: str, limits: tuple[float, float]) -> float:
    value = measured.get(name)
    # A bool is an int to Python, and NaN passes every comparison the wrong way round.
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise Unmeasured(name)
    if not limits[0] <= value <= limits[1]:
        raise Unmeasured(name)
    return float(value)


def _word(value: object, name: str) -> str:
    if not isinstance(value, str) or value.lower() not in WORDS[name]:
        raise Unmeasured(name)
    return value.lower()


def _visible(plan: Plan, by: Membership) -> bool:
    return Plan.objects.visible_to(by).filter(pk=plan.pk).exists()


def _site(booking: Booking, side: str) -> Site | None:
    rows = Reservation.objects.filter(sitting__booking=booking, side=side, resource__kind="site")
    row = rows.select_related("resource__site").first()
    return row.resource.site if row else None
