"""Court rooms and witness rooms, and the equipment in them."""

from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _

from directory.models.base import Public, text
from directory.models.resources import Resource
from directory.models.states import Authority

if TYPE_CHECKING:
    from directory.models.people import Membership


class SiteQuerySet(models.QuerySet["Site"]):
    """Sites as a member may see them."""

    def visible_to(self, by: "Membership | None") -> "SiteQuerySet":
        """Those of the member's own State: another State's rooms are never listed."""
        if by is None:
            return self.none()
        return self.filter(authority__state=by.authority.state_id)


class Site(Public):
    """A room with its equipment. Before and after a hearing it needs minutes of its own."""

    class Kind(models.TextChoices):
        COURT = "court", _("Court room")
        WITNESS = "witness", _("Witness room")

    authority = models.ForeignKey(Authority, models.PROTECT, related_name="sites")
    name = models.TextField()
    kind = models.TextField(choices=Kind)
    city = text()
    resource = models.OneToOneField(Resource, models.PROTECT, related_name="site")
    setup_minutes = models.PositiveSmallIntegerField(default=30)
    clearing_minutes = models.PositiveSmallIntegerField(default=15)

    objects = SiteQuerySet.as_manager()

    class Meta:
        ordering = ["authority", "name"]
        constraints = [
            models.UniqueConstraint(fields=["authority", "name"], name="site_once"),
        ]


class Endpoint(models.Model):
    """A machine in a site from which a hearing is joined."""

    class Kind(models.TextChoices):
        BROWSER = "browser", _("Browser")
        SIP = "sip", _("SIP")
        H323 = "h323", _("H.323")

    site = models.ForeignKey(Site, models.CASCADE, related_name="endpoints")
    kind = models.TextField(choices=Kind, default=Kind.BROWSER)
    label = models.TextField()
    note = text()

    class Meta:
        ordering = ["label"]

    def __str__(self) -> str:
        return f"endpoint {self.pk} ({self.kind})"
