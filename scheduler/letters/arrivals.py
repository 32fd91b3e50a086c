"""Whether the letters about a booking arrived, and what can be done where one did not."""

from typing import NamedTuple
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from directory import access, audit, post
from directory.errors import NotFound, Refusal
from directory.models import Letter, Membership
from directory.roles import Act, permits
from scheduler.models import Booking, Invitation, Side


class Arrived(NamedTuple):
    """How the newest letter and the newest reminder stand (Letter.State); empty where there was none."""

    letter: str = ""
    reminder: str = ""

    @property
    def troubled(self) -> bool:
        """Whether one of them did not arrive, or may not have left."""
        return not Letter.TROUBLED.isdisjoint(self)


def states(booking: Booking) -> dict[UUID, Arrived]:
    """By the invitations' public ids."""
    rows = list(booking.invitations.all())
    keys = {key for one in rows for key in (one.letter_key, one.reminder_key)}
    known = dict(Letter.objects.filter(key__in=keys).values_list("key", "state"))
    return {one.public_id: Arrived(known.get(one.letter_key, ""), known.get(one.reminder_key, "")) for one in rows}


def troubled(by: Membership) -> list[Booking]:
    """Bookings that stand and of whose letters to the member's side, or to an interpreter, one did not arrive."""
    if not permits(by.role, Act.REPLY_JUDGE):
        return []
    bad = Letter.objects.filter(state__in=Letter.TROUBLED).values("key")
    rows = Invitation.objects.standing().filter(Q(letter_key__in=bad) | Q(reminder_key__in=bad))
    rows = rows.filter(booking__in=Booking.objects.visible_to(by).live(), sitting__during__endswith__gt=timezone.now())
    people = rows.select_related("booking__plan__request").order_by("sitting__during")
    return list({one.booking: one for one in people if _ours(one, by)})


@transaction.atomic
def resend(*, public_id: UUID, by: Membership | None) -> Invitation:
    """Send a letter of the own side once more, where it came back, failed or may not have left.

    Refuses `nothing_to_resend`, `not_found`.
    """
    by = access.check(by, Act.REPLY_JUDGE)
    rows = Invitation.objects.filter(booking__in=Booking.objects.visible_to(by), public_id=public_id)
    found = rows.select_related("booking__plan__request").first()
    if found is None or not _ours(found, by):
        raise NotFound
    letters = Letter.objects.filter(key__in=[found.letter_key, found.reminder_key])
    anew = [letter for letter in letters if post.again(letter)]  # both of them, where both are in trouble
    if not anew:
        raise Refusal(_("Nothing is wrong with this letter, or it is on its way again."), code="nothing_to_resend")
    facts = {"invitation": str(found.public_id), "role": found.role}
    audit.append("invitation.sent_again", by=by, about=found.booking, facts=facts)
    return found


def _ours(invitation: Invitation, by: Membership) -> bool:
    return invitation.side in (invitation.booking.plan.side_of(by), Side.THIRD)
