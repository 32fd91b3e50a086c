"""A member's calendar to subscribe to: his own invitations as events, behind an address that is a key.

Of a protected hearing an event says that its reader is busy, and no more: the address is a key that programs keep.
Other titles are as neutral as the letters'. What was given up stays as cancelled for a while, so that a phone that asks
once a week learns of it.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from directory import audit
from directory.errors import NotFound, Refusal
from directory.models import Membership, User
from scheduler import sides
from scheduler.letters import addressees, invitations, mailing, wording
from scheduler.letters.invitations import Facts, Status
from scheduler.models import Feed, Invitation

KEPT = timedelta(days=90)  # how long what is past is shown
CANCELLED_KEPT = timedelta(days=30)
MOST = 6  # calendars a person may have


@dataclass(frozen=True)
class Entry:
    """One event with its name in the collection, and the tag that changes when it does."""

    name: str  # "uid.ics"
    etag: str
    data: bytes
    start: datetime
    end: datetime


@transaction.atomic
def make(*, user: User, by: Membership, busy_only: bool) -> str:
    """A new calendar; returns its secret, which is seen this once. Refuses `too_many_feeds`."""
    if of(user).count() >= MOST:
        sentence = _("You have %(n)s calendars already. Revoke one first.") % {"n": MOST}
        raise Refusal(sentence, code="too_many_feeds")
    secret = Feed.new_secret()
    feed = Feed.objects.create(user=user, digest=Feed.digest_of(secret), busy_only=busy_only)
    audit.append("feed.made", by=by, about=feed, facts={"busy_only": busy_only})
    return secret


@transaction.atomic
def rotate(*, feed: Feed, by: Membership) -> str:
    """Another address for the same calendar: the old one is nobody's any more. Refuses `not_found`."""
    secret = Feed.new_secret()
    if Feed.objects.filter(pk=feed.pk, revoked_at=None).update(digest=Feed.digest_of(secret), read_at=None) != 1:
        raise NotFound
    audit.append("feed.rotated", by=by, about=feed)
    return secret


@transaction.atomic
def revoke(*, feed: Feed, by: Membership) -> None:
    """The address leads nowhere from now on. Refuses `not_found`."""
    if Feed.objects.filter(pk=feed.pk, revoked_at=None).update(revoked_at=timezone.now()) != 1:
        raise NotFound
    audit.append("feed.revoked", by=by, about=feed)


def of(user: User) -> QuerySet[Feed]:
    """His calendars that are read or can be."""
    return Feed.objects.filter(user=user, revoked_at=None)


def own(public_id: UUID, user: User) -> Feed:
    """One's own calendar; else `not_found`."""
    found = of(user).filter(public_id=public_id).first()
    if found is None:
        raise NotFound
    return found


def opened(secret: str, now: datetime) -> Feed:
    """The calendar that the secret opens, if its owner may still sign in; else `not_found`."""
    rows = Feed.objects.filter(digest=Feed.digest_of(secret), revoked_at=None, user__is_active=True)
    feed = rows.select_related("user").first()
    if feed is None:
        raise NotFound
    if feed.read_at is None or now - feed.read_at > timedelta(hours=1):
        Feed.objects.filter(pk=feed.pk).update(read_at=now)
    return feed


def entries(feed: Feed, now: datetime) -> list[Entry]:
    """Each event as a calendar of its own, as CalDAV hands it out (RFC 4791, 4.1)."""
    with override(feed.user.language):
        return [_entry(facts, stamp, feed) for facts, stamp in _events(feed, now)]


def calendar(feed: Feed, now: datetime) -> bytes:
    """All events in one file."""
    with override(feed.user.language):
        return invitations.published(_events(feed, now), name=name(feed), busy_only=feed.busy_only)


def name(feed: Feed) -> str:
    """What the calendar is called in its reader's list, in the language that is active."""
    return _("Vivavoce, busy times") if feed.busy_only else _("Vivavoce, hearings")


def etag(data: bytes) -> str:
    """A strong entity tag (RFC 9110, 8.8.3)."""
    return f'"{hashlib.sha256(data).hexdigest()[:32]}"'


def _entry(facts: Facts, stamp: datetime, feed: Feed) -> Entry:
    data = invitations.published([(facts, stamp)], name=name(feed), busy_only=feed.busy_only)
    return Entry(f"{facts.uid}.ics", etag(data), data, facts.start, facts.end)


def _events(feed: Feed, now: datetime) -> Iterator[tuple[Facts, datetime]]:
    """One event a sitting, however often its reader is invited to it (as a member of two courts)."""
    known: dict[int, Any] = {}
    for one in _invitations(feed.user, now):
        if one.sitting_id not in known or (known[one.sitting_id].withdrawn_at and not one.withdrawn_at):
            known[one.sitting_id] = one
    rows = list(known.values())
    in_force = sides.in_force_for([one.booking.plan for one in rows], now)
    for one in rows:
        if one.stamp and (not _given_up(one) or one.stamp > now - CANCELLED_KEPT):
            found = in_force[one.booking.plan_id]
            yield _facts(one, busy_only=feed.busy_only, protected=found is None or bool(found)), one.stamp


def _given_up(invitation: Invitation) -> bool:
    return bool(invitation.withdrawn_at) or mailing.status_of(invitation.booking) is Status.CANCELLED


def _invitations(user: User, now: datetime) -> Iterator[Invitation]:
    rows = Invitation.objects.addressed_to(user).filter(Q(sitting__during__endswith__gt=now - KEPT)).exclude(told="")
    people = rows.select_related("sitting", *addressees.PLAN, *addressees.ACCOUNTS)
    return iter(people.annotate(sittings=Count("booking__sittings")).order_by("sitting__during", "id"))


def _facts(invitation: Any, *, busy_only: bool, protected: bool) -> Facts:
    booking, sitting = invitation.booking, invitation.sitting
    rooms = [] if protected else addressees.rooms(booking).get((sitting.pk, invitation.side), [])
    return Facts(
        uid=str(sitting.uid),
        sequence=invitation.sequence,
        status=Status.CANCELLED if _given_up(invitation) else mailing.status_of(booking),
        start=sitting.start,
        end=sitting.end,
        title=_("Busy") if busy_only or protected else wording.title(booking.plan, sitting, invitation.sittings),
        description=wording.description(invitation, mailing.page(invitation), protected=protected),
        organizer=mailing.organizer(booking),
        organizer_name="Vivavoce",
        recipient=invitations.Attendee(address=invitation.address, name=""),
        location=", ".join(room.label for room in rooms),
        protected=protected,
    )
