"""What is known of each seat's client, whichever web process serves it; its news to those who receive the seat."""

from collections.abc import Collection
from typing import Protocol
from uuid import UUID

from signalling import bus, frames, scenes
from signalling import protocol as p
from signalling.rooms import Room


class Board(Protocol):
    """What standings need of the switchboard."""

    rooms: dict[UUID, Room]
    origin: str

    def tell(self, news: bus.AnyNews, to: Collection[str] = ()) -> None: ...


class Standings:
    """Every client's news is numbered where it is served, told here, and published for the others."""

    def __init__(self, board: Board) -> None:
        self._board = board

    def note(self, room: Room, seat: UUID, **facts: bool) -> None:
        """News of a client that is served here."""
        before = room.known.get(seat, scenes.Standing())
        standing = room.note(seat, **facts)
        room.served[seat] = self._board.origin
        _deliver(room, seat, before, standing)
        if room.shared:
            told = bus.Told(self._board.origin, room.hearing, seat, *_plain(standing))
            self._board.tell(told, room.elsewhere if room.sure else ())

    def present(self, room: Room, seat: UUID, *, here: bool) -> None:
        """Its sound and picture have been gone for seconds, or are back; told once."""
        if room.known.get(seat, scenes.Standing()).here != here:
            self.note(room, seat, here=here)

    def left(self, room: Room, seat: UUID) -> None:
        """The client's own process is gone, and it came back through none. Every process is told so by the media
        service: each delivers, nobody publishes."""
        before = room.known.get(seat, scenes.Standing())
        if seat not in room.peers and before.here:
            _deliver(room, seat, before, room.note(seat, here=False))

    def answer(self, hearing: UUID) -> None:
        """Another process asks who is here."""
        if room := self._board.rooms.get(hearing):
            for seat in room.peers:
                self._board.tell(bus.Told(self._board.origin, hearing, seat, *_plain(room.known[seat])))

    def told(self, news: bus.Told) -> None:
        """News of a client that another process serves; a gap in its numbers is asked for."""
        room = self._board.rooms.get(news.hearing)
        if room is None or news.seat in room.peers:
            return
        before = room.known.get(news.seat, scenes.Standing())
        moved = room.served.get(news.seat, news.origin) != news.origin
        if news.sequence <= before.sequence and not moved:
            return
        if news.sequence > before.sequence + 1 and not moved:
            self._board.tell(bus.Asked(self._board.origin, room.hearing))
        standing = scenes.Standing(news.here, news.audio, news.video, news.sequence)
        room.known[news.seat], room.served[news.seat] = standing, news.origin
        if moved:
            _renew(room, news.seat)
        else:
            _deliver(room, news.seat, before, standing)


def _plain(standing: scenes.Standing) -> tuple[bool, bool, bool, int]:
    # Not dataclasses.astuple, which copies deeply: this runs for every message.
    return standing.here, standing.audio, standing.video, standing.sequence


def _renew(room: Room, seat: UUID) -> None:
    """Another process counts the seat's news now, from the beginning: its number is told with the whole scene."""
    for receiver in room.receivers(seat):
        if receiver.scene is not None:
            receiver.scene = scenes.refreshed(receiver.scene, room.known)
            receiver.say(receiver.scene)


def _deliver(room: Room, seat: UUID, before: scenes.Standing, standing: scenes.Standing) -> None:
    if before.here != standing.here:
        message: p.FromServer = p.Present(sender=seat, sequence=standing.sequence, here=standing.here)
    else:
        message = p.Muted(sender=seat, sequence=standing.sequence, audio=standing.audio, video=standing.video)
    frame = frames.encode(message)
    for receiver in room.receivers(seat):
        receiver.say_frame(frame)
