"""Whether the letters about a booking arrived, and what can be done where one did not."""

from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from directory import access, audit, post
from directory.errors import NotFound, Refusal
from directory.models import Letter, Membership
from directory.roles import Act, permits
from scheduler.models import Booking, Invitation, Side


def states(booking: Booking) -> dict[UUID, str]:
    """How each invitation's newest letter stands: its public id → queued, sending, sent, failed, doubtful, bounced."""
    rows = {one.letter_key: one.public_id for one in booking.invitations.all()}
    found = Letter.objects.filter(key__in=rows).values_list("key", "state")
    return {rows[key]: state for key, state in found}


def troubled(by: Membership) -> list[Booking]:
    """Bookings that stand and of whose letters to the member's side, or to an interpreter, one did not arrive."""
    if not permits(by.role, Act.REPLY_JUDGE):
        return []
    bad = Letter.objects.filter(state__in=Letter.TROUBLED, key__startswith="invitation:")
    rows = Invitation.objects.standing().filter(letter_key__in=bad.values("key"))
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
    letter = Letter.objects.filter(key=found.letter_key).first()
    if letter is None or not post.again(letter):
        raise Refusal(_("Nothing is wrong with this letter, or it is on its way again."), code="nothing_to_resend")
    facts = {"invitation": str(found.public_id), "role": found.role}
    audit.append("invitation.sent_again", by=by, about=found.booking, facts=facts)
    return found


def _ours(invitation: Invitation, by: Membership) -> bool:
    return invitation.side in (invitation.booking.plan.side_of(by), Side.THIRD)
