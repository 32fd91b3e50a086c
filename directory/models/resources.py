"""What can be booked: a room, a person, an interpreter."""

from typing import TYPE_CHECKING

from django.contrib.postgres.fields import DateTimeRangeField
from django.db import models
from django.utils.translation import gettext_lazy as _

from directory.models.base import Public, text
from directory.models.states import Authority
from directory.roles import Act, permits

if TYPE_CHECKING:
    from directory.models.people import Membership


class ResourceQuerySet(models.QuerySet["Resource"]):
    """Resources as a member may see them."""

    def visible_to(self, by: "Membership | None") -> "ResourceQuerySet":
        """Those of the member's own State: another State's rooms and people are never listed."""
        if by is None:
            return self.none()
        return self.filter(authority__state=by.authority.state_id)

    def editable_by(self, by: "Membership | None") -> "ResourceQuerySet":
        """Those whose hours and absences the member may enter: his authority's, or else himself."""
        if by is None:
            return self.none()
        if permits(by.role, Act.DIRECTORY_EDIT):
            return self.filter(authority=by.authority_id)
        return self.filter(models.Q(user=by.user_id) | models.Q(interpreter__user=by.user_id))


class Resource(Public):
    """Whatever two hearings cannot use at once. Its id is what the exclusion constraint locks."""

    class Kind(models.TextChoices):
        SITE = "site", _("Site")
        PERSON = "person", _("Person")
        INTERPRETER = "interpreter", _("Interpreter")

    kind = models.TextField(choices=Kind)
    label = models.TextField()
    zone = models.TextField()
    # Local wall-clock openings a weekday, {"mon": [["08:00", "12:00"]]}; null: always open.
    hours = models.JSONField(null=True, blank=True)
    # The same shape; null: no hour is unsocial.
    preferred = models.JSONField(null=True, blank=True)
    authority = models.ForeignKey(Authority, models.PROTECT, null=True, blank=True, related_name="resources")
    active = models.BooleanField(default=True)
    version = models.PositiveIntegerField(default=1)  # also of the site, the interpreter or the person behind it

    objects = ResourceQuerySet.as_manager()

    class Meta:
        ordering = ["kind", "label"]


class AbsenceQuerySet(models.QuerySet["Absence"]):
    """Absences as a member may see them."""

    def visible_to(self, by: "Membership | None") -> "AbsenceQuerySet":
        """Those of the member's own authority: the reasons are nobody else's."""
        if by is None:
            return self.none()
        return self.filter(resource__authority=by.authority_id)


class Absence(Public):
    """A span of time, half-open, in which a resource is not there. The reason stays in its own authority."""

    resource = models.ForeignKey(Resource, models.CASCADE, related_name="absences")
    during = DateTimeRangeField()
    reason = text()

    objects = AbsenceQuerySet.as_manager()

    class Meta:
        ordering = ["during"]

    def __str__(self) -> str:
        return f"absence of resource {self.resource_id}"
