"""Protected persons, their sealed identities, the measures in force, and who asked to open or lower what."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import models
from django.db.models import F, Q

from directory.models import Authority, Membership, Public, State
from protection.policy import MeasureKind

# What an identity holds. Each is a column of its own, sealed, and filled even where nothing is known.
IDENTITY_FIELDS = (
    "given_name",
    "family_name",
    "born",
    "nationality",
    "address",
    "city",
    "zone",
    "language",
    "phone",
    "email",
)


class PersonQuerySet(models.QuerySet["ProtectedPerson"]):
    """Persons as a member may know of them."""

    def visible_to(self, by: Membership | None) -> PersonQuerySet:
        """Those whose case the member's own authority has a part in; its State alone gives nobody a right."""
        if by is None:
            return self.none()
        return self.filter(parties=by.authority_id)


class ProtectedPerson(Public):
    """A person to be heard, known to the house by a pseudonym. Two cases know the same person by two."""

    case = models.UUIDField(db_index=True)  # the public id of the request
    pseudonym = models.CharField(max_length=16)
    state = models.ForeignKey(State, models.PROTECT, related_name="+")  # keeps the key of the identity
    parties = models.ManyToManyField(Authority, through="PersonParty", related_name="+")
    registered_at = models.DateTimeField(auto_now_add=True)

    objects = PersonQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["case", "pseudonym"], name="pseudonym_once_a_case"),
        ]


class PersonParty(models.Model):
    """An authority that has a part in the person's case, from when on. Never taken back (a trigger refuses)."""

    person = models.ForeignKey(ProtectedPerson, models.PROTECT, related_name="+")
    authority = models.ForeignKey(Authority, models.PROTECT, related_name="+")
    since = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "authority"], name="party_once_a_person")]

    def __str__(self) -> str:
        return f"party {self.pk}"


class Identity(models.Model):
    """Ciphertext alone. Destroying `wrapped_key` destroys the identity, here and in every later copy."""

    person = models.OneToOneField(ProtectedPerson, models.PROTECT, related_name="identity")
    state_key = models.CharField(max_length=8)  # id of the State's key that wrapped the data key
    data_key = models.UUIDField()  # id of the person's own key, bound into every sealed field
    wrapped_key = models.BinaryField(null=True)
    given_name = models.BinaryField()
    family_name = models.BinaryField()
    born = models.BinaryField()
    nationality = models.BinaryField()
    address = models.BinaryField()
    city = models.BinaryField()
    zone = models.BinaryField()
    language = models.BinaryField()
    phone = models.BinaryField()
    email = models.BinaryField()

    class Meta:
        verbose_name_plural = "identities"

    def __str__(self) -> str:
        return f"identity {self.pk}"

    def sealed(self) -> Mapping[str, bytes]:
        """The sealed columns by their names."""
        return {field: bytes(getattr(self, field)) for field in IDENTITY_FIELDS}


class Opening(Public):
    """Ten minutes of view into one identity, for a reason that is written down."""

    person = models.ForeignKey(ProtectedPerson, models.PROTECT, related_name="openings")
    by = models.ForeignKey(Membership, models.PROTECT, related_name="+")
    reason = models.CharField(max_length=32)
    sentence = models.TextField()
    opened_at = models.DateTimeField()
    until = models.DateTimeField()

    class Meta:
        ordering = ["-opened_at"]
        constraints = [
            models.CheckConstraint(condition=Q(until__gt=F("opened_at")), name="opening_ends_after_it_begins"),
        ]


class MeasureQuerySet(models.QuerySet["Measure"]):
    """Measures as a member may know of them."""

    def visible_to(self, by: Membership | None) -> MeasureQuerySet:
        """Those of the persons he may know of."""
        if by is None:
            return self.none()
        return self.filter(person__parties=by.authority_id)


class Measure(Public):
    """An attribute withheld from audiences, in a window of time, on a legal basis, by someone's order.

    What was ordered never changes; a trigger lets the row gain an approval or an end, once, and nothing else.
    """

    person = models.ForeignKey(ProtectedPerson, models.PROTECT, related_name="measures")
    kind = models.CharField(max_length=32, choices=[(kind.value, kind.value) for kind in MeasureKind])
    against = models.JSONField()  # letters of policy.Audience, sorted; never empty
    starts = models.DateTimeField()
    ends = models.DateTimeField(null=True, blank=True)  # null: until it is lowered
    basis = models.CharField(max_length=32)  # a rule's id
    counterbalances = models.JSONField(default=list)  # what makes up for it to the defence
    minutes = models.PositiveIntegerField(null=True, blank=True)  # of delay, for a broadcast
    ordered_by = models.ForeignKey(Membership, models.PROTECT, related_name="+")
    ordered_at = models.DateTimeField()
    # Anonymity towards the defence acts only from this moment on.
    approved_by = models.ForeignKey(Membership, models.PROTECT, null=True, blank=True, related_name="+")
    approved_at = models.DateTimeField(null=True, blank=True)
    needs_approval = models.BooleanField(default=False)
    lowered_at = models.DateTimeField(null=True, blank=True)

    objects = MeasureQuerySet.as_manager()

    class Meta:
        ordering = ["ordered_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends=None) | Q(ends__gt=F("starts")), name="measure_ends_after_it_starts"
            ),
            models.CheckConstraint(condition=~Q(against=[]), name="measure_is_against_somebody"),
            models.CheckConstraint(
                condition=Q(approved_by=None) | ~Q(approved_by=F("ordered_by")), name="second_person_approves"
            ),
        ]


class LoweringQuerySet(models.QuerySet["Lowering"]):
    """Proposals as a member may know of them."""

    def visible_to(self, by: Membership | None) -> LoweringQuerySet:
        """Those about persons he may know of."""
        if by is None:
            return self.none()
        return self.filter(measure__person__parties=by.authority_id)


class Lowering(Public):
    """A proposal to end a measure: one person of one State makes it, one of the other agrees."""

    measure = models.ForeignKey(Measure, models.PROTECT, related_name="lowerings")
    proposed_by = models.ForeignKey(Membership, models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    reason = models.CharField(max_length=32)
    approved_by = models.ForeignKey(Membership, models.PROTECT, null=True, blank=True, related_name="+")
    approved_at = models.DateTimeField(null=True, blank=True)

    objects = LoweringQuerySet.as_manager()

    class Meta:
        ordering = ["proposed_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["measure"], condition=Q(approved_by=None), name="one_open_proposal_a_measure"
            ),
            models.CheckConstraint(
                condition=Q(approved_by=None) | ~Q(approved_by=F("proposed_by")), name="two_persons_lower"
            ),
        ]
