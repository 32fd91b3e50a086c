"""Several media services behind one face, that of MediaClient: each hearing lives whole on one of them.

It is put on the least loaded one, and the lease says so to every other web process (lease.py). A frame for a
hearing that has no place yet is refused, and `gone` follows when it has one: plan and attach. The same `gone`
comes when its service has died or is being drained, so that for the rest of the house a move is a new start.
Without the broker every web process picks the same service by a hash.
"""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections.abc import Callable, Coroutine, Iterable
from typing import Any, Final

from redis import RedisError

from signalling.media.client import MediaClient
from signalling.media.control import Close, Frame, Gone, Load, Probe, ProbeAnswer, ProbeEnd
from signalling.media.lease import Leases
from signalling.media.webs import LAGGING

PATIENCE: Final = 3.0  # seconds without a line to a service until its hearings are put elsewhere
RENEW: Final = 2.0  # seconds
QUIET: Final = 40.0  # seconds without a frame: no seat of the hearing is served here any more


class MediaPool:
    """As MediaClient: `send` and the callbacks belong to the loop that called `start`."""

    def __init__(self, addresses: Iterable[str], secret: str, valkey: str) -> None:
        self._clients = [MediaClient(address, secret, patience=PATIENCE) for address in addresses]
        self._leases = Leases(valkey) if valkey else None
        self._placed: dict[str, MediaClient] = {}  # by hearing
        self._used: dict[str, float] = {}  # by hearing: the last frame, monotonic
        self._tests: dict[str, MediaClient] = {}  # by the link of a connection test
        self._placing: set[str] = set()
        self._listeners: list[Callable[[Frame], None]] = []
        self._up: list[Callable[[], None]] = []
        self._down: list[Callable[[], None]] = []
        self._tasks: set[asyncio.Task[None]] = set()
        for client in self._clients:
            client.listen(lambda frame, client=client: self._heard(client, frame))  # type: ignore[misc]  # a default binds it
            client.on_up(self._one_up)
            client.on_down(lambda client=client: self._one_down(client))  # type: ignore[misc]  # as above

    def listen(self, callback: Callable[[Frame], None]) -> None:
        """As MediaClient.listen."""
        self._listeners.append(callback)

    def on_up(self, callback: Callable[[], None]) -> None:
        """Call this when there is a service again after there was none."""
        self._up.append(callback)

    def on_down(self, callback: Callable[[], None]) -> None:
        """Call this when there is none left."""
        self._down.append(callback)

    @property
    def connected(self) -> bool:
        return any(client.connected for client in self._clients)

    async def start(self) -> None:
        """Connect to all of them, and stay connected."""
        for client in self._clients:
            await client.start()
        self._spawn(self._keep())

    async def stop(self) -> None:
        """Hang up. The leases end by themselves."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for client in self._clients:
            await client.stop()
        if self._leases:
            await self._leases.close()

    def send(self, frame: Frame) -> bool:
        """Queue a frame for the service that has its hearing; False while none has it, or it does not read."""
        if isinstance(frame, Probe | ProbeAnswer | ProbeEnd):
            return self._send_test(frame)
        hearing: str = getattr(frame, "hearing", "")
        self._used[hearing] = time.monotonic()
        client = self._placed.get(hearing)
        if client is None:
            if not isinstance(frame, Close):
                self._place(hearing)
            return False
        if isinstance(frame, Close):
            self._leave(hearing)
        return client.send(frame)

    def _send_test(self, frame: Probe | ProbeAnswer | ProbeEnd) -> bool:
        client = self._tests.get(frame.link) or self._best()
        if client is None:
            return False
        if isinstance(frame, ProbeEnd):
            self._tests.pop(frame.link, None)
        else:
            self._tests[frame.link] = client
        return client.send(frame)

    # Where a hearing goes ------------------------------------------------------

    def _ready(self) -> list[MediaClient]:
        there = [client for client in self._clients if client.connected and client.service]
        return [client for client in there if not client.load.draining] or there

    def _best(self) -> MediaClient | None:
        ready = self._ready()
        return min(ready, key=lambda client: _weight(client.load)) if ready else None

    def _place(self, hearing: str) -> None:
        if hearing not in self._placing:
            self._placing.add(hearing)
            self._spawn(self._find(hearing))

    async def _find(self, hearing: str) -> None:
        """Until the hearing has a place: take the lease, or follow whoever has it."""
        began = time.monotonic()
        try:
            client = await self._choose(hearing, 0.0)
            while client is None:
                await asyncio.sleep(0.2)
                client = await self._choose(hearing, time.monotonic() - began)
        finally:
            self._placing.discard(hearing)
        self._placed[hearing] = client
        self._tell(Gone(hearing))

    async def _choose(self, hearing: str, waited: float) -> MediaClient | None:
        best = self._best()
        if best is None:
            return None
        try:
            if self._leases is None:
                return self._hashed(hearing)
            holder = await self._leases.hold(hearing, best.service)
            client = next((one for one in self._ready() if one.service == holder), None)
            if client is None and waited > PATIENCE:  # dead, drained, or out of our reach: the others will follow us
                await self._leases.release(hearing, holder)
        except (RedisError, OSError):
            return self._hashed(hearing)
        return client

    def _hashed(self, hearing: str) -> MediaClient | None:
        """The same one in every web process that sees the same services (rendezvous hashing)."""
        ready = self._ready()
        return max(ready, key=lambda c: hashlib.sha256(f"{hearing} {c.service}".encode()).digest()) if ready else None

    def _leave(self, hearing: str) -> None:
        """It is over, or goes elsewhere."""
        client = self._placed.pop(hearing, None)
        if client and client.service and self._leases:
            self._spawn(self._release(hearing, client.service))

    async def _release(self, hearing: str, service: str) -> None:
        if self._leases:
            try:
                await self._leases.release(hearing, service)
            except (RedisError, OSError):
                return  # it ends by itself

    def _move(self, hearing: str) -> None:
        self._leave(hearing)
        self._place(hearing)

    async def _keep(self) -> None:
        """Keep up the leases of the hearings that are served here, and follow those that were moved."""
        while True:
            await asyncio.sleep(RENEW)
            for hearing, client in list(self._placed.items()):
                if time.monotonic() - self._used.get(hearing, 0.0) > QUIET:
                    self._placed.pop(hearing, None)
                    self._used.pop(hearing, None)
                elif self._leases and client.service:
                    await self._renew(hearing, client)

    async def _renew(self, hearing: str, client: MediaClient) -> None:
        assert self._leases is not None
        try:
            holder = await self._leases.hold(hearing, client.service)
        except (RedisError, OSError):
            return
        if holder != client.service and self._placed.get(hearing) is client:
            client.send(Close(hearing))
            self._move(hearing)

    # What the services say -----------------------------------------------------

    def _heard(self, client: MediaClient, frame: Frame) -> None:
        if isinstance(frame, Gone):
            if self._placed.get(frame.hearing) is not client:
                return
            if client.load.draining and self._best() is not client:
                return self._move(frame.hearing)
        self._tell(frame)

    def _one_up(self) -> None:
        if sum(1 for client in self._clients if client.service) == 1:
            for callback in self._up:
                callback()

    def _one_down(self, client: MediaClient) -> None:
        lost = [hearing for hearing, placed in self._placed.items() if placed is client]
        for hearing in lost:
            del self._placed[hearing]
            if self._leases:
                self._spawn(self._release(hearing, client.lost))
            self._place(hearing)
        if not any(each.service for each in self._clients):
            for callback in self._down:
                callback()

    def _tell(self, frame: Frame) -> None:
        for callback in self._listeners:
            callback(frame)

    def _spawn(self, doing: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(doing)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _weight(load: Load) -> tuple[bool, int]:
    return load.lag_ms > LAGGING, load.legs
