"""What the clerks of both courts are asked when the rules of the clocks change: in a letter, and on the home page."""

from collections.abc import Sequence
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
from scheduler.letters import wording
from scheduler.models import Booking, Sitting

Asked = Sequence[tuple[Sitting, datetime | None]]  # each with the instant its wall time is by the new rules


def ask(booking: Booking, asked: Asked, version: str) -> None:
    """Write to the clerks of both courts, once for each release. In a transaction."""
    for clerk in clerks(booking):
        with override(clerk.user.language):
            post.send(
                key=f"clocks:{booking.public_id}:{version}:{clerk.public_id}",
                to=clerk.user.email,
                language=clerk.user.language,
                subject=_("%(title)s: the clocks have changed") % {"title": wording.title(booking.plan)},
                text=_letter(booking, asked, version),
            )


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


def agreed(sitting: Sitting) -> str:
    """The wall time that was agreed, with its city: no offset, for that is what has changed."""
    locale, wall = get_language() or "en", datetime.fromisoformat(sitting.wall)
    city = times.city_of(sitting.zone, locale)
    return f"{times.date_words(wall.date(), locale)}, {wall:%H:%M} · {city}"


def _letter(booking: Booking, asked: Asked, version: str) -> str:
    opening = _(
        "The rules of the clocks have changed since this time was agreed (tzdata %(version)s). Nothing has moved. "
        "Please say which of the two counts: the instant, or the local time."
    )
    paragraphs = [opening % {"version": version}]
    for sitting, again in asked:
        paragraphs += _choice(booking, sitting, again)
    paragraphs.append(_("After signing in: %(link)s") % {"link": f"{settings.SITE_URL}{_address(booking)}"})
    return "\n\n".join(paragraphs) + "\n"


def _address(booking: Booking) -> str:
    return reverse("scheduler:booking", args=[booking.public_id])


def _choice(booking: Booking, sitting: Sitting, again: datetime | None) -> list[str]:
    kept = wording.pair(booking.plan, sitting.start, sitting.end)
    other = _("The clocks jump over the agreed time that day.")
    if again is not None:
        other = wording.pair(booking.plan, again, again + (sitting.end - sitting.start))
    return [
        _("Agreed: %(when)s") % {"when": agreed(sitting)},
        _("If the instant is kept:") + "\n" + kept,
        _("If the local time is kept:") + "\n" + other,
    ]
