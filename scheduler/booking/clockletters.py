"""What clerks are asked or told when the rules of the clocks change: in letters, on the booking's and the home page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from directory import post, times
from directory.models import Membership
from directory.roles import Role
from directory.tasklist import Task
from scheduler import readings, sides
from scheduler.booking.questions import Question
from scheduler.letters import wording
from scheduler.models import Booking, Reservation, Sitting


@dataclass(frozen=True)
class Choice:
    """One answer that a clerk can give: whose local time is kept, and the lines it would read then, none in a gap."""

    side: str  # empty: the instant
    city: str
    lines: list[str]


@dataclass(frozen=True)
class Shown:
    """A question in words."""

    sitting: Sitting
    version: str
    agreed: list[str]
    choices: list[Choice]


def ask(booking: Booking, found: Sequence[Question], version: str) -> None:
    """Write to the clerks of both courts, once for each release. In a transaction."""
    for clerk in clerks(booking):
        with override(clerk.user.language):
            _send(booking, clerk, version, _letter(booking, found, version))


def note(booking: Booking, found: Sequence[Question], version: str) -> None:
    """Write to the clerks on whose side somebody or a room lives by another clock now. Nothing is asked."""
    for clerk in clerks(booking):
        zones = _lived(booking, found, clerk)
        if zones:
            with override(clerk.user.language):
                _send(booking, clerk, version, _news(booking, found, zones, version))


def clerks(booking: Booking) -> list[Membership]:
    """Those who may act on the booking, of both courts."""
    request = booking.plan.request
    ours = Q(authority=request.court_id or request.requesting_id)
    theirs = Q(authority=request.executing_id or request.requested_id)
    rows = Membership.objects.filter(ours | theirs, role=Role.CLERK, active=True, user__is_active=True)
    return list(rows.select_related("user"))


def task(booking: Booking, start: datetime) -> Task:
    """The same question on the home page; it is due when the first sitting it is about begins."""
    return Task(
        sentence=_("%(title)s: the clocks have changed") % {"title": wording.title(booking.plan)},
        why=_("The agreed local time is another instant now. Nothing has moved: say which of the two counts."),
        url=_address(booking),
        act_word=_("Decide"),
        due=start,
        icon="clock-history",
    )


def shown(booking: Booking, one: Question) -> Shown:
    """What was agreed on both clocks, and how the sitting would read by each answer. In the reader's language."""
    kept = [Choice("", "", _lines(booking, one, one.sitting.start))]
    others = [
        Choice(shift.side, _city(shift.zone), _lines(booking, one, shift.again) if shift.again else [])
        for shift in one.shifts
    ]
    return Shown(one.sitting, one.rules.version, _agreed(booking, one.sitting), kept + others)


def _agreed(booking: Booking, sitting: Sitting) -> list[str]:
    known = readings.kept(sitting)
    return [_told(known[zone], zone) for zone in sides.zones(booking.plan).values() if zone in known]


def _told(wall: str, zone: str) -> str:
    """A wall time with its city: no offset, for that is what has changed."""
    at = datetime.fromisoformat(wall)
    return f"{times.date_words(at.date(), get_language() or 'en')}, {at:%H:%M} · {_city(zone)}"


def _city(zone: str) -> str:
    return times.city_of(zone, get_language() or "en")


def _lines(booking: Booking, one: Question, start: datetime) -> list[str]:
    end = start + (one.sitting.end - one.sitting.start)
    return wording.pair(booking.plan, start, end, one.rules.zone).splitlines()


def _letter(booking: Booking, found: Sequence[Question], version: str) -> str:
    opening = _(
        "The rules of the clocks have changed since this time was agreed (tzdata %(version)s). Nothing has moved. "
        "Please say which of the two counts: the instant, or the local time."
    )
    paragraphs = [opening % {"version": version}]
    for one in found:
        paragraphs += _choices(shown(booking, one))
    return _ended(booking, paragraphs)


def _choices(told: Shown) -> list[str]:
    jumped = [_("The clocks jump over the agreed time that day.")]
    paragraphs = [[_("Agreed:"), *told.agreed], [_("If the instant is kept:"), *told.choices[0].lines]]
    for choice in told.choices[1:]:
        heading = _("If the local time of %(city)s is kept:") % {"city": choice.city}
        paragraphs.append([heading, *(choice.lines or jumped)])
    return ["\n".join(lines) for lines in paragraphs]


def _news(booking: Booking, found: Sequence[Question], zones: set[str], version: str) -> str:
    """Of a protected hearing a mail names no place but the two official clocks: the page behind the sign-in does."""
    opening = _(
        "The rules of the clocks have changed since this time was agreed (tzdata %(version)s). Both courts’ clocks "
        "show what was agreed. Where a room or a person of your side is, the clocks show another time then. Whoever "
        "takes part is told. The time stands: if it cannot be kept, propose another one."
    )
    paragraphs = [opening % {"version": version}]
    if not sides.protected(booking.plan):
        for one in found:
            told = [wording.span(one.sitting.start, one.sitting.end, zone, one.rules.zone) for zone in sorted(zones)]
            paragraphs.append("\n".join(told))
    return _ended(booking, paragraphs)


def _lived(booking: Booking, found: Sequence[Question], clerk: Membership) -> set[str]:
    """Zones that have shifted, of what the clerk's side has booked and he may know of."""
    shifted, side = {zone for one in found for zone in one.elsewhere}, booking.plan.side_of(clerk)
    rows = Reservation.objects.filter(sitting__in=[one.sitting for one in found], active=True, side=side)
    return {
        row.resource.zone
        for row in rows.filter(resource__zone__in=shifted).select_related("resource")
        if side is not None and sides.may_name(booking.plan, clerk, row.side, row.resource)
    }


def _ended(booking: Booking, paragraphs: Sequence[str]) -> str:
    link = _("After signing in: %(link)s") % {"link": f"{settings.SITE_URL}{_address(booking)}"}
    return "\n\n".join([*paragraphs, link]) + "\n"


def _send(booking: Booking, clerk: Membership, version: str, text: str) -> None:
    """Once for each release and clerk."""
    post.send(
        key=f"clocks:{booking.public_id}:{version}:{clerk.public_id}",
        to=clerk.user.email,
        language=clerk.user.language,
        subject=_("%(title)s: the clocks have changed") % {"title": wording.title(booking.plan)},
        text=text,
    )


def _address(booking: Booking) -> str:
    return reverse("scheduler:booking", args=[booking.public_id])
