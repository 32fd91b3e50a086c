"""Mail that did not fit, and calendars that people subscribe to."""

import hashlib
import secrets
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from directory.models import Membership, Public, User
from directory.models.base import text
from directory.roles import Act, permits
from scheduler.models.bookings import Booking
from scheduler.models.invitations import Invitation
from scheduler.models.plans import Plan, Side


class StrayQuerySet(models.QuerySet["Stray"]):
    """Strays as a member may see them."""

    def visible_to(self, by: Membership | None) -> Self:
        """A clerk sees what came from his own side about his hearings; a technician what belongs to no hearing."""
        if by is None:
            return self.none()
        seen = Q(booking=None) if permits(by.role, Act.MAIL_SORT) else Q(pk=None)
        if permits(by.role, Act.REPLY_JUDGE):
            state = by.authority.state_id
            ours = Q(side=Side.REQUESTING, booking__plan__request__requesting__state=state)
            ours |= Q(side=Side.REQUESTED, booking__plan__request__requested__state=state) | Q(side=Side.THIRD)
            seen |= ours & Q(booking__plan__in=Plan.objects.visible_to(by))
        return self.filter(seen)

    def waiting(self) -> Self:
        """Those about which nobody has decided."""
        return self.filter(state=Stray.State.WAITING)


class Stray(Public):
    """A mail that was not taken as an answer. What it says is kept while somebody of its own side may decide on it."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        RELEASED = "released", _("Let through")
        DISCARDED = "discarded", _("Discarded")

    digest = models.CharField(max_length=64, unique=True)  # SHA-256 of the mail: the same one twice is one stray
    received_at = models.DateTimeField()
    wrong = models.TextField()  # a code of `replies.Wrong`
    size = models.PositiveIntegerField()  # octets
    sender = text()  # as the mail claims; empty where it belongs to no hearing
    partstat = text()  # the answer in it, where it can be let through
    sequence = models.PositiveIntegerField(default=0)
    stamp = models.DateTimeField(null=True, blank=True)
    proposed = models.DateTimeField(null=True, blank=True)  # another start, where it asks for one
    words = text()  # what a person wrote instead of an answer; emptied once decided
    booking = models.ForeignKey(Booking, models.CASCADE, null=True, blank=True, related_name="strays")
    invitation = models.ForeignKey(Invitation, models.CASCADE, null=True, blank=True, related_name="strays")
    side = models.TextField(choices=Side, blank=True, default="")
    state = models.TextField(choices=State, default=State.WAITING)
    decided_by = models.ForeignKey(Membership, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[Any] = StrayQuerySet.as_manager()

    class Meta:
        ordering = ["-received_at", "-id"]


class Feed(Public):
    """A calendar to subscribe to. Its address is a key and is seen once; only the digest is kept."""

    user = models.ForeignKey(User, models.CASCADE, related_name="feeds")
    digest = models.CharField(max_length=64, unique=True)
    busy_only = models.BooleanField(default=False)  # says when, and not what
    created_at = models.DateTimeField(auto_now_add=True)
    read_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["created_at"]

    @staticmethod
    def new_secret() -> str:
        """256 random bits: no slow hash is needed to keep them."""
        return secrets.token_urlsafe(32)

    @staticmethod
    def digest_of(secret: str) -> str:
        """SHA-256, in hex."""
        return hashlib.sha256(secret.encode()).hexdigest()
