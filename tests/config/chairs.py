"""Who sits where, and one thing of each kind that has an address of its own."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.test import Client
from django.utils import timezone

from casework.models import Question
from directory import sealed
from directory.cookies import SessionStore
from directory.models import (
    ApiToken,
    Authority,
    CourtRecess,
    Interpreter,
    Letter,
    Membership,
    OutsideCalendar,
    Resource,
    User,
)
from protection import measures
from protection.models import Measure
from scheduler.booking import proposals
from scheduler.letters import feeds, mailing
from scheduler.models import Batch, Booking, Invitation, PlanNeed, Stray
from sessions import seats, tickets
from sessions.models import Consultation, Hearing, Seat
from tests.cast import Cast


def members(cast: Cast) -> dict[str, Membership]:
    """The cast, of whom the interpreter is booked; another who is not, and a clerk and a judge of a court of Spain's
    that has no part in any case.
    """
    barcelona = Authority.objects.create(
        state=cast.spain.authority.state, kind=Authority.Kind.COURT, name="Provincial Court", zone="Europe/Madrid"
    )
    spare = User.objects.create_user("spare@bogota.example", None, full_name="interpreter_spare", zone="Europe/Paris")
    Interpreter.objects.filter(name="Claire Fontaine").update(user=spare)
    member = Membership.objects.create(user=spare, authority=cast.clerk.authority, role="interpreter")
    cast_ = {name: getattr(cast, name) for name in cast.__dataclass_fields__}
    return (
        cast_
        | {"interpreter_spare": member}
        | {
            f"{role}_barcelona": Membership.objects.create(
                user=User.objects.create_user(f"{role}@barcelona.example", None, full_name=role, zone="Europe/Madrid"),
                authority=barcelona,
                role=role,
            )
            for role in ("clerk", "judge")
        }
    )


def bearer(member: Any) -> str:
    until = datetime.now(UTC) + timedelta(hours=1)
    return f"Bearer {ApiToken.issue(user=member.user, expires_at=until)}"


def witness(cast: Cast, hearing: Hearing, *, revoked: bool) -> Client:
    """A browser that has redeemed the witness's link; or one whose link was ended afterwards."""
    seat, now = hearing.seats.get(role="witness"), timezone.now()
    ticket = tickets.issue(seat_id=seat.public_id, by=cast.clerk_madrid, at=now)
    found = tickets.redeem(secret=ticket.secret, pin=ticket.pin, at=now + timedelta(minutes=1))
    browser = Client(raise_request_exception=False)
    browser.cookies["sessionid"] = _holding(found)
    if revoked:
        tickets.revoke(seat_id=seat.public_id, by=cast.clerk_madrid)
    return browser


def _holding(ticket: Any) -> str:
    store = SessionStore()
    store[seats.SESSION_KEY] = {"ticket": str(ticket.public_id)}
    store.save()
    return str(store.session_key)


def rehearsal() -> Booking:
    return Booking.objects.select_related("plan__request__person").get(state="confirmed")


def seat_interpreter(cast: Cast) -> None:
    """The interpreter who has an account is booked for the rehearsal, by hand, and comes: it is in one language.

    No other time would be possible after this: a search finds no team for a hearing that needs none.
    """
    booking = rehearsal()
    need = PlanNeed.objects.create(plan=booking.plan, role="interpreter", side="third", count=1, position=99)
    resource = Interpreter.objects.get(user=cast.interpreter.user).resource
    for sitting in booking.sittings.all():
        sitting.reservations.create(
            need=need, resource=resource, during=sitting.during, role="interpreter", side="third"
        )
    seats.furnish(Hearing.objects.get(plan=booking.plan), booking)
    seats.take(hearing_id=booking.plan.public_id, by=cast.interpreter)


def furnish(cast: Cast) -> None:
    """What the demo's cases have left out: one of each kind of thing."""
    booking, now = rehearsal(), timezone.now()
    mailing.tell(booking.pk)
    measure = Measure.objects.filter(person=booking.plan.request.person).first()
    assert measure
    measures.propose_lowering(measure=measure, reason="risk_ended", by=cast.judge)
    later = [one.start + timedelta(days=1) for one in booking.sittings.all()]
    proposals.make(booking=booking, starts=later, now=now, made_by=cast.clerk_madrid, reason="")
    Stray.objects.create(
        digest="0" * 64, received_at=now, wrong="no_answer", size=1, booking=booking, side="requesting"
    )
    Batch.objects.create(made_by=cast.clerk, seconds=10)
    CourtRecess.objects.create(authority=cast.clerk.authority, first=date(2031, 1, 1), last=date(2031, 1, 2), name="x")
    room = Resource.objects.get(label="Hearing room 3")
    room.absences.create(during=(now, now + timedelta(hours=1)), reason="x")
    OutsideCalendar.objects.create(resource=room, kind="ics", host="x.example", address=b"", next_due=now)
    Membership.objects.create(
        user=cast.defence.user, authority=cast.spain.authority, role="auditor", active=False, consent="asked"
    )
    for by in (cast.clerk, cast.clerk_madrid, cast.judge, cast.judge_madrid, cast.technician):
        seats.take(hearing_id=booking.plan.public_id, by=by)


def things(cast: Cast) -> dict[str, str]:
    """What stands in an address behind each of these words: something of Colombia's court, or of the case."""
    booking = rehearsal()
    plan, request = booking.plan, booking.plan.request
    room = Resource.objects.get(label="Hearing room 3")
    measure, seat = (
        Measure.objects.filter(person=request.person)[0],
        Seat.objects.get(hearing__plan=plan, role="witness"),
    )
    one: dict[str, Any] = {
        "absences": room.absences.get(),
        "asked": Membership.objects.get(consent="asked"),
        "authorities": cast.clerk.authority,
        "batches": Batch.objects.get(),
        "bookings": booking,
        "directory": cast.clerk.authority,
        "consultations": Consultation.objects.create(
            hearing=plan.hearing, kind="counsel", begun_at=plan.hearing.booking.expires_at
        ),
        "hearings": plan,
        "interpreters": Interpreter.objects.get(name="Bruno Claes"),
        "invitations": Invitation.objects.get(booking=booking, member=cast.clerk),
        "lowerings": measure.lowerings.get(),
        "measures": measure,
        "members": cast.technician,
        "memberships": cast.technician,
        "need": PlanNeed.objects.get(plan=plan, role="room"),
        "outbox": Letter.objects.first(),
        "people": request.person,
        "proposals": booking.proposals.get(),
        "question": Question.objects.get(request=request),
        "recesses": CourtRecess.objects.get(),
        "replies": Stray.objects.get(),
        "requests": request,
        "resources": room,
        "rooms": room.site,
        "seat": seat,
        "seats": seat,
        "together": Batch.objects.get(),
    }
    found = {word: str(row.public_id) for word, row in one.items()}
    secret = feeds.make(user=cast.clerk.user, by=cast.clerk, busy_only=False)
    outside = {
        "calendars": str(room.outside_calendars.get().public_id),
        "feed": str(cast.clerk.user.feeds.get().public_id),
    }
    return found | outside | {"calendar": secret, "answer": sealed.token("invitation", UUID(found["invitations"]))}
