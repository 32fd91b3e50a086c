"""A participant who asked for another time is told that it is not taken up (RFC 5546, 3.2.8).

Where it is taken up, or the sitting moves elsewhere, the new REQUEST says so.
"""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import override

from directory import post
from scheduler.letters import addressees, invitations, mailing, wording
from scheduler.models import Booking, Invitation, Proposal


def announce(proposal: Proposal) -> None:
    """Have him told, once the caller's transaction is kept."""
    from scheduler.tasks import decline_counter as job  # the job itself imports this module

    job.defer(proposal=proposal.pk)


@transaction.atomic
def tell(proposal_id: int) -> None:
    """Write the letter, with a DECLINECOUNTER for a calendar program that had asked. Twice is as good as once."""
    rows = Proposal.objects.select_related("invitation__booking__plan__request", "invitation__sitting")
    proposal = rows.filter(pk=proposal_id).first()
    invitation = proposal.invitation if proposal else None
    if proposal is None or invitation is None:
        return
    booking = Booking.objects.select_for_update(no_key=True).get(pk=invitation.booking_id)
    invitation.refresh_from_db(fields=["sequence", "stamp", "withdrawn_at"])
    if proposal.state != Proposal.State.DECLINED or booking.state not in Booking.LIVE or not _reads(invitation):
        return
    now = timezone.now()
    invitation.stamp = mailing.next_stamp(invitation.stamp, now)
    with override(language := addressees.language_of(invitation)):
        facts = mailing.current(invitation)
        post.send(
            key=f"declined:{proposal.public_id}",
            to=invitation.address,
            language=language,
            subject=wording.declined_subject(facts.title),
            text=wording.declined(invitation, addressees.zone_of(invitation), mailing.link(invitation), now),
            calendar=invitations.declined_counter(facts, stamp=invitation.stamp) if proposal.by_mail else None,
            method="DECLINECOUNTER" if proposal.by_mail else "",
            from_=facts.organizer,
        )
    invitation.save(update_fields=["stamp"])


def _reads(invitation: Invitation) -> bool:
    """Whether he still takes part, as what he was invited as."""
    return Invitation.objects.standing().of_those_in_office().filter(pk=invitation.pk).exists()
