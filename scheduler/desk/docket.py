"""The docket's lines: each sitting of the hearings that a reader takes part in, and each hearing without a time."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from directory.models import Membership, Resource
from directory.roles import Act, permits
from protection.policy import View
from scheduler import beside, checks, sides
from scheduler.availability import local_day
from scheduler.models import Booking, ConnectionCheck, Plan, Side, Sitting
from scheduler.planning import planwords
from scheduler.why import reasons

WORDS: dict[str, Promise] = {
    "none": gettext_lazy("No time yet"),
    "held": gettext_lazy("Held"),
    "confirmed": gettext_lazy("Confirmed"),
    "past": gettext_lazy("Over"),
}
OVER = (Booking.Outcome.TOOK_PLACE, Booking.Outcome.NO_SHOW)  # other outcomes leave the hearing without a time


@dataclass(frozen=True)
class Room:
    """A room of the own side, with the address of its calendar where it is of the reader's own court."""

    name: str
    url: str
    date: str  # of the sitting, on the room's calendar; ISO 8601


@dataclass(frozen=True)
class Entry:
    """One line. Instants in UTC; `a` and `b` are the zones in which they are shown, the reader's `first`."""

    plan: Plan
    start: datetime | None
    end: datetime | None
    number: int  # which of the booking's sittings, and of how many
    of: int
    a: str
    b: str
    first: str
    own: str  # the reader's side
    standing: str  # a key of WORDS
    missing: Sequence[str]
    relay: str  # through which language interpretation goes; empty where it is direct
    rooms: Sequence[Room]  # the own side's, where the reader may know them
    url: str
    act: Promise
    hearing: str  # address of the hearing itself, once it has its time
    notes: Sequence[str]  # holidays beside it, and clocks that change before it

    @property
    def word(self) -> Promise:
        """The standing in words."""
        return WORDS[self.standing]

    @property
    def zone(self) -> str:
        """The reader's."""
        return self.b if self.first == "b" else self.a

    @property
    def day(self) -> date | None:
        """On the reader's calendar."""
        return local_day(self.start, self.zone) if self.start else None

    @property
    def one_day(self) -> bool:
        """Whether it is the same date in both States; else the pair writes both."""
        return self.start is not None and local_day(self.start, self.a) == local_day(self.start, self.b)


@dataclass(frozen=True)
class Read:
    """What is read once for the whole docket: measures by plan, newest checks by booking (primary keys)."""

    by: Membership
    now: datetime
    measures: Mapping[int, sides.Measures]
    checks: Mapping[int, Mapping[str, ConnectionCheck]]


def entries(by: Membership, now: datetime) -> list[Entry]:
    """Every line of the member's docket, in the order of time; what has no time comes last."""
    rows = Plan.objects.visible_to(by).select_related(
        "request__requesting__state", "request__requested__state", "request__court__state", "request__executing__state",
        "request__person",
    )  # fmt: skip
    plans = list(rows.prefetch_related("bookings__sittings__reservations__resource__site"))
    read = Read(by, now, sides.in_force_for(plans, now), _tested(plans, now))
    found = [entry for plan in plans for entry in _entries(plan, read)]
    return sorted(found, key=lambda one: (one.start is None, one.start or now, one.plan.code))


def _tested(plans: Sequence[Plan], now: datetime) -> dict[int, dict[str, ConnectionCheck]]:
    return checks.latest_for(one for plan in plans for one in plan.bookings.all() if _wants_a_test(one, now))


def _entries(plan: Plan, read: Read) -> Iterator[Entry]:
    booking = next((one for one in plan.bookings.all() if _stands(one, read.now)), None)
    if booking is None:
        yield _entry(plan, read, None, None, "none", ())
        return
    ends = [one.end for one in booking.sittings.all()]
    lacks = _missing(booking, read.now, read.checks.get(booking.pk, {}))
    for sitting in booking.sittings.all():
        over = booking.state == Booking.State.COMPLETED or sitting.end <= read.now
        yield _entry(plan, read, booking, sitting, "past" if over else booking.state, () if over else lacks, len(ends))


def _entry(
    plan: Plan,
    read: Read,
    booking: Booking | None,
    sitting: Sitting | None,
    standing: str,
    missing: Sequence[str],
    of: int = 0,
) -> Entry:
    withheld, side = sides.withholds_place(read.measures[plan.pk]), plan.side_of(read.by)
    zones = sides.zones(plan, withheld)
    url, act = _next(plan, booking, read.by, standing)
    return Entry(
        plan=plan,
        start=sitting.start if sitting else None,
        end=sitting.end if sitting else None,
        number=sitting.position if sitting else 0,
        of=of,
        a=zones[Side.REQUESTING],
        b=zones[Side.REQUESTED],
        first="b" if side == Side.REQUESTED else "a",
        own=side or "",
        standing=standing,
        missing=missing,
        relay=planwords.relayed(plan, known=_view(plan, read).language) if plan.pivot else "",
        rooms=_rooms(plan, sitting, read, side) if sitting else (),
        url=url,
        act=act,
        hearing=reverse("evidence:hearing", args=[plan.public_id]) if standing in ("confirmed", "past") else "",
        notes=_notes(plan, sitting, read.now, withheld) if sitting and standing in Booking.LIVE else (),
    )


def _notes(plan: Plan, sitting: Sitting, now: datetime, withheld: bool) -> Sequence[str]:
    return beside.sitting(plan, sitting.start, sitting.end, now, withheld=withheld)


def _stands(booking: Booking, now: datetime) -> bool:
    """Whether it is the hearing's time: confirmed, held and not run out, or over."""
    if booking.state == Booking.State.HELD:
        return booking.expires_at > now
    over = booking.state == Booking.State.COMPLETED and booking.outcome in OVER
    return over or booking.state == Booking.State.CONFIRMED


def missing(booking: Booking, now: datetime) -> list[str]:
    """What the hearing still wants: a side's confirmation; and, once a test would hold until then, the test."""
    return _missing(booking, now, checks.latest(booking) if _wants_a_test(booking, now) else {})


def _wants_a_test(booking: Booking, now: datetime) -> bool:
    if booking.state != Booking.State.CONFIRMED:
        return False
    return min(one.start for one in booking.sittings.all()) - now <= checks.BEFORE  # as it was read for the list


def _missing(booking: Booking, now: datetime, newest: Mapping[str, ConnectionCheck]) -> list[str]:
    if booking.state == Booking.State.HELD:
        asked = (side for side in (Side.REQUESTING, Side.REQUESTED) if booking.confirmed_at(side) is None)
        return [_("Not confirmed by %(state)s") % {"state": _state(booking, side)} for side in asked]
    if not _wants_a_test(booking, now):
        return []
    untested = (side for side in (Side.REQUESTING, Side.REQUESTED) if not _fit(newest.get(side), booking, now))
    return [_("Link not tested in %(state)s") % {"state": _state(booking, side)} for side in untested]


def _fit(check: ConnectionCheck | None, booking: Booking, now: datetime) -> bool:
    sittings = sorted(booking.sittings.all(), key=lambda one: one.start)  # as they were read for the list
    starts = next((one.start for one in sittings if one.end > now), sittings[-1].start)
    return check is not None and checks.holds(check, now, starts) and check.verdict != ConnectionCheck.Verdict.UNFIT


def _state(booking: Booking, side: Side) -> str:
    request = booking.plan.request
    return reasons.state_words((request.requesting if side == Side.REQUESTING else request.requested).state)


def _rooms(plan: Plan, sitting: Sitting, read: Read, side: Side | None) -> list[Room]:
    if side == Side.REQUESTED and not _view(plan, read).place:
        return []
    ours = (one.resource for one in sitting.reservations.all() if one.side == side)
    return [_room(one, sitting, read.by) for one in ours if one.kind == Resource.Kind.SITE]


def _room(resource: Resource, sitting: Sitting, by: Membership) -> Room:
    own = resource.authority_id == by.authority_id and permits(by.role, Act.SITE_READ)
    url = reverse("scheduler:room", args=[resource.site.public_id]) if own else ""
    return Room(resource.label, url, local_day(sitting.start, resource.zone).isoformat())


def _view(plan: Plan, read: Read) -> View:
    return sides.seen_by(read.by, plan, read.measures[plan.pk])


def _next(plan: Plan, booking: Booking | None, by: Membership, standing: str) -> tuple[str, Promise]:
    """Where the reader goes from here, and in which words; no link where there is nothing for him."""
    if booking is None:
        url = reverse("scheduler:times", args=[plan.public_id]) if permits(by.role, Act.HEARING_PLAN) else ""
        return url, gettext_lazy("Find a time")
    side = plan.side_of(by)
    mine = standing == "held" and permits(by.role, Act.BOOKING_CONFIRM) and side and not booking.confirmed_at(side)
    if permits(by.role, Act.BOOKING_READ):
        words = gettext_lazy("Confirm") if mine else gettext_lazy("Open the booking")
        return reverse("scheduler:booking", args=[booking.public_id]), words
    return reverse("evidence:hearing", args=[plan.public_id]), gettext_lazy("Open the hearing")
