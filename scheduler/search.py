"""When can this hearing take place? The slot search over the tables' facts, and its answer made ready to read.

The search takes no locks: it proposes. `booking` asks again under locks before anything is reserved.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.utils import timezone

from directory import access
from directory.models import Membership
from directory.roles import Act
from scheduler.availability import Basis
from scheduler.models import Plan, PlanNeed
from scheduler.solver import needs
from scheduler.solver.field import Field
from scheduler.solver.ground import Ground
from scheduler.solver.prospect import Prospect
from scheduler.solver.several import Together


@dataclass(frozen=True)
class Blocker:
    """Where nothing is possible: how many starts there would be without this one need."""

    need: PlanNeed
    starts_without: int


@dataclass(frozen=True)
class Found:
    """The answer: what is possible, what blocks where nothing is, and the ground it stands on."""

    basis: Basis
    prospect: Prospect
    blockers: tuple[Blocker, ...]
    span: tuple[datetime, datetime]
    ground: Ground | None  # None where the notice leaves no time at all

    @property
    def plan(self) -> Plan:
        """Whose times these are."""
        return self.basis.plan

    @property
    def needs(self) -> Sequence[PlanNeed]:
        """Those that were asked for, in the order of a slot's `assigned`."""
        return self.basis.needs

    @property
    def feasible(self) -> int:
        """How many starts there are."""
        return self.prospect.feasible


def find(*, plan: Plan, by: Membership | None, now: datetime | None = None) -> Found:
    """Every time at which the hearing could be held, from now on. Refuses `not_found`."""
    access.check(by, Act.HEARING_READ)
    return survey(plan, now or timezone.now())


def survey(plan: Plan, now: datetime) -> Found:
    """`find` for the system itself."""
    basis = Basis.of(plan)
    facts = basis.facts()
    span = needs.horizon(facts, now)
    if span[1] - span[0] < timedelta(minutes=plan.minutes):
        nothing = Field(needs.problem(replace(facts, needs=()), (), (span[1], span[1])))
        return Found(basis, Prospect(nothing), (), span, None)
    people = basis.bookables(span, now)
    field = Field(needs.problem(facts, people, span))
    prospect = Prospect(field)
    if plan.sittings > 1:
        prospect = Together(field, asked=basis.sittings(facts, people))
    return Found(basis, prospect, () if prospect.feasible else _blockers(basis, prospect), span, Ground(field))


def _blockers(basis: Basis, prospect: Prospect) -> tuple[Blocker, ...]:
    known, asked = {str(one.public_id): one for one in basis.needs}, prospect.field.asked.needs
    places = ((known[need.label], place) for place, need in enumerate(asked) if need.label in known)
    return tuple(Blocker(need, prospect.without(place)) for need, place in places)
