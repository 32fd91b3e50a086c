"""Who was written to about a booking, and what he answered."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from directory.models import Membership, Public, Resource
from scheduler.models.bookings import Booking
from scheduler.models.plans import Role, Side


class Invitation(Public):
    """One addressee of one booking, with the newest message he got. One mail and one file each."""

    class Answer(models.TextChoices):
        NONE = "NEEDS-ACTION", _("No answer yet")
        ACCEPTED = "ACCEPTED", _("Accepted")
        TENTATIVE = "TENTATIVE", _("Tentative")
        DECLINED = "DECLINED", _("Declined")

    booking = models.ForeignKey(Booking, models.CASCADE, related_name="invitations")
    resource = models.ForeignKey(Resource, models.PROTECT, null=True, blank=True, related_name="+")
    member = models.ForeignKey(Membership, models.PROTECT, null=True, blank=True, related_name="+")
    role = models.TextField(choices=Role)
    side = models.TextField(choices=Side)
    address = models.EmailField()
    language = models.TextField(default="en")
    partstat = models.TextField(choices=Answer, default=Answer.NONE)
    sequence = models.PositiveIntegerField(default=0)  # of the newest message
    stamp = models.DateTimeField(null=True, blank=True)  # DTSTAMP of the newest message
    letter_key = models.TextField(blank=True, default="")  # names the letter that carries it

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["booking", "address"], name="one_letter_a_person"),
        ]
