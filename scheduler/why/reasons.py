"""Why not: as records with a sentence, and only as far as the reader's side may know.

The own side's rooms and people are named, interpreters are counted, the other side is never more than "not
free": another State's room, person or regional holiday must not show in a refusal.
"""

from dataclasses import dataclass
from datetime import datetime
from itertools import combinations

from django.utils.translation import gettext as _

from directory.models import Membership, State
from scheduler import search, sides
from scheduler.availability import Basis
from scheduler.models import PlanNeed, Role, Side
from scheduler.solver.bits import Mask
from scheduler.solver.ground import Ground
from scheduler.why import reasonwords, shortage
from scheduler.why.reasonwords import listed, need_words, state_words
from scheduler.why.shortage import Shortage

__all__ = ["Reader", "Reason", "blockers", "listed", "need_words", "state_words", "taken"]


@dataclass(frozen=True)
class Reason:
    """One thing in the way. `code` is for programs, `note` a few words for a narrow place.

    `code` is one of outside, notice, weekend, holiday, recess, closed, hours, booked, quorum, interpreters,
    not_staffed, nobody, not_free, apart, off_grid. `need` is a role, or empty where it is the whole day of a side.
    `short_by` says how many are missing.
    """

    side: str
    need: str
    code: str
    sentence: str
    note: str = ""
    short_by: int = 0


def blockers(found: search.Found, by: Membership) -> list[tuple[str, int]]:
    """Where nothing is possible: the starts there would be without one need; the other side's is its State."""
    if found.ground is None:
        return []
    reader, rows = Reader(found.basis, found.ground, by), dict[str, int]()
    for one in found.blockers:
        words = reader.words(one.need)
        rows[words] = max(rows.get(words, 0), one.starts_without)
    return list(rows.items())


def taken(basis: Basis, ground: Ground | None, start: datetime, by: Membership) -> str:
    """The sentence of a refused hold; where the other side alone is in the way it gives no reason."""
    ours = Reader(basis, ground, by).own_at(start) if ground else []
    told = list(dict.fromkeys(one.sentence for one in ours))
    return " ".join([*told, _("Nothing was booked.")]) if told else _("That time is no longer free.")


class Reader:
    """The reasons that stand on one ground, for one reader."""

    def __init__(self, basis: Basis, ground: Ground, by: Membership) -> None:
        self.basis, self.ground, self.by = basis, ground, by
        self.side = basis.plan.side_of(by)
        self.view = sides.seen_by(by, basis.plan, basis.measures)

    def at(self, start: datetime) -> list[Reason]:
        """One reason for each need that cannot be met at this start, in the order of the plan. Empty: all can.

        The other side is spoken of only where it alone is in the way: asked hour by hour, a second answer beside the
        own one would draw the opening hours of the witness's room, and so its time zone.
        """
        number = self.ground.number(start)
        if number is None:
            return [Reason("", "", "outside", _("That time lies outside the dates or the notice of this hearing."))]
        return self._within(self.ground.only(number), whole_day=False)

    def on(self, within: Mask) -> list[Reason]:
        """The same for a day without a possible start; `within` are its candidates. There is always one reason."""
        return self._within(within, whole_day=True) or [
            Reason("", "", "apart", self._apart(within), _("No common time"))
        ]

    def own_at(self, start: datetime) -> list[Reason]:
        """What the own side, and the interpreters, have in the way at this start."""
        number = self.ground.number(start)
        return self._ours(self.ground.only(number), whole_day=False) if number is not None else []

    def single(self, start: datetime) -> PlanNeed | None:
        """The one need of the own side, or of the interpreters, that is in the way; None: several, or none."""
        number = self.ground.number(start)
        short = self._short(self.ground.only(number)) if number is not None else []
        ours = [one.need for one in short if self._may_know(one.need)]
        return ours[0] if len(ours) == 1 else None

    def words(self, need: PlanNeed) -> str:
        """The need by its function, or as its State where the reader may not know more."""
        return need_words(need) if self._may_know(need) else state_words(self._state(need))

    def _apart(self, within: Mask) -> str:
        """Each could be met alone: which two never are together, if they are the reader's to know."""
        rows = {row.label: self.ground.met(row, within) for row in self.ground.asked.needs}
        known = [(need, rows[str(need.public_id)]) for need in self.basis.needs if self._may_know(need)]
        for (one, its), (other, theirs) in combinations(known, 2):
            if not its & theirs:
                pair = {"one": need_words(one), "other": need_words(other)}
                return _("%(one)s and %(other)s: never free at the same time that day.") % pair
        return _("Everybody needed is free at some time of that day, but never all at once.")

    def _within(self, within: Mask, whole_day: bool) -> list[Reason]:
        theirs = [one.need for one in self._short(within) if not self._may_know(one.need)]
        return self._ours(within, whole_day) or list(dict.fromkeys(self._not_free(need) for need in theirs))

    def _ours(self, within: Mask, whole_day: bool) -> list[Reason]:
        short = [one for one in self._short(within) if self._may_know(one.need)]
        return list(dict.fromkeys(self._reason(one, whole_day) for one in short))

    def _short(self, within: Mask) -> list[Shortage]:
        return shortage.found(self.basis.needs, self.ground, within)

    def _may_know(self, need: PlanNeed) -> bool:
        """Whether more than that it is not free: the own side's, and interpreters', who are nobody's."""
        if need.side == Side.THIRD:
            return need.role == Role.INTERPRETER
        return need.side == self.side and (need.side == Side.REQUESTING or self.view.place)

    def _state(self, need: PlanNeed) -> State:
        request = self.basis.plan.request
        return request.requesting.state if need.side == Side.REQUESTING else request.requested.state

    def _not_free(self, need: PlanNeed) -> Reason:
        state = state_words(self._state(need))
        sentence = _("Not everybody is free in %(state)s.") % {"state": state}
        return Reason(need.side, "", "not_free", sentence, _("%(state)s: not free") % {"state": state})

    def _reason(self, one: Shortage, whole_day: bool) -> Reason:
        told = reasonwords.of(one, self.basis.plan.minutes, whole_day=whole_day, languages=self.view.language)
        return Reason(one.need.side, one.need.role, told.code, told.sentence, told.note, one.missing)
