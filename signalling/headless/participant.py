"""A seat held by a program: it comes, waits to be let in, sends, counts what arrives, comes back if the line breaks."""

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import msgspec

from signalling import protocol as p
from signalling.errors import CLOSING
from signalling.headless import wire
from signalling.headless.peer import Peer

Tell = Callable[[dict[str, Any]], None]
BACK = {code.value for code, (_why, back) in CLOSING.items() if back} | {1006}
PAUSES = (0.5, 1.0, 2.0, 4.0, 8.0)  # seconds; after the last one it gives up


class Participant:
    """One seat. `tell` is given a line for each thing that happens; `key` are the keyword arguments of wire.opened."""

    def __init__(self, url: str, peer: Peer, tell: Tell, **key: str) -> None:
        self.url, self.peer, self.key = url, peer, key
        self._tell = tell
        self.welcomes = 0
        self.scene: p.Scene | None = None
        self._untold = True  # whether this connection has not said yet what is on
        self.state = "new"
        self.link_changed = asyncio.Event()
        self._line: wire.Wire | None = None

    async def run(self, seconds: float | None = None, every: float = 5.0) -> bool:
        """Stay for so long, or until the hearing ends. Whether sound or picture was connected at the end.

        Raises wire.Closed where the house lets it in no more, OSError where it cannot be reached.
        """
        reporting = asyncio.create_task(self._report(every))
        try:
            async with asyncio.timeout(seconds):
                await self._stay()
        except TimeoutError:
            pass
        finally:
            reporting.cancel()
            await asyncio.wait([reporting])
            connected = self.state == "connected"
            self._tell({"what": "end", "heard": msgspec.to_builtins(await self.peer.heard())})
            with suppress(TimeoutError):
                async with asyncio.timeout(3):
                    await self.peer.close()
        return connected

    async def say(self, message: p.FromClient) -> None:
        """Send a message of one's own on the line that stands now. Raises Closed."""
        if self._line is None:
            raise wire.Closed(1006, "no line")
        await self._line.say(message)

    async def _stay(self) -> None:
        tries = 0
        while not self.over:
            before = self.welcomes
            try:
                await self._sit()
            except (wire.Closed, OSError) as error:
                self._line = None
                tries = 0 if self.welcomes > before else tries + 1
                code = error.code if isinstance(error, wire.Closed) else 1006
                if code not in BACK or self.welcomes == 0 or tries == len(PAUSES):
                    raise
                self._say("lost", code=code)
                await asyncio.sleep(PAUSES[tries])

    @property
    def over(self) -> bool:
        """Whether the hearing has ended."""
        return self.scene is not None and self.scene.state == "closed"

    async def _sit(self) -> None:
        async with wire.opened(self.url, link=self.peer.link, **self.key) as (line, welcome):
            self.welcomes, self._line, self._untold = self.welcomes + 1, line, True
            self._say("welcome", seat=str(welcome.seat), kept=welcome.kept)
            while not self.over:
                await self._take(line, await line.hear())

    async def _take(self, line: wire.Wire, message: p.ServerMessage) -> None:
        match message:
            case p.Offer() as offer:
                await line.say(await self.peer.answer(offer))
            case p.Linked(link=link, state=state) if link == self.peer.link or self.peer.link is None:
                self.state = state
                self.link_changed.set()
                self._say("link", state=state)
                if state == "failed":
                    await line.say(p.Relink())
            case p.Scene() as scene:
                await self._enter(line, scene)
            case p.Error(code=code, sentence=sentence):
                self._say("error", code=code, sentence=sentence)

    async def _enter(self, line: wire.Wire, scene: p.Scene) -> None:
        admitted = scene.room != "waiting" and (
            self._untold or (self.scene is not None and self.scene.room == "waiting")
        )
        self.scene = scene
        self._say("scene", room=scene.room, state=scene.state, sends=list(scene.sends), receives=len(scene.receives))
        if scene.room == "waiting":
            await self.peer.close()
        if admitted:
            self._untold = False
            kinds = self.peer.tracks
            await line.say(p.Mute(audio="audio" in kinds, video="video" in kinds))

    async def _report(self, every: float) -> None:
        while True:
            await asyncio.sleep(every)
            self._say("heard", heard=msgspec.to_builtins(await self.peer.heard()))

    def _say(self, what: str, **facts: Any) -> None:
        self._tell({"what": what, "at": round(time.time(), 3), **facts})
