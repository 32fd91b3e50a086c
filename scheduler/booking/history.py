"""What happened to a booking, out of its audit trail: act by act, and of each no more than both courts may read."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from directory.models import AuditEntry, Membership
from scheduler.models import Booking, Role, Side

Facts = Mapping[str, Any]


@dataclass(frozen=True)
class Event:
    """One line: when, which side did it (a, b, n for the house itself), in words, and the times it moved."""

    at: datetime
    mark: str
    words: Promise | str
    before: Sequence[datetime] = ()
    after: Sequence[datetime] = ()


def _whole(facts: Facts) -> Promise:
    return _("confirmed: both sides have") if facts.get("state") == "confirmed" else _("confirmed")


def _replaced(facts: Facts) -> str:
    return str(_("replaced: %(role)s") % {"role": Role(facts["role"]).label})


def _completed(facts: Facts) -> Promise | str:
    return Booking.Outcome(facts["outcome"]).label


# Whatever is not named here is not told: checks have their own panel, and what is added later is added here too.
WORDS: Mapping[str, Promise | Callable[[Facts], Promise | str]] = {
    "booking.held": _("held this time"),
    "booking.confirmed": _whole,
    "booking.cancelled": _("cancelled"),
    "booking.expired": _("The hold ran out"),
    "booking.moved": _("moved to another time"),
    "booking.replaced": _replaced,
    "booking.proposed": _("asked for another time"),
    "booking.proposal_declined": _("declined the other time"),
    "booking.proposal_withdrawn": _("asks for the other time no more"),
    "booking.completed": _completed,
    "booking.clocks_asked": _("The rules of the clocks have changed: both courts are asked"),
    "booking.instant_kept": _("kept the instant; the local time is another"),
}


def of(booking: Booking, by: Membership) -> list[Event]:
    """The booking's acts, the newest first, as this member may read them."""
    rows = AuditEntry.objects.filter(chain__kind="scheduler.booking", chain__subject=booking.public_id)
    known = rows.filter(act__in=WORDS).select_related("actor__authority").order_by("-position")
    return [_event(entry, booking, by) for entry in known]


def _event(entry: AuditEntry, booking: Booking, by: Membership) -> Event:
    side = booking.plan.side_of(entry.actor) if entry.actor else None
    words, facts = WORDS[entry.act], entry.facts
    if entry.act == "booking.replaced" and facts["side"] not in (booking.plan.side_of(by), Side.THIRD):
        words = _("changed who comes of its own people")  # whom and what for is that side's alone
    moved = facts.get("from", ()), facts.get("to", facts.get("starts", ()) if _asks(entry) else ())
    return Event(entry.at, _mark(side), words(facts) if callable(words) else words, *map(_instants, moved))


def _asks(entry: AuditEntry) -> bool:
    return entry.act.startswith("booking.propos")


def _instants(texts: Sequence[str]) -> list[datetime]:
    return [datetime.fromisoformat(text) for text in texts]


def _mark(side: Side | None) -> str:
    return {Side.REQUESTING: "a", Side.REQUESTED: "b"}.get(side, "n") if side else "n"
