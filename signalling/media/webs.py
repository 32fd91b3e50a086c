"""The web processes as the media service knows them: what each is told, whose each link is, and how busy we are."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final

from signalling.media.control import Detach, Load, ProbeEnd

LAGGING: Final = 50.0  # ms of loop lag; a hearing hears more, and no new one goes where it is so


@dataclass
class Web:
    """A web process, connected or just gone: what it must be told waits in its queue."""

    name: str
    outbox: asyncio.Queue[bytes] = field(default_factory=lambda: asyncio.Queue(4096))
    connections: int = 0

    def put(self, line: bytes) -> None:
        """Tell it; to one that does not read, the newest: what it misses it learns when it attaches anew."""
        if self.outbox.full():
            self.outbox.get_nowait()
        self.outbox.put_nowait(line)

    async def tell(self, writer: asyncio.StreamWriter) -> None:
        """Write what waits, as long as the line stands."""
        with suppress(ConnectionError):
            while True:
                writer.write(await self.outbox.get())
                await writer.drain()


@dataclass(frozen=True)
class Owned:
    """Whose a link is: what ends it when its web process does not come back."""

    web: Web
    end: Detach | ProbeEnd
    child: str


def load(owned: Iterable[Owned], lags: Iterable[float], *, draining: bool) -> Load:
    """What all the links together cost: in a star each seat's streams go to all the others."""
    seats = Counter(one.child for one in owned if isinstance(one.end, Detach))
    return Load(sum(n * (n - 1) for n in seats.values()), max(lags, default=0.0), draining)
