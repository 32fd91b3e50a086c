"""A time that is held or agreed, and what it keeps others from using."""

import secrets
import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import Deferrable, F, Func, Q, Value
from django.utils.translation import gettext_lazy as _

from directory.models import Membership, Public, Resource
from directory.models.base import text
from scheduler.models.plans import Plan, PlanNeed, Role, Side


def new_token() -> str:
    """The unguessable part of a booking's own mail address."""
    return secrets.token_hex(10)


@dataclass(frozen=True, kw_only=True)
class Seating:
    """Who sits where in a booked hearing: a reserved resource, or somebody nobody had to book (no resource)."""

    role: str
    side: str
    resource: Resource | None


class BookingQuerySet(models.QuerySet["Booking"]):
    """Bookings as a member may see them."""

    def visible_to(self, by: Membership | None) -> Self:
        """Those of the plans he may see."""
        return self.filter(plan__in=Plan.objects.visible_to(by))

    def live(self) -> Self:
        """Held or confirmed. A hold that has run out is live until somebody releases it: see `expired`."""
        return self.filter(state__in=Booking.LIVE)

    def expired(self, now: datetime) -> Self:
        """Holds that have run out and were not released yet."""
        return self.filter(state=Booking.State.HELD, expires_at__lte=now)


class Booking(Public):
    """A slot with its reservations, in one sitting or several.

          ┌ e ┐             ┌ f ┐
          │   ▼             │   ▼
    ─a─▶  held ────b────▶ confirmed ────g────▶ completed
           │  │               │
           d  └───────c───────┤
           ▼                  ▼
        expired           cancelled

    a holds.hold       b holds.confirm, by the second side      c endings.cancel, endings.end
    d endings.expire   g endings.complete: took place, postponed, nobody came, entered by mistake
    e moves.move and moves.swap, where the other side's confirmation falls with the time; replacing.replace
    f moves.move on a proposal of the other side; replacing.replace
    e, f too: recheck.keep_instant, recheck.keep_wall, where the rules of a zone have changed
    """

    class State(models.TextChoices):
        HELD = "held", _("Held")
        CONFIRMED = "confirmed", _("Confirmed")
        CANCELLED = "cancelled", _("Cancelled")
        EXPIRED = "expired", _("Expired")
        COMPLETED = "completed", _("Completed")

    class Outcome(models.TextChoices):
        TOOK_PLACE = "took_place", _("Took place")
        POSTPONED = "postponed", _("Postponed")
        NO_SHOW = "no_show", _("Nobody came to be heard")
        ERROR = "cancelled_in_error", _("Entered by mistake")

    LIVE = (State.HELD, State.CONFIRMED)

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="bookings")
    state = models.TextField(choices=State, default=State.HELD)
    version = models.PositiveIntegerField(default=1)
    held_by = models.ForeignKey(Membership, models.PROTECT, related_name="+")
    held_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()  # of the hold; without meaning once confirmed
    confirmed_requesting_at = models.DateTimeField(null=True, blank=True)
    confirmed_requested_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    reason = text()  # of the newest act that gave one, in the words of who did it; for both sides' clerks
    outcome = models.TextField(choices=Outcome, blank=True, default="")  # once completed
    # Minutes outside preferred hours of the one who is put out most, of all sittings: what the side bears.
    unsocial_requesting = models.PositiveIntegerField(default=0)
    unsocial_requested = models.PositiveIntegerField(default=0)
    token = models.CharField(max_length=32, default=new_token, unique=True, editable=False)

    objects: ClassVar[Any] = BookingQuerySet.as_manager()

    class Meta:
        ordering = ["-held_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["plan"], condition=Q(state__in=["held", "confirmed"]), name="one_live_booking"
            ),
            models.CheckConstraint(
                condition=(Q(state="completed") & ~Q(outcome="")) | (~Q(state="completed") & Q(outcome="")),
                name="completed_has_an_outcome",
            ),
        ]

    def sitting(self) -> "Sitting":
        """The booking's first sitting."""
        return self.sittings.order_by("position")[0]

    def last(self) -> "Sitting":
        """The booking's last sitting; of one, the first."""
        return self.sittings.order_by("-position")[0]

    def next(self, at: datetime) -> "Sitting":
        """The sitting that runs at that instant or comes next; after the last one, the last."""
        return self.sittings.filter(during__endswith__gt=at).order_by("position").first() or self.last()

    def starts(self) -> list[datetime]:
        """When each sitting begins, in order."""
        return [sitting.start for sitting in self.sittings.order_by("position")]

    def confirmed_at(self, side: str) -> datetime | None:
        """When that side confirmed, or None."""
        return self.confirmed_requesting_at if side == Side.REQUESTING else self.confirmed_requested_at

    def needs_seats(self) -> list[Seating]:
        """Everyone who takes part, in the order of the plan's needs; a need without a pool counts each."""
        booked: dict[int, dict[int, Resource]] = {}
        reservations = Reservation.objects.filter(sitting__booking=self, active=True).select_related("resource")
        for one in reservations.order_by("id"):
            booked.setdefault(one.need_id, {})[one.resource_id] = one.resource
        found: list[Seating] = []
        for need in self.plan.needs.all():
            people: list[Resource | None] = list(booked.get(need.pk, {}).values()) or [None] * need.count
            found += [Seating(role=need.role, side=need.side, resource=person) for person in people]
        return found


class Sitting(models.Model):
    """One stretch of a hearing, and one event in a calendar.

    The instant binds; what was read on the clock that day is kept beside it.
    """

    booking = models.ForeignKey(Booking, models.CASCADE, related_name="sittings")
    position = models.PositiveSmallIntegerField(default=1)  # in the order of time, counted from one
    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)  # of the calendar event, for its life
    sequence = models.PositiveIntegerField(default=0)  # RFC 5545, 3.8.7.4
    during = DateTimeRangeField()  # half-open
    wall = models.CharField(max_length=16)  # the start on the clock of `zone`: 2026-12-09T08:30
    zone = models.TextField()  # the requesting court's
    tzdata_version = models.TextField()  # IANA's, of the rules that related the two
    # What the clock of each zone concerned shows then, by the same rules: {"Europe/Madrid": "2026-12-09T14:30"}.
    walls = models.JSONField(default=dict)
    # The newer tzdata by whose rules an agreed wall time is another instant, and clerks are asked; empty: nothing is.
    asked_version = text()

    class Meta:
        ordering = ["booking", "position"]
        # What begins on a day, and what began in a year, is asked of all hearings there ever were.
        indexes = [models.Index(Func(F("during"), function="lower"), name="sitting_by_start")]
        constraints = [models.UniqueConstraint(fields=["booking", "position"], name="sitting_once")]

    def __str__(self) -> str:
        return f"sitting {self.pk}"

    @property
    def start(self) -> datetime:
        """The instant it begins, in UTC."""
        return self.during.lower  # type: ignore[no-any-return]

    @property
    def end(self) -> datetime:
        """The instant it ends, in UTC."""
        return self.during.upper  # type: ignore[no-any-return]


class Reservation(models.Model):
    """A resource kept for a sitting, with the minutes it needs before and after."""

    sitting = models.ForeignKey(Sitting, models.CASCADE, related_name="reservations")
    need = models.ForeignKey(PlanNeed, models.PROTECT, related_name="+")
    resource = models.ForeignKey(Resource, models.PROTECT, related_name="reservations")
    during = DateTimeRangeField()  # half-open, buffers included
    role = models.TextField(choices=Role)
    side = models.TextField(choices=Side)
    active = models.BooleanField(default=True)  # false once the booking was cancelled or its hold ran out

    class Meta:
        ordering = ["id"]
        # The search asks for what is not over yet: the years behind must not slow it down. All that it asks for lies
        # in the index: rows of one resource lie anywhere in the table, and a search of many reads each page again.
        indexes = [
            models.Index(
                F("resource"),
                Func(F("during"), function="upper"),
                name="reservation_ahead",
                include=["during", "sitting"],
                condition=Q(active=True),
            ),
        ]
        constraints = [
            # No resource is in two places at once. GiST compares no integers without an extension, so the
            # resource is written as a range of one. Deferrable: shifting a hearing that holds adjacent rows
            # would otherwise be refused by itself; immediate, so that the act that breaks it is told.
            ExclusionConstraint(
                name="resource_is_in_one_place",
                expressions=[
                    (
                        Func(F("resource"), F("resource"), Value("[]"), function="int8range"),
                        RangeOperators.OVERLAPS,
                    ),
                    ("during", RangeOperators.OVERLAPS),
                ],
                condition=Q(active=True),
                deferrable=Deferrable.IMMEDIATE,
            ),
        ]

    def __str__(self) -> str:
        return f"reservation {self.pk}"


class Once(models.Model):
    """What an Idempotency-Key stands for: the same caller, act and key never act twice."""

    by = models.ForeignKey(Membership, models.CASCADE, related_name="+")
    act = models.TextField()
    key = models.CharField(max_length=200)
    fingerprint = models.CharField(max_length=64)  # SHA-256 of the facts it was first used with
    booking = models.ForeignKey(Booking, models.CASCADE, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["by", "act", "key"], name="key_once")]

    def __str__(self) -> str:
        return f"key {self.pk}"
