"""An answer to an invitation is noted: the greatest (SEQUENCE, DTSTAMP) counts, in whatever order they arrive.

What is verified and what somebody only claims are kept apart: a forged reply never stands in a true one's way.
"""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from directory import audit
from directory.errors import NotFound, Refusal, Stale
from directory.models import Membership, User
from scheduler.booking import proposals
from scheduler.letters import mailing, replies
from scheduler.letters.replies import Said
from scheduler.models import Answer, Booking, Invitation, Proposal


@transaction.atomic
def note(
    invitation: Invitation, said: Said, *, verified: bool, way: str, now: datetime, by: Membership | None = None
) -> bool:
    """Keep the answer if it is the greatest of its kind. True where what counts has changed."""
    fresh = _locked(invitation)
    kept = fresh.answers.filter(verified=verified).first()
    before = Said(kept.partstat, kept.sequence, kept.stamp) if kept else None
    newest = replies.greater(before, said)
    if newest != before:
        facts = {"partstat": newest.partstat, "sequence": newest.sequence, "stamp": newest.stamp}
        Answer.objects.update_or_create(
            invitation=fresh, verified=verified, defaults={**facts, "way": way, "received_at": now}
        )
    counts = settle(fresh)
    changed = counts != fresh.partstat
    fresh.partstat = invitation.partstat = counts
    fresh.save(update_fields=["partstat"])
    if changed:
        told = {"invitation": str(fresh.public_id), "role": fresh.role, "answer": counts, "way": way}
        audit.append("invitation.answered", by=by, about=fresh.booking, facts=told)
    return changed


def settle(invitation: Invitation) -> str:
    """What counts: his verified answer, unless the time has moved since; an older one answers an older time."""
    kept = invitation.answers.filter(verified=True).first() if invitation.pk else None
    if kept is None or kept.sequence < invitation.asked or invitation.withdrawn_at:
        return str(Invitation.Answer.NONE.value)
    return kept.partstat


def claimed(invitation: Invitation) -> str:
    """An answer that somebody claims to be his and that is newer than what counts; else nothing."""
    kept = {one.verified: one for one in invitation.answers.all()}
    claim, true = kept.get(False), kept.get(True)
    if claim is None or claim.sequence < invitation.asked:
        return ""
    newer = true is None or (claim.sequence, claim.stamp) > (true.sequence, true.stamp)
    return claim.partstat if newer and claim.partstat != invitation.partstat else ""


def asked(invitation: Invitation) -> int:
    """The sequence of what a page shows of it: the sitting as it stands, though the letter may not have left yet."""
    return invitation.sitting.sequence + invitation.ahead


@transaction.atomic
def answer(
    invitation: Invitation, partstat: str, *, sequence: int, now: datetime, way: str, by: Membership | None = None
) -> Invitation:
    """Accept, decline or be unsure about the time that `asked` named when it was shown: `sequence`.

    Refuses `answer_unknown`, `answer_late`, `stale_version`.
    """
    if partstat not in replies.ANSWERS:
        raise Refusal(_("Say whether you can come."), code="answer_unknown", status=422, field="answer")
    fresh = _locked(invitation)
    open_or_refuse(fresh, now)
    if sequence != asked(fresh):
        raise Stale(asked(fresh))
    last = fresh.answers.filter(verified=True).first()
    stamp = mailing.next_stamp(last.stamp if last else None, now)
    note(fresh, Said(partstat, sequence, stamp), verified=True, way=way, now=now, by=by)
    return fresh


@transaction.atomic
def propose(
    invitation: Invitation,
    start: datetime,
    *,
    now: datetime,
    reason: str,
    sequence: int | None = None,
    by_mail: bool = False,
) -> None:
    """Another time for this sitting, the others as they are; the courts take it up or decline it.

    The same one again is the same proposal. `sequence`: of the time that was shown. Refuses `answer_late`,
    `stale_version`, `same_time`, and what `sittings.asked` refuses.
    """
    fresh = _locked(invitation)
    open_or_refuse(fresh, now)
    if sequence not in (None, asked(fresh)):
        raise Stale(asked(fresh))
    rows = fresh.booking.sittings.order_by("position")
    starts = sorted(start if one.pk == fresh.sitting_id else one.start for one in rows)
    if fresh.proposals.filter(starts=Proposal.written(starts)).exists():
        return
    booking = fresh.booking
    proposals.make(booking=booking, starts=starts, now=now, invitation=fresh, reason=reason, by_mail=by_mail)


def open_or_refuse(invitation: Invitation, now: datetime) -> None:
    """Refuses `answer_late` where there is nothing left to answer."""
    if invitation.booking.state not in Booking.LIVE or invitation.withdrawn_at or invitation.sitting.end <= now:
        raise Refusal(_("This time is over or was given up; there is nothing left to answer."), code="answer_late")


def own(public_id: UUID, user: User) -> Invitation:
    """The user's own invitation; else `not_found`."""
    return _found(Invitation.objects.addressed_to(user).filter(public_id=public_id).first())


def coming(user: User, now: datetime) -> QuerySet[Invitation]:
    """His invitations to sittings that are not over, the next first."""
    rows = Invitation.objects.addressed_to(user).filter(sitting__during__endswith__gt=now).exclude(told="")
    return rows.select_related("booking", "sitting").distinct().order_by("sitting__during", "id")


def keyed(public_id: UUID, now: datetime) -> Invitation:
    """The invitation of one without an account, whose key was opened; gone once the sitting is over."""
    rows = Invitation.objects.standing().filter(sitting__during__endswith__gt=now, member=None)
    return _found(rows.filter(public_id=public_id, resource__interpreter__user=None, resource__user=None).first())


def uid_of(text: str) -> UUID:
    """The UID of an event as a column can be asked for it; of none of ours, the nil one."""
    try:
        return UUID(text)
    except ValueError:
        return UUID(int=0)


def _found(invitation: Invitation | None) -> Invitation:
    if invitation is None:
        raise NotFound
    return invitation


def _locked(invitation: Invitation) -> Invitation:
    """Behind the booking's lock, as the job that writes the letters is."""
    Booking.objects.select_for_update(no_key=True).get(pk=invitation.booking_id)
    return Invitation.objects.select_related("booking__plan__request", "sitting").get(pk=invitation.pk)
