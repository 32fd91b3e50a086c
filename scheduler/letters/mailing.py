"""Everyone invited is told how a sitting stands: one letter and one calendar file a person a sitting.

An act only calls `announce`: it queues a job in its own transaction. The job compares who takes part with who was
told what, and writes what is missing: so a hold, a move, a replaced person and the end of it are the same work, in
any order, and the same state is told once.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from directory import post, sealed
from directory.models import Resource
from scheduler import readings, sides
from scheduler.letters import addressees, invitations, wording
from scheduler.letters.invitations import Attendee, Facts, Status
from scheduler.models import Booking, Invitation, Role, Side, Sitting

ENDED = (Booking.State.CANCELLED, Booking.State.EXPIRED)
# What a letter changes of an invitation. Not `reminder_key`: people are reminded without the booking's lock.
SAID = (
    "partstat", "sequence", "asked", "ahead", "stamp", "told", "walls", "letter_key", "withdrawn_at",
)  # fmt: skip
NOT_HELD = (Booking.Outcome.POSTPONED, Booking.Outcome.ERROR)


def announce(booking: Booking, now: datetime) -> None:
    """Have everyone told how the booking stands, once the caller's transaction is kept. After every act."""
    from scheduler.tasks import tell as job  # the job itself imports this module

    job.defer(booking=booking.pk)


invite = announce


@transaction.atomic
def tell(booking_id: int, now: datetime | None = None) -> None:
    """Write down the letters that are missing. Twice is as good as once, and two at a time wait for each other."""
    rows = Booking.objects.select_for_update(of=("self",), no_key=True).select_related("plan__request")
    booking = rows.filter(pk=booking_id).first()
    if booking is None:
        return
    telling = _Telling(
        booking=booking,
        now=now or timezone.now(),
        protected=sides.protected(booking.plan),
        rooms=addressees.rooms(booking),
        sittings=booking.sittings.count(),
    )
    takes_part = addressees.of(booking) if status_of(booking) is not Status.CANCELLED else {}
    for sitting in booking.sittings.all():
        _invite(sitting, takes_part.get(sitting.pk, {}))
        people = list(
            sitting.invitations.select_related("resource__interpreter__user", "resource__user", "member__user")
        )
        for one in people:
            one.sitting, one.booking = sitting, booking
            telling.to(one, people, out=bool(takes_part) and one.address not in takes_part[sitting.pk])
    readings.complete(booking)


def status_of(booking: Booking) -> Status:
    """What STATUS says of the booking's events."""
    if booking.state == Booking.State.HELD:
        return Status.TENTATIVE
    gone = booking.state in ENDED or booking.outcome in NOT_HELD
    return Status.CANCELLED if gone else Status.CONFIRMED


def organizer(booking: Booking) -> str:
    """The booking's own unguessable address: ORGANIZER of its events and From of its mails."""
    return f"hearing-{booking.token}@{settings.MAIL_DOMAIN}"


def page(invitation: Invitation) -> str:
    """Where the reader sees it after signing in."""
    if invitation.role == Role.CLERK:
        return f"{settings.SITE_URL}{reverse('scheduler:booking', args=[invitation.booking.public_id])}"
    return f"{settings.SITE_URL}{reverse('scheduler:invitation', args=[invitation.public_id])}"


def link(invitation: Invitation) -> str:
    """What the letter leads to: a page behind the sign-in, or for one without an account a key to his own invitation.

    The key is a mark until the letter leaves.
    """
    if addressees.user_of(invitation):
        return page(invitation)
    return f"{settings.SITE_URL}/answer/{sealed.mark('invitation', invitation.public_id)}/"


def facts_of(
    invitation: Invitation,
    *,
    protected: bool,
    rooms: list[Resource],
    others: list[Invitation],
    sittings: int,
    status: Status | None = None,
) -> Facts:
    """What a calendar file says of the sitting to this one reader, in the language that is active."""
    booking, sitting = invitation.booking, invitation.sitting
    has_account = addressees.user_of(invitation) is not None
    return Facts(
        uid=str(sitting.uid),
        sequence=invitation.sequence,
        status=status or status_of(booking),
        start=sitting.start,
        end=sitting.end,
        title=wording.title(booking.plan, sitting, sittings),
        description=wording.description(invitation, page(invitation) if has_account else "", protected=protected),
        organizer=organizer(booking),
        organizer_name="Vivavoce",
        recipient=_attendee(invitation),
        others=() if protected else (*map(_attendee, _colleagues(invitation, others)), *map(_room, rooms)),
        location="" if protected else ", ".join(room.label for room in rooms),  # the own side's alone
        link=page(invitation) if has_account else "",
        protected=protected,
    )


@dataclass(frozen=True)
class _Telling:
    """What all letters of one round have in common."""

    booking: Booking
    now: datetime
    protected: bool
    rooms: dict[tuple[int, str], list[Resource]]
    sittings: int

    def to(self, invitation: Invitation, people: list[Invitation], *, out: bool) -> None:
        """Write to him, if he was last told something else. `out`: another takes his place."""
        gone = out or status_of(self.booking) is Status.CANCELLED
        if gone and (not invitation.told or invitation.withdrawn_at):
            return  # he never heard of it, or knows already
        told, walls = self._state(invitation, out=out), readings.told(invitation)
        read_anew = not gone and not invitation.sitting.asked_version and _differ(invitation.walls, walls)
        if told == invitation.told and not read_anew:
            return _learn(invitation, walls)
        _count(invitation, told, self.now, out=out, read_anew=read_anew)
        invitation.walls = walls
        with override(addressees.language_of(invitation)):
            facts = facts_of(
                invitation,
                protected=self.protected,
                rooms=self.rooms.get((invitation.sitting_id, invitation.side), []),
                others=[one for one in people if one.pk != invitation.pk and not one.withdrawn_at],
                sittings=self.sittings,
                status=Status.CANCELLED if gone else None,
            )
            send(invitation, facts, self.now, key=f"{self.booking.version}/{told}/{invitation.ahead}")

    def _state(self, invitation: Invitation, *, out: bool) -> str:
        rooms = self.rooms.get((invitation.sitting_id, invitation.side), [])
        place = "" if self.protected else "+".join(str(room.pk) for room in rooms)
        status = "OUT" if out else status_of(self.booking).value
        return f"{invitation.sitting.sequence}/{status}/{'neutral' if self.protected else 'open'}/{place}"


def send(invitation: Invitation, facts: Facts, now: datetime, *, key: str) -> None:
    """Write the letter with its file; `key` tells this message from the person's others about the sitting."""
    cancelled = facts.status is Status.CANCELLED
    write = invitations.cancel if cancelled else invitations.request
    invitation.stamp = next_stamp(invitation.stamp, now)
    invitation.letter_key = f"invitation:{invitation.public_id}:{key}"
    post.send(
        key=invitation.letter_key,
        to=invitation.address,
        language=addressees.language_of(invitation),
        subject=wording.subject(invitation, facts),
        text=wording.letter(invitation, facts, link(invitation), addressees.zone_of(invitation), now),
        calendar=write(facts, stamp=invitation.stamp),
        method="CANCEL" if cancelled else "REQUEST",
        from_=facts.organizer,
    )
    invitation.save(update_fields=SAID)


def repeat(invitation: Invitation, now: datetime, *, key: str) -> None:
    """The state as it is, once more to this one person. Behind the booking's lock."""
    with override(addressees.language_of(invitation)):
        send(invitation, current(invitation), now, key=key)


def current(invitation: Invitation) -> Facts:
    """How the sitting stands for this one reader, in the language that is active."""
    booking = invitation.booking
    gone = bool(invitation.withdrawn_at) or status_of(booking) is Status.CANCELLED
    return facts_of(
        invitation,
        protected=sides.protected(booking.plan),
        rooms=addressees.rooms(booking).get((invitation.sitting_id, invitation.side), []),
        others=[one for one in invitation.sitting.invitations.standing() if one.pk != invitation.pk],
        sittings=booking.sittings.count(),
        status=Status.CANCELLED if gone else None,
    )


def next_stamp(last: datetime | None, now: datetime) -> datetime:
    """DTSTAMP tells an update from what it updates, and counts whole seconds: each is later than the last."""
    now = now.replace(microsecond=0)
    return max(now, last + timedelta(seconds=1)) if last else now


def _invite(sitting: Sitting, wanted: dict[str, addressees.Addressee]) -> None:
    """A row for everyone who has none; who comes back after another had his place is asked anew."""
    known = {one.address: one for one in sitting.invitations.all()}
    Invitation.objects.bulk_create(
        Invitation(booking_id=sitting.booking_id, sitting=sitting, **vars(who))
        for address, who in wanted.items()
        if address not in known
    )
    for address, one in known.items():
        if address in wanted and one.withdrawn_at:
            one.withdrawn_at, one.told = None, ""
            one.save(update_fields=["withdrawn_at", "told"])


def _differ(before: readings.Walls, now: readings.Walls) -> bool:
    """Whether a clock that he was told shows another time. One that he was not told of is no news."""
    return any(before.get(zone, wall) != wall for zone, wall in now.items())


def _learn(invitation: Invitation, walls: readings.Walls) -> None:
    """Note the clock of one who lives elsewhere since, or who was told before this was noted."""
    if walls.keys() - invitation.walls.keys():
        invitation.walls = {**walls, **invitation.walls}
        invitation.save(update_fields=["walls"])


def _count(invitation: Invitation, told: str, now: datetime, *, out: bool, read_anew: bool) -> None:
    """SEQUENCE for this reader: the sitting's, and one more for each change that was told to him alone."""
    from scheduler.letters.answers import settle  # which writes letters itself

    before, after = invitation.told.split("/"), told.split("/")
    again = not invitation.told and invitation.stamp is not None
    # Place, and what else is said: a program that already has the entry must take it for a newer one.
    said_anew = read_anew or before[2:] != after[2:]
    if out or again or (invitation.told and before[0] == after[0] and said_anew):
        invitation.ahead += 1
    if before[0] != after[0]:
        invitation.asked = invitation.sitting.sequence + invitation.ahead
    invitation.sequence = invitation.sitting.sequence + invitation.ahead
    invitation.told, invitation.withdrawn_at = told, now if out else None
    invitation.partstat = settle(invitation)


def _colleagues(invitation: Invitation, others: list[Invitation]) -> list[Invitation]:
    """Who is named beside the reader, with an address: those of his own side. Interpreters are no colleagues."""
    return [one for one in others if one.side == invitation.side != Side.THIRD]


def _attendee(invitation: Invitation) -> Attendee:
    label = str(Role(invitation.role).label)
    return Attendee(address=invitation.address, name=label, partstat=invitation.partstat)


def _room(room: Resource) -> Attendee:
    return Attendee(address=f"room-{room.public_id.hex}@{settings.MAIL_DOMAIN}", name=room.label, room=True)
