"""Mail that did not fit is laid aside, for the own side's clerk to let through or to discard.

What belongs to no hearing keeps neither sender nor words: nobody here may read another's mail. Technicians are told
that it came, and when.
"""

import re
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from directory import access, audit
from directory.errors import NotFound, Refusal
from directory.models import Membership
from directory.roles import Act, permits
from scheduler.letters import answers, replies
from scheduler.letters.replies import Misfit, Reply, Said, Wrong
from scheduler.models import Answer, Booking, Invitation, Side, Sitting, Stray

KEPT = timedelta(days=90)  # what people wrote, and nobody has looked at
FORGOTTEN = ("sender", "words", "partstat", "proposed", "invitation")  # once decided: what counts stands elsewhere
_TOKEN = re.compile(r"hearing-([0-9a-f]{20})@")

WRONG_WORDS: dict[str, Promise] = {
    Wrong.TOO_LARGE: _("It is larger than an answer can be."),
    Wrong.MALFORMED: _("Its calendar part cannot be read."),
    Wrong.NO_ANSWER: _("Somebody wrote a letter instead of pressing a button. It answers nothing by itself."),
    Wrong.METHOD: _("It is not an answer: it adds or publishes an event, which is not for a reader to do."),
    Wrong.ATTENDEES: _("It answers for several people at once, or for nobody."),
    Wrong.EVENT: _("It answers an event that this service does not know."),
    Wrong.ATTENDEE: _("It answers for somebody who is not invited, or no longer is."),
    Wrong.FUTURE: _("It is dated ahead of time, or answers a message that was never sent."),
    Wrong.PROPOSAL: _("It proposes a time that cannot be taken up, or nobody vouches for its sender."),
}


class Answering(Misfit):
    """A misfit in which an answer could be read."""

    def __init__(self, wrong: Wrong, *, reply: Reply, **facts: Any) -> None:
        super().__init__(wrong, **facts)
        self.reply = reply


def lay_aside(misfit: Misfit, *, digest: str, size: int, now: datetime) -> str:
    """Keep it where somebody may decide on it. The same mail again is the same stray."""
    facts: dict[str, Any] = {"received_at": now, "wrong": misfit.wrong.value, "size": size}
    booking, invitation, side = _whose(misfit)
    if booking is not None and side:
        facts |= {"booking": booking, "invitation": invitation, "side": side}
        facts |= {"sender": misfit.sender[:254], "words": misfit.words[: replies.LONGEST_WORDS]}
        if isinstance(misfit, Answering):
            said, start = misfit.reply.said, misfit.reply.start
            facts |= {"partstat": "" if start else said.partstat, "sequence": said.sequence, "stamp": said.stamp}
            facts |= {"proposed": start}
    Stray.objects.get_or_create(digest=digest, defaults=facts)
    return "laid_aside"


def release(*, stray: Stray, by: Membership | None, invitation: UUID | None = None) -> Stray:
    """Let its answer count, as if it were proven: for the one it answers for, or for one of the own side whom the
    clerk names. Refuses `nothing_to_release`, `stray_decided`, `not_found`, and what `answers.propose` refuses."""
    by, now = access.check(by, Act.REPLY_JUDGE), timezone.now()
    with transaction.atomic():
        fresh = _waiting(stray, by)
        answering = _answering(fresh, by, invitation)
        if answering is None or not (fresh.proposed or fresh.partstat in replies.ANSWERS):
            raise Refusal(_("There is no answer in it that could count."), code="nothing_to_release")
        if fresh.proposed:
            answers.propose(answering, fresh.proposed, now=now, reason=fresh.words, by_mail=True)
        else:
            # Its own sequence may be what was wrong; the clerk says that it is meant for the time as it stands.
            stamp = min(fresh.stamp or now, now).replace(microsecond=0)
            said = Said(fresh.partstat, answering.sequence, stamp)
            answers.note(answering, said, verified=True, way=Answer.Way.CLERK, now=now, by=by)
        return _decided(fresh, Stray.State.RELEASED, by)


def discard(*, stray: Stray, by: Membership | None) -> Stray:
    """It counts for nothing, and what it said is forgotten. Refuses `stray_decided`, `not_found`."""
    by = sorter(by)
    with transaction.atomic():
        return _decided(_waiting(stray, by), Stray.State.DISCARDED, by)


@transaction.atomic
def forget(now: datetime) -> int:
    """Discard what nobody has decided on for so long; how many."""
    rows = Stray.objects.waiting().filter(received_at__lt=now - KEPT).select_for_update(skip_locked=True)
    return len([_decided(one, Stray.State.DISCARDED, None) for one in rows])


def sorter(by: Membership | None) -> Membership:
    """The member, if deciding about such mail is his at all; else `not_found`."""
    if by is None or not (permits(by.role, Act.REPLY_JUDGE) or permits(by.role, Act.MAIL_SORT)):
        raise NotFound
    return by


def by_id(public_id: UUID, by: Membership | None) -> Stray:
    """The stray, if it is the reader's to decide on; else `not_found`."""
    found: Stray | None = Stray.objects.visible_to(by).filter(public_id=public_id).first()
    if found is None:
        raise NotFound
    return found


def sender(stray: Stray, by: Membership) -> str:
    """Where it says that it comes from. An interpreter's address belongs to the court that has entered her."""
    if stray.side != Side.THIRD or stray.booking is None:
        return stray.sender
    hers = Q(address=stray.sender) | Q(pk=stray.invitation_id)
    others = stray.booking.invitations.filter(hers, side=Side.THIRD, resource__authority__isnull=False)
    return "" if others.exclude(resource__authority=by.authority_id).exists() else stray.sender


def candidates(stray: Stray, by: Membership) -> list[Invitation]:
    """For whom the clerk may let it count: those of his own side and the interpreters who still take part."""
    if stray.booking is None:
        return []
    rows = stray.booking.invitations.standing().filter(side__in=[stray.booking.plan.side_of(by) or "", Side.THIRD])
    return list(rows.select_related("sitting").order_by("sitting__position", "role", "id"))


def _whose(misfit: Misfit) -> tuple[Booking | None, Invitation | None, str]:
    """The hearing it is about and the side it comes from. A side that cannot be told is nobody's to read."""
    booking = _booking(misfit)
    if booking is None:
        return None, None, ""
    attendee = misfit.reply.attendee if isinstance(misfit, Answering) else misfit.sender
    rows = booking.invitations.filter(address__in={attendee, misfit.sender} - {""})
    if rows.filter(sitting__uid=answers.uid_of(misfit.uid)).exists():
        rows = rows.filter(sitting__uid=answers.uid_of(misfit.uid))
    found = rows.filter(address=attendee).first()
    if found:
        return booking, found, found.side
    sender = rows.first()
    return booking, None, sender.side if sender else _side_by_domain(booking, misfit.sender)


def _booking(misfit: Misfit) -> Booking | None:
    sitting = Sitting.objects.filter(uid=answers.uid_of(misfit.uid)).select_related("booking").first()
    if sitting:
        return sitting.booking
    tokens = [found[1] for address in misfit.to if (found := _TOKEN.match(address))]
    return Booking.objects.filter(token__in=tokens).first() if tokens else None


def _side_by_domain(booking: Booking, sender: str) -> str:
    """A colleague writes from the domain of one side's people and of no other's."""
    domain = sender.rpartition("@")[2]
    sides = {one.side for one in booking.invitations.all() if domain and one.address.endswith(f"@{domain}")}
    return str(sides.pop()) if len(sides) == 1 else ""


def _answering(stray: Stray, by: Membership, chosen: UUID | None) -> Invitation | None:
    if chosen is None:
        return stray.invitation if stray.invitation and not stray.invitation.withdrawn_at else None
    return next((one for one in candidates(stray, by) if one.public_id == chosen), None)


def _waiting(stray: Stray, by: Membership) -> Stray:
    fresh: Stray | None = Stray.objects.visible_to(by).filter(pk=stray.pk).first()
    if fresh is None:
        raise NotFound
    if Stray.objects.select_for_update(of=("self",)).get(pk=fresh.pk).state != Stray.State.WAITING:
        raise Refusal(_("Somebody has decided on this already."), code="stray_decided")
    return fresh


def _decided(stray: Stray, state: str, by: Membership | None) -> Stray:
    stray.state, stray.decided_by, stray.decided_at = state, by, timezone.now()
    stray.sender, stray.words, stray.partstat, stray.proposed, stray.invitation = "", "", "", None, None
    stray.save(update_fields=["state", "decided_by", "decided_at", *FORGOTTEN])
    audit.append(f"reply.{state}", by=by, about=stray, facts={"wrong": stray.wrong})
    return stray
