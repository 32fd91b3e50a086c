"""Many hearings that wait for a time, placed at once: as many as possible, then with the fewest unsocial minutes. Pure.

They share rooms, judges and interpreters, so the best time of one may be the only time of another. A greedy pass
gives the rarest first choice; then parts of the result are taken out and put back in other orders for as long as
the clock allows. Up to `EXACT` hearings CP-SAT goes on from there and, given the time, proves that nothing is better.
"""

import random
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from scheduler.pending import Choice, Pending
from scheduler.problem import Problem
from scheduler.slots import Slot
from scheduler.timegrid import Span

EXACT = 40  # hearings; above, CP-SAT's model takes longer to build than a clerk waits
SHARE = 0.25  # of the time, for the greedy search where CP-SAT follows
Told = Callable[[float, int], None]  # the share of the time used, and how many are placed


@dataclass(frozen=True)
class Placement:
    """Each hearing's slot, or None. No placement has more than `most`, nor fewer minutes than `least` with that many.

    `proven`: this one reaches both, so nothing is better.
    """

    slots: tuple[Slot | None, ...]
    most: int
    least: int
    proven: bool

    @property
    def placed(self) -> int:
        return sum(slot is not None for slot in self.slots)

    @property
    def minutes(self) -> int:
        """Unsocial minutes of everybody, added up."""
        return sum(slot["unsocial"]["total"] for slot in self.slots if slot)


Choices = list[Choice | None]


def place(
    problems: Sequence[Mapping[str, Any] | Problem],
    *,
    seconds: float,
    seed: int = 18,
    exact: bool = True,
    told: Told | None = None,
) -> Placement:
    """Times for all these slot-search problems, in their order, found within about `seconds`.

    A resource is known by its id, the same in every problem. What is busy for all stands in the problems. Raises
    `scheduler.problem.ProblemError`.
    """
    began = time.monotonic()
    hearings = [Pending(problem) for problem in problems]
    follows = exact and len(hearings) <= EXACT
    chance = random.Random(seed)  # noqa: S311  orders to try, and the same each time; nothing here is secret
    choices = _iterate(hearings, began, seconds * (SHARE if follows else 1), chance, told)
    bound = _alone(hearings)
    if not follows or _score(choices) == (len(hearings) - bound[0], bound[1]):
        return _placement(hearings, choices, *bound)
    from scheduler import optimum  # OR-Tools takes half a second to load: only who asks pays

    found = optimum.improve(hearings, choices, seconds=max(1.0, began + seconds - time.monotonic()))
    return _placement(hearings, found.choices, found.most, found.least)


def _placement(hearings: Sequence[Pending], choices: Choices, most: int, least: int) -> Placement:
    slots = tuple(one.slot(choice) if choice else None for one, choice in zip(hearings, choices, strict=True))
    missing, minutes = _score(choices)
    return Placement(slots, most, least, proven=(len(choices) - missing, minutes) == (most, least))


def _alone(hearings: Sequence[Pending]) -> tuple[int, int]:
    """The bound that needs no search: each hearing as if it were the only one."""
    best = [choice for one in hearings if (choice := one.best({}))]
    return len(best), sum(choice.total for choice in best)


def _score(choices: Choices) -> tuple[int, int]:
    return sum(one is None for one in choices), sum(one.total for one in choices if one)


def _iterate(
    hearings: Sequence[Pending], began: float, seconds: float, chance: random.Random, told: Told | None
) -> Choices:
    """Iterated greedy: take a few out, put them back in another order, keep what is no worse."""
    rarest = sorted(range(len(hearings)), key=lambda n: int(hearings[n].free.all(axis=0).sum()))
    best = _filled(hearings, [None] * len(hearings), rarest)
    bound = _alone(hearings)
    while time.monotonic() - began < seconds and _score(best) != (len(hearings) - bound[0], bound[1]):
        tried = _filled(hearings, *_emptied(best, chance))
        if _score(tried) <= _score(best):
            best = tried
        if told:
            told(min((time.monotonic() - began) / seconds, 1.0), len(best) - _score(best)[0])
    return best


def _emptied(choices: Choices, chance: random.Random) -> tuple[Choices, list[int]]:
    """A few hearings taken out, and with those that had no place the order in which they are tried again."""
    placed = [n for n, one in enumerate(choices) if one]
    out = set(chance.sample(placed, min(len(placed), chance.randint(1, 2 + len(placed) // 6))))
    order = [*out, *(n for n, one in enumerate(choices) if one is None)]
    chance.shuffle(order)
    return [None if n in out else one for n, one in enumerate(choices)], order


def _filled(hearings: Sequence[Pending], choices: Choices, order: Iterable[int]) -> Choices:
    taken: dict[str, list[Span]] = {}
    filled = list(choices)
    for n, choice in enumerate(filled):
        if choice:
            _take(hearings[n], choice, taken)
    for n in order:
        filled[n] = choice = hearings[n].best(taken)
        if choice:
            _take(hearings[n], choice, taken)
    return filled


def _take(hearing: Pending, choice: Choice, taken: dict[str, list[Span]]) -> None:
    for id_, span in hearing.keeps(choice):
        taken.setdefault(id_, []).append(span)
