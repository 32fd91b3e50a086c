"""States, their law in outline, their authorities and their calendars' exceptions."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from directory.models.base import Public, text

if TYPE_CHECKING:
    from directory.models.people import Membership


class State(models.Model):
    """A State, or a territory with a central authority of its own (Hong Kong)."""

    code = models.CharField(max_length=2, unique=True)  # ISO 3166-1 alpha-2
    name = models.TextField()  # English, as the reference data has it; pages show CLDR's name
    zone = models.TextField()  # IANA zone of the central authority's city: the State's official time

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.code


class LegalProfile(models.Model):
    """What is known of a State's law on hearings by video link, and how well it is known."""

    state = models.OneToOneField(State, models.CASCADE, related_name="profile")
    languages = models.JSONField(default=list)  # official ones, BCP 47, the courts' main one first
    languages_note = text()
    languages_confidence = text()  # sourced | sourced in part | from memory
    # permitted | permitted with conditions | unknown
    video_link_hearing = models.TextField(default="unknown")
    conditions = text()
    # When its courts sit, and when nobody is put out, on the clocks of State.zone; null: the usual office hours.
    court_hours = models.JSONField(null=True, blank=True)
    preferred_hours = models.JSONField(null=True, blank=True)

    def __str__(self) -> str:
        return f"legal profile {self.state_id}"


class AuthorityQuerySet(models.QuerySet["Authority"]):
    """Authorities as a member may see them."""

    def visible_to(self, by: "Membership | None") -> "AuthorityQuerySet":
        """The central authorities of every State, and all authorities of the member's own."""
        if by is None:
            return self.none()
        return self.filter(Q(kind=Authority.Kind.CENTRAL) | Q(state=by.authority.state_id))


class Authority(Public):
    """A body that asks for assistance or gives it. Everything about a central one carries its source."""

    class Kind(models.TextChoices):
        CENTRAL = "central", _("Central authority")
        COURT = "court", _("Court")
        PROSECUTION = "prosecution", _("Prosecution service")
        POLICE = "police", _("Police")
        OTHER = "other", _("Other authority")

    class Confidence(models.TextChoices):
        SOURCED = "sourced", _("From the source named")
        MEMORY = "from memory", _("From general knowledge")
        CONFIRMED = "confirmed", _("Confirmed by the authority")

    class Accepts(models.TextChoices):
        YES = "yes", _("Yes")
        NO = "no", _("No")
        UNKNOWN = "unknown", _("Not known")

    state = models.ForeignKey(State, models.PROTECT, related_name="authorities")
    kind = models.TextField(choices=Kind)
    name = models.TextField()
    native_name = text()
    city = text()
    region = text()  # ISO 3166-2 subdivision without the State's code, "MD"; empty: national holidays alone
    zone = models.TextField()
    email = models.EmailField(blank=True, default="")
    languages = models.JSONField(default=list)  # BCP 47 tags of requests it accepts
    transmission = models.JSONField(default=list)  # of: direct, diplomatic, interpol
    urgent_channel = text()
    accepts_email = models.TextField(choices=Accepts, default=Accepts.UNKNOWN)
    source = text()
    source_url = text()  # one or several, separated by " | "
    # Whoever enters its own authority vouches for it; the reference data says otherwise, row by row.
    confidence = models.TextField(choices=Confidence, default=Confidence.CONFIRMED)
    unverified_fields = models.JSONField(default=list)  # phrases, as the reference data words them
    verify_before_use = models.BooleanField(default=False)

    objects = AuthorityQuerySet.as_manager()

    class Meta:
        ordering = ["state__code", "kind", "name"]
        verbose_name_plural = "authorities"
        constraints = [
            models.UniqueConstraint(fields=["state", "kind", "name"], name="authority_once"),
        ]

    def source_urls(self) -> list[str]:
        """The addresses of the source that are web addresses; the data also names books and notices."""
        parts = (part.strip() for part in self.source_url.split("|"))
        return [part for part in parts if part.startswith(("https://", "http://"))]


class Competence(models.Model):
    """For which treaty and stage of a case an authority is the right one to write to."""

    class Stage(models.TextChoices):
        ANY = "any", _("Any stage")
        INVESTIGATION = "investigation", _("Investigation")
        TRIAL = "trial", _("Trial")
        EXECUTION = "execution", _("Execution of judgments")

    authority = models.ForeignKey(Authority, models.CASCADE, related_name="competences")
    treaty = models.TextField()  # UNTOC, CoE-1959, bilateral FR-DZ 2016, …
    stage = models.TextField(choices=Stage, default=Stage.ANY)
    note = text()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["authority", "treaty", "stage"], name="competence_once"),
        ]

    def __str__(self) -> str:
        return f"{self.treaty} ({self.stage})"


class CourtRecessQuerySet(models.QuerySet["CourtRecess"]):
    """Recesses as a member may see them."""

    def visible_to(self, by: "Membership | None") -> "CourtRecessQuerySet":
        """Those of the member's own authority."""
        if by is None:
            return self.none()
        return self.filter(authority=by.authority_id)


class CourtRecess(Public):
    """Days, by the authority's own table, on which it hears nobody. Both ends belong to it."""

    authority = models.ForeignKey(Authority, models.CASCADE, related_name="recesses")
    first = models.DateField()
    last = models.DateField()
    name = models.TextField()

    objects = CourtRecessQuerySet.as_manager()

    class Meta:
        ordering = ["first"]
        constraints = [
            models.CheckConstraint(condition=Q(first__lte=F("last")), name="recess_runs_forward"),
        ]

    def __str__(self) -> str:
        return f"recess {self.first}–{self.last}"


class Weekend(models.Model):
    """A State's weekly days of rest while they differ from CLDR's, or did so until a date."""

    state = models.ForeignKey(State, models.CASCADE, related_name="weekends")
    days = models.JSONField(default=list)  # of: mon … sun
    valid_from = models.DateField()
    valid_until = models.DateField(null=True, blank=True)  # included; null: still so
    source = text()

    class Meta:
        ordering = ["state", "valid_from"]
        constraints = [
            models.UniqueConstraint(fields=["state", "valid_from"], name="weekend_once"),
        ]

    def __str__(self) -> str:
        return f"weekend from {self.valid_from}"
