"""What every act on a booking has in common: who may do it, on which version, and why it is not possible."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from casework import giveaways
from casework.errors import NamesPlace
from directory import access, reasons
from directory.errors import NotFound, Refusal, Sentence, Stale
from directory.models import Membership
from scheduler.errors import HoldExpired, NotLive
from scheduler.models import Booking, Plan, Side

_WHOLE = (
    "plan__request__requesting__state",
    "plan__request__requested__state",
    "plan__request__court",
    "plan__request__executing",
    "plan__request__person",
)


def party(plan: Plan, by: Membership | None, act: str) -> tuple[Membership, Side]:
    """The member and his side, if the act is his role's and the hearing his authority's. Refuses `not_found`."""
    member = access.check(by, act)
    side = plan.side_of(member)
    if side is None or not Plan.objects.visible_to(member).filter(pk=plan.pk).exists():
        raise NotFound
    return member, side


def read(pk: int) -> Booking:
    """The booking with all that its letters and pages ask of its plan."""
    return Booking.objects.select_related(*_WHOLE).get(pk=pk)


def locked(pk: int, version: int, now: datetime) -> Booking:
    """The live booking, nobody else's to change until the transaction ends.

    Take the resources' locks first and this one after them, everywhere: so nobody waits in a ring.
    Refuses `stale_version`, `hold_expired`, `booking_ended`.
    """
    rows = Booking.objects.select_for_update(of=("self",), no_key=True).select_related(*_WHOLE)
    booking: Booking = rows.get(pk=pk)
    if booking.state not in Booking.LIVE or booking.version != version or run_out(booking, now):
        raise why_not(booking, version, now)
    return booking


def still(pk: int) -> Booking | None:
    """The booking, if it is live, whatever its version; nobody else's to change until the transaction ends."""
    rows = Booking.objects.live().select_for_update(of=("self",), no_key=True).select_related(*_WHOLE)
    found: Booking | None = rows.filter(pk=pk).first()
    return found


def run_out(booking: Booking, now: datetime) -> bool:
    """Whether it is a hold whose time is over, released or not."""
    return booking.state == Booking.State.HELD and booking.expires_at <= now


def why_not(booking: Booking, version: int | None, now: datetime, *, expiring: bool = True) -> Refusal:
    """Why an act on it is not possible. `expiring`: the act needs a hold that has not run out."""
    if booking.state == Booking.State.EXPIRED or (expiring and run_out(booking, now)):
        return HoldExpired()
    if booking.state not in Booking.LIVE:
        return NotLive()
    return Stale(booking.version)


def reason_words(reason: str, plan: Plan, side: Side, sentence: Sentence = "") -> str:
    """The reason without the space around it; the other side reads it.

    Refuses `reason_missing`, `reason_long`, and `names_place` where the requested State's own people name the place
    that is withheld.
    """
    asked = sentence or _("Say in a sentence or two why the time is given up; the other side reads it.")
    words = reasons.typed(reason, asked)
    if side == Side.REQUESTED and giveaways.names_place(plan.request, words):
        raise NamesPlace(["reason"])
    return words


def iso(starts: Sequence[datetime]) -> list[str]:
    """Instants for the audit trail and for keys."""
    return [start.isoformat() for start in starts]
