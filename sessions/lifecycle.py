"""From closed doors to the end of the hearing: one function, one transaction, one line of the log an act.

Every function names the hearing by its public id and who acts; `by` None is the system. They refuse with
WrongState (409), Forbidden (403) or NotFound (404). Instants are aware and default to now.
"""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from casework import giveaways
from casework.errors import NamesPlace
from directory import reasons
from directory.errors import Forbidden, NotFound, Refusal
from directory.models import Membership
from scheduler import booking
from scheduler.models import Booking
from sessions import asides, facts, gates, tasks
from sessions.acts import locked, may, may_run, side_of, takes, written
from sessions.errors import GatesNotClear, NotAgreed, WrongState
from sessions.models import Hearing, LogEntry, Seat, Step
from sessions.states import Side, State
from sessions.steps import KINDS, LINES

DOORS_OPEN = (State.OPEN, State.IN_SESSION, State.SUSPENDED)
ASKS = ("pause", "floor", "slower")


@transaction.atomic
def open_(*, hearing_id: UUID, by: Membership, at: datetime | None = None) -> Hearing:
    """The state alone: from now on the clerks admit people. Edge a; the act of a clerk is `doors.open_`."""
    hearing = locked(hearing_id, by=by)
    takes(hearing, "open", by)
    if hearing.booking is None:
        raise WrongState(_("This hearing has no confirmed time. The clerks hold and confirm one first."))
    hearing.opened_at = at or timezone.now()
    return _moved(hearing, State.OPEN, "opened", by=by, at=hearing.opened_at, fields=["opened_at"])


@transaction.atomic
def go_live(*, hearing_id: UUID, by: Membership, at: datetime | None = None) -> Hearing:
    """Begin to hear the person. Edge c. Refuses with GatesNotClear, which names every rule that is not met."""
    hearing, now = locked(hearing_id, by=by), at or timezone.now()
    takes(hearing, "go_live", by)
    _clear(hearing, now)
    hearing.live_at = now
    return _moved(hearing, State.IN_SESSION, "live", by=by, at=now, fields=["live_at"])


@transaction.atomic
def suspend(
    *, hearing_id: UUID, by: Membership | None, reason: str = "", at: datetime | None = None, kind: str = "suspended"
) -> Hearing:
    """Stop all sound and picture at once. Edges d and e; the system's own are kinds `judge_left`, `shield_lost`.

    The reason may come later, in the log: nobody types a sentence while a witness is in danger.
    """
    hearing = locked(hearing_id, by=by)
    edge = takes(hearing, "suspend", by)
    side = next(iter(edge.sides)) if by else "system"
    hearing.suspended_by, hearing.resume_agreed_at = side, None
    fields = ["suspended_by", "resume_agreed_at"]
    # Stopping is never refused: a reason that names a hidden place is left out, a long one cut, and the hearing stops.
    text = "" if _places(hearing, reason, by) else reason.strip()[: reasons.LONGEST]
    return _moved(hearing, State.SUSPENDED, kind, by=by, at=at or timezone.now(), fields=fields, text=text)


@transaction.atomic
def agree(*, hearing_id: UUID, by: Membership, at: datetime | None = None) -> Hearing:
    """The requested judge agrees that the hearing he suspended goes on (V-12)."""
    hearing = locked(hearing_id, by=by)
    if not may(hearing, by, ("hearing.stop", Side.REQUESTED)):
        raise Forbidden
    if hearing.state != State.SUSPENDED or hearing.suspended_by != Side.REQUESTED or hearing.resume_agreed_at:
        raise WrongState
    hearing.resume_agreed_at = at or timezone.now()
    hearing.save(update_fields=["resume_agreed_at"])
    written(hearing, "agreed", by=by, at=hearing.resume_agreed_at, what="state")
    return hearing


@transaction.atomic
def resume(*, hearing_id: UUID, by: Membership, at: datetime | None = None) -> Hearing:
    """Go on after a suspension. Edge f: who must be there throughout is there, and after e both judges agree."""
    hearing, now = locked(hearing_id, by=by), at or timezone.now()
    takes(hearing, "resume", by)
    if hearing.suspended_by == Side.REQUESTED and not hearing.resume_agreed_at:
        raise NotAgreed
    _clear(hearing, now, resuming=True)
    hearing.suspended_by, hearing.resume_agreed_at = "", None
    fields = ["suspended_by", "resume_agreed_at"]
    return _moved(hearing, State.IN_SESSION, "resumed", by=by, at=now, fields=fields)


@transaction.atomic
def close(*, hearing_id: UUID, by: Membership, at: datetime | None = None) -> Hearing:
    """End the hearing for good. Edges b, g, h; `b` means that nobody was heard. A job writes the minutes."""
    booking.keep_still(hearing_id)
    hearing, now = locked(hearing_id, by=by), at or timezone.now()
    edge = takes(hearing, "close", by)
    hearing.closed_at = now
    kind = "not_held" if edge.letter == "b" else "closed"
    asides.end_all(hearing, at=now)
    hearing = _moved(hearing, State.CLOSED, kind, by=by, at=now, fields=["closed_at"])
    if hearing.booking:
        heard = Booking.Outcome.NO_SHOW if kind == "not_held" else Booking.Outcome.TOOK_PLACE
        booking.conclude(booking=hearing.booking, outcome=heard, by=by, now=now)
    tasks.write_minutes.defer(hearing_id=str(hearing_id), language=by.user.language)
    return hearing


@transaction.atomic
def step(*, hearing_id: UUID, kind: str, seat_id: UUID, by: Membership, at: datetime | None = None) -> Step:
    """Write down a formality (identity, rights, oath, …): who may, when and about whom is sessions.steps' table."""
    hearing, now = locked(hearing_id, by=by), at or timezone.now()
    rule = KINDS.get(kind)
    seat = hearing.seats.filter(public_id=seat_id).first()
    if not may(hearing, by, *(rule.takers if rule else (one for each in KINDS.values() for one in each.takers))):
        raise Forbidden
    if rule is None or seat is None or seat.role != rule.about:
        raise Refusal(_("There is no such step for this seat."), code="step_unknown", status=422, field="kind")
    if State(hearing.state) not in rule.when:
        raise WrongState
    if not seat.here:
        raise Refusal(_("Nobody is on this seat. The clerk admits its holder first."), code="seat_empty")
    if rule.once and seat.steps.filter(kind=kind).exists():
        raise Refusal(_("This step is in the log already."), code="step_done", rule=rule.rule)
    found = Step.objects.create(hearing=hearing, kind=kind, seat=seat, by=by, at=now)
    written(hearing, kind, by=by, at=now, what="step", seat=seat)
    return found


@transaction.atomic
def log(*, hearing_id: UUID, kind: str, text: str, by: Membership, at: datetime | None = None) -> LogEntry:
    """A clerk's own line: objection, ruling, privilege, break, note; at most 2,000 characters, and no hidden place."""
    hearing = locked(hearing_id, by=by)
    if not may_run(hearing, by):
        raise Forbidden
    if hearing.state not in DOORS_OPEN:
        raise WrongState
    if kind not in LINES or not 0 < len(reasons.legible(text)) <= reasons.LONGEST:
        raise Refusal(
            _("A line of the log has a kind and at most 2,000 characters."),
            code="line_malformed",
            status=422,
            field="text",
        )
    if _places(hearing, text, by):
        raise NamesPlace(["text"])
    return written(hearing, kind, by=by, at=at or timezone.now(), what="log", text=text.strip())


@transaction.atomic
def link(*, seat_id: UUID, state: str, at: datetime | None = None) -> None:
    """The wire tells that a seated link is `lost` for some seconds or `back`: the record's interruptions (V-17).

    Only what happens in session is worth a line; anything else is passed over.
    """
    seat = Seat.objects.select_related("hearing").get(public_id=seat_id)
    hearing = locked(seat.hearing.public_id, by=None)
    if hearing.state == State.IN_SESSION and seat.here and state in ("lost", "back"):
        written(hearing, f"link_{state}", by=None, at=at or timezone.now(), what="log", seat=seat)


@transaction.atomic
def ask(*, seat_id: UUID, what: str, at: datetime | None = None) -> None:
    """Whoever is on the seat asks the bench for a `pause`, for the `floor`, or to speak `slower`."""
    seat = Seat.objects.select_related("hearing").get(public_id=seat_id)
    hearing = locked(seat.hearing.public_id, by=None)
    if what not in ASKS:
        raise Refusal(_("Nobody can ask for that."), code="ask_unknown", status=422, field="what")
    if hearing.state != State.IN_SESSION or not seat.here:
        raise WrongState
    written(hearing, f"{what}_asked", by=None, at=at or timezone.now(), what="log", seat=seat)


@transaction.atomic
def give_floor(*, seat_id: UUID, by: Membership, at: datetime | None = None) -> None:
    """The presiding judge, or the clerk for him, gives the floor to whoever is on the seat (V-14)."""
    seat = Seat.objects.select_related("hearing").filter(public_id=seat_id).first()
    if seat is None:
        raise NotFound
    hearing = locked(seat.hearing.public_id, by=by)
    if not may(hearing, by, ("hearing.conduct", Side.REQUESTING), ("hearing.run", Side.REQUESTING)):
        raise Forbidden
    if hearing.state != State.IN_SESSION or not seat.here:
        raise WrongState
    written(hearing, "floor", by=by, at=at or timezone.now(), what="log", seat=seat)


def _places(hearing: Hearing, text: str, by: Membership | None) -> bool:
    """Whether the requested State's own people name its hidden place: the other court reads the line."""
    return side_of(hearing, by) == Side.REQUESTED and giveaways.names_place(hearing.plan.request, text)


def _clear(hearing: Hearing, now: datetime, *, resuming: bool = False) -> None:
    standing = gates.unclear(gates.check(facts.gather(hearing, now)), resuming=resuming)
    if standing:
        raise GatesNotClear(standing)


def _moved(
    hearing: Hearing,
    state: State,
    kind: str,
    *,
    by: Membership | None,
    at: datetime,
    fields: list[str],
    text: str = "",
) -> Hearing:
    hearing.state = state
    hearing.save(update_fields=["state", *fields])
    written(hearing, kind, by=by, at=at, what="state", text=text)
    return hearing
