"""Several sittings of one hearing, found together or not at all. Pure.

A *series* is so many feasible candidates of a slot search's problem on as many different local dates, in order, the
last less than `spread` days after the first, where each *steady* need is met by the same resources throughout: the
bench that hears the end has heard the beginning. Interpreters and rooms may change from one sitting to the next.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import combinations, product
from math import comb, prod
from typing import Any
from zoneinfo import ZoneInfo

from scheduler import slots
from scheduler.problem import ProblemError
from scheduler.slots import Slot

# worst, total, starts, load, who is assigned (never equal), the sittings
Row = tuple[int, int, tuple[str, ...], int, tuple[Any, ...], tuple[Slot, ...]]

MOST_BENCHES = 500  # ways to fill the steady needs; each is a search of its own
ALL = 1_000_000


@dataclass(frozen=True, order=True)
class Series:
    """The sittings in order; `worst` and `total` are unsocial minutes over all of them."""

    worst: int
    total: int
    starts: tuple[str, ...]
    load: int
    sittings: tuple[Slot, ...]


@dataclass(frozen=True)
class Asked:
    """`count` sittings on dates in `zone`, within `spread` days, the needs labelled `steady` filled alike."""

    count: int
    zone: str
    spread: int
    steady: Collection[str] = ()


def solve(problem: Mapping[str, Any], asked: Asked) -> list[Series]:
    """The best series of each possible first date, best first.

    Ranked by the worst unsocial minutes of anybody at any sitting, then their sum, then the starts. Exact. Raises
    `scheduler.problem.ProblemError` where the problem breaks its contract, or the steady needs can be filled in
    too many ways to try each.
    """
    best: dict[date, Row] = {}
    for narrowed, load in _benches(problem, asked.steady):
        for day, found in _of_one_bench(narrowed, asked, load).items():
            best[day] = min(found, best.get(day, found))
    return [
        Series(worst, total, starts, load, sittings)
        for worst, total, starts, load, _people, sittings in sorted(best.values())
    ]


def _benches(problem: Mapping[str, Any], steady: Collection[str]) -> Iterator[tuple[dict[str, Any], int]]:
    """The problem once for each way to fill the steady needs, with the load of those who fill them."""
    needs = problem["needs"]
    loads = {one["id"]: one.get("load", 0) for one in problem["resources"]}
    fixed = [place for place, need in enumerate(needs) if need["label"] in steady]
    ways = prod(comb(len(needs[place]["of"]), needs[place]["count"]) for place in fixed)
    if ways > MOST_BENCHES:
        raise ProblemError("needs", f"can be filled in {ways} ways; choose among fewer people")
    for chosen in product(*(combinations(sorted(needs[place]["of"]), needs[place]["count"]) for place in fixed)):
        taken = [one for team in chosen for one in team]
        if len(set(taken)) == len(taken):
            teams = dict(zip(fixed, chosen, strict=True))
            told = [{**need, "of": list(teams.get(place, need["of"]))} for place, need in enumerate(needs)]
            yield {**problem, "needs": told, "limit": ALL}, sum(loads[one] for one in taken)


def _of_one_bench(problem: Mapping[str, Any], asked: Asked, load: int) -> dict[date, Row]:
    """The best series of each first date, as a row that sorts by its rank."""
    days = _days(problem, asked.zone)
    found: dict[date, Row] = {}
    for bound in sorted({slot["unsocial"]["worst"] for options in days.values() for slot in options}):
        cheapest = {day: min(fit, key=_cost) for day, options in days.items() if (fit := _within(options, bound))}
        for first in cheapest:
            chosen = None if first in found else _rest(cheapest, first, asked)
            if chosen:
                total = sum(slot["unsocial"]["total"] for slot in chosen)
                starts = tuple(slot["start"] for slot in chosen)
                people = tuple(tuple(map(tuple, slot["assigned"])) for slot in chosen)
                found[first] = (bound, total, starts, load, people, tuple(chosen))
    return found


def _days(problem: Mapping[str, Any], zone: str) -> dict[date, list[Slot]]:
    days: dict[date, list[Slot]] = {}
    for slot in slots.solve(problem)["slots"]:
        local = datetime.fromisoformat(slot["start"]).astimezone(ZoneInfo(zone))
        days.setdefault(local.date(), []).append(slot)
    return days


def _within(options: list[Slot], bound: int) -> list[Slot]:
    return [slot for slot in options if slot["unsocial"]["worst"] <= bound]


def _cost(slot: Slot) -> tuple[int, str]:
    return slot["unsocial"]["total"], slot["start"]


def _rest(cheapest: Mapping[date, Slot], first: date, asked: Asked) -> list[Slot] | None:
    """The first date's sitting and the cheapest of the dates after it, earliest first where they cost the same."""
    after = [slot for day, slot in cheapest.items() if 0 < (day - first).days < asked.spread]
    if len(after) < asked.count - 1:
        return None
    others = sorted(after, key=_cost)[: asked.count - 1]
    return sorted([cheapest[first], *others], key=lambda slot: slot["start"])
