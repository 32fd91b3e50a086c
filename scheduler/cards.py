"""A proposal as the clerk reads it: who sits when by his own clock, and who is put out by how much.

People are their functions here; the person to be heard is a pseudonym.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from directory import languages
from directory.models import Membership
from protection import people
from scheduler import availability, reasons, sides
from scheduler.availability import OFFICIAL
from scheduler.models import Plan, PlanNeed, Role, Side
from scheduler.prospect import Card, Slot
from scheduler.search import Found

Assigned = Sequence[tuple[PlanNeed, tuple[str, ...]]]
# Rooms are no people, and a clerk sits at his own desk whenever he likes.
UNSEEN = (Role.ROOM, Role.WITNESS_ROOM, Role.CLERK)


@dataclass(frozen=True)
class Who:
    """Some who sit at the same local time. `outside`: minutes of the hearing beyond their preferred hours."""

    mark: str  # a, b or n
    names: str
    zone: str
    outside: int


@dataclass(frozen=True)
class Proposal:
    """One card: its rank, its slot, who sits, what it costs them, and the other starts that cost the same."""

    rank: int
    slot: Slot
    who: Sequence[Who]
    costs: Sequence[str]
    others: Sequence[Slot]


def proposals(found: Found, cards: Sequence[Card], by: Membership) -> list[Proposal]:
    """The cards with people and words."""
    table = _Table.of(found, by)
    return [_proposal(table, card) for card in cards]


def sitting(found: Found, slots: Sequence[Slot], by: Membership) -> list[list[Who]]:
    """Who sits at each slot, by side: the requesting State, the requested one, each interpreter."""
    table = _Table.of(found, by)
    return [table.sitting(slot) for slot in slots]


def language_pair(plan: Plan, by: Membership) -> str:
    """ "French–Spanish", where the reader may know; else nothing."""
    if not (plan.testimony_language and plan.court_language and sides.may_know(plan, by).language):
        return ""
    locale = get_language() or "en"
    return "–".join(languages.name(tag, locale) for tag in (plan.testimony_language, plan.court_language))


def _proposal(table: "_Table", card: Card) -> Proposal:
    who = table.sitting(card.slot)
    costs = [_cost(table.found.plan, one) for one in who if one.outside]
    return Proposal(card.rank, card.slot, who, costs, card.others)


def _cost(plan: Plan, who: Who) -> str:
    """ "45 minutes outside preferred hours in Spain: attending judge, Witness W-4821"."""
    request = plan.request
    states = {"a": request.requesting.state, "b": request.requested.state}
    facts = {"minutes": who.outside, "who": who.names}
    if who.mark in states:
        facts["state"] = reasons.state_words(states[who.mark])
        sentence = ngettext(
            "%(minutes)s minute outside preferred hours in %(state)s: %(who)s",
            "%(minutes)s minutes outside preferred hours in %(state)s: %(who)s",
            who.outside,
        )
        return sentence % facts
    sentence = ngettext(
        "%(minutes)s minute outside preferred hours: %(who)s",
        "%(minutes)s minutes outside preferred hours: %(who)s",
        who.outside,
    )
    return sentence % facts


@dataclass(frozen=True)
class _Table:
    """What is the same for every card of one answer, read once for it."""

    found: Found
    zones: Mapping[str, str]
    needs: Sequence[PlanNeed]  # in the order of a slot's `assigned`
    names: Mapping[Side, str]
    pair: str

    @classmethod
    def of(cls, found: Found, by: Membership) -> "_Table":
        plan = found.plan
        names = {side: _names(plan, side) for side in (Side.REQUESTING, Side.REQUESTED)}
        return cls(found, sides.zones(plan), availability.booked_needs(plan), names, language_pair(plan, by))

    def sitting(self, slot: Slot) -> list[Who]:
        # The official hours, where they stand in, are one need more than the plan has.
        assigned = list(zip(self.needs, slot.assigned, strict=False))
        rows = [
            Who(mark, self.names[side], self.zones[side], self._outside(slot, assigned, side))
            for mark, side in (("a", Side.REQUESTING), ("b", Side.REQUESTED))
        ]
        return rows + self._interpreters(slot, assigned)

    def _outside(self, slot: Slot, assigned: Assigned, side: Side) -> int:
        ground = self.found.ground
        if ground is None:
            return 0
        ids = [one for need, chosen in assigned if need.side == side for one in chosen]
        if side == Side.REQUESTED and OFFICIAL in ground.resources:
            ids.append(OFFICIAL)
        return max((ground.unsocial(one, slot.start) for one in ids), default=0)

    def _interpreters(self, slot: Slot, assigned: Assigned) -> list[Who]:
        ground = self.found.ground
        chosen = [one for need, ids in assigned if need.role == Role.INTERPRETER for one in ids]
        if ground is None:
            return []
        return [
            Who("n", self._interpreter(number), str(ground.resources[one].zone), ground.unsocial(one, slot.start))
            for number, one in enumerate(chosen, start=1)
        ]

    def _interpreter(self, number: int) -> str:
        facts = {"number": number, "pair": self.pair}
        return (_("Interpreter %(number)s, %(pair)s") if self.pair else _("Interpreter %(number)s")) % facts


def _names(plan: Plan, side: Side) -> str:
    roles = [Role(one.role) for one in plan.needs.all() if one.side == side and one.role not in UNSEEN]
    return ", ".join(_name(plan, role) for role in dict.fromkeys(roles))


def _name(plan: Plan, role: Role) -> str:
    person = plan.request.person
    return people.label(person) if role == Role.WITNESS and person else str(role.label)
