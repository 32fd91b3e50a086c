"""What mails and calendar entries say of a booking, in the language that is active. No names, no place, no case."""

from datetime import datetime

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from directory import times
from scheduler import sides
from scheduler.models import Booking, Plan, Side


def title(plan: Plan) -> str:
    """Neutral: "Hearing H-9D20"."""
    return _("Hearing %(code)s") % {"code": plan.code}


def subject(booking: Booking) -> str:
    """The title and how the booking stands."""
    words = {
        Booking.State.HELD: _("time held, to be confirmed"),
        Booking.State.CONFIRMED: _("confirmed"),
        Booking.State.CANCELLED: _("cancelled"),
        Booking.State.EXPIRED: _("hold expired"),
        Booking.State.COMPLETED: _("cancelled"),
    }
    return f"{title(booking.plan)}: {words[Booking.State(booking.state)]}"


def letter(booking: Booking, link: str) -> str:
    """The mail's text: how it stands, both States' official times, where to go."""
    sitting = booking.sitting()
    paragraphs = [standing(booking), pair(booking.plan, sitting.start, sitting.end)]
    if booking.state == Booking.State.HELD:
        paragraphs.append(_("The hold runs out:") + "\n" + pair(booking.plan, booking.expires_at))
    return "\n\n".join([*paragraphs, _("After signing in: %(link)s") % {"link": link}]) + "\n"


def description(booking: Booking, link: str, *, protected: bool) -> str:
    """The calendar entry's text. For a protected hearing every time in it is UTC."""
    sitting, plan = booking.sitting(), booking.plan
    when = utc(sitting.start, sitting.end) if protected else pair(plan, sitting.start, sitting.end)
    lines = [standing(booking), when]
    if booking.state == Booking.State.HELD:
        ends = utc(booking.expires_at) if protected else pair(plan, booking.expires_at)
        lines.append(_("The hold runs out:") + "\n" + ends)
    return "\n".join([*lines, _("After signing in: %(link)s") % {"link": link}])


def standing(booking: Booking) -> str:
    """One sentence on how the booking stands and what follows."""
    sentences = {
        Booking.State.HELD: _("This time is held for a hearing by video link. Both courts have to confirm it."),
        Booking.State.CONFIRMED: _("Both courts have confirmed this hearing by video link."),
        Booking.State.CANCELLED: _("This hearing by video link does not take place at this time."),
        Booking.State.EXPIRED: _("The hold ran out before both courts had confirmed. The time is free again."),
        Booking.State.COMPLETED: _("This hearing by video link does not take place at this time."),
    }
    return sentences[Booking.State(booking.state)]


def pair(plan: Plan, start: datetime, end: datetime | None = None) -> str:
    """The same span on both States' clocks, a line each, the requesting State's first."""
    zones = sides.zones(plan)
    return "\n".join(_span(start, end, zones[side]) for side in (Side.REQUESTING, Side.REQUESTED))


def utc(start: datetime, end: datetime | None = None) -> str:
    """The span in UTC, in words."""
    return _span(start, end, "UTC")


def _span(start: datetime, end: datetime | None, zone: str) -> str:
    locale = get_language() or "en"
    first = times.local(start, zone, locale)
    last = f"–{times.local(end, zone, locale).time}" if end else ""
    return f"{first.date}, {first.time}{last} {first.zone}"
