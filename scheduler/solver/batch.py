"""Many hearings that wait for a time, placed at once: as many as possible, then with the fewest unsocial minutes. Pure.

They share rooms, judges and interpreters, so the best time of one may be the only time of another. A greedy pass
gives the rarest first choice; then parts of the result are taken out and put back in other orders for as long as
the clock allows. Up to `EXACT` sittings CP-SAT goes on from there and, given the time, proves that nothing is better.
"""

import random
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from scheduler.solver.duty import Duty
from scheduler.solver.pending import Pending
from scheduler.solver.problem import Problem
from scheduler.solver.serial import Serial
from scheduler.solver.series import Asked
from scheduler.solver.slots import Slot
from scheduler.solver.timegrid import Span

EXACT = 40  # sittings; above, CP-SAT's model takes longer to build than a clerk waits
BESIDE = 0.7  # how often room is made for one that has no place, and not anywhere
SHARE = 0.25  # of the time, for the greedy search where CP-SAT follows
Told = Callable[[float, int], None]  # the share of the time used, and how many are placed


@dataclass(frozen=True)
class Placement:
    """Each hearing's sittings, or none of them; `alone` says which have a time by themselves.

    No placement has more than `most`, nor fewer minutes than `least` with that many.

    `proven`: this one reaches both, so nothing is better.
    """

    sittings: tuple[tuple[Slot, ...], ...]
    most: int
    least: int
    proven: bool
    alone: tuple[bool, ...] = ()

    @property
    def slots(self) -> tuple[Slot | None, ...]:
        """Of each hearing the first sitting, or None."""
        return tuple(sittings[0] if sittings else None for sittings in self.sittings)

    @property
    def placed(self) -> int:
        return sum(bool(sittings) for sittings in self.sittings)

    @property
    def minutes(self) -> int:
        """Unsocial minutes of everybody, added up."""
        return sum(slot["unsocial"]["total"] for sittings in self.sittings for slot in sittings)


Hearing = Pending | Serial  # one that waits: for one time, or for several together
Wanted = Mapping[str, Any] | Problem | tuple[Problem, Asked]
Choices = list[Any]  # of each hearing what its `best` gave, or None
Alone = Sequence[int | None]  # of each hearing the least minutes it could have, were it the only one; None: no time


def place(
    problems: Sequence[Wanted],
    *,
    seconds: float,
    seed: int = 18,
    exact: bool = True,
    told: Told | None = None,
) -> Placement:
    """Times for all these slot-search problems, in their order, found within about `seconds`.

    `Asked` beside a problem says how many sittings it has, found all or none, and what its court's rules allow those
    who may work only so much. With it the answer can be held as it stands: it keeps these rules between its own times.

    A resource is known by its id, the same in every problem. What is busy for all stands in the problems. Raises
    `scheduler.solver.problem.ProblemError`.
    """
    began = time.monotonic()
    hearings = _hearings(problems)
    follows = exact and sum(one.sittings for one in hearings) <= EXACT
    chance = random.Random(seed)  # noqa: S311  orders to try, and the same each time; nothing here is secret
    alone = [one.alone() for one in hearings]
    bound = _bound(alone)
    choices = _iterate(hearings, bound, began, seconds * (SHARE if follows else 1), chance, told)
    if not follows or _score(choices) == (len(hearings) - bound[0], bound[1]):
        return _placement(hearings, alone, choices, *bound)
    from scheduler.solver import optimum  # OR-Tools takes half a second to load: only who asks pays

    found = optimum.improve(hearings, choices, seconds=max(1.0, began + seconds - time.monotonic()))
    cheapest = sum(sorted(least for least in alone if least is not None)[: found.most])
    return _placement(hearings, alone, found.choices, found.most, max(found.least, cheapest))


def _hearings(problems: Sequence[Wanted]) -> list[Hearing]:
    """Each goes by the strictest of the rules that come with them."""
    duty = Duty.of([one[1] for one in problems if isinstance(one, tuple)])
    return [_hearing(one, duty) for one in problems]


def _hearing(wanted: Wanted, duty: Duty) -> Hearing:
    if not isinstance(wanted, tuple):
        return Pending(wanted, duty)
    problem, asked = wanted
    return Serial(problem, asked, duty) if asked.count > 1 else Pending(problem, duty)


def _placement(hearings: Sequence[Hearing], alone: Alone, choices: Choices, most: int, least: int) -> Placement:
    sittings = tuple(one.slots(choice) if choice else () for one, choice in zip(hearings, choices, strict=True))
    missing, minutes = _score(choices)
    proven = (len(choices) - missing, minutes) == (most, least)
    return Placement(sittings, most, least, proven, tuple(least is not None for least in alone))


def _bound(alone: Alone) -> tuple[int, int]:
    """The bound that needs no search: each hearing as if it were the only one."""
    best = [least for least in alone if least is not None]
    return len(best), sum(best)


def _score(choices: Choices) -> tuple[int, int]:
    return sum(one is None for one in choices), sum(one.total for one in choices if one)


def _iterate(
    hearings: Sequence[Hearing],
    bound: tuple[int, int],
    began: float,
    seconds: float,
    chance: random.Random,
    told: Told | None,
) -> Choices:
    """Iterated greedy: take a few out, put them back in another order, keep what is no worse."""
    rarest = sorted(range(len(hearings)), key=lambda n: hearings[n].choices)
    best = _filled(hearings, [None] * len(hearings), rarest)
    while time.monotonic() - began < seconds and _score(best) != (len(hearings) - bound[0], bound[1]):
        tried = _filled(hearings, *_emptied(hearings, best, chance))
        if _score(tried) <= _score(best):
            best = tried
        if told:
            told(min((time.monotonic() - began) / seconds, 1.0), len(best) - _score(best)[0])
    return best


def _emptied(hearings: Sequence[Hearing], choices: Choices, chance: random.Random) -> tuple[Choices, list[int]]:
    """A few hearings taken out, and with those that had no place the order in which they are tried again."""
    placed, missing = ([n for n, one in enumerate(choices) if (one is None) is none] for none in (False, True))
    many = min(len(placed), chance.randint(1, 2 + len(placed) // 6))
    wanted = chance.choice(missing) if missing and chance.random() < BESIDE else None
    out = chance.sample(placed if wanted is None else _beside(hearings, wanted, placed, chance)[: 2 * many], many)
    order = [n for n in (*out, *missing) if n != wanted]
    chance.shuffle(order)
    return [None if n in out else one for n, one in enumerate(choices)], order if wanted is None else [wanted, *order]


def _beside(hearings: Sequence[Hearing], wanted: int, placed: Sequence[int], chance: random.Random) -> list[int]:
    """Those that stand in the way of the one without a place: who share most with it come first."""
    mine = hearings[wanted].ids
    return sorted(placed, key=lambda n: (-len(mine & hearings[n].ids), chance.random()))


def _filled(hearings: Sequence[Hearing], choices: Choices, order: Iterable[int]) -> Choices:
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


def _take(hearing: Hearing, choice: Any, taken: dict[str, list[Span]]) -> None:
    for id_, span in hearing.keeps(choice):
        taken.setdefault(id_, []).append(span)
