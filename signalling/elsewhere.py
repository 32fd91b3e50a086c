"""What this process hears of the other web processes, and what it does about it."""

from collections.abc import Collection
from typing import Protocol
from uuid import UUID

from signalling import bus
from signalling.errors import CloseCode
from signalling.links import Links
from signalling.rooms import Peer, Room
from signalling.standings import Standings


class Board(Protocol):
    """What is needed of the switchboard."""

    rooms: dict[UUID, Room]
    origin: str
    links: Links
    standings: Standings

    def tell(self, news: bus.AnyNews, to: Collection[str] = ()) -> None: ...
    def changed(self, hearing: UUID, *, loud: bool = False) -> None: ...
    def leave(self, peer: Peer, *, for_good: bool) -> None: ...


class Elsewhere:
    """News of the bus. Each room knows which other processes serve it, so that nothing is published for nobody."""

    def __init__(self, board: Board) -> None:
        self._board = board

    def heard(self, news: bus.AnyNews) -> None:
        """Take one line of the bus; one's own come back too."""
        origin = self._board.origin
        match news:
            case bus.Changed(hearing=hearing):
                self._board.changed(hearing, loud=True)
            case bus.SignedOut(session=session):
                self.signed_out(session)
            case bus.Asked() if news.origin == origin:
                self._sure(news.hearing)
            case bus.Asked() | bus.Joined() | bus.Told() | bus.Parted() if news.origin != origin:
                self._of_another(news)

    def back(self) -> None:
        """The broker is (back) there: whatever was said meanwhile is asked for."""
        for hearing, room in list(self._board.rooms.items()):
            room.sure = False
            self.ask(room)
            self._board.changed(hearing, loud=True)

    def ask(self, room: Room) -> None:
        """Ask who else serves the hearing, and how their clients stand."""
        self._board.tell(bus.Asked(self._board.origin, room.hearing))

    def signed_out(self, session: str) -> None:
        """Close the sockets that were opened with this session; `session` is the digest of its key."""
        for room in list(self._board.rooms.values()):
            for peer in list(room.peers.values()):
                if bus.digest(peer.credential.key.session) == session:
                    peer.end(CloseCode.SIGNED_OUT)
                    self._board.leave(peer, for_good=True)

    def _sure(self, hearing: UUID) -> None:
        """Our own question came back, so we hear this hearing's channel: whoever else serves it answers after it."""
        if room := self._board.rooms.get(hearing):
            room.sure = True

    def _of_another(self, news: bus.Asked | bus.Joined | bus.Told | bus.Parted) -> None:
        room = self._board.rooms.get(news.hearing)
        if room is None:
            return
        if isinstance(news, bus.Parted):
            return room.elsewhere.discard(news.origin)
        room.elsewhere.add(news.origin)
        match news:
            case bus.Asked():
                self._board.standings.answer(news.hearing)
            case bus.Joined(seat=seat):
                self._replaced(room, seat)
            case bus.Told():
                self._board.standings.told(news)

    def _replaced(self, room: Room, seat: UUID) -> None:
        self._board.links.forget(room, seat)
        if peer := room.peers.pop(seat, None):
            peer.end(CloseCode.REPLACED)
