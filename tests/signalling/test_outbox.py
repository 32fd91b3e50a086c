"""Frames leave in order and at once where the client reads, and wait within bounds where it does not."""

import asyncio

import pytest

from signalling.outbox import MESSAGES, Outbox


class Line:
    """A client's line with room or without."""

    def __init__(self) -> None:
        self.written: list[str] = []
        self.room = asyncio.Event()

    async def write(self, frame: str) -> None:
        await self.room.wait()
        self.written.append(frame)


async def test_where_there_is_room_a_frame_is_out_before_put_returns() -> None:
    line = Line()
    line.room.set()
    assert Outbox(line.write).put("one")
    assert line.written == ["one"]


async def test_what_had_to_wait_leaves_in_order_once_there_is_room() -> None:
    line = Line()
    outbox = Outbox(line.write)
    writer = asyncio.create_task(outbox.run())
    for frame in ("one", "two", "three"):
        assert outbox.put(frame)
    await asyncio.sleep(0)
    assert outbox.put("four")
    assert line.written == []
    line.room.set()
    await asyncio.sleep(0.01)
    assert outbox.put("five")
    assert line.written == ["one", "two", "three", "four", "five"]
    writer.cancel()


async def test_a_client_that_reads_nothing_has_a_bounded_queue() -> None:
    outbox = Outbox(Line().write)
    taken = 0
    while outbox.put("x"):
        taken += 1
    assert taken == MESSAGES + 1  # and the one that was begun


async def test_an_error_of_the_line_is_the_writers_to_tell() -> None:
    async def gone(frame: str) -> None:
        raise ConnectionResetError

    outbox = Outbox(gone)
    assert outbox.put("one")
    with pytest.raises(ConnectionResetError):
        await outbox.run()
