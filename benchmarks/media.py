"""The media process at work: stars of ten and twenty, late joiners, loss, joins and leaves, real browsers.

The process measured is one child of the media service; everything else runs in this one. Its cost is the time that
the kernel says it was on a core, so that a machine with other work tells nearly the same; delays, though, are those
of the machine as it is. `MINUTES=30` lengthens the coming and going (half a minute without).
"""

import asyncio
import os
from statistics import median

from benchmarks import pages
from benchmarks.report import Row, publish
from benchmarks.star import Star, until

SECONDS = 10.0
MINUTES = float(os.environ.get("MINUTES", "0.5"))
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
    """Six seats; every second one leaves and another comes. What the process keeps must not grow."""
    async with Star() as hearing:
        await hearing.fill(6)
        loop, number = asyncio.get_running_loop(), 0
        ends = loop.time() + MINUTES * 60
        warm = loop.time() + min(15.0, MINUTES * 20)  # buffers are filled and code is warm after some
        before = 0.0
        while loop.time() < ends:
            seats = [*list(hearing.callers)[1:], f"n{number}"]
            await hearing.leave(next(iter(hearing.callers)))
            hearing.plan(seats)
            hearing.enter(seats[-1])
            number += 1
            await asyncio.sleep(1)
            if not before and loop.time() > warm:
                before = hearing.resident()
        grown = 100 * (hearing.resident() - before) / before
    return [Row(f"{number} joins and leaves in {MINUTES:g} minutes: growth of memory", grown, "%", "<= 5")]


async def main() -> list[Row]:
    rows = await star(10, "<= 33", "<= 5")
    rows += await star(20, "<= 85")
    rows += await late()
    rows += await pages.measured()
    return rows + await coming_and_going()


if __name__ == "__main__":
    publish("media", asyncio.run(main()))
