"""The request itself: who asks whom, where it stands, what it says."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from casework.models.contents import Contents
from casework.states import State
from directory.models import Authority, Membership, Public
from directory.models import State as Country
from directory.roles import Act, permits
from protection.models import ProtectedPerson

_STATES = [state.value for state in State]
# Decided only after a consultation; the database holds what the state machine promises (18(26), U18-26a).
_AFTER_CONSULTATION = [State.REFUSED.value, State.POSTPONED.value]


class RequestQuerySet(models.QuerySet["Request"]):
    """Requests as a member may see them."""

    def visible_to(self, by: Membership | None) -> RequestQuerySet:
        """Those of the member's own authority, and those sent to it. A draft is known to its drafters alone."""
        if by is None or not permits(by.role, Act.REQUEST_READ):
            return self.none()
        sent = Q(submitted_at__isnull=False)
        return self.filter(
            Q(requesting=by.authority_id)
            | sent & (Q(requested=by.authority_id) | Q(court=by.authority_id))
            | Q(executing=by.authority_id)
        )


class Request(Public, Contents):
    """A request for assistance under article 18. The person to be heard is a pseudonym here and everywhere."""

    reference = models.CharField(max_length=16, unique=True)  # "CO-2026-0311"
    requesting = models.ForeignKey(Authority, models.PROTECT, related_name="requests_made")
    requested = models.ForeignKey(Authority, models.PROTECT, related_name="requests_received")
    # The judicial authority that hears (18(18)); of the requesting State.
    court = models.ForeignKey(Authority, models.PROTECT, null=True, blank=True, related_name="requests_heard")
    # The one that attends; the requested State names it when it grants.
    executing = models.ForeignKey(Authority, models.PROTECT, null=True, blank=True, related_name="requests_attended")
    person = models.OneToOneField(ProtectedPerson, models.PROTECT, null=True, blank=True, related_name="request")
    # Name, nationality and whereabouts are all in the vault; says nothing about what they are.
    identity_complete = models.BooleanField(default=False)

    state = models.TextField(choices=[(state, state) for state in _STATES], default=State.DRAFT.value)
    version = models.PositiveIntegerField(default=1)  # only ever grows; every act names the one it has read
    created_by = models.ForeignKey(Membership, models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True, blank=True)
    consulted_at = models.DateTimeField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    conditions_accepted_at = models.DateTimeField(null=True, blank=True)

    objects = RequestQuerySet.as_manager()

    class Meta:
        ordering = ["-changed_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=_STATES), name="request_state_is_known"),
            models.CheckConstraint(
                condition=~Q(state__in=_AFTER_CONSULTATION) | Q(consulted_at__isnull=False),
                name="request_consults_before_refusing",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[State.DRAFT.value, State.WITHDRAWN.value]) | Q(submitted_at__isnull=False),
                name="request_sent_before_it_moves",
            ),
        ]

    @property
    def binding(self) -> bool:
        """Whether the conditions of the grant bind: there are none, or the requesting State accepted them (18(26))."""
        granted = self.decisions.filter(kind="granted").last()
        return granted is not None and (not granted.conditions or self.conditions_accepted_at is not None)

    def side_of(self, by: Membership | None) -> str:
        """`requesting` or `requested`, by the State for which the member acts; empty for a third one."""
        code = by.authority.state_id if by else None
        sides = {self.requesting.state_id: "requesting", self.requested.state_id: "requested"}
        return sides.get(code, "") if code else ""


class Counter(models.Model):
    """The last number given to a request of one State in one year."""

    state = models.ForeignKey(Country, models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["state", "year"], name="one_counter_a_year")]

    def __str__(self) -> str:
        return f"requests of {self.year}"
