"""What mails and calendar entries say of a booking, in the language that is active. No names, no place, no case."""

from datetime import datetime

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from directory import times
from scheduler import beside, readings, sides, zonerules
from scheduler.letters.invitations import Facts
from scheduler.models import Booking, Invitation, Plan, Role, Side, Sitting
from scheduler.planning import planwords
from scheduler.readings import Clock

# What ends a booking without undoing its time.
OVER = (Booking.Outcome.TOOK_PLACE, Booking.Outcome.NO_SHOW)


def title(plan: Plan, sitting: Sitting | None = None, sittings: int = 1) -> str:
    """Neutral: "Hearing H-9D20", and of several sittings which one it is."""
    whole = _("Hearing %(code)s") % {"code": plan.code}
    if sitting is None or sittings < 2:
        return whole
    return _("%(hearing)s, sitting %(n)s of %(all)s") % {"hearing": whole, "n": sitting.position, "all": sittings}


def subject(invitation: Invitation, facts: Facts) -> str:
    """The title and how it stands."""
    booking = invitation.booking
    words = {
        Booking.State.HELD: _("time held, to be confirmed"),
        Booking.State.CONFIRMED: _("confirmed"),
        Booking.State.CANCELLED: _("cancelled"),
        Booking.State.EXPIRED: _("hold expired"),
        Booking.State.COMPLETED: _("does not take place at this time"),
    }
    standing = _("you are no longer needed") if _replaced(invitation) else words[Booking.State(booking.state)]
    return f"{facts.title}: {standing}"


def letter(invitation: Invitation, facts: Facts, link: str, zone: str, now: datetime) -> str:
    """The mail's text: how it stands, when, what is expected of this reader, where to go.

    The times are both States' official ones, and the reader's own where that is another.
    """
    booking = invitation.booking
    on = readings.clock_of(invitation.sitting)
    paragraphs = [standing(invitation), clocks(booking.plan, facts.start, facts.end, zone, on)]
    paragraphs += _beside(invitation, now)
    if booking.state == Booking.State.HELD and not _replaced(invitation):
        deadline = _("Confirm it there until:") if _confirms(invitation) else _("The hold runs out:")
        until = clocks(booking.plan, booking.expires_at, None, zone)
        near = beside.deadline(booking.plan, booking.expires_at, withheld=sides.protected(booking.plan))
        paragraphs.append("\n".join([deadline, until, *near]))
    paragraphs += [words for words in (_relayed(invitation), expected(invitation)) if words]
    return "\n\n".join([*paragraphs, where(link)]) + "\n"


def _beside(invitation: Invitation, since: datetime) -> list[str]:
    """Holidays beside the sitting, and clocks that change between `since` and its start: a paragraph, while it stands.

    Of a protected hearing the State's holidays alone. Clocks that a release changes which is still to come say nothing
    here: the house's own would say it wrongly.
    """
    booking, sitting = invitation.booking, invitation.sitting
    if booking.state not in Booking.LIVE or _replaced(invitation) or sitting.start <= since:
        return []
    known = sitting.tzdata_version <= zonerules.installed().version
    told = beside.sitting(
        booking.plan, sitting.start, sitting.end, since if known else sitting.start,
        withheld=sides.protected(booking.plan),
    )  # fmt: skip
    return ["\n".join(told)] if told else []


def _relayed(invitation: Invitation) -> str:
    """That interpretation goes through a third language. Of a protected person's languages a letter says nothing."""
    booking, plan = invitation.booking, invitation.booking.plan
    told = plan.pivot and booking.state in Booking.LIVE and not _replaced(invitation) and not sides.protected(plan)
    return _("%(relay)s.") % {"relay": planwords.relayed(plan, known=True)} if told else ""


def reminder_subject(title: str) -> str:
    """ "Reminder: Hearing H-9D20"."""
    return _("Reminder: %(title)s") % {"title": title}


def reminder(invitation: Invitation, zone: str, link: str, now: datetime) -> str:
    """When, on which clocks; and to answer, for one who has not."""
    return _dated(_("This hearing by video link is coming up."), invitation, zone, link, now)


def declined_subject(title: str) -> str:
    """ "Hearing H-9D20: the time you proposed is not taken up"."""
    return _("%(title)s: the time you proposed is not taken up") % {"title": title}


def declined(invitation: Invitation, zone: str, link: str, now: datetime) -> str:
    """That the sitting stays where it is, when that is, and what is now expected."""
    first = _("The courts have not taken up the time you proposed. The hearing by video link stays where it is.")
    return _dated(first, invitation, zone, link, now)


def _dated(first: str, invitation: Invitation, zone: str, link: str, now: datetime) -> str:
    sitting = invitation.sitting
    clock = readings.clock_of(sitting)
    paragraphs = [first, clocks(invitation.booking.plan, sitting.start, sitting.end, zone, clock)]
    paragraphs += _beside(invitation, now)
    if invitation.partstat != Invitation.Answer.ACCEPTED and (asked := expected(invitation)):
        paragraphs.append(asked)
    return "\n\n".join([*paragraphs, where(link)]) + "\n"


def description(invitation: Invitation, link: str, *, protected: bool) -> str:
    """The calendar entry's text. For a protected hearing every time in it is UTC."""
    sitting, booking = invitation.sitting, invitation.booking
    plan = booking.plan
    on = readings.clock_of(sitting)
    when = utc(sitting.start, sitting.end) if protected else pair(plan, sitting.start, sitting.end, on)
    near = [] if protected else _beside(invitation, booking.held_at)
    lines = [standing(invitation), when, *near]
    if booking.state == Booking.State.HELD and not _replaced(invitation):
        deadline = _("Confirm it there until:") if _confirms(invitation) else _("The hold runs out:")
        lines.append(deadline + "\n" + (utc(booking.expires_at) if protected else pair(plan, booking.expires_at)))
    return "\n".join([*lines, where(link)] if link else lines)


def standing(invitation: Invitation) -> str:
    """One sentence on how it stands and what follows."""
    sentences = {
        Booking.State.HELD: _("This time is held for a hearing by video link. Both courts have to confirm it."),
        Booking.State.CONFIRMED: _("Both courts have confirmed this hearing by video link."),
        Booking.State.CANCELLED: _("This hearing by video link does not take place at this time."),
        Booking.State.EXPIRED: _("The hold ran out before both courts had confirmed. The time is free again."),
        Booking.State.COMPLETED: _("This hearing by video link does not take place at this time."),
    }
    if invitation.booking.outcome in OVER:
        return _("This hearing by video link is over.")
    if _replaced(invitation):
        return _("You are no longer needed for this hearing by video link. The time is yours again.")
    return sentences[Booking.State(invitation.booking.state)]


def expected(invitation: Invitation) -> str:
    """What this reader is to do; nothing once the time is given up."""
    state = invitation.booking.state
    if _replaced(invitation) or state not in Booking.LIVE:
        return ""
    if _confirms(invitation):
        waits = _("If one of the two courts does not confirm in time, rooms and people are free again.")
        return waits if state == Booking.State.HELD else ""
    if state == Booking.State.HELD:
        return _("Keep this time free, and say whether you can come. You are told when both courts have confirmed.")
    return _("Say whether you can come. If you cannot, say so at once, or propose another time.")


def where(link: str) -> str:
    """Where to go: a page behind the sign-in, or the key of one who has no account."""
    if "/answer/" in link:
        return _("Answer here; the link is yours alone: %(link)s") % {"link": link}
    return _("After signing in: %(link)s") % {"link": link}


def clocks(plan: Plan, start: datetime, end: datetime | None, zone: str, on: Clock = times.zone_of) -> str:
    """Both official times, and the span on the reader's own clock where that shows another; `on`: by whose rules."""
    words = pair(plan, start, end, on)
    official = [start.astimezone(on(one)).utcoffset() for one in sides.zones(plan).values()]
    if start.astimezone(on(zone)).utcoffset() in official:
        return words
    return words + "\n" + _("Where you are: %(time)s") % {"time": span(start, end, zone, on)}


def _replaced(invitation: Invitation) -> bool:
    return invitation.withdrawn_at is not None


def _confirms(invitation: Invitation) -> bool:
    return invitation.role == Role.CLERK


def pair(plan: Plan, start: datetime, end: datetime | None = None, on: Clock = times.zone_of) -> str:
    """The same span on both States' clocks, a line each, the requesting State's first."""
    zones = sides.zones(plan)
    return "\n".join(span(start, end, zones[side], on) for side in (Side.REQUESTING, Side.REQUESTED))


def utc(start: datetime, end: datetime | None = None) -> str:
    """The span in UTC, in words."""
    return span(start, end, "UTC")


def span(start: datetime, end: datetime | None, zone: str, on: Clock = times.zone_of) -> str:
    """From when to when on the clock of one zone, with its date and offset; `on`: by whose rules."""
    first = times.words(start.astimezone(on(zone)), zone, get_language() or "en")
    last = f"–{end.astimezone(on(zone)):%H:%M}" if end else ""
    return f"{first.date}, {first.time}{last} {first.zone}"
