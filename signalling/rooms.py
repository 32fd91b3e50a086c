"""Who is connected to this process, by hearing. Touches neither the database nor the network."""

import asyncio
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from uuid import UUID

from signalling import frames
from signalling import protocol as p
from signalling.errors import CloseCode
from signalling.outbox import Outbox
from signalling.scenes import Standing


@dataclass(frozen=True, slots=True)
class Key:
    """What a socket was opened with: the key of a session, or the digest of a token and for whom its holder acts."""

    session: str | None = field(default=None, repr=False)
    token: str = field(default="", repr=False)
    acting: str = ""


@dataclass(frozen=True, slots=True)
class Credential:
    """What a socket was opened with. Who is behind it is read afresh each time it matters."""

    hearing: UUID
    key: Key


@dataclass(eq=False)
class Peer:
    """One socket that holds a seat."""

    credential: Credential
    seat: UUID
    outbox: Outbox
    end: Callable[[CloseCode], None]
    translate: Callable[[str], str]
    """A code's sentence in the language of this client's reader."""
    scene: p.Scene | None = None
    # The seats of `_read`, the scene that was looked through last: this is asked for every message.
    _read: p.Scene | None = field(default=None, repr=False)
    _sources: frozenset[UUID] = field(default=frozenset(), repr=False)

    def say(self, message: p.FromServer) -> None:
        """Queue a message for this client alone."""
        self.say_frame(frames.encode(message))

    def say_frame(self, frame: bytes) -> None:
        """Queue a frame that was encoded once for many; a client that does not keep up is let go."""
        if not self.outbox.put(frame):
            self.end(CloseCode.SLOW)

    @property
    def inside(self) -> bool:
        """Whether it was last told that it is in the hearing room, or in a private one beside it."""
        return self.scene is not None and self.scene.room != "waiting"

    def receives_from(self, seat: UUID) -> bool:
        """Whether it was last told that it receives anything of this seat."""
        if self.scene is not self._read:
            self._read = self.scene
            self._sources = frozenset(received.seat for received in self.scene.receives) if self.scene else frozenset()
        return seat in self._sources


@dataclass
class Link:
    """The media path of one seat. It outlives a socket that breaks by a few seconds."""

    since: float  # of the loop's clock
    id: str = field(default_factory=lambda: secrets.token_urlsafe(12))
    offer: p.Offer | None = None  # the last one, until it is answered
    adopting: bool = False  # begun in another web process; the media service has not said yet that it stands
    letting_go: asyncio.TimerHandle | None = None
    losing: asyncio.TimerHandle | None = None


@dataclass
class Room:
    """One hearing, as far as this process serves it."""

    hearing: UUID
    peers: dict[UUID, Peer] = field(default_factory=dict)
    links: dict[UUID, Link] = field(default_factory=dict)
    known: dict[UUID, Standing] = field(default_factory=dict)
    lost: set[UUID] = field(default_factory=set)
    dirty: bool = False
    loud: bool = False
    arranging: bool = False
    version: int = 0
    mark: str = ""  # of the rows on which the last reading rests
    relay_only: bool = False
    waking: asyncio.TimerHandle | None = None
    served: dict[UUID, str] = field(default_factory=dict)
    """Which process numbered what is known of a seat."""
    elsewhere: set[str] = field(default_factory=set)
    """The other processes that serve this hearing too."""
    sure: bool = False
    """Whether `elsewhere` names them all: this process has heard its own question come back, hence every answer."""

    @property
    def shared(self) -> bool:
        """Whether another process may serve it too, so that news has to be published."""
        return not self.sure or bool(self.elsewhere)

    def wake(self, loop: asyncio.AbstractEventLoop, seconds: float | None, again: Callable[[], None]) -> None:
        """Call `again` after so many seconds, in place of any call that was waiting; None: not at all."""
        if self.waking:
            self.waking.cancel()
        self.waking = None if seconds is None else loop.call_later(max(0.0, seconds), again)

    @property
    def empty(self) -> bool:
        return not self.peers and not self.links

    def receivers(self, seat: UUID) -> Iterator[Peer]:
        """Those here who receive this seat, and so may have its news."""
        return (peer for peer in self.peers.values() if peer.receives_from(seat))

    def note(self, seat: UUID, **facts: bool) -> Standing:
        """Write down news of a seat whose client is here, under the next number."""
        before = self.known.get(seat, Standing())
        told = {"here": before.here, "audio": before.audio, "video": before.video} | facts
        standing = self.known[seat] = Standing(**told, sequence=before.sequence + 1)
        return standing
