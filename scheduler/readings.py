"""What the clocks of everyone concerned show when a sitting begins, kept beside its instant.

Only what was kept can be compared with a later release of tzdata: the older one is gone by then. Zones are those of
both courts, of each State's official time, of whatever is booked, and of whoever is invited. They name places, so
that nothing of this leaves the house but what `sides` allows each reader.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from scheduler import coming, sides
from scheduler.letters import addressees
from scheduler.models import Booking, Invitation, Plan, Reservation, Sitting
from scheduler.zonerules import Rules

Walls = Mapping[str, str]  # zone → 2026-12-09T08:30
Clock = Callable[[str], ZoneInfo]


def wall(start: datetime, place: ZoneInfo) -> str:
    """What a clock there shows at that instant."""
    return start.astimezone(place).strftime("%Y-%m-%dT%H:%M")


def read(start: datetime, zones: Iterable[str], rules: Rules) -> dict[str, str]:
    """What the clocks of these zones show. Raises UnknownZone."""
    return {zone: wall(start, rules.zone(zone)) for zone in sorted(set(zones))}


def kept(sitting: Sitting) -> dict[str, str]:
    """What they showed by the rules by which the sitting was read."""
    return {**sitting.walls, sitting.zone: sitting.wall}


def courts(plan: Plan) -> set[str]:
    """The zones of both courts and of the official time that stands for the requested one."""
    request = plan.request
    executing = {request.executing.zone} if request.executing else set()
    return {sides.requesting_zone(request), request.requested.state.zone, *executing}


def complete(booking: Booking) -> None:
    """Add the zones of whoever takes part by now, while the rules are known by which the sitting was read."""
    for sitting in booking.sittings.all():
        rules = coming.named(sitting.tzdata_version)
        known = kept(sitting)
        missing = _concerned(booking, sitting) - known.keys()
        if rules.version == sitting.tzdata_version and (missing or known != sitting.walls):
            sitting.walls = known | read(sitting.start, missing, rules)
            sitting.save(update_fields=["walls"])


def clock_of(sitting: Sitting) -> Clock:
    """By whose rules its local times are told: the house's, or those of a newer release by which it was agreed."""
    return coming.named(sitting.tzdata_version).zone


def told(invitation: Invitation) -> dict[str, str]:
    """The local times that a letter says to this one reader: both official ones and his own."""
    sitting, place = invitation.sitting, clock_of(invitation.sitting)
    zones = {*sides.zones(invitation.booking.plan).values(), addressees.zone_of(invitation)}
    return {zone: wall(sitting.start, place(zone)) for zone in sorted(zones)}


def _concerned(booking: Booking, sitting: Sitting) -> set[str]:
    booked = Reservation.objects.filter(sitting=sitting, active=True).values_list("resource__zone", flat=True)
    invited = sitting.invitations.standing().select_related(*addressees.ACCOUNTS)
    return {*courts(booking.plan), *booked, *map(addressees.zone_of, invited)}
