"""Who was written to about a sitting, and what he answered."""

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from directory.models import Membership, Public, Resource, User
from directory.models.base import text
from scheduler.models.bookings import Booking, Sitting
from scheduler.models.plans import Role, Side


class InvitationQuerySet(models.QuerySet["Invitation"]):
    """Invitations as their own readers find them."""

    def standing(self) -> "InvitationQuerySet":
        """Those of people who still take part."""
        return self.filter(withdrawn_at=None)

    def of_those_in_office(self) -> "InvitationQuerySet":
        """Without the people who have left the court for which they were invited, and accounts that are closed."""
        acts = Membership.objects.filter(active=True, user__is_active=True)
        here = acts.filter(authority=OuterRef("resource__authority"))
        booked = Exists(here.filter(user=OuterRef("resource__user")))
        interpreter = Exists(here.filter(user=OuterRef("resource__interpreter__user")))
        member = Q(member=None) | Q(member__in=acts)
        return self.filter(
            member & (Q(resource__user=None) | booked) & (Q(resource__interpreter__user=None) | interpreter)
        )

    def addressed_to(self, user: User) -> "InvitationQuerySet":
        """Those that invite the user himself, as a member, a booked person or an interpreter; all ever sent."""
        member = Q(member__user=user, member__active=True)
        # Who has left the court whose person he was reads of its hearings no more.
        theirs = Q(resource__authority__in=Membership.objects.filter(user=user, active=True).values("authority"))
        return self.filter(member | theirs & (Q(resource__user=user) | Q(resource__interpreter__user=user)))


class Invitation(Public):
    """One addressee of one sitting, with the newest message he got. One mail and one file each."""

    class Answer(models.TextChoices):
        NONE = "NEEDS-ACTION", _("No answer yet")
        ACCEPTED = "ACCEPTED", _("Accepted")
        TENTATIVE = "TENTATIVE", _("Tentative")
        DECLINED = "DECLINED", _("Declined")

    booking = models.ForeignKey(Booking, models.CASCADE, related_name="invitations")
    sitting = models.ForeignKey(Sitting, models.CASCADE, related_name="invitations")
    resource = models.ForeignKey(Resource, models.PROTECT, null=True, blank=True, related_name="+")
    member = models.ForeignKey(Membership, models.PROTECT, null=True, blank=True, related_name="+")
    role = models.TextField(choices=Role)
    side = models.TextField(choices=Side)
    address = models.EmailField()
    language = models.TextField(default="en")
    partstat = models.TextField(choices=Answer, default=Answer.NONE)  # what counts of his answers
    sequence = models.PositiveIntegerField(default=0)  # of the newest message
    asked = models.PositiveIntegerField(default=0)  # the sequence of the last time he was asked: older answers are void
    ahead = models.PositiveIntegerField(default=0)  # changes that were told to him alone
    stamp = models.DateTimeField(null=True, blank=True)  # DTSTAMP of the newest message
    told = text()  # how the sitting stood when he was last written to: the same is told once
    walls = models.JSONField(default=dict)  # the local times that he was told: zone → wall time
    letter_key = text()  # names the letter that carries it
    reminder_key = text()  # names the letter that reminded him last
    withdrawn_at = models.DateTimeField(null=True, blank=True)  # another takes his place

    objects = InvitationQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["sitting", "address"], name="one_letter_a_person_and_sitting"),
        ]


class Answer(models.Model):
    """The greatest answer (SEQUENCE, DTSTAMP) to an invitation: one that is verified, one that is only claimed."""

    class Way(models.TextChoices):
        MAIL = "mail", _("by mail")
        PAGE = "page", _("on this site")
        LINK = "link", _("by the link in the letter")
        CLERK = "clerk", _("let through by a clerk")

    invitation = models.ForeignKey(Invitation, models.CASCADE, related_name="answers")
    verified = models.BooleanField()
    partstat = models.TextField(choices=Invitation.Answer)
    sequence = models.PositiveIntegerField()
    stamp = models.DateTimeField()
    way = models.TextField(choices=Way)
    received_at = models.DateTimeField()

    class Meta:
        ordering = ["invitation", "verified"]
        constraints = [models.UniqueConstraint(fields=["invitation", "verified"], name="one_greatest_answer")]

    def __str__(self) -> str:
        return f"answer {self.pk}"
