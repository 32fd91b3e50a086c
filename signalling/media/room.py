"""A hearing's star: its links, and who hears and sees whom, by the plan alone.

The plan is carried out in two steps. `route` sets at once, in this very call, which legs each source feeds;
the offers that make or free the m-lines follow in their own time. What a plan takes away has therefore
stopped before anything is said to a browser, and what it gives flows once the browser has agreed.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Final

from signalling.media.control import (
    Adopt,
    Answer,
    Attach,
    Detach,
    Frame,
    Offer,
    Plan,
    Refused,
    Restart,
    SeatPlan,
    State,
    Stats,
    Track,
)
from signalling.media.environment import Where
from signalling.media.leg import Leg
from signalling.media.link import Link
from signalling.media.sdp import SdpRefused

TICK: Final = 0.03  # seconds: half of the time between two NACKs
STATS_EVERY: Final = 2.0


class Room:
    """One hearing. Every method but the closing ones takes effect before it returns or first waits."""

    def __init__(self, *, hearing: str, where: Where, emit: Callable[[Frame], None]) -> None:
        self.hearing = hearing
        self.links: dict[str, Link] = {}  # by seat
        self.seats: dict[str, SeatPlan] = {}
        self._version = -1
        self._where, self._emit = where, emit
        self._lag_ms = 0.0
        self._sampled = time.monotonic()
        self._closing: set[asyncio.Task[None]] = set()
        self._ticker = asyncio.create_task(self._tick())

    def plan(self, plan: Plan) -> None:
        """Obey this plan from now on. One older than that in force is ignored."""
        if plan.version < self._version:
            return
        self._version, self.seats = plan.version, plan.seats
        for link in self.links.values():
            link.lines.want(self._of(link.seat))
        self.route()
        for link in self.links.values():
            link.want(self._of(link.seat))

    def _of(self, seat: str) -> SeatPlan:
        return self.seats.get(seat, SeatPlan())

    async def attach(self, frame: Attach) -> None:
        """Open a link for this seat; an older one is over."""
        link = Link(seat=frame.seat, link=frame.link, where=self._where, told=self)
        if frame.seat in self.links:
            self.links[frame.seat].end("replaced")
        self.links[frame.seat] = link
        link.want(self._of(frame.seat))
        try:
            await link.open()
        except OSError:
            link.end("failed")

    def adopt(self, frame: Adopt) -> None:
        """Say to the web process that speaks for the seat now how its link stands, and what waits for an answer."""
        link = self.links.get(frame.seat)
        if link is None or link.id != frame.link:
            self._emit(State(self.hearing, frame.seat, frame.link, "closed"))
        else:
            self.changed(link)
            link.repeat()

    def answer(self, frame: Answer) -> None:
        """Give an answer to its link, or say why it is not taken."""
        link = self.links.get(frame.seat)
        if link is None or link.id != frame.link:
            return
        try:
            link.take_answer(frame.sdp)
        except SdpRefused as refused:
            self._emit(Refused(self.hearing, link.seat, link.id, refused.code, refused.sentence))

    def restart(self, frame: Restart) -> None:
        """Let this link find another way."""
        link = self.links.get(frame.seat)
        if link is not None and link.id == frame.link:
            link.restart()

    def detach(self, frame: Detach) -> None:
        """End this link, unless another has taken its place already."""
        link = self.links.get(frame.seat)
        if link is not None and link.id == frame.link:
            link.end("closed")

    def route(self) -> None:
        """Set the audience of every source to what the plan says, no more."""
        audience: dict[tuple[str, str], list[Leg]] = {}
        for link in self.links.values():
            for receive in self._of(link.seat).receive:
                slot = link.lines.find(receive.seat, receive.kind)
                if receive.form == "clear" and slot and slot.leg and slot.agreed and link.stands:
                    audience.setdefault((receive.seat, receive.kind), []).append(slot.leg)
        fed = set()
        for link in self.links.values():
            for kind, source in link.sources.items():
                legs = audience.get((link.seat, kind), []) if kind in self._of(link.seat).send else []
                source.feed(legs, time.monotonic())
                fed |= {id(leg) for leg in legs}
        for link in self.links.values():
            for leg in link.lines.legs():
                if id(leg) not in fed:
                    leg.end()

    # what a link tells

    def offered(self, link: Link, sdp: str, carried: list[Track]) -> None:
        self._emit(Offer(self.hearing, link.seat, link.id, sdp, carried))

    def agreed(self, link: Link) -> None:
        self.route()

    def changed(self, link: Link) -> None:
        self._emit(State(self.hearing, link.seat, link.id, link.state))
        if link.over:
            if self.links.get(link.seat) is link:
                del self.links[link.seat]
            self.route()
            task = asyncio.create_task(link.close())
            self._closing.add(task)
            task.add_done_callback(self._closing.discard)

    async def _tick(self) -> None:
        """Thirty times a second; how late it comes is the lag of the whole process."""
        due = time.monotonic()
        while True:
            due += TICK
            await asyncio.sleep(max(0.0, due - time.monotonic()))
            now = time.monotonic()
            self._lag_ms = max(self._lag_ms * 0.98, (now - due) * 1000)
            due = max(due, now - TICK)
            for link in list(self.links.values()):
                link.tick(now)
            if now - self._sampled >= STATS_EVERY:
                self._sampled = now
                self._report(now)

    def _report(self, now: float) -> None:
        for link in self.links.values():
            if link.state == "connected":
                figures = link.feedback.figures(now)
                lag = round(self._lag_ms, 1)
                self._emit(Stats(self.hearing, link.seat, link.id, lag_ms=lag, **figures))

    async def close(self) -> None:
        """End every link."""
        self._ticker.cancel()
        for link in list(self.links.values()):
            link.end("closed")
        await asyncio.gather(*self._closing, return_exceptions=True)
