"""Who is written to about a booking: one letter and one calendar file a person, each under a key of its own.

The letters are written down in the booking's transaction and delivered by the worker after it. The words are in
the recipient's language; while any measure is in force they name nobody and no place.
"""

from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils.translation import override

from directory import post
from directory.models import Authority, Letter, Membership, Resource, User
from directory.roles import Role as Member
from scheduler import invitations, sides, wording
from scheduler.invitations import Attendee, Facts, Status
from scheduler.models import Booking, Invitation, Plan, Reservation, Role, Side

STATUS = {
    Booking.State.HELD: Status.TENTATIVE,
    Booking.State.CONFIRMED: Status.CONFIRMED,
    Booking.State.CANCELLED: Status.CANCELLED,
    Booking.State.EXPIRED: Status.CANCELLED,
    Booking.State.COMPLETED: Status.CANCELLED,  # told only where it did not take place at this time
}


def invite(booking: Booking, now: datetime) -> None:
    """Write down who is invited to a new hold, and tell them."""
    for role, side, resource, member in _addressees(booking):
        address, language = _address(resource, member)
        if address:
            Invitation.objects.get_or_create(
                booking=booking,
                address=address,
                defaults={"role": role, "side": side, "resource": resource, "member": member, "language": language},
            )
    announce(booking, now)


def announce(booking: Booking, now: datetime) -> None:
    """Tell everyone invited how the booking stands now; the same state is told once."""
    for invitation in booking.invitations.select_related("resource", "member"):
        _tell(booking, invitation, now)


def organizer(booking: Booking) -> str:
    """The booking's own unguessable address: ORGANIZER of its events and From of its mails."""
    return f"hearing-{booking.token}@{settings.MAIL_DOMAIN}"


def link(booking: Booking) -> str:
    """Where the booking is seen, after signing in."""
    return f"{settings.SITE_URL}{reverse('scheduler:booking', args=[booking.public_id])}"


def _tell(booking: Booking, invitation: Invitation, now: datetime) -> None:
    invitation.sequence, invitation.stamp = booking.sitting().sequence, _stamp(invitation.stamp, now)
    invitation.letter_key = f"booking:{booking.public_id}:{invitation.public_id}:{booking.version}"
    with override(invitation.language):
        facts = _facts(booking, invitation)
        cancelled = facts.status is Status.CANCELLED
        write = invitations.cancel if cancelled else invitations.request
        post.send(
            key=invitation.letter_key,
            to=invitation.address,
            language=invitation.language,
            subject=wording.subject(booking),
            text=wording.letter(booking, link(booking)),
            calendar=write(facts, stamp=invitation.stamp),
            method="CANCEL" if cancelled else "REQUEST",
            from_=organizer(booking),
        )
    invitation.save(update_fields=["sequence", "stamp", "letter_key"])


def _facts(booking: Booking, invitation: Invitation) -> Facts:
    sitting, plan = booking.sitting(), booking.plan
    protected = sides.protected(plan)
    return Facts(
        uid=str(sitting.uid),
        sequence=sitting.sequence,
        status=STATUS[Booking.State(booking.state)],
        start=sitting.start,
        end=sitting.end,
        title=wording.title(plan),
        description=wording.description(booking, link(booking), protected=protected),
        organizer=organizer(booking),
        organizer_name="Vivavoce",
        recipient=_attendee(invitation),
        others=() if protected else _others(booking, invitation),
        location="" if protected else _location(booking, invitation.side),
        link=link(booking),
        protected=protected,
    )


def _attendee(invitation: Invitation) -> Attendee:
    return Attendee(address=invitation.address, name=str(Role(invitation.role).label))


def _others(booking: Booking, invitation: Invitation) -> tuple[Attendee, ...]:
    people = booking.invitations.exclude(pk=invitation.pk)
    rooms = (
        Attendee(address=f"room-{room.public_id.hex}@{settings.MAIL_DOMAIN}", name=room.label, room=True)
        for room in _rooms(booking, invitation.side)
    )
    return (*map(_attendee, people), *rooms)


def _location(booking: Booking, side: str) -> str:
    """The own side's room: another State's is never named."""
    return ", ".join(room.label for room in _rooms(booking, side))


def _rooms(booking: Booking, side: str) -> list[Resource]:
    rows = Reservation.objects.filter(sitting__booking=booking, side=side, resource__kind=Resource.Kind.SITE)
    return [row.resource for row in rows.select_related("resource")]


def _stamp(last: datetime | None, now: datetime) -> datetime:
    """DTSTAMP tells an update from what it updates, and counts whole seconds: each is later than the last."""
    now = now.replace(microsecond=0)
    return max(now, last + timedelta(seconds=1)) if last else now


_Addressee = tuple[str, str, Resource | None, Membership | None]


def _addressees(booking: Booking) -> list[_Addressee]:
    """The clerks of both sides, who have to confirm, then everybody who was reserved; the witness by no mail."""
    rows = Reservation.objects.filter(sitting__booking=booking).exclude(resource__kind=Resource.Kind.SITE)
    booked = [(row.role, row.side, row.resource, None) for row in rows.select_related("resource")]
    return [*_clerks(booking.plan), *booked]


def _clerks(plan: Plan) -> list[_Addressee]:
    request = plan.request
    courts = {
        Side.REQUESTING: request.court or request.requesting,
        Side.REQUESTED: request.executing or request.requested,
    }
    return [(Role.CLERK, side, None, one) for side, court in courts.items() for one in _members(court)]


def _members(court: Authority) -> list[Membership]:
    clerks = court.memberships.filter(role=Member.CLERK, active=True, user__is_active=True)
    return list(clerks.select_related("user"))


def _address(resource: Resource | None, member: Membership | None) -> tuple[str, str]:
    """Mail address and language of the person behind an invitation; no address where none is known."""
    user = member.user if member else _user(resource)
    if user is not None:
        return user.email, user.language
    interpreter = getattr(resource, "interpreter", None)
    return (interpreter.email, "en") if interpreter else ("", "en")


def _user(resource: Resource | None) -> User | None:
    """The account of a person or of an interpreter who has one."""
    found = getattr(resource, "user", None)
    interpreter = getattr(resource, "interpreter", None)
    return found or (interpreter.user if interpreter else None)


def letters(booking: Booking) -> dict[UUID, str]:
    """How each invitation's newest letter stands: its public id → queued, sending, sent or failed."""
    rows = {one.letter_key: one.public_id for one in booking.invitations.all()}
    states = Letter.objects.filter(key__in=rows).values_list("key", "state")
    return {rows[key]: state for key, state in states}
