"""The media links of the seats served here: attach, offer, answer, let go; news from the media service."""

import asyncio
from collections.abc import Mapping
from typing import Any, Protocol
from uuid import UUID

from django.conf import settings

from signalling import protocol as p
from signalling import relay, scenes, turn
from signalling.errors import WireError
from signalling.media import control
from signalling.media.client import MediaClient
from signalling.media.control import GRACE
from signalling.media.pool import MediaPool
from signalling.rooms import Link, Peer, Room
from signalling.scenes import Floor
from signalling.standings import Standings
from signalling.topology import SeatPlan

YOUNG_SECONDS = 2.0
LOST_SECONDS = 5.0
"""A link that is silent for longer is an interruption that the record names."""


class Board(Protocol):
    """What links need of the switchboard."""

    rooms: dict[UUID, Room]
    media: MediaClient | MediaPool
    loop: asyncio.AbstractEventLoop

    def changed(self, hearing: UUID) -> None: ...
    def gone(self, room: Room, seat: UUID) -> None: ...
    @property
    def standings(self) -> Standings: ...
    def spawn(self, doing: Any) -> None: ...


def plan_frame(room: Room, plans: Mapping[UUID, SeatPlan]) -> control.Plan:
    """The whole plan as the media service reads it."""
    return control.Plan(str(room.hearing), room.version, {str(seat): _seat(plan) for seat, plan in plans.items()})


def _seat(plan: SeatPlan) -> control.SeatPlan:
    receive = [control.Receive(str(r.seat), r.kind.value, r.form.value) for r in plan.receives]
    return control.SeatPlan(send=[kind.value for kind in plan.sends], receive=receive)


class Links:
    """Every link belongs to a seat of a room; the room holds it, here it is led through its life."""

    def __init__(self, board: Board) -> None:
        self._board = board
        self._link = relay.crossing(relay.link)

    def settle(self, room: Room, floor: Floor) -> None:
        """Give a link to each admitted seat whose client is here, and take it from all others."""
        inside = {seat.id for seat in floor.seats if scenes.room_of(floor, seat.id) != "waiting"}
        if room.relay_only != floor.relay_only:
            room.relay_only = floor.relay_only
            self._cut_all(room)  # which way is found is settled once, when a link begins
        for seat in list(room.links):
            if seat not in inside or floor.state in ("planned", "closed"):
                self.cut(room, seat)
        if floor.state == "closed":
            self._board.media.send(control.Close(str(room.hearing)))
        elif floor.state != "planned":
            for seat in inside & room.peers.keys() - room.links.keys():
                self._attach(room, seat)

    def _cut_all(self, room: Room) -> None:
        for seat in list(room.links):
            self.cut(room, seat)

    def _attach(self, room: Room, seat: UUID) -> None:
        link = Link(self._board.loop.time())
        if self._board.media.send(control.Attach(str(room.hearing), str(seat), link.id)):
            room.links[seat] = link

    def keep(self, room: Room, seat: UUID, held: str | None) -> bool:
        """A client is (back) here: whether the link it names still stands. Any other of its links is cut."""
        link = room.links.get(seat)
        if link is None:
            return held is not None and self._adopt(room, seat, held)
        if link.id != held:
            self.cut(room, seat)
            return False
        if link.letting_go:
            link.letting_go.cancel()
        return True

    def _adopt(self, room: Room, seat: UUID, held: str) -> bool:
        """Another process served it until now. If the media service knows better, it says that the link is closed."""
        if not self._board.media.send(control.Adopt(str(room.hearing), str(seat), held)):
            return False
        room.links[seat] = Link(self._board.loop.time(), held, adopting=True)
        return True

    def let_go(self, room: Room, seat: UUID, *, at_once: bool) -> None:
        """The client is gone: end its link, now or after a while."""
        link = room.links.get(seat)
        if at_once or link is None:
            self._end(room, seat)
        else:
            link.letting_go = self._board.loop.call_later(GRACE, self._end, room, seat)

    def _end(self, room: Room, seat: UUID) -> None:
        self.cut(room, seat)
        self._board.gone(room, seat)

    def cut(self, room: Room, seat: UUID) -> None:
        """End a link, here and in the media process."""
        if link := self.forget(room, seat):
            self._board.media.send(control.Detach(str(room.hearing), str(seat), link.id))

    def forget(self, room: Room, seat: UUID) -> Link | None:
        """Drop a link that is no longer there."""
        link = room.links.pop(seat, None)
        for timer in (link.letting_go, link.losing) if link else ():
            if timer:
                timer.cancel()
        return link

    def answer(self, peer: Peer, message: p.Answer) -> None:
        """Pass an answer on. Raises WireError for a link that was replaced, or with no media service."""
        room = self._board.rooms[peer.credential.hearing]
        link = room.links.get(peer.seat)
        if link is None or link.id != message.link or link.offer is None:
            raise WireError("stale_link", about="answer")
        link.offer = None
        frame = control.Answer(str(room.hearing), str(peer.seat), link.id, message.sdp)
        if not self._board.media.send(frame):
            raise WireError("media_away", about="answer")

    def again(self, peer: Peer) -> None:
        """The client's link has failed: begin a new one. One that is hardly born gets its time first."""
        room = self._board.rooms[peer.credential.hearing]
        link = room.links.get(peer.seat)
        if link is None or self._board.loop.time() - link.since > YOUNG_SECONDS:
            self.cut(room, peer.seat)
            self._board.changed(room.hearing)

    def moved(self, peer: Peer) -> None:
        """The client's network has changed: its link is to find another way."""
        room = self._board.rooms[peer.credential.hearing]
        if link := room.links.get(peer.seat):
            self._board.media.send(control.Restart(str(room.hearing), str(peer.seat), link.id))

    def repeat(self, peer: Peer) -> None:
        """Offer again what a client that came back has not answered."""
        link = self._board.rooms[peer.credential.hearing].links.get(peer.seat)
        if link and link.offer:
            peer.say(link.offer)

    # News from the media service ----------------------------------------------

    def heard(self, frame: Any) -> None:
        """Take a frame about a link; one about a link that was replaced meanwhile is passed over."""
        if isinstance(frame, control.Gone):
            return self._media_lost(UUID(frame.hearing))
        if isinstance(frame, control.Left):
            return self._left(UUID(frame.hearing), UUID(frame.seat))
        if not isinstance(frame, control.Offer | control.State | control.Refused):
            return None
        room = self._board.rooms.get(UUID(frame.hearing))
        seat = UUID(frame.seat)
        link = room.links.get(seat) if room else None
        if room is None or link is None or link.id != frame.link:
            return None
        if isinstance(frame, control.Offer):
            return self._offered(room, seat, link, frame)
        if isinstance(frame, control.State):
            return self._stands(room, seat, link, frame.state)
        return self._say(room, seat, p.Error(code=frame.code, sentence=frame.sentence, about="answer"))

    def serves(self, frame: control.Stats) -> bool:
        """Whether the link is one of this process's."""
        room = self._board.rooms.get(UUID(frame.hearing))
        link = room.links.get(UUID(frame.seat)) if room else None
        return link is not None and link.id == frame.link

    def _offered(self, room: Room, seat: UUID, link: Link, frame: control.Offer) -> None:
        link.offer = offer(frame, relay_only=room.relay_only)
        self._say(room, seat, link.offer)

    def _left(self, hearing: UUID, seat: UUID) -> None:
        if room := self._board.rooms.get(hearing):
            self._board.standings.left(room, seat)

    def _stands(self, room: Room, seat: UUID, link: Link, state: Any) -> None:
        if link.adopting and state in ("failed", "closed"):
            self.forget(room, seat)  # it never stood here: nothing was lost
            return self._board.changed(room.hearing)
        link.adopting = False
        self._say(room, seat, p.Linked(link=link.id, state=state))
        if state == "connected":
            self._back(room, seat, link)
        elif state == "reconnecting" and link.losing is None:
            link.losing = self._board.loop.call_later(LOST_SECONDS, self._lost, room, seat)
        elif state in ("failed", "closed"):
            self.forget(room, seat)
            self._lost(room, seat)
            self._board.changed(room.hearing)

    def _lost(self, room: Room, seat: UUID) -> None:
        if seat not in room.lost:
            room.lost.add(seat)
            self._board.standings.present(room, seat, here=False)
            self._board.spawn(self._link(seat, "lost"))

    def _back(self, room: Room, seat: UUID, link: Link) -> None:
        if link.losing:
            link.losing.cancel()
            link.losing = None
        if seat in room.lost:
            room.lost.discard(seat)
            self._board.standings.present(room, seat, here=True)
            self._board.spawn(self._link(seat, "back"))

    def _media_lost(self, hearing: UUID) -> None:
        """The hearing's media process died: every link begins anew."""
        if room := self._board.rooms.get(hearing):
            for seat in list(room.links):
                self.forget(room, seat)
            self._board.changed(hearing)

    def forget_all(self) -> None:
        """A new media service is there and knows nobody: plan and attach everything again."""
        for hearing in list(self._board.rooms):
            self._media_lost(hearing)

    def media_away(self) -> None:
        """Tell everybody in words that sound and picture wait for the media service."""
        for room in self._board.rooms.values():
            for peer in room.peers.values():
                peer.say(p.Error(code="media_away", sentence=peer.translate("media_away")))

    def _say(self, room: Room, seat: UUID, message: p.FromServer) -> None:
        if peer := room.peers.get(seat):
            peer.say(message)


def offer(frame: control.Offer | control.ProbeOffer, *, relay_only: bool = False) -> p.Offer:
    """An offer as the browser reads it, with credentials for the relays if there are any."""
    tracks = [p.Track(mid=t.mid, seat=t.seat, kind=p.Kind(t.kind), up=t.up) for t in frame.tracks]
    servers = turn.servers(settings.TURN_URLS, settings.TURN_SECRET, now=relay.now())
    return p.Offer(link=frame.link, sdp=frame.sdp, tracks=tracks, servers=servers, relay=relay_only)
