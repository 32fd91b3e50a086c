"""`make bench-slots`: the exact search beside stepping from minute to minute, on the same problems."""

import random
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from benchmarks.report import Row, publish
from scheduler.slots import solve
from tests.scheduler import oracle

ZONES = ("America/Bogota", "Europe/Madrid", "Africa/Casablanca", "Australia/Lord_Howe", "Asia/Kathmandu")
WEEK = {day: [["08:00", "12:00"], ["13:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
FIRST = datetime(2026, 3, 1, tzinfo=UTC)


def problem(resources: int, days: int, busy: int, seed: int = 18) -> dict[str, Any]:
    """Rooms, judges and a pool of interpreters over `days`, with `busy` bookings spread over all of them."""
    chance = random.Random(seed)
    rows = [_resource(number, days, busy // resources, chance) for number in range(resources)]
    ids = [row["id"] for row in rows]
    return {
        "horizon": [_text(FIRST), _text(FIRST + timedelta(days=days))],
        "duration": 90,
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


def best_of(runs: int, act: Callable[[], Any]) -> float:
    """Milliseconds of the fastest run: the one least disturbed by the machine's other work."""
    taken = []
    for _ in range(runs):
        started = time.perf_counter()
        act()
        taken.append((time.perf_counter() - started) * 1000)
    return min(taken)


def main() -> None:
    small, large = problem(10, 2, 10), problem(40, 365, 10_000)
    stepping = best_of(1, lambda: oracle.solve(small))
    ours = best_of(5, lambda: solve(small))
    publish(
        "slots",
        [
            Row("10 resources, 2 days: stepping by the minute", stepping, "ms"),
            Row("10 resources, 2 days: solve", ours, "ms"),
            Row("10 resources, 2 days: times faster", stepping / ours, "x", ">= 50"),
            Row("10 resources, 90 days: solve", best_of(3, lambda: solve(problem(10, 90, 500))), "ms"),
            Row("40 resources, 365 days, 10,000 bookings: solve", best_of(3, lambda: solve(large)), "ms", "<= 2000"),
        ],
    )


if __name__ == "__main__":
    main()
