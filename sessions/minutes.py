"""What the minutes say (V-17), gathered field by field from what is allowed: never a name that a measure withholds.

One document serves both States, so it says what the more careful of the two may read. In the requested State the
place and the names of all who take part there are told only where the place is not withheld: a host judge's name
tells the court, and the court the city.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from directory.words import state_name
from protection.models import Measure
from protection.people import label
from protection.policy import EVERYONE, Audience, MeasureKind
from protection.words import AUDIENCES, KINDS, Badge
from scheduler import checks, sides
from scheduler.models import ConnectionCheck, Plan, Reservation
from scheduler.planning import planwords
from sessions import intervals, samples
from sessions.intervals import Line, Span
from sessions.models import Hearing, Seat
from sessions.samples import Summary
from sessions.states import Side
from sessions.words import functions, sentence, state_names

_PRESENCE = frozenset({"waits", "admitted", "put_back", "left"})


@dataclass(frozen=True)
class Present:
    """One participant: function, identity where it may be told, when there, when the link was lost, how it was."""

    mark: str
    function: str
    identity: str
    spans: list[Span]
    interruptions: list[Span]
    link: Summary | None


@dataclass(frozen=True)
class Said:
    """One line: the instant and its sentence."""

    at: datetime
    sentence: str


@dataclass(frozen=True)
class Kept:
    """One measure as it acted during the hearing; `ends` None: to the end."""

    badge: Badge
    towards: str
    starts: datetime | None
    ends: datetime | None
    basis: str
    state: str


@dataclass(frozen=True)
class Minutes:
    """Everything on the page and in the file, and nothing else. States and zones (IANA): requesting first."""

    code: str
    reference: str
    requesting: str
    requested: str
    place_requesting: str
    place_requested: str
    states: tuple[str, str]
    zones: tuple[str, str]
    held: Span | None
    person: str
    capacity: str
    interpretation: str
    identified: Said | None
    rights: Said | None
    oath: Said | None
    conditions: list[str]
    present: list[Present]
    happened: list[Said]
    suspensions: list[Span]
    lost: timedelta
    measures: list[Kept]
    checks: list[ConnectionCheck]
    lines: int
    written_at: datetime


def of(hearing: Hearing, at: datetime | None = None) -> Minutes:
    """The minutes of the hearing as the log tells them now, in the language that is active."""
    plan, now = hearing.plan, at or timezone.now()
    request, withheld = plan.request, sides.place_withheld(plan)
    log = list(hearing.log.order_by("number"))
    seats = list(hearing.seats.select_related("person", "user", "membership__authority").order_by("id"))
    names, states = functions(hearing, seats), state_names(hearing)
    lines = [Line(line.at, line.kind, line.seat_id) for line in log]
    zones = sides.zones(plan)
    said = {line.kind: Said(line.at, sentence(line, names=names, states=states)) for line in log}
    return Minutes(
        code=plan.code,
        reference=request.reference,
        requesting=f"{states[Side.REQUESTING]}: {(request.court or request.requesting).name}",
        requested=_requested_court(hearing, withheld),
        place_requesting=_place(hearing, Side.REQUESTING),
        place_requested=_("Withheld by order") if withheld else _place(hearing, Side.REQUESTED),
        states=(states[Side.REQUESTING], states[Side.REQUESTED]),
        zones=(zones[Side.REQUESTING], zones[Side.REQUESTED]),
        held=Span(hearing.live_at, hearing.closed_at or now) if hearing.live_at else None,
        person=label(request.person) if request.person else "",
        capacity=_capacity(request.capacity),
        interpretation=_interpretation(plan),
        identified=said.get("identity"),
        rights=said.get("rights"),
        oath=said.get("oath") or said.get("affirmation"),
        conditions=_conditions(hearing),
        present=_present(seats, names, lines, withheld, samples.summaries(hearing)),
        happened=[
            Said(line.at, sentence(line, names=names, states=states)) for line in log if line.kind not in _PRESENCE
        ],
        suspensions=intervals.suspensions(lines),
        lost=intervals.lost(lines),
        measures=_measures(hearing, hearing.closed_at or now),
        checks=_checks(hearing),
        lines=len(log),
        written_at=now,
    )


def _requested_court(hearing: Hearing, withheld: bool) -> str:
    request, state = hearing.plan.request, state_names(hearing)[Side.REQUESTED]
    if withheld or request.executing is None:
        return _("%(state)s: attending court, named in the file of its central authority") % {"state": state}
    return f"{state}: {request.executing.name}"


def _place(hearing: Hearing, side: Side) -> str:
    """The booked room of that side and its city."""
    rooms = Reservation.objects.filter(
        sitting__booking=hearing.booking, role__in=["room", "witness_room"], side=side
    ).select_related("resource__site")
    sites = [room.resource.site for room in rooms if hasattr(room.resource, "site")]
    return "; ".join(f"{site.name}, {site.city}" for site in sites) or _("Not booked in this house")


def _capacity(capacity: str) -> str:
    return {"witness": _("heard as witness"), "expert": _("heard as expert")}.get(capacity, "")


def _interpretation(plan: Plan) -> str:
    """Whether what is written was interpreted twice; the languages only where nobody is kept from them."""
    withheld = sides.in_force(plan)
    known = withheld is not None and all(one.kind not in (None, MeasureKind.LANGUAGE_WITHHELD) for one in withheld)
    return planwords.relayed(plan, known=known)


def _conditions(hearing: Hearing) -> list[str]:
    granted = hearing.plan.request.decisions.filter(kind="granted").last()
    return list(granted.conditions) if granted else []


def _present(
    seats: Iterable[Seat],
    names: Mapping[int, str],
    lines: list[Line],
    withheld: bool,
    links: Mapping[int, Summary],
) -> list[Present]:
    there, broken = intervals.presence(lines), intervals.interruptions(lines)
    marks = {Side.REQUESTING: "a", Side.REQUESTED: "b", Side.THIRD: "n"}
    return [
        Present(
            mark=marks[Side(seat.side)],
            function=names[seat.pk],
            identity=_identity(seat, withheld),
            spans=there[seat.pk],
            interruptions=broken.get(seat.pk, []),
            link=links.get(seat.pk),
        )
        for seat in seats
        if seat.pk in there
    ]


def _identity(seat: Seat, withheld: bool) -> str:
    """Who sat there. The person heard never; of the requested State and the interpreters only if no place is hidden."""
    if seat.role in ("witness", "support") or seat.user is None:
        return ""
    if seat.side == Side.REQUESTING:
        return _named(seat)
    return _("Named in the file of the requested State") if withheld else _named(seat)


def _named(seat: Seat) -> str:
    place = seat.membership.authority.name if seat.membership else ""
    return ", ".join(part for part in (seat.user.full_name if seat.user else "", place) if part)


def _measures(hearing: Hearing, until: datetime) -> list[Kept]:
    """Those that acted at any moment of the session; a bound that lies outside it is left open."""
    person, since = hearing.plan.request.person, hearing.live_at or hearing.opened_at or until
    if person is None:
        return []
    rows = person.measures.select_related("ordered_by__authority__state").filter(starts__lte=until)
    return [_kept(row, since, until) for row in rows if (_end(row) or until) >= since]


def _end(row: Measure) -> datetime | None:
    return min((end for end in (row.ends, row.lowered_at) if end), default=None)


def _kept(row: Measure, since: datetime, until: datetime) -> Kept:
    end = _end(row)
    return Kept(
        badge=KINDS[MeasureKind(row.kind)],
        towards=_towards(row),
        starts=row.starts if row.starts > since else None,
        ends=end if end and end < until else None,
        basis=row.basis,
        state=state_name(row.ordered_by.authority.state.code),
    )


def _towards(row: Measure) -> str:
    """Against whom it acts; where that is nearly everyone, whom it leaves out."""
    named = {Audience(letter) for letter in row.against}
    spared = EVERYONE - named
    if not spared:
        return _("everyone")
    if len(spared) < len(named):
        return _("everyone but: %(audiences)s") % {"audiences": _listed(spared)}
    return _listed(named)


def _listed(audiences: Iterable[Audience]) -> str:
    return ", ".join(str(AUDIENCES[audience]) for audience in Audience if audience in set(audiences))


def _checks(hearing: Hearing) -> list[ConnectionCheck]:
    """The latest check of each side, as far as both courts may know it: they read one file."""
    if hearing.booking is None:
        return []
    latest = checks.shown(hearing.booking, None)
    return [latest[side] for side in (Side.REQUESTING, Side.REQUESTED) if side in latest]
