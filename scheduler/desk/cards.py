"""A proposal as the clerk reads it: who sits when by his own clock, and who is put out by how much.

People are their functions here; the person to be heard is a pseudonym.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from directory import times
from directory.models import Membership
from protection import people
from scheduler import sides
from scheduler.models import Plan, PlanNeed, Role, Side
from scheduler.planning import ledger
from scheduler.planning.planwords import language
from scheduler.search import Found
from scheduler.solver.prospect import Card, Slot
from scheduler.why import reasons

# Rooms are no people, and a clerk sits at his own desk whenever he likes.
UNSEEN = (Role.ROOM, Role.WITNESS_ROOM, Role.CLERK)
MARKS = (("a", Side.REQUESTING), ("b", Side.REQUESTED))


@dataclass(frozen=True)
class Who:
    """Some who sit at the same local time. `outside`: minutes of the hearing beyond their preferred hours."""

    mark: str  # a, b or n
    names: str
    zone: str
    outside: int


@dataclass(frozen=True)
class Proposal:
    """One card: its rank, its slot, who sits, what it costs them, and the other starts that cost the same.

    Of several sittings it speaks of the first; `each` are all of them, each as a card of its own.
    """

    rank: int
    slot: Slot
    who: Sequence[Who]
    costs: Sequence[str]
    others: Sequence[Slot]
    each: "Sequence[Proposal]" = ()


def proposals(found: Found, cards: Sequence[Card], by: Membership) -> list[Proposal]:
    """The cards with people and words."""
    table = _Table.of(found, by)
    return [_proposal(table, card) for card in cards]


def sitting(found: Found, slots: Sequence[Slot], by: Membership) -> list[list[Who]]:
    """Who sits at each slot, by side: the requesting State, the requested one, each interpreter."""
    table = _Table.of(found, by)
    return [table.sitting(slot) for slot in slots]


def language_pair(plan: Plan, by: Membership) -> str:
    """ "French–Spanish", in relay "French–Spanish through English"; nothing where the reader may not know."""
    if not (plan.testimony_language and plan.court_language and sides.may_know(plan, by).language):
        return ""
    facts = {"pair": _pair(plan.testimony_language, plan.court_language), "pivot": language(plan.pivot)}
    return _("%(pair)s through %(pivot)s, in relay") % facts if plan.pivot else facts["pair"]


def carried(plan: Plan, minutes: ledger.Minutes) -> str:
    """One sentence on who bears how much, in the last year and by what is agreed, and what follows; or nothing."""
    ours, theirs = minutes.get(Side.REQUESTING, 0), minutes.get(Side.REQUESTED, 0)
    if not ours and not theirs:
        return ""
    a, b = (reasons.state_words(one.state) for one in (plan.request.requesting, plan.request.requested))
    facts = {"a": a, "b": b, "ours": ours, "theirs": theirs, "heavier": a if ours > theirs else b}
    if ours == theirs:
        return (
            _("Over the last year, with what is agreed: %(a)s and %(b)s %(ours)s minutes each outside their hours.")
            % facts
        )
    sentence = _(
        "Over the last year, with what is agreed: %(a)s %(ours)s minutes outside its hours, %(b)s %(theirs)s; "
        "of equal proposals, those easier for %(heavier)s come first."
    )
    return sentence % facts


def _pair(one: str, other: str) -> str:
    return f"{language(one)}–{language(other)}"


def _proposal(table: "_Table", card: Card) -> Proposal:
    who = table.sitting(card.slot)
    third = [_cost(None, card.slot, one.zone, one.outside, one.names) for one in who if one.mark == "n" and one.outside]
    sittings = card.slot.sittings if card.slot.more else ()
    each = [_proposal(table, Card(place, replace(one, more=()), ())) for place, one in enumerate(sittings, start=1)]
    return Proposal(card.rank, card.slot, who, [*table.costs(card.slot), *third], card.others, each)


def _cost(state: str | None, slot: Slot, zone: str, minutes: int, who: str) -> str:
    """ "30 minutes outside preferred hours in Spain, 16:45–18:15 Madrid time (UTC+1): Attending judge"."""
    facts = {"minutes": minutes, "state": state or "", "clock": _clock(slot.start, slot.end, zone), "who": who}
    if state is None:
        sentence = ngettext(
            "%(minutes)s minute outside preferred hours, %(clock)s: %(who)s",
            "%(minutes)s minutes outside preferred hours, %(clock)s: %(who)s",
            minutes,
        )
    else:
        sentence = ngettext(
            "%(minutes)s minute outside preferred hours in %(state)s, %(clock)s: %(who)s",
            "%(minutes)s minutes outside preferred hours in %(state)s, %(clock)s: %(who)s",
            minutes,
        )
    return sentence % facts


def _clock(start: datetime, end: datetime, zone: str) -> str:
    first, past = (times.local(one, zone, get_language() or "en") for one in (start, end))
    return f"{first.time}–{past.time} {first.zone}"


@dataclass(frozen=True)
class _Table:
    """What is the same for every card of one answer, read once for it."""

    found: Found
    zones: Mapping[str, str]
    needs: Sequence[PlanNeed]  # in the order of a slot's `assigned`
    names: Mapping[Side, str]
    may_know: bool  # the languages

    @classmethod
    def of(cls, found: Found, by: Membership) -> "_Table":
        plan = found.plan
        names = {side: _names(plan, found.basis.everybody, side) for _mark, side in MARKS}
        known = sides.seen_by(by, plan, found.basis.measures).language
        return cls(found, found.basis.zones, found.needs, names, known)

    def sitting(self, slot: Slot) -> list[Who]:
        rows = [Who(mark, self.names[side], self.zones[side], self._worst(slot, side)) for mark, side in MARKS]
        return rows + self._interpreters(slot)

    def costs(self, slot: Slot) -> list[str]:
        """A sentence for those of each State who sit outside preferred hours equally long."""
        request = self.found.plan.request
        states = {Side.REQUESTING: request.requesting.state, Side.REQUESTED: request.requested.state}
        return [
            _cost(reasons.state_words(states[side]), slot, self.zones[side], minutes, ", ".join(dict.fromkeys(who)))
            for _mark, side in MARKS
            for minutes, who in self._outside(slot, side).items()
        ]

    def _outside(self, slot: Slot, side: Side) -> dict[int, list[str]]:
        """Minutes → who sits so long outside, the longest first. Official hours are everybody's there."""
        ground = self.found.ground if slot.worst else None  # where the worst is nought, so is everybody's
        rows = ledger.outside(ledger.assigned(self.needs, slot), slot.start, ground, side) if ground else []
        found: dict[int, list[str]] = {}
        for need, minutes in sorted(rows, key=lambda row: -row[1]):
            words = self.names[side] if need is None else _name(self.found.plan, Role(need.role))
            found.setdefault(minutes, []).append(words)
        return found

    def _worst(self, slot: Slot, side: Side) -> int:
        return max(self._outside(slot, side), default=0)

    def _interpreters(self, slot: Slot) -> list[Who]:
        ground = self.found.ground
        if ground is None:
            return []
        chosen = [
            (need, one)
            for need, ids in ledger.assigned(self.needs, slot)
            if need.role == Role.INTERPRETER
            for one in ids
        ]
        return [
            Who("n", self._interpreter(number, need), str(ground.resources[one].zone), self._minutes(slot, one))
            for number, (need, one) in enumerate(chosen, start=1)
        ]

    def _minutes(self, slot: Slot, one: str) -> int:
        """The minutes outside preferred hours of somebody who serves: nobody has any where the worst is nought."""
        ground = self.found.ground
        return ground.unsocial(one, slot.start) if ground and slot.worst else 0

    def _interpreter(self, number: int, need: PlanNeed) -> str:
        known = number, need.pk
        if known not in self._called:
            self._called[known] = self._words(number, need)
        return self._called[known]

    @cached_property
    def _called(self) -> dict[tuple[int, int], str]:
        """How the interpreters are called in this answer, by number and need."""
        return {}

    def _words(self, number: int, need: PlanNeed) -> str:
        facts = {"number": number, "pair": _pair(need.language_in, need.language_out)}
        if self.found.plan.pivot:
            in_words, in_silence = (
                _("Interpreter %(number)s, %(pair)s, in relay"),
                _("Interpreter %(number)s, in relay"),
            )
        else:
            in_words, in_silence = _("Interpreter %(number)s, %(pair)s"), _("Interpreter %(number)s")
        return (in_words if self.may_know else in_silence) % facts


def _names(plan: Plan, needs: Sequence[PlanNeed], side: Side) -> str:
    roles = [Role(one.role) for one in needs if one.side == side and one.role not in UNSEEN]
    return ", ".join(_name(plan, role) for role in dict.fromkeys(roles))


def _name(plan: Plan, role: Role) -> str:
    person = plan.request.person
    return people.label(person) if role == Role.WITNESS and person else str(role.label)
