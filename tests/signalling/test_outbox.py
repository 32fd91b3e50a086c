"""Frames leave in order and at once where the client reads, and wait within bounds where it does not."""

import asyncio

from signalling.outbox import MESSAGES, Outbox


class Line:
    """A client's line with room or without."""

    def __init__(self) -> None:
        self.written: list[bytes] = []
        self.room = asyncio.Event()
        self.error: Exception | None = None
        self.outbox = Outbox(self.write, self.gone, self.at_once)

    async def write(self, frame: bytes) -> None:
        await self.room.wait()
        self.written.append(frame)

    def at_once(self, frame: bytes) -> bool:
        if self.room.is_set():
            self.written.append(frame)
        return self.room.is_set()

    def gone(self, error: Exception) -> None:
        self.error = error


async def test_where_there_is_room_a_frame_is_out_before_put_returns() -> None:
    line = Line()
    line.room.set()
    assert line.outbox.put(b"one")
    assert line.written == [b"one"]


async def test_what_had_to_wait_leaves_in_order_once_there_is_room_and_then_all_is_as_before() -> None:
    line = Line()
    for frame in (b"one", b"two", b"three"):
        assert line.outbox.put(frame)
    await asyncio.sleep(0)
    line.room.set()
    assert line.outbox.put(b"four")  # there is room, and others wait
    assert line.written == []
    await line.outbox.flush()
    assert line.outbox.put(b"five")
    assert line.written == [b"one", b"two", b"three", b"four", b"five"]


async def test_a_client_that_reads_nothing_has_a_bounded_queue() -> None:
    line, taken = Line(), 0
    while line.outbox.put(b"x"):
        taken += 1
    assert taken == MESSAGES
    line.outbox.stop()


async def test_an_error_of_the_line_is_told_to_whoever_holds_it() -> None:
    line = Line()

    async def gone(frame: bytes) -> None:
        raise ConnectionResetError

    outbox = Outbox(gone, line.gone)
    assert outbox.put(b"one")
    await outbox.flush()
    assert isinstance(line.error, ConnectionResetError)
