"""`make bench-slots`: the search alone, with its masks rebuilt, with the bookings fetched and over HTTP; and its peers.

`python -m benchmarks.slots http` measures the year of forty resources over HTTP alone, in half a minute.

Peers and the search take turns, so that a busy machine disturbs both; ratios are of medians. Peers that would take
minutes are given a slice of the horizon, and so is the search then: the row's name says which.
"""

import random
import statistics
import sys
import time
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from benchmarks import contest, house, peers
from benchmarks.report import Row, publish
from scheduler.solver import masks, slots
from scheduler.solver.field import Field
from scheduler.solver.problem import Problem, parse
from tests.scheduler import oracle

ZONES = ("America/Bogota", "Europe/Madrid", "Africa/Casablanca", "Australia/Lord_Howe", "Asia/Kathmandu")
WEEK = {day: [["08:00", "12:00"], ["13:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
FIRST = datetime(2026, 3, 1, tzinfo=UTC)
PORT = 8201
Size = tuple[int, int, int]  # resources, days, bookings
AIMED: dict[str, Any] = {"runs": 60, "goal": "<= 60", "page": True}
SIZES: tuple[Size, Size, Size] = ((10, 90, 500), (40, 365, 10_000), (400, 730, 100_000))


def problem(resources: int, days: int, busy: int, seed: int = 18) -> dict[str, Any]:
    """Rooms, judges and a pool of interpreters over `days`, with `busy` bookings spread over all of them."""
    chance = random.Random(seed)
    rows = [_resource(number, days, busy // resources, chance) for number in range(resources)]
    ids = [row["id"] for row in rows]
    return {
        "horizon": [_text(FIRST), _text(FIRST + timedelta(days=days))],
        "duration": 90,
        "grid": 15,
        "resources": rows,
        "needs": [
            {"label": "room", "count": 1, "of": ids[: resources // 4]},
            {"label": "judge", "count": 1, "of": ids[resources // 4 : resources // 2]},
            {"label": "interpreters", "count": 2, "of": ids[resources // 2 :]},
        ],
    }


def _resource(number: int, days: int, busy: int, chance: random.Random) -> dict[str, Any]:
    starts = [FIRST + timedelta(minutes=15 * chance.randrange(days * 96)) for _ in range(busy)]
    return {
        "id": f"r{number:03}",
        "zone": ZONES[number % len(ZONES)],
        "hours": WEEK,
        "preferred": {day: [["09:00", "16:00"]] for day in WEEK},
        "busy": [[_text(start), _text(start + timedelta(hours=2))] for start in starts],
        "before": 15,
    }


def _text(instant: datetime) -> str:
    return f"{instant:%Y-%m-%dT%H:%M:%SZ}"


def in_turn(runs: int, acts: Mapping[str, Callable[[], Any]]) -> dict[str, list[float]]:
    """Milliseconds of each act, run after run, one act after the other."""
    taken: dict[str, list[float]] = {name: [] for name in acts}
    for _ in range(runs):
        for name, act in acts.items():
            started = time.perf_counter()
            act()
            taken[name].append((time.perf_counter() - started) * 1000)
    return taken


def alone(asked: Problem) -> Callable[[], Any]:
    """Solving where every resource's mask is there already."""
    ready = Field(asked).free

    def act() -> Any:
        field = Field(asked)
        field.__dict__["free"] = ready
        return field.best(asked.limit), field.feasible

    return act


def rebuilt(asked: Problem) -> Callable[[], Any]:
    """Solving with no mask kept from before."""
    kept = (masks._fitting, masks._preferred, masks._costs, masks._opened, masks._social)

    def act() -> Any:
        for one in kept:
            one.cache_clear()
        return slots.answer(asked)

    return act


def sizes() -> list[Row]:
    """The search by itself, at three sizes."""
    rows: list[Row] = []
    for size in SIZES:
        asked = parse(problem(*size))
        told = in_turn(5, {"solving alone": alone(asked), "masks rebuilt": rebuilt(asked)})
        rows += [Row(f"{named(size)}: {act}", statistics.median(taken), "ms") for act, taken in told.items()]
        rows[-1] = Row(rows[-1].name, rows[-1].value, "ms", "<= 150" if size == SIZES[-1] else "")
    return rows


def named(size: Size) -> str:
    """A size in words."""
    resources, days, bookings = size
    return f"{resources} resources, {days} days, {bookings:,} bookings"


def beside(name: str, goal: str, told: dict[str, Any], peer: Callable[[], float], runs: int = 3) -> list[Row]:
    """A peer's median and how many times faster the search is, masks rebuilt, on the same problem; run in turn."""
    asked, theirs, ours = parse(told), list[float](), list[float]()
    act = rebuilt(asked)
    for _ in range(runs):
        theirs.append(peer())
        ours += in_turn(3, {"": act})[""]
    ratio = statistics.median(theirs) / statistics.median(ours)
    return [Row(name, statistics.median(theirs), "ms"), Row(f"{name}: times slower", ratio, "x", goal)]


def timed(act: Callable[[], int], expected: int) -> float:
    """Milliseconds; an answer that is not the expected one would not be worth comparing."""
    started = time.perf_counter()
    found = act()
    if found != expected:
        raise AssertionError(f"a peer finds {found} starts, the search {expected}")
    return (time.perf_counter() - started) * 1000


def others(url: str) -> list[Row]:
    """Everybody else, each at a size that ends within seconds."""
    tiny, month, quarter, small = problem(10, 2, 10), problem(40, 30, 820), problem(40, 90, 2460), problem(10, 90, 500)
    count = {id(told): slots.answer(parse(told))["feasible"] for told in (tiny, month, quarter, small)}
    statement = peers.Statement(url, parse(month))

    def by_day(told: dict[str, Any]) -> float:
        found, taken = peers.by_day(told)
        timed(lambda: found, count[id(told)])
        return taken

    stepping = partial(timed, lambda: oracle.solve(tiny)["feasible"], count[id(tiny)])
    portion = partial(timed, lambda: peers.by_portion(parse(small)), count[id(small)])
    multirange = partial(timed, statement.feasible, count[id(month)])
    return [
        *beside("minute by minute, 10 resources, 2 of 90 days", "", tiny, stepping),
        *beside("portion, 10 resources, 90 days", "", small, portion, runs=1),
        *beside("day-range search, 40 resources, 30 of 365 days", ">= 200", month, partial(by_day, month)),
        *beside("day-range search, 40 resources, 90 of 365 days", ">= 200", quarter, partial(by_day, quarter), runs=1),
        *beside("one multirange statement, 40 resources, 30 of 365 days", ">= 5", month, multirange),
    ]


def through_the_house() -> list[Row]:
    """With the bookings fetched and over HTTP with a token, at the three sizes; and contested claims."""
    from config.story import people

    cast, (small, middle, large) = people.enter(), SIZES
    rows = over_http(cast, house.year(cast, *small), small, runs=30)
    plan = house.year(cast, *middle)
    rows += [*over_http(cast, plan, middle, **AIMED), *contest.rows(plan)]
    return [*rows, *over_http(cast, house.year(cast, *large), large, runs=12)]


def middle_alone() -> list[Row]:
    """What has a goal over HTTP, and nothing else."""
    from config.story import people

    cast = people.enter()
    return over_http(cast, house.year(cast, *SIZES[1]), SIZES[1], **AIMED)


def over_http(cast: Any, plan: Any, size: Size, *, runs: int, goal: str = "", page: bool = False) -> list[Row]:
    """One plan: the search with its tables read, the API's answer, and the page if that is wanted."""
    from scheduler import search

    now, key, cookie = house.NOW, house.token(cast.clerk), house.session(cast.clerk)
    fetched = in_turn(8, {"": lambda: search.survey(plan, now).prospect.best(20)})[""][2:]
    with house.served(PORT) as address:
        api = _request(f"{address}/api/v1/hearings/{plan.public_id}/slots", {"Authorization": f"Bearer {key}"})
        times = _request(f"{address}/hearings/{plan.public_id}/times/", {"Cookie": f"sessionid={cookie}"})
        told = in_turn(runs + 5, {"through HTTP": api} | ({"the page": times} if page else {}))
    rows = [Row(f"{named(size)}: bookings fetched", statistics.median(fetched), "ms")]
    for name, taken in told.items():
        rows.append(Row(f"{named(size)}: {name}, median", statistics.median(taken[5:]), "ms"))
        rows.append(Row(f"{named(size)}: {name}, p95", p95(taken[5:]), "ms", goal if name == "through HTTP" else ""))
    return rows


def p95(taken: Sequence[float]) -> float:
    """The time that 95 of a hundred stay within."""
    return sorted(taken)[int(len(taken) * 0.95)]


def _request(address: str, headers: dict[str, str]) -> Callable[[], bytes]:
    asked = urllib.request.Request(address, headers=headers)

    def act() -> bytes:
        with urllib.request.urlopen(asked, timeout=60) as answer:
            body: bytes = answer.read()
        return body

    return act


def main() -> None:
    """Everything in one run; about two minutes."""
    url = house.prepare()
    if sys.argv[1:] == ["http"]:
        publish("slots-http", middle_alone())
    publish("slots", [*sizes(), *others(url), *through_the_house()])


if __name__ == "__main__":
    main()
