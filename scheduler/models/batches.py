"""Many hearings to be placed at once, and what came of it."""

from datetime import datetime, timedelta
from typing import Any, ClassVar, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from directory.models import Membership, Public
from scheduler.models.plans import Plan

LATE = timedelta(minutes=3)  # after its seconds a run that has not ended will not end any more


class BatchQuerySet(models.QuerySet["Batch"]):
    """Batches as a member may see them."""

    def visible_to(self, by: Membership | None) -> Self:
        """Those that his own court asked for."""
        return self.none() if by is None else self.filter(made_by__authority=by.authority_id)


class Batch(Public):
    """A search for the times of several hearings together. It holds nothing: each time found is held by itself.

    queued → running → done;   running → failed
    """

    class State(models.TextChoices):
        QUEUED = "queued", _("Waiting for its turn")
        RUNNING = "running", _("Searching")
        DONE = "done", _("Found")
        FAILED = "failed", _("Broken off")

    made_by = models.ForeignKey(Membership, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)
    seconds = models.PositiveSmallIntegerField()  # how long the search may take
    state = models.TextField(choices=State, default=State.QUEUED)
    started_at = models.DateTimeField(null=True, blank=True)
    percent = models.PositiveSmallIntegerField(default=0)  # of the seconds
    # What nobody can better: see `scheduler.solver.batch.Placement`.
    most = models.PositiveSmallIntegerField(default=0)
    least = models.PositiveIntegerField(default=0)
    proven = models.BooleanField(default=False)

    objects: ClassVar[Any] = BatchQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at"]

    def standing(self, now: datetime) -> str:
        """Its state; a run that was lost with its process counts as failed."""
        begun = self.started_at
        lost = self.state == self.State.RUNNING and begun and now > begun + timedelta(seconds=self.seconds) + LATE
        return self.State.FAILED if lost else self.state


class BatchItem(models.Model):
    """One hearing of a batch with the time found for it, or none."""

    batch = models.ForeignKey(Batch, models.CASCADE, related_name="items")
    position = models.PositiveSmallIntegerField()
    plan = models.ForeignKey(Plan, models.CASCADE, related_name="+")
    start = models.DateTimeField(null=True, blank=True)
    more = models.JSONField(default=list)  # of several sittings the starts of the others, ISO 8601 in UTC
    alone = models.BooleanField(default=True)  # whether it would have a time if it were the only one
    # For each sitting: need's public id → keys of resources; of both sides, and so never shown.
    teams = models.JSONField(default=list)
    worst = models.PositiveIntegerField(default=0)  # unsocial minutes of one, and of all
    total = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["batch", "position"]
        constraints = [models.UniqueConstraint(fields=["batch", "plan"], name="plan_once_a_batch")]

    def __str__(self) -> str:
        return f"batch item {self.pk}"

    @property
    def starts(self) -> list[datetime]:
        """When its sittings begin; empty where no time was found."""
        return [self.start, *map(datetime.fromisoformat, self.more)] if self.start else []

    @property
    def sittings(self) -> list[tuple[datetime, datetime]]:
        """When each begins and ends, in UTC."""
        return [(start, start + timedelta(minutes=self.plan.minutes)) for start in self.starts]
