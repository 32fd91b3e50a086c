"""`make bench-batch`: many hearings placed at once, by CP-SAT and by iterated greedy on the same problems; and series.

The crowd contends: all want the mornings of the same few days, three rooms and eight judges. Each search has the
same seconds.
"""

import random
import sys
import time
from collections.abc import Callable
from typing import Any

from benchmarks.report import Row, publish
from scheduler.solver import batch, series
from scheduler.solver.batch import Placement
from scheduler.solver.needs import WORK_LIMIT
from scheduler.solver.problem import Problem, parse
from scheduler.solver.series import Asked
from scheduler.solver.timegrid import Span

SECONDS = 15
DAYS = ("mon", "tue", "wed", "thu", "fri")
ZONES = ("America/Bogota", "Europe/Madrid")
PEOPLE = {"room": 3, "judge": 8, "team": 10}


def crowd(hearings: int, last: str, seed: int = 18) -> list[dict[str, Any]]:
    """Hearings of one to three hours that share rooms, judges and interpreters until the last day."""
    chance = random.Random(seed)
    known = {
        f"{what}{n}": _one(f"{what}{n}", ZONES[n % 2], chance) for what, many in PEOPLE.items() for n in range(many)
    }
    return [_hearing(known, last, chance) for _ in range(hearings)]


def _one(id_: str, zone: str, chance: random.Random) -> dict[str, Any]:
    opens, closes = ("08:00", "17:00") if zone == "America/Bogota" else ("09:00", "20:00")
    days = [day for day in DAYS if chance.random() < 0.9]
    liked = {day: [["09:00", "12:00"]] for day in DAYS}
    return {"id": id_, "zone": zone, "hours": {day: [[opens, closes]] for day in days}, "preferred": liked, "after": 15}


def _hearing(known: dict[str, Any], last: str, chance: random.Random) -> dict[str, Any]:
    pools = {what: chance.sample([id_ for id_ in known if id_.startswith(what)], 2) for what in PEOPLE}
    needs = [{"label": what, "count": 1 + (what == "team"), "of": pool} for what, pool in pools.items()]
    return {
        "horizon": ["2026-12-07T00:00:00Z", f"{last}T00:00:00Z"],
        "duration": chance.choice((60, 90, 120, 180)),
        "grid": 30,
        "resources": [known[id_] for pool in pools.values() for id_ in pool],
        "needs": needs,
    }


def mixed(hearings: int, last: str) -> list[tuple[Problem, Asked]]:
    """The same crowd, every fifth hearing over two sittings, and interpreters who work six hours a day at most."""
    found = []
    for number, one in enumerate(crowd(hearings, last)):
        worked: dict[str, list[Span]] = {each["id"]: [] for each in one["resources"] if each["id"].startswith("team")}
        sittings = 2 if number % 5 == 4 else 1
        found.append((parse(one), Asked(sittings, ZONES[0], 7, {"judge"}, WORK_LIMIT, worked)))
    return found


def mornings(days: int, judges: int = 6) -> dict[str, Any]:
    """A bench of three out of six, two interpreters out of eight, a room out of two, everybody busy half the time."""
    chance = random.Random(18)
    people = [*(f"judge{n}" for n in range(judges)), *(f"team{n}" for n in range(8)), "room0", "room1"]
    needs = [("judge", 3), ("team", 2), ("room", 1)]
    return {
        "horizon": ["2026-12-07T00:00:00Z", series_end(days)],
        "duration": 180,
        "grid": 15,
        "resources": [_one(id_, ZONES[0], chance) | {"busy": _busy(days, chance)} for id_ in people],
        "needs": [
            {"label": what, "count": n, "of": [one for one in people if one.startswith(what)]} for what, n in needs
        ],
    }


def series_end(days: int) -> str:
    return time.strftime("%Y-%m-%dT00:00:00Z", time.gmtime(1796601600 + days * 86400))  # from 7 December 2026


def _busy(days: int, chance: random.Random) -> list[list[str]]:
    firsts = (1796601600 + day * 86400 + 13 * 3600 for day in range(days) if chance.random() < 0.5)
    return [[time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(at + shift)) for shift in (0, 4 * 3600)] for at in firsts]


def _placed(name: str, found: Placement, goal: str = "") -> list[Row]:
    return [
        Row(f"{name}: placed", found.placed, "hearings", goal),
        Row(f"{name}: at most", found.most, "hearings"),
        Row(f"{name}: outside preferred hours", found.minutes, "minutes"),
        Row(f"{name}: at least, with so many", found.least, "minutes"),
    ]


def _timed(act: Callable[[], Any]) -> tuple[float, Any]:
    started = time.perf_counter()
    found = act()
    return (time.perf_counter() - started) * 1000, found


def compare() -> list[Row]:
    """Forty hearings, and thirty sittings with limits, both ways; a hundred by greedy: too many for CP-SAT's model."""
    forty, hundred = crowd(40, "2026-12-11"), crowd(100, "2026-12-18")
    greedy = batch.place(forty, seconds=SECONDS, exact=False)
    solved = batch.place(forty, seconds=SECONDS)
    many = batch.place(hundred, seconds=SECONDS)
    several = mixed(25, "2026-12-11")
    apart, proven = (batch.place(several, seconds=SECONDS, exact=exact) for exact in (False, True))
    return [
        *_placed("25 hearings, 5 of two sittings, greedy", apart),
        *_placed("25 hearings, 5 of two sittings, CP-SAT", proven, f">= {apart.placed}"),
        *_placed("40 hearings, greedy", greedy),
        *_placed("40 hearings, CP-SAT", solved, f">= {greedy.placed}"),
        *_placed("100 hearings, greedy", many),
    ]


def together() -> list[Row]:
    """Three sittings within a fortnight before the same bench of three; the five best first days."""
    rows = list[Row]()
    for days, goal in ((60, "<= 250"), (365, "<= 1000")):
        asked = Asked(3, "America/Bogota", 14, {"judge"})
        problem = mornings(days)

        def best(problem: dict[str, Any] = problem, asked: Asked = asked) -> list[Any]:
            found = series.search(problem, asked).best()
            return [one for _n, one in zip(range(5), found, strict=False)]

        taken, found = _timed(best)
        rows += [
            Row(f"3 sittings of {days} days", taken, "ms", goal),
            Row(f"3 sittings of {days} days: found", len(found), ""),
        ]
    return rows


if __name__ == "__main__":
    if sys.argv[1:] == ["series"]:
        publish("batch-series", together())
    publish("batch", [*compare(), *together()])
