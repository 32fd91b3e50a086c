"""What one web process does for its sockets: rooms, their plans, the media service, the other processes.

Everything runs in the event loop; the database is reached through relay.py alone.
"""

import asyncio
import logging
from collections.abc import Callable, Collection, Coroutine
from functools import partial
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.utils import timezone

from sessions import samples
from signalling import bus, links, relay, scenes, topology
from signalling.elsewhere import Elsewhere
from signalling.errors import CloseCode
from signalling.media import control
from signalling.media.client import MediaClient
from signalling.media.pool import MediaPool
from signalling.rooms import Peer, Room
from signalling.sampling import EVERY, Gathering
from signalling.standings import Standings
from signalling.sweep import Sweep

log = logging.getLogger(__name__)


def _media() -> MediaClient | MediaPool:
    """The one media service, or the several, that MEDIA_CONTROL names."""
    services = settings.MEDIA_CONTROL.split(",")
    if len(services) == 1:
        return MediaClient(services[0], settings.MEDIA_SECRET)
    return MediaPool(services, settings.MEDIA_SECRET, settings.VALKEY_URL)


class Switchboard:
    """One a process (and event loop)."""

    def __init__(self) -> None:
        self.origin = str(uuid4())
        self.rooms: dict[UUID, Room] = {}
        self.probes: dict[str, Callable[[Any], None]] = {}
        self.media = _media()
        self.elsewhere = other = Elsewhere(self)
        self.bus: bus.Bus | None = None
        if url := settings.VALKEY_URL:
            self.bus = bus.Bus(url, origin=self.origin, heard=other.heard, back=other.back)
        self.standings = Standings(self)
        self.links = links.Links(self)
        self.figures = Gathering(self.links.serves)
        self.sweep = Sweep(self)
        self.loop = asyncio.get_running_loop()
        self._tasks: set[asyncio.Task[None]] = set()
        self._reading = relay.crossing(relay.read)
        self._keeping = relay.crossing(samples.keep)

    async def start(self) -> None:
        """Connect to the media service and the broker; both come back by themselves when they were away."""
        self.media.listen(self._media)
        self.media.on_up(self.links.forget_all)
        self.media.on_down(self.links.media_away)
        await self.media.start()
        if self.bus:
            self.bus.start()
        relay.listeners.append(self)
        self.spawn(self.sweep.run())
        self.spawn(self._keep_figures())

    async def stop(self) -> None:
        """Let everybody go and close what was opened."""
        relay.listeners.remove(self)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self.bus:
            await self.bus.stop()
        await self.media.stop()

    # Peers ------------------------------------------------------------------

    def join(self, peer: Peer, held: str | None) -> bool:
        """Take a socket in; an older one of the same seat is closed. True where the link it names goes on."""
        room = self.rooms.get(peer.credential.hearing) or self._open(peer.credential.hearing)
        if before := room.peers.get(peer.seat):
            before.end(CloseCode.REPLACED)
        room.peers[peer.seat] = peer
        kept = self.links.keep(room, peer.seat, held)
        self.tell(bus.Joined(self.origin, room.hearing, peer.seat))
        # Who comes back on its link still has off what it had off: nobody shall see it flicker on meanwhile.
        self.news(peer, here=True, **({} if kept else {"audio": True, "video": True}))
        return kept

    def leave(self, peer: Peer, *, for_good: bool) -> None:
        """A socket is gone. Unless for good, its link stands for some seconds: it may come back."""
        room = self.rooms.get(peer.credential.hearing)
        if room is None or room.peers.get(peer.seat) is not peer:
            return
        del room.peers[peer.seat]
        self.links.let_go(room, peer.seat, at_once=for_good)

    def gone(self, room: Room, seat: UUID) -> None:
        """The seat's client is not here and its link has ended: the others are told, an empty room is closed."""
        self.standings.note(room, seat, here=False)
        self.close_if_empty(room)

    def close_if_empty(self, room: Room) -> None:
        """Serve a hearing no more of which nobody is here and nothing stands."""
        if room.empty and self.rooms.get(room.hearing) is room:
            del self.rooms[room.hearing]
            self.tell(bus.Parted(self.origin, room.hearing))
            if self.bus:
                self.bus.leave(room.hearing)

    def news(self, peer: Peer, **facts: bool) -> None:
        """A client's news, to those who receive its seat, here and elsewhere."""
        self.standings.note(self.rooms[peer.credential.hearing], peer.seat, **facts)

    def refresh(self, peer: Peer) -> None:
        """Say the scene again, with what is known of the neighbours now."""
        if peer.scene is not None:
            peer.scene = scenes.refreshed(peer.scene, self.rooms[peer.credential.hearing].known)
            peer.say(peer.scene)

    def _open(self, hearing: UUID) -> Room:
        room = self.rooms[hearing] = Room(hearing)
        if self.bus:
            self.bus.join(hearing)
        self.elsewhere.ask(room)
        return room

    # Plans --------------------------------------------------------------------

    def changed(self, hearing: UUID, *, loud: bool = False) -> None:
        """Read the hearing again and bring everybody here up to date; several calls at once become one.

        Loud: everybody is told, even where his own scene stays as it was, so that pages are fetched again.
        """
        room = self.rooms.get(hearing)
        if room is None:
            return
        room.dirty, room.loud = True, room.loud or loud
        if not room.arranging:
            room.arranging = True
            self.spawn(self._arrange_until_clean(room))

    async def _arrange_until_clean(self, room: Room) -> None:
        try:
            while room.dirty and self.rooms.get(room.hearing) is room:
                loud, room.dirty, room.loud = room.loud, False, False
                await self._arrange(room, loud=loud)
        finally:
            room.arranging = False

    async def _arrange(self, room: Room, *, loud: bool) -> None:
        peers = list(room.peers.values())
        try:
            reading: relay.Reading = await self._reading(room.hearing, [peer.credential for peer in peers])
        except Exception:
            # No decision can be had: nothing flows until one can.
            log.exception("a hearing could not be read")
            self._silence(room)
            return
        if reading.version < room.version:
            return
        room.version, room.mark = reading.version, reading.mark
        left = reading.until.timestamp() - relay.now() if reading.until else None
        room.wake(self.loop, left, partial(self.changed, room.hearing, loud=True))
        self._dismiss(room, peers, reading)
        if reading.floor is not None:
            self._apply(room, reading.floor, loud=loud)

    def _dismiss(self, room: Room, peers: list[Peer], reading: relay.Reading) -> None:
        for peer in peers:
            if reading.floor is None or reading.holders.get(peer.credential) != peer.seat:
                peer.end(CloseCode.SEAT_LOST)
                self.leave(peer, for_good=True)

    def _apply(self, room: Room, floor: scenes.Floor, *, loud: bool) -> None:
        plans = topology.plan(floor)
        self.media.send(links.plan_frame(room, plans))
        for seat, peer in room.peers.items():
            scene = scenes.scene(floor, seat, plans.get(seat, topology.SeatPlan()), room.known)
            if loud or scene != peer.scene:
                peer.scene = scene
                peer.say(scene)
        self.links.settle(room, floor)

    def _silence(self, room: Room) -> None:
        room.version += 1
        self.media.send(links.plan_frame(room, {}))
        self.loop.call_later(1, self.changed, room.hearing)

    async def _keep_figures(self) -> None:
        while True:
            await asyncio.sleep(EVERY)
            if found := self.figures.take():
                try:
                    await self._keeping(found, timezone.now())
                except Exception:  # a graph with a hole is better than a wire that stops
                    log.exception("figures could not be kept")

    # What arrives from elsewhere ---------------------------------------------

    def _media(self, frame: Any) -> None:
        try:
            self._media_said(frame)
        except Exception:
            # An error about one link must not end the line on which all others hang.
            log.exception("a frame of the media service was not understood")

    def _media_said(self, frame: Any) -> None:
        if isinstance(frame, control.ProbeOffer | control.ProbeProgress | control.ProbeResult | control.ProbeFailed):
            if taker := self.probes.get(frame.link):
                taker(frame)
        elif isinstance(frame, control.Stats):
            self.figures.add(frame)
        else:
            self.links.heard(frame)

    # The same from another thread, where the broker is away --------------------

    def changed_soon(self, hearing: UUID) -> None:
        self.loop.call_soon_threadsafe(partial(self.changed, hearing, loud=True))

    def signed_out_soon(self, session: str) -> None:
        self.loop.call_soon_threadsafe(self.elsewhere.signed_out, session)

    # Small things ----------------------------------------------------------------

    def tell(self, news: bus.AnyNews, to: Collection[str] = ()) -> None:
        if self.bus:
            self.bus.tell(news, to)

    def spawn(self, doing: Coroutine[Any, Any, None]) -> None:
        """Run in the background; the task is held until it is done."""
        task = self.loop.create_task(doing)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


_boards: dict[asyncio.AbstractEventLoop, Switchboard] = {}


async def here() -> Switchboard:
    """The switchboard of this process, started with the first socket."""
    loop = asyncio.get_running_loop()
    if loop not in _boards:
        board = _boards[loop] = Switchboard()
        await board.start()
    return _boards[loop]


async def leave() -> None:
    """Stop the switchboard of this loop, if one has been started."""
    if board := _boards.pop(asyncio.get_running_loop(), None):
        await board.stop()
