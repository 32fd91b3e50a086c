"""The media process at work: stars of ten and twenty, late joiners, other formats, loss, browsers, joins and leaves.

The process measured is one child of the media service; everything else runs in this one. Its cost is the time that
the kernel says it was on a core, so that a machine with other work tells nearly the same; delays, though, are those
of the machine as it is. `MINUTES=30 PAUSE=1` lengthens the coming and going; `ONLY=growth` does nothing else.
"""

import asyncio
import os
from statistics import median

from benchmarks import pages, recoding
from benchmarks.report import Row, publish
from benchmarks.star import Star, until

SECONDS = 10.0
MINUTES = float(os.environ.get("MINUTES", "0.5"))
PAUSE = float(os.environ.get("PAUSE", "0.3"))  # seconds between one who leaves and the next
WARM = 15.0  # seconds until buffers are filled and code is warm
JOINERS = 7


def quantile(values: list[float], share: float) -> float:
    """Of sorted values."""
    return values[min(len(values) - 1, int(len(values) * share))]


async def star(count: int, core: str, delay: str = "") -> list[Row]:
    """Everybody sees and hears everybody."""
    async with Star() as hearing:
        await hearing.fill(count)
        await asyncio.sleep(2)
        share, packets, delays = await hearing.busy(SECONDS)
        return [
            Row(f"{count} seats: share of a core", share, "%", core),
            Row(f"{count} seats: packets sent", packets, "a second"),
            Row(f"{count} seats: forwarding delay, median", quantile(delays, 0.5) * 1000, "ms"),
            Row(f"{count} seats: forwarding delay, p99", quantile(delays, 0.99) * 1000, "ms", delay),
            Row(f"{count} seats: memory", hearing.resident(), "MB"),
        ]


async def late() -> list[Row]:
    """A tenth seat comes to nine: from its link to the first key frame of each of them."""
    found: list[float] = []
    async with Star() as hearing:
        await hearing.fill(9)
        seats = list(hearing.callers)
        for number in range(JOINERS):
            await asyncio.sleep(0.3)
            seat = f"late{number}"
            hearing.plan([*seats, seat])
            joiner = hearing.enter(seat)
            await until(lambda: len(joiner.keys) == len(seats))  # noqa: B023 (it is over before the next one comes)
            found.append(max(joiner.keys.values()) * 1000)
            hearing.plan(seats)
            await hearing.leave(seat)
    return [Row("late joiner: key frames of all nine, median", median(found), "ms", "<= 150")]


async def coming_and_going() -> list[Row]:
    """Six seats; each time one leaves another comes. What the process keeps must not grow once it is warm."""
    async with Star() as hearing:
        await hearing.fill(6)
        loop, number = asyncio.get_running_loop(), 0
        began = loop.time()
        kept: list[float] = []
        held = hearing.held()
        while (passed := loop.time() - began) < MINUTES * 60:
            seats = [*list(hearing.callers)[1:], f"n{number}"]
            await hearing.leave(next(iter(hearing.callers)))
            hearing.plan(seats)
            hearing.enter(seats[-1])
            number += 1
            await asyncio.sleep(PAUSE)
            if passed > WARM:
                kept.append(hearing.resident())
        await hearing.complete()
        third = len(kept) // 3
        early, late = median(kept[:third]), median(kept[-third:])
        more = [after - before for after, before in zip(hearing.held(), held, strict=True)]
    name = f"{number} joins and leaves in {MINUTES:g} minutes"
    return [
        Row(f"{name}: memory, a first third to the last", 100 * (late - early) / early, "%", "<= 5"),
        Row(f"{name}: memory at the end", late, "MB"),
        Row(f"{name}: sockets more than before", more[0], "", "<= 0"),
        Row(f"{name}: threads more than before", more[1], "", "<= 0"),
    ]


async def main() -> list[Row]:
    rows = await star(10, "<= 33", "<= 5")
    rows += await star(20, "<= 85")
    rows += await late()
    rows += await recoding.recoded()
    rows += await pages.measured()
    return rows + await coming_and_going()


if __name__ == "__main__":
    if os.environ.get("ONLY") == "growth":
        publish("media-growth", asyncio.run(coming_and_going()))
    publish("media", asyncio.run(main()))
