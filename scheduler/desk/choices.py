"""A day's starts to choose from, and the chosen one with everything the clerk wants to know before he holds it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cached_property

from django.utils.translation import gettext as _

from directory import calendars
from directory.models import Membership, State
from scheduler.availability import Basis, local_day
from scheduler.desk import cards, clockchanges
from scheduler.models import Side
from scheduler.planning import ledger
from scheduler.search import Found
from scheduler.solver.prospect import Card, Slot
from scheduler.why import closures, reasons

MOST_STARTS = 48  # of a day that are shown; of more, those at whole hours and their parts
DAY = timedelta(days=1)
STEPS = (5, 10, 15, 30, 60)  # minutes


@dataclass(frozen=True)
class Choice:
    """One start of a day: who sits when, what is worth knowing (`notes`), and all starts of that day in order."""

    anchor: str  # where on the page it stands
    day: date
    card: cards.Proposal
    starts: Sequence[Slot]
    notes: Sequence[str]
    picked: bool  # by the clerk, and not just the best of its day

    @property
    def slot(self) -> Slot:
        """The chosen start."""
        return self.card.slot


class Chooser:
    """The slots of an answer by the reader's local day, with the start that he picked in place of its day's best."""

    def __init__(self, found: Found, by: Membership, zone: str, now: datetime, pick: datetime | None = None) -> None:
        self.found, self.by, self.zone, self.now = found, by, zone, now
        self.days: dict[date, list[Slot]] = {}
        self.zones = found.basis.zones
        self.doubts = uncertain(found.basis, [found.span[0].date() - DAY, found.span[1].date() + DAY])
        chosen = found.prospect.at(pick) if pick else None
        self.picked = {local_day(chosen.start, zone): chosen} if chosen else {}

    @cached_property
    def turn(self) -> ledger.Turn:
        """Whose turn it is, of equal times."""
        return ledger.Turn(self.found, self.now)

    def starts(self, day: date) -> list[Slot]:
        """The possible starts of that day of the reader, the best first."""
        if day not in self.days:
            self.days[day] = self.found.prospect.of_day(day, self.zone)
        return self.days[day]

    def begins(self, day: date) -> list[datetime]:
        """The possible starts of that day of the reader, in the order of time."""
        return self.found.prospect.begins(day, self.zone)

    def best(self, most: int) -> list[Card]:
        """The best days, each with the start that is chosen on it."""
        found = self.turn.cards(self.found.prospect, self.zone, most)
        return [replace(one, slot=self.picked.get(local_day(one.slot.start, self.zone), one.slot)) for one in found]

    def proposals(self, chosen: Sequence[Card]) -> list[Choice]:
        """The cards, ready to read."""
        return [self._choice(one, f"slot-{one.rank}") for one in cards.proposals(self.found, chosen, self.by)]

    def day(self, day: date, anchor: str, start: datetime | None = None) -> Choice | None:
        """One day with its chosen start: the one picked, else that at `start`, else the best. None: it has none."""
        slots = self.starts(day)
        if not slots:
            return None
        wanted = next((one for one in slots if one.start == start), slots[0])
        card = Card(0, self.picked.get(day, wanted), ())
        return self._choice(cards.proposals(self.found, [card], self.by)[0], anchor)

    def _choice(self, card: cards.Proposal, anchor: str) -> Choice:
        day = local_day(card.slot.start, self.zone)
        starts = _thinned(self.starts(day), card.slot)
        return Choice(anchor, day, card, starts, self._notes(card.slot), day in self.picked)

    def _notes(self, slot: Slot) -> list[str]:
        turn = clockchanges.told((self.zones[Side.REQUESTED], self.zones[Side.REQUESTING]), self.now, slot.start)
        doubts = (days.get(local_day(slot.start, self.zones[side])) for side, days in self.doubts.items())
        return [one for one in (turn, *(f"{doubt}." for doubt in doubts if doubt)) if one]


def uncertain(basis: Basis, days: Sequence[date]) -> Mapping[str, Mapping[date, str]]:
    """By side the days that may turn out to be a public holiday there, most of them by the moon; each a sentence."""
    states = {
        Side.REQUESTING.value: basis.plan.request.requesting.state,
        Side.REQUESTED.value: basis.plan.request.requested.state,
    }
    return {side: _uncertain(basis, Side(side), state, days) for side, state in states.items()}


def _uncertain(basis: Basis, side: Side, state: State, days: Sequence[date]) -> Mapping[date, str]:
    found = (
        calendars.uncertain(closures.calendar_of(basis.plan, side, basis.withheld), days[0], days[-1]) if days else {}
    )
    words = _("May be a public holiday in %(state)s: %(name)s")
    return {day: words % {"state": reasons.state_words(state), "name": closure.name} for day, closure in found.items()}


def _thinned(slots: Sequence[Slot], chosen: Slot) -> list[Slot]:
    """In the order of time; where a fine grid gives too many, those at rounder minutes, and the chosen one."""
    ordered = sorted(slots, key=lambda one: one.start)
    for step in STEPS:
        kept = [one for one in ordered if one == chosen or int(one.start.timestamp()) % (60 * step) == 0]
        if len(ordered) <= MOST_STARTS:
            return ordered
        if len(kept) <= MOST_STARTS:
            return kept
    return kept
