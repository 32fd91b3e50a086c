"""What waits for a member in protection, for the home page: the other State's orders and proposals."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from directory.models import Membership
from directory.roles import Act, permits
from directory.tasklist import Task
from protection.models import Lowering, Measure, ProtectedPerson
from protection.policy import MeasureKind
from protection.words import KINDS


def waiting(by: Membership) -> list[Task]:
    """The second person's part: to agree to anonymity towards the defence, and to lower a measure."""
    return [*_orders(by), *_lowerings(by)]


def _orders(by: Membership) -> list[Task]:
    if not permits(by.role, Act.MEASURE_RAISE):
        return []
    orders = Measure.objects.visible_to(by).filter(needs_approval=True, approved_at=None, lowered_at=None)
    elsewhere = orders.exclude(ordered_by__authority__state=by.authority.state_id).select_related("person")
    return [
        Task(
            sentence=_("Agree or not: the name of Witness %(pseudonym)s withheld from the defence")
            % {"pseudonym": order.person.pseudonym},
            why=_("The other State ordered it. It acts only once somebody of your State agrees."),
            url=_page(order.person),
            act_word=_("Read the order"),
            icon="incognito",
        )
        for order in elsewhere
    ]


def _lowerings(by: Membership) -> list[Task]:
    if not permits(by.role, Act.MEASURE_LOWER):
        return []
    proposals = Lowering.objects.visible_to(by).filter(approved_at=None).select_related("measure__person")
    return [
        Task(
            sentence=_("Agree or not: “%(measure)s” for Witness %(pseudonym)s lowered")
            % {
                "measure": KINDS[MeasureKind(proposal.measure.kind)].word,
                "pseudonym": proposal.measure.person.pseudonym,
            },
            why=_("The other State proposes it. The measure acts until you agree."),
            url=_page(proposal.measure.person),
            act_word=_("Read the proposal"),
            icon="shield-check",
        )
        for proposal in proposals.exclude(proposed_by__authority__state=by.authority.state_id)
    ]


def _page(person: ProtectedPerson) -> str:
    return reverse("protection:person", args=[person.public_id])
