"""Every second each hearing is asked for its mark; one that is not as it was read is read again (marks.py)."""

import asyncio
import logging
from collections.abc import Mapping
from typing import Any, Protocol
from uuid import UUID

from signalling import marks, relay
from signalling.elsewhere import Elsewhere
from signalling.rooms import Room

log = logging.getLogger(__name__)
SECONDS = 1.0
"""How long a change can stay unnoticed when nobody told of it, or every message about it was lost."""


class Board(Protocol):
    """What the sweep needs of the switchboard."""

    rooms: dict[UUID, Room]
    elsewhere: Elsewhere

    def changed(self, hearing: UUID) -> None: ...
    def close_if_empty(self, room: Room) -> None: ...


class Sweep:
    """One a process."""

    def __init__(self, board: Board) -> None:
        self._board = board
        self._marking = relay.crossing(marks.read)

    async def run(self) -> None:
        """Until it is cancelled."""
        while True:
            await asyncio.sleep(SECONDS)
            if self._board.rooms:
                await self.once()

    async def once(self) -> None:
        """Ask for the marks of all rooms together."""
        rooms = [room for room in self._board.rooms.values() if not room.arranging]
        found = await self._marks(
            {room.hearing: [peer.credential.key for peer in room.peers.values()] for room in rooms}
        )
        for room in rooms:
            if self._board.rooms.get(room.hearing) is room:
                self._swept(room, found)

    async def _marks(self, opened: Mapping[UUID, Any]) -> dict[UUID, tuple[str, int]]:
        try:
            found: dict[UUID, tuple[str, int]] = await self._marking(opened)
        except Exception:
            # Whether anything changed cannot be had: each is read, and where that fails too, nothing flows.
            log.exception("the marks of the hearings could not be read")
            return {}
        return found

    def _swept(self, room: Room, found: Mapping[UUID, tuple[str, int]]) -> None:
        if not room.sure:
            self._board.elsewhere.ask(room)  # the first question was asked before we could hear it
        mark, _clock = found.get(room.hearing, ("", 0))
        if mark != room.mark:
            self._board.changed(room.hearing)
        self._board.close_if_empty(room)
