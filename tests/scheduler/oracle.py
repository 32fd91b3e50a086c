"""The slot search once more, by brute force: every candidate, every minute, every assignment.

Shares nothing with the program but the contract's words. `step` is how finely an opening is looked at, in seconds: 60
is exact wherever the zone's offset is whole minutes, as all are since 1972.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import combinations, product
from typing import Any
from zoneinfo import ZoneInfo

Json = dict[str, Any]
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MINUTE = timedelta(minutes=1)


def solve(problem: Json, step: int = 60) -> Json:
    search = Oracle(problem, step)
    found = sorted(search.slots(problem["needs"]))
    needs = problem["needs"]
    return {
        "slots": [slot(problem, one) for one in found[: problem.get("limit", 20)]],
        "feasible": len(found),
        "blockers": [
            {
                "need": need["label"],
                "starts_without": len(list(search.slots(needs[:place] + needs[place + 1 :]))),
            }
            for place, need in enumerate(needs)
            if not found
        ],
    }


def slot(problem: Json, found: tuple[Any, ...]) -> Json:
    worst, total, start, _, assigned = found
    return {
        "start": start.isoformat().replace("+00:00", "Z"),
        "end": (start + problem["duration"] * MINUTE).isoformat().replace("+00:00", "Z"),
        "unsocial": {"worst": worst, "total": total},
        "assigned": [list(ids) for ids in assigned],
    }


class Oracle:
    def __init__(self, problem: Json, step: int) -> None:
        self.problem, self.step = problem, timedelta(seconds=step)
        self.resources = {one["id"]: one for one in problem["resources"]}
        self.open = lru_cache(maxsize=None)(self._open)
        self.social = lru_cache(maxsize=None)(self._social)
        self.available = lru_cache(maxsize=None)(self._available)
        self.unsocial = lru_cache(maxsize=None)(self._unsocial)

    def slots(self, needs: list[Json]) -> Iterator[tuple[Any, ...]]:
        for start in self.candidates():
            scored = [
                self.scored(start, assigned) for assigned in product(*(self.teams(need, start) for need in needs))
            ]
            best = min((one for one in scored if one is not None), default=None)
            if best is not None:
                worst, total, load, assigned = best
                yield worst, total, start, load, assigned

    def candidates(self) -> Iterator[datetime]:
        first, past = (read(text) for text in self.problem["horizon"])
        at = first.replace(second=0)
        while at + self.problem["duration"] * MINUTE <= past:
            if at >= first and int(at.timestamp()) % (self.problem.get("grid", 15) * 60) == 0:
                yield at
            at += MINUTE

    def teams(self, need: Json, start: datetime) -> Iterator[tuple[str, ...]]:
        free = [id_ for id_ in sorted(need["of"]) if self.available(id_, start)]
        return combinations(free, need["count"])

    def scored(self, start: datetime, assigned: tuple[tuple[str, ...], ...]) -> tuple[Any, ...] | None:
        ids = [id_ for team in assigned for id_ in team]
        if len(set(ids)) < len(ids):
            return None
        unsocial = [self.unsocial(id_, start) for id_ in ids]
        load = sum(self.resources[id_].get("load", 0) for id_ in ids)
        return max(unsocial, default=0), sum(unsocial), load, assigned

    def _available(self, id_: str, start: datetime) -> bool:
        one = self.resources[id_]
        first = start - one.get("before", 0) * MINUTE
        past = start + (self.problem["duration"] + one.get("after", 0)) * MINUTE
        if any(read(begins) < past and first < read(ends) for begins, ends in one.get("busy", [])):
            return False
        return all(self.open(id_, at) for at in walk(first, past, self.step))

    def _open(self, id_: str, at: datetime) -> bool:
        one, local = self.resources[id_], self.local(id_, at)
        return local.isoformat()[:10] not in one.get("closed", []) and inside(one.get("hours"), local)

    def _unsocial(self, id_: str, start: datetime) -> int:
        past = start + self.problem["duration"] * MINUTE
        return sum(not self.social(id_, at) for at in walk(start, past, MINUTE))

    def _social(self, id_: str, at: datetime) -> bool:
        return inside(self.resources[id_].get("preferred"), self.local(id_, at))

    def local(self, id_: str, at: datetime) -> datetime:
        return at.astimezone(ZoneInfo(self.resources[id_]["zone"]))


def inside(week: Json | None, local: datetime) -> bool:
    if week is None:
        return True
    wall = local.isoformat()[11:19]  # as text, "08:00" <= "08:00:00" and "12:00" < "12:00:00" < "24:00"
    return any(begins <= wall < ends for begins, ends in week.get(DAYS[local.weekday()], []))


def read(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def walk(first: datetime, past: datetime, step: timedelta) -> Iterator[datetime]:
    while first < past:
        yield first
        first += step
