"""What comes in by mail is taken: answers are noted, proposals made, reports marked, and what does not fit laid aside.

The same mail twice is as good as once: a server's pipe that is tried again, or a mailbox read anew after a crash.
"""

import hashlib
from datetime import datetime, timedelta
from email.message import EmailMessage

from django.conf import settings
from django.db import transaction

from directory import bounces, post
from directory.errors import Refusal
from scheduler.letters import answers, mailing, replies, strays
from scheduler.letters.replies import Method, Misfit, Reply, Wrong
from scheduler.models import Answer, Booking, Invitation, Sitting

OFTEN = timedelta(minutes=10)  # who has asked for the state, or was just told it, is not told again so soon
AHEAD = timedelta(days=1)  # how far a clock may be wrong; DTSTAMP of next year would stand for ever


def take(data: bytes, *, now: datetime) -> str:
    """Take one mail; returns one word on what became of it. Raises only where the database does."""
    digest = hashlib.sha256(data).hexdigest()
    try:
        with transaction.atomic():
            return _taken(replies.mail_of(data), digest, now)
    except Misfit as misfit:
        found = misfit
    except replies.ODD:  # one mail that no parser can bear must not stand in the way of the next
        found = Misfit(Wrong.MALFORMED)
    return strays.lay_aside(found, digest=digest, size=len(data), now=now)


def _taken(mail: EmailMessage, digest: str, now: datetime) -> str:
    if bounces.is_report(mail):
        return _report(mail)
    return "automatic" if _by_itself(mail) else _answer(mail, digest, now)


def _answer(mail: EmailMessage, digest: str, now: datetime) -> str:
    reply = replies.read(mail, authserv_id=settings.MAIL_AUTHSERV_ID)
    try:
        invitation = _invitation(reply, now)
        match reply.method:
            case Method.REPLY:
                answers.note(invitation, reply.said, verified=reply.verified, way=Answer.Way.MAIL, now=now)
            case Method.COUNTER:
                _propose(invitation, reply, now)
            case Method.REFRESH:
                _again(invitation, digest, now)
    except Misfit as misfit:
        facts = {"sender": reply.sender, "to": replies.addressed(mail), "uid": reply.uid, "words": reply.words}
        raise strays.Answering(misfit.wrong, reply=reply, **facts) from misfit
    return reply.method.value.lower()


def _invitation(reply: Reply, now: datetime) -> Invitation:
    sitting = Sitting.objects.filter(uid=answers.uid_of(reply.uid)).first()
    if sitting is None:
        raise Misfit(Wrong.EVENT)
    rows = sitting.invitations.select_related("booking__plan__request", "sitting", "resource", "member__user")
    invitation = rows.filter(address=reply.attendee).exclude(told="").first()
    if invitation is None or invitation.withdrawn_at:
        raise Misfit(Wrong.ATTENDEE)
    if reply.said.stamp > now + AHEAD or reply.said.sequence > invitation.sequence:
        raise Misfit(Wrong.FUTURE)
    return invitation


def _propose(invitation: Invitation, reply: Reply, now: datetime) -> None:
    """A COUNTER becomes a proposal, which a clerk takes or declines; an old or unproven one is for a person first."""
    if not reply.verified or reply.said.sequence < invitation.asked or reply.start is None:
        raise Misfit(Wrong.PROPOSAL)
    try:
        answers.propose(invitation, reply.start, now=now, reason=reply.words, by_mail=True)
    except Refusal as refusal:
        raise Misfit(Wrong.PROPOSAL) from refusal


def _again(invitation: Invitation, digest: str, now: datetime) -> None:
    """A REFRESH gets the state as it is now, at the invited address and nowhere else; asked often, still once."""
    Booking.objects.select_for_update(no_key=True).get(pk=invitation.booking_id)
    invitation.refresh_from_db(fields=["stamp"])
    if invitation.stamp and now - invitation.stamp < OFTEN:
        return
    mailing.repeat(invitation, now, key=f"refresh/{digest[:32]}")


def _report(mail: EmailMessage) -> str:
    """A letter came back. A delay is no end: the server goes on trying."""
    report = bounces.read(mail)
    if report is None or not report.final:
        return "automatic"
    return "bounced" if post.bounced(report.letter, report.status) else "automatic"


def _by_itself(mail: EmailMessage) -> bool:
    """A note of absence and the like answers nothing. A reply says no such thing, though a program sends it."""
    said = str(mail.get("auto-submitted", "no")).partition(";")[0].strip().lower()
    calendar = any(part.get_content_type() == "text/calendar" for part in mail.walk())
    return said != "no" and not calendar
