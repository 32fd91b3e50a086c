"""One's own invitations and calendars over the API, and for clerks the replies that did not fit."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Router, Schema, Status

from directory.instants import Instant
from directory.models import Membership
from directory.preconditions import Version, acting, tell, version_of
from scheduler.letters import answers, arrivals, feeds, strays
from scheduler.models import Answer, Feed, Invitation, Stray

router = Router()
MOST = 200  # rows of a list


class InvitationOut(Schema):
    """One's own invitation to one sitting. `sequence` is the version to name in If-Match with an answer."""

    id: UUID
    booking: UUID
    state: str
    role: str
    start: datetime
    end: datetime
    answer: str
    sequence: int
    withdrawn: bool


class AnswerIn(Schema, extra="forbid"):
    """As in RFC 5545, 3.2.12."""

    answer: Literal["ACCEPTED", "TENTATIVE", "DECLINED"]


class OtherTimeIn(Schema, extra="forbid"):
    """When one could come instead: an instant with its offset. Both courts read the reason."""

    start: Instant
    reason: str = ""


class FeedIn(Schema, extra="forbid"):
    """`busy_only`: it says when, and not what."""

    busy_only: bool = False


class FeedOut(Schema):
    """A calendar to subscribe to. `secret` is there once: /calendar/{secret}.ics, or /calendar/{secret}/ for CalDAV."""

    id: UUID
    busy_only: bool
    created_at: datetime
    read_at: datetime | None
    secret: str | None = None


class StrayOut(Schema):
    """A mail that was not counted; `wrong` says why. What belongs to no hearing says neither who nor what."""

    id: UUID
    received_at: datetime
    wrong: str
    size: int
    booking: UUID | None
    invitation: UUID | None
    sender: str
    answer: str
    proposed: datetime | None
    words: str


class ReleaseIn(Schema, extra="forbid"):
    """For whom it is to count, where that is not clear."""

    invitation: UUID | None = None


@router.get("/invitations", response=list[InvitationOut])
def invitations(request: HttpRequest) -> list[dict[str, Any]]:
    """One's own invitations to sittings that are not over, the next first."""
    rows = answers.coming(acting(request).user, timezone.now())
    return [_invitation(one) for one in rows[:MOST]]


@router.get("/invitations/{invitation}", response=InvitationOut)
def invitation(request: HttpRequest, response: HttpResponse, invitation: UUID) -> dict[str, Any]:
    """One of one's own."""
    return _tagged(response, answers.own(invitation, acting(request).user))


@router.post("/invitations/{invitation}/answer", response=InvitationOut)
def answer(
    request: HttpRequest, response: HttpResponse, invitation: UUID, facts: AnswerIn, version: Version = None
) -> dict[str, Any]:
    """Say whether one can come. If-Match names the `sequence` one has read: an answer to an older time is none."""
    by = acting(request)
    own, sequence, now = answers.own(invitation, by.user), version_of(version), timezone.now()
    done = answers.answer(own, facts.answer, sequence=sequence, now=now, way=Answer.Way.PAGE, by=by)
    return _tagged(response, done)


@router.post("/invitations/{invitation}/other-time", response=InvitationOut)
def other_time(
    request: HttpRequest, response: HttpResponse, invitation: UUID, facts: OtherTimeIn, version: Version = None
) -> dict[str, Any]:
    """Propose another time to both courts; the same one again is the same proposal. If-Match names the `sequence`."""
    own, sequence = answers.own(invitation, acting(request).user), version_of(version)
    answers.propose(own, facts.start, now=timezone.now(), reason=facts.reason, sequence=sequence)
    return _tagged(response, own)


@router.post("/invitations/{invitation}/send-again", response={204: None})
def send_again(request: HttpRequest, invitation: UUID) -> Status[None]:
    """A letter of the own side's that came back, failed or may not have left goes out once more."""
    arrivals.resend(public_id=invitation, by=acting(request))
    return Status(204, None)


@router.get("/feeds", response=list[FeedOut])
def listed(request: HttpRequest) -> list[dict[str, Any]]:
    """One's own calendars to subscribe to."""
    return [_feed(one) for one in feeds.of(acting(request).user)]


@router.post("/feeds", response={201: FeedOut})
def make(request: HttpRequest, facts: FeedIn) -> Status[dict[str, Any]]:
    """A new one; its secret is in this answer alone."""
    by = acting(request)
    secret = feeds.make(user=by.user, by=by, busy_only=facts.busy_only)
    return Status(201, _feed(feeds.of(by.user).get(digest=Feed.digest_of(secret)), secret))


@router.post("/feeds/{feed}/rotate", response=FeedOut)
def rotate(request: HttpRequest, feed: UUID) -> dict[str, Any]:
    """Another secret; the old one opens nothing any more."""
    by = acting(request)
    own = feeds.own(feed, by.user)
    return _feed(own, feeds.rotate(feed=own, by=by))


@router.delete("/feeds/{feed}", response={204: None})
def revoke(request: HttpRequest, feed: UUID) -> Status[None]:
    """It opens nothing from now on."""
    by = acting(request)
    feeds.revoke(feed=feeds.own(feed, by.user), by=by)
    return Status(204, None)


@router.get("/replies", response=list[StrayOut])
def replies(request: HttpRequest) -> list[dict[str, Any]]:
    """Replies that did not fit and wait for the caller's decision, the newest first."""
    by = strays.sorter(acting(request))
    rows = Stray.objects.visible_to(by).waiting().select_related("booking", "invitation")
    return [_stray(one, by) for one in rows[:MOST]]


@router.post("/replies/{reply}/release", response={204: None})
def release(request: HttpRequest, reply: UUID, facts: ReleaseIn) -> Status[None]:
    """Its answer counts, as if it were proven."""
    by = acting(request)
    strays.release(stray=strays.by_id(reply, by), by=by, invitation=facts.invitation)
    return Status(204, None)


@router.post("/replies/{reply}/discard", response={204: None})
def discard(request: HttpRequest, reply: UUID) -> Status[None]:
    """It counts for nothing, and what it said is forgotten."""
    by = acting(request)
    strays.discard(stray=strays.by_id(reply, by), by=by)
    return Status(204, None)


def _tagged(response: HttpResponse, one: Invitation) -> dict[str, Any]:
    tell(response, answers.asked(one))
    return _invitation(one)


def _invitation(one: Invitation) -> dict[str, Any]:
    booking, sitting = one.booking, one.sitting
    return {
        "id": one.public_id,
        "booking": booking.public_id,
        "state": booking.state,
        "role": one.role,
        "start": sitting.start,
        "end": sitting.end,
        "answer": one.partstat,
        "sequence": answers.asked(one),
        "withdrawn": one.withdrawn_at is not None,
    }


def _feed(one: Feed, secret: str | None = None) -> dict[str, Any]:
    return {
        "id": one.public_id,
        "busy_only": one.busy_only,
        "created_at": one.created_at,
        "read_at": None if secret else one.read_at,
        "secret": secret,
    }


def _stray(one: Stray, by: Membership) -> dict[str, Any]:
    return {
        "id": one.public_id,
        "received_at": one.received_at,
        "wrong": one.wrong,
        "size": one.size,
        "booking": one.booking and one.booking.public_id,
        "invitation": one.invitation and one.invitation.public_id,
        "sender": strays.sender(one, by),
        "answer": one.partstat,
        "proposed": one.proposed,
        "words": one.words,
    }
