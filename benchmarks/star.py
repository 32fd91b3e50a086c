"""A hearing of the media bench: one media process, seats that all hear and see each other, and what it cost."""

import asyncio
import os
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from benchmarks.caller import Caller
from signalling.media.children import Child
from signalling.media.control import (
    Answer,
    Attach,
    Detach,
    Frame,
    Kind,
    Offer,
    Plan,
    Receive,
    SeatPlan,
    State,
    Stats,
    decode_from_media,
    encode,
)

HEARING = "bench"
KINDS: Final[tuple[Kind, ...]] = ("audio", "video")
TICKS = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")


async def until(true: Callable[[], bool]) -> None:
    """Wait for it. Raises TimeoutError after a minute."""
    async with asyncio.timeout(60):
        while not true():  # noqa: ASYNC110 (what is waited for has no event)
            await asyncio.sleep(0.01)


class Star:
    """The media process as the service runs it, spoken to as the service does. `callers` by seat."""

    def __init__(self) -> None:
        self.callers: dict[str, Caller] = {}
        self.states: dict[str, str] = {}
        self.lag_ms = 0.0
        self._version = self._links = 0
        self._link: dict[str, str] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        self._died = False
        self._child = Child(heard=self._heard, died=self._dead)
        return self

    async def __aexit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        await asyncio.gather(*(caller.close() for caller in self.callers.values()))
        await self._child.stop()

    def _dead(self) -> None:
        self._died = True

    def say(self, frame: Frame) -> None:
        self._child.send(encode(frame))

    def _heard(self, line: bytes) -> None:
        frame = decode_from_media(line)
        if isinstance(frame, Offer):
            self.offered(frame)
        elif isinstance(frame, State) and self._link.get(frame.seat) == frame.link:
            self.states[frame.seat] = frame.state
        elif isinstance(frame, Stats):
            self.lag_ms = max(self.lag_ms, frame.lag_ms)

    def offered(self, offer: Offer) -> None:
        """An offer: to its caller. What else takes part overrides this."""
        if caller := self.callers.get(offer.seat):
            self.spawn(caller.take(offer))

    def spawn(self, doing: object) -> None:
        task = asyncio.create_task(doing)  # type: ignore[arg-type]  # a coroutine of any kind
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def answer(self, offer: Offer, sdp: str) -> None:
        self.say(Answer(HEARING, offer.seat, offer.link, sdp))

    def plan(self, seats: list[str]) -> None:
        """Everybody sends everything and receives it of everybody else."""
        self._version += 1
        plans = {
            seat: SeatPlan(
                send=["audio", "video"],
                receive=[Receive(other, kind, "clear") for other in seats if other != seat for kind in KINDS],
            )
            for seat in seats
        }
        self.say(Plan(HEARING, self._version, plans))

    def attach(self, seat: str) -> None:
        self._links += 1
        self._link[seat] = f"{seat}-{self._links}"
        self.states[seat] = "connecting"
        self.say(Attach(HEARING, seat, self._link[seat]))

    def enter(self, seat: str) -> Caller:
        """A caller takes this seat; the plan comes before it."""
        caller = self.callers[seat] = Caller(self.answer)
        self.attach(seat)
        return caller

    async def leave(self, seat: str) -> None:
        self.say(Detach(HEARING, seat, self._link[seat]))
        await self.callers.pop(seat).close()

    async def fill(self, count: int) -> None:
        """So many callers, all linked and all receiving all."""
        seats = [f"s{number}" for number in range(count)]
        self.plan(seats)
        for seat in seats:
            self.enter(seat)
        await self.complete()

    async def complete(self) -> None:
        """Wait until everybody has had a key frame of everybody. Raises TimeoutError after a minute."""
        await until(lambda: all(len(caller.keys) >= len(self.callers) - 1 for caller in self.callers.values()))

    # what it cost

    @property
    def pid(self) -> int:
        assert self._child._process is not None
        assert not self._died
        return self._child._process.pid

    def cpu(self) -> float:
        """Seconds of a core that the media process has used."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    def resident(self) -> float:
        """MB that it keeps in memory."""
        return int(Path(f"/proc/{self.pid}/statm").read_text().split()[1]) * PAGE / 1e6

    def held(self) -> tuple[int, int]:
        """Files and sockets that it has open, and its threads."""
        return tuple(len(os.listdir(f"/proc/{self.pid}/{what}")) for what in ("fd", "task"))  # type: ignore[return-value]

    async def busy(self, seconds: float) -> tuple[float, float, list[float]]:
        """Over so many seconds: percent of a core, packets out a second, the delays."""
        for caller in self.callers.values():
            caller.received, caller.delays = 0, []
        began, used = time.monotonic(), self.cpu()
        await asyncio.sleep(seconds)
        passed = time.monotonic() - began
        share = 100 * (self.cpu() - used) / passed
        packets = sum(caller.received for caller in self.callers.values()) / passed
        return share, packets, sorted(d for caller in self.callers.values() for d in caller.delays)
