"""The hearing and the places in it."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from directory.models import Membership, Public, Resource, User
from directory.models.base import text
from protection.models import ProtectedPerson
from scheduler.models import Booking, Plan
from sessions.states import Side, State


class HearingQuerySet(models.QuerySet["Hearing"]):
    """Hearings as a member may see them."""

    def visible_to(self, by: Membership | None) -> "HearingQuerySet":
        """Those whose plan the member may see, and those in which he has a seat that he may still take."""
        if by is None:
            return self.none()
        plans = Plan.objects.visible_to(by).values("pk")
        seated = Seat.objects.filter(user=by.user_id, membership__active=True).values("hearing")
        return self.filter(Q(plan__in=plans) | Q(pk__in=seated))


class Hearing(models.Model):
    """One evidence session. Its public id is its plan's, so that one address leads through all rooms of the house."""

    public_id = models.UUIDField(unique=True, editable=False)
    plan = models.OneToOneField(Plan, models.PROTECT, related_name="hearing")
    booking = models.ForeignKey(Booking, models.PROTECT, null=True, related_name="+")  # null: cancelled
    state = models.TextField(choices=[(state.value, state.value) for state in State], default=State.PLANNED.value)
    version = models.PositiveIntegerField(default=1)  # grows with each act
    opened_at = models.DateTimeField(null=True)
    live_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    suspended_by = text()  # requesting, requested or system; empty while it is not suspended
    resume_agreed_at = models.DateTimeField(null=True)  # by the requested judge, after his own suspension
    relay_only = models.BooleanField(default=False)  # sound and picture through the relay alone (TURN, RFC 8656)

    objects = HearingQuerySet.as_manager()

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"hearing {self.public_id}"


class SeatRole(models.TextChoices):
    """A place by what is done there; the tiles of the room stand in this order."""

    WITNESS = "witness", _("Witness")
    ATTENDING_JUDGE = "attending_judge", _("Attending judge")
    JUDGE = "judge", _("Presiding judge")
    DEFENCE = "defence", _("Defence counsel")
    PROSECUTOR = "prosecutor", _("Prosecutor")
    ACCUSED = "accused", _("Accused")
    INTERPRETER = "interpreter", _("Interpreter")
    SUPPORT = "support", _("Support person")
    CLERK = "clerk", _("Clerk")
    TECHNICIAN = "technician", _("Technician")


class Presence(models.TextChoices):
    """Where whoever holds a seat is."""

    EXPECTED = "expected", _("Expected")
    WAITING = "waiting", _("Waits")
    ADMITTED = "admitted", _("In the room")
    LEFT = "left", _("Left")


class Seat(Public):
    """A place in one hearing. Its id is random and of this hearing alone; its name is a function, never a person."""

    hearing = models.ForeignKey(Hearing, models.CASCADE, related_name="seats")
    role = models.TextField(choices=SeatRole)
    side = models.TextField(choices=[(side.value, side.value) for side in Side])
    number = models.PositiveSmallIntegerField(default=1)  # of several with one role and side
    user = models.ForeignKey(User, models.PROTECT, null=True, related_name="seats")
    membership = models.ForeignKey(Membership, models.PROTECT, null=True, related_name="+")
    person = models.ForeignKey(ProtectedPerson, models.PROTECT, null=True, related_name="+")
    resource = models.ForeignKey(Resource, models.PROTECT, null=True, related_name="+")
    presence = models.TextField(choices=Presence, default=Presence.EXPECTED)
    # The account to which the other court has agreed, where `consent.guarded` asks for it; another one asks anew.
    agreed_user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    into = models.TextField(blank=True, default="")  # the language channel an interpreter has chosen to speak into
    by_hand = models.BooleanField(default=False)  # added by a clerk, not by the plan that both courts confirmed
    # The private room in which its holder is. Nobody is in one who has not been admitted (constraint below).
    consultation = models.ForeignKey("evidence.Consultation", models.SET_NULL, null=True, related_name="inside")

    class Meta:
        ordering = ["hearing", "id"]
        constraints = [
            models.UniqueConstraint(fields=["hearing", "role", "side", "number"], name="seat_once"),
            models.UniqueConstraint(
                fields=["hearing", "user"], condition=Q(user__isnull=False), name="one_seat_a_user"
            ),
            models.CheckConstraint(
                condition=Q(consultation__isnull=True) | Q(presence="admitted"), name="private_only_if_admitted"
            ),
        ]

    @property
    def admitted(self) -> bool:
        """Whether the clerk has admitted it and it has not left; it may be in a private room meanwhile."""
        return self.presence == Presence.ADMITTED

    @property
    def here(self) -> bool:
        """Whether it is in the hearing room itself."""
        return self.admitted and self.consultation_id is None
