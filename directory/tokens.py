"""A person's keys to the API: made, counted, ended. A secret is seen once, at its making."""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from directory import audit
from directory.models import ApiToken, Membership, User
from directory.signals import standing_changed


@transaction.atomic
def issue(*, user: User, ends: datetime) -> str:
    """A new key that ends at that instant; returns its secret. Made by whoever runs the house, by no member."""
    secret = ApiToken.issue(user=user, expires_at=ends)
    audit.append("token.issued", by=None, about=user, facts={"expires_at": ends.isoformat()})
    return secret


def standing(user: User) -> QuerySet[ApiToken]:
    """The keys that open something at this moment."""
    stamp = ApiToken.stamp_of(user)
    return user.tokens.filter(revoked_at=None, expires_at__gt=timezone.now(), stamp=stamp).order_by("expires_at")


@transaction.atomic
def revoke(*, user: User, by: Membership | None) -> int:
    """End every key of that person at once, and what was opened with one; returns how many.

    `by` None: whoever runs the house. A member ends his own alone: pages and API hand in nobody else.
    """
    ended = standing(user).update(revoked_at=timezone.now())
    if ended:
        standing_changed.send(sender=User, user=user)
        audit.append("token.revoked", by=by, about=user, facts={"count": ended})
    return ended
