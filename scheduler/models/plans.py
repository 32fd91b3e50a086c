"""What a hearing needs before it has a time."""

import secrets
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Q
from django.db.models.expressions import RawSQL
from django.utils.translation import gettext_lazy as _

from casework.models import Request
from directory.models import Authority, Membership, Public, Resource
from directory.models.base import text
from directory.roles import Role as Member
from scheduler.solver.needs import LONGEST_DAY, Mode


class Side(models.TextChoices):
    """Whose participant it is; a third place belongs to neither State."""

    REQUESTING = "requesting", _("Requesting State")
    REQUESTED = "requested", _("Requested State")
    THIRD = "third", _("Third place")


class Role(models.TextChoices):
    """What a participant does in a hearing: the function by which he is shown to the others."""

    ROOM = "room", _("Hearing room")
    WITNESS_ROOM = "witness_room", _("Witness room")
    JUDGE = "judge", _("Presiding judge")
    ATTENDING_JUDGE = "attending_judge", _("Attending judge")
    PROSECUTOR = "prosecutor", _("Prosecutor")
    DEFENCE = "defence", _("Defence counsel")
    INTERPRETER = "interpreter", _("Interpreter")
    WITNESS = "witness", _("Witness")
    SUPPORT = "support", _("Support person")
    CLERK = "clerk", _("Clerk")


# Those for which somebody is booked himself: by his own resource, or by the one as which he interprets, as long as he
# acts for the court whose person he is.
BOOKED = """
SELECT booking.plan_id FROM scheduler_reservation reservation
JOIN scheduler_sitting sitting ON sitting.id = reservation.sitting_id
JOIN scheduler_booking booking ON booking.id = sitting.booking_id
JOIN directory_resource booked ON booked.id = reservation.resource_id
JOIN directory_membership acts ON acts.authority_id = booked.authority_id AND acts.user_id = %s AND acts.active
WHERE reservation.active AND (
  reservation.resource_id = %s
  OR reservation.resource_id IN (SELECT resource_id FROM directory_interpreter WHERE user_id = %s)
)
"""


def new_code() -> str:
    """A neutral title, "H-9D20": says nothing of the case, and is not counted up.

    There are 65,536 short ones: where the one drawn is taken, the next has two more digits.
    """
    taken = Plan.objects.all()
    codes = (f"H-{secrets.token_hex(octets).upper()}" for octets in range(2, 6))
    return next((code for code in codes if not taken.filter(code=code).exists()), f"H-{secrets.token_hex(5).upper()}")


class PlanQuerySet(models.QuerySet["Plan"]):
    """Plans as a member may see them."""

    def visible_to(self, by: Membership | None) -> Self:
        """Those of the request's own authorities and courts, and those in which he himself takes part.

        Counsel and interpreters come from outside: they see nothing but what they are booked for.
        """
        if by is None:
            return self.none()
        # As text: Django would take longer to put it together than PostgreSQL takes to answer.
        seen = Q(pk__in=RawSQL(BOOKED, [by.user_id, by.user.resource_id, by.user_id]))  # noqa: S611 (a constant, its values bound)
        if by.role not in (Member.DEFENCE, Member.INTERPRETER):
            mine = by.authority_id
            ours = Q(request__requesting=mine) | Q(request__requested=mine)
            # The cheap questions first: PostgreSQL asks the next one of those rows alone for which these say no.
            seen = ours | Q(request__court=mine) | Q(request__executing=mine) | seen
        return self.filter(seen)


class Plan(Public):
    """The hearing to be held: how long, between which dates, with whom. Its public id is the hearing's."""

    request = models.OneToOneField(Request, models.PROTECT, related_name="plan")
    code = models.CharField(max_length=12, unique=True, default=new_code)
    minutes = models.PositiveSmallIntegerField()
    mode = models.TextField(choices=[(mode.value, mode.value) for mode in Mode], default=Mode.CONSECUTIVE.value)
    court_language = text()  # BCP 47
    testimony_language = text()  # BCP 47; equal to the court's, or empty: nobody interprets
    pivot = text()  # BCP 47: the third language of a relay; empty: interpreters work directly, or there are none
    # Sittings of `minutes` each, on different dates of the requesting court, all within so many days.
    sittings = models.PositiveSmallIntegerField(default=1)
    spread_days = models.PositiveSmallIntegerField(default=14)
    earliest = models.DateField()  # dates of the requesting court's calendar, both included
    latest = models.DateField()
    notice_days = models.PositiveSmallIntegerField(default=10)  # between the summons and the hearing
    grid = models.PositiveSmallIntegerField(default=15)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[Any] = PlanQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(condition=Q(earliest__lte=models.F("latest")), name="plan_runs_forward"),
            models.CheckConstraint(condition=Q(minutes__gte=1, grid__gte=1), name="plan_has_a_length"),
            models.CheckConstraint(
                condition=Q(sittings__gte=1, spread_days__gte=models.F("sittings")), name="plan_sits_on_days_of_its_own"
            ),
        ]

    def next_position(self) -> int:
        """The first free place after all needs there ever were."""
        last = PlanNeed._base_manager.filter(plan=self).aggregate(last=models.Max("position"))["last"]
        return 0 if last is None else last + 1

    def side_of(self, by: Membership) -> Side | None:
        """For which of the two States the member acts; None for a third one."""
        return self.side_of_state(by.authority.state_id)

    def side_of_state(self, state: int) -> Side | None:
        """Which of the two the State with this primary key is; None for a third one."""
        if state == self.request.requesting.state_id:
            return Side.REQUESTING
        return Side.REQUESTED if state == self.request.requested.state_id else None


class NeedManager(models.Manager["PlanNeed"]):
    """The needs that stand: of a relay given up the second team stays as a row, for old reservations name it."""

    def get_queryset(self) -> models.QuerySet["PlanNeed"]:
        """Without those given up."""
        return super().get_queryset().filter(given_up=False)


class PlanNeed(Public):
    """`count` of the resources in its pool take part. A need without a pool is somebody nobody has to book."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="needs")
    position = models.PositiveSmallIntegerField()
    role = models.TextField(choices=Role)
    side = models.TextField(choices=Side)
    count = models.PositiveSmallIntegerField(default=1)
    resources = models.ManyToManyField(Resource, related_name="+", blank=True)
    # Of interpreters: the two languages between which this team works, both ways. BCP 47.
    language_in, language_out = text(), text()
    given_up = models.BooleanField(default=False)

    # Django reaches a foreign key's one row past this manager, so an old reservation still finds its need.
    objects: ClassVar[Any] = NeedManager()

    class Meta:
        ordering = ["plan", "position"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "position"], name="need_once"),
            models.CheckConstraint(condition=Q(count__gte=1), name="need_counts"),
        ]


class TeamRule(models.Model):
    """An authority's own rules for teams of interpreters, in minutes; null: as published (`needs.TEAM_LIMITS`)."""

    authority = models.ForeignKey(Authority, models.CASCADE, related_name="team_rules")
    mode = models.TextField(choices=[(mode.value, mode.value) for mode in Mode])
    alone_minutes = models.PositiveSmallIntegerField()
    pair_minutes = models.PositiveSmallIntegerField()
    turn_minutes = models.PositiveSmallIntegerField(null=True, blank=True)
    stretch_minutes = models.PositiveSmallIntegerField(null=True, blank=True)  # of hearing between two breaks
    break_minutes = models.PositiveSmallIntegerField(null=True, blank=True)
    source = text()

    class Meta:
        ordering = ["authority", "mode"]
        constraints = [
            models.UniqueConstraint(fields=["authority", "mode"], name="team_rule_once"),
            models.CheckConstraint(condition=Q(alone_minutes__lte=models.F("pair_minutes")), name="team_rule_grows"),
            models.CheckConstraint(
                condition=Q(stretch_minutes=None, break_minutes=None)
                | Q(stretch_minutes__gte=1, break_minutes__lte=models.F("stretch_minutes")),
                name="team_rule_breaks",
            ),
        ]

    def __str__(self) -> str:
        return f"team rule {self.pk}"


class WorkRule(models.Model):
    """What an authority asks of one interpreter's day and night, in minutes; null: as in `needs.WORK_LIMIT`."""

    authority = models.OneToOneField(Authority, models.CASCADE, related_name="work_rule")
    day_minutes = models.PositiveSmallIntegerField(null=True, blank=True)
    rest_minutes = models.PositiveSmallIntegerField(null=True, blank=True)
    source = text()

    class Meta:
        ordering = ["authority"]
        constraints = [
            models.CheckConstraint(
                condition=Q(day_minutes=None) | Q(day_minutes__lte=LONGEST_DAY), name="work_rule_within_half_a_day"
            ),
            models.CheckConstraint(
                condition=Q(rest_minutes=None) | Q(rest_minutes__lte=24 * 60), name="work_rule_within_a_night"
            ),
        ]

    def __str__(self) -> str:
        return f"work rule {self.pk}"


class RulesEdition(models.Model):
    """How often an authority has written its rules down: whoever changes them names the number he has read."""

    authority = models.OneToOneField(Authority, models.CASCADE, related_name="rules_edition")
    version = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"rules edition {self.pk}"
