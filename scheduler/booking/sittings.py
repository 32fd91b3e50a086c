"""The starts that are asked for, made into sittings: each with its instant, its wall time, its zone, its tzdata."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from directory import moments
from directory.errors import Refusal
from directory.times import zone_of
from scheduler import coming, readings, sides, zonerules
from scheduler.booking import claims
from scheduler.models import Booking, Plan, Sitting
from scheduler.zonerules import Rules

PLACED = ["during", "wall", "walls", "zone", "tzdata_version", "asked_version", "sequence"]


def asked(plan: Plan, starts: Sequence[datetime]) -> list[datetime]:
    """The starts in UTC, in order: as many as the plan has sittings, each on a date of its own.

    Refuses `naive_time`, `impossible_time`, `off_grid`, `sittings_missing`, `same_day`, `too_far_apart`.
    """
    for start in starts:
        moments.instant(start.isoformat(), field="start")
        _on_grid(plan, start)
    found = sorted(start.astimezone(UTC) for start in starts)
    _enough(plan, found)
    return found


def make(booking: Booking, starts: Sequence[datetime]) -> list[Sitting]:
    """The rows of a new booking."""
    rows = [Sitting(booking=booking, position=place) for place, _start in enumerate(starts, start=1)]
    for row, start in zip(rows, starts, strict=True):
        _put(row, booking.plan, start)
    return Sitting.objects.bulk_create(rows)


def shift(booking: Booking, starts: Sequence[datetime]) -> list[Sitting]:
    """Put the sittings at these starts. Whose time changes is a newer event in every calendar (RFC 5545, 3.8.7.4)."""
    rows = list(booking.sittings.order_by("position"))
    for row, start in zip(rows, starts, strict=True):
        row.sequence += row.start != start or row.end != start + timedelta(minutes=booking.plan.minutes)
        _put(row, booking.plan, start)
    Sitting.objects.bulk_update(rows, PLACED)
    return rows


def reread(rows: Sequence[Sitting], plan: Plan) -> None:
    """Keep the instants and read them anew on the clocks. Who was told another local time is told the new one."""
    for row in rows:
        _put(row, plan, row.start)
    Sitting.objects.bulk_update(rows, PLACED)


def _put(row: Sitting, plan: Plan, start: datetime) -> None:
    rules = _rules(row, start)
    row.zone = sides.requesting_zone(plan.request)
    row.walls = readings.read(start, {*row.walls, *readings.courts(plan)}, rules)
    row.wall = row.walls[row.zone]
    row.during, row.tzdata_version, row.asked_version = claims.span(start, plan.minutes), rules.version, ""


def _rules(row: Sitting, start: datetime) -> Rules:
    """The house's; where the start answers what a coming release asks, that one's, so that it asks no second time."""
    if row.asked_version:
        newer, before = coming.named(row.asked_version), readings.kept(row)
        if start == row.start or readings.read(start, before, newer).items() & before.items():
            return newer
    return zonerules.installed()


def _on_grid(plan: Plan, start: datetime) -> None:
    if start.timestamp() % (plan.grid * 60):
        sentence = _("Hearings start at multiples of %(grid)s minutes.") % {"grid": plan.grid}
        raise Refusal(sentence, code="off_grid", status=422, field="start")


def _enough(plan: Plan, starts: Sequence[datetime]) -> None:
    zone = zone_of(sides.requesting_zone(plan.request))
    days = [start.astimezone(zone).date() for start in starts]
    if len(starts) != plan.sittings:
        sentence = ngettext(
            "This hearing has %(n)s sitting: name a start for it.",
            "This hearing has %(n)s sittings: name a start for each.",
            plan.sittings,
        )
        raise Refusal(sentence % {"n": plan.sittings}, code="sittings_missing", status=422, field="start")
    if len(set(days)) != len(days):
        raise Refusal(_("Each sitting is on a day of its own."), code="same_day", status=422, field="start")
    if (days[-1] - days[0]).days >= plan.spread_days:
        sentence = _("All sittings lie within %(days)s days.") % {"days": plan.spread_days}
        raise Refusal(sentence, code="too_far_apart", status=422, field="start")
