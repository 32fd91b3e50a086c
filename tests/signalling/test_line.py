"""The shorter way through uvicorn does what ASGI does, in the same order; and what it uses of uvicorn is there."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
import uvicorn
import websockets
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import Frame, Opcode

from signalling import line
from tests.signalling.conftest import until


class Echo:
    """An application that says every text back: as it is read, or by the loop where the text asks for it."""

    def __init__(self) -> None:
        self.lines: list[line.Line | None] = []
        self.by_loop: list[str] = []

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        found = line.of(scope)
        self.lines.append(found)
        await receive()
        await send({"type": "websocket.accept"})
        if found:
            found.ear = lambda text: not text.startswith("loop") and found.write(text.encode())
        while (event := await receive())["type"] == "websocket.receive":
            self.by_loop.append(event.get("text") or "")
            await send({"type": "websocket.send", "text": event.get("text") or "octets"})


@asynccontextmanager
async def served(app: Echo, kind: Any = line.Line) -> AsyncIterator[str]:
    config = uvicorn.Config(app, port=0, ws=kind, ws_max_size=200_000, lifespan="off", log_level="critical")
    server = uvicorn.Server(config)
    running = asyncio.create_task(server.serve())
    await until(lambda: server.started)
    try:
        yield f"ws://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}/"
    finally:
        server.should_exit = True
        await running


@pytest.mark.parametrize("size", [0, 125, 126, 65_535, 65_536])
async def test_a_text_of_any_length_comes_back_on_the_spot(size: int) -> None:
    app = Echo()
    async with served(app) as url, websockets.connect(url) as client:
        await client.send("x" * size)
        assert await client.recv() == "x" * size
    assert app.by_loop == []


async def test_what_waits_for_the_loop_is_not_overtaken_by_what_is_read_behind_it() -> None:
    app = Echo()
    async with served(app) as url, websockets.connect(url) as client:
        await client.send("first")
        assert await client.recv() == "first"
        texts = ["loop one", "two", "three", "loop four", "five"]
        client.transport.write(b"".join(Frame(Opcode.TEXT, t.encode()).serialize(mask=True) for t in texts))
        assert [await client.recv() for _ in texts] == texts
        assert app.by_loop[:3] == ["loop one", "two", "three"]
        await client.send("six")
        assert await client.recv() == "six"
        assert "six" not in app.by_loop


async def test_pieces_octets_and_what_is_no_text_go_the_long_way() -> None:
    async with served(Echo()) as url, websockets.connect(url) as client:
        await client.send(["in ", "two"])
        assert await client.recv() == "in two"
        await client.send(b"\x00")
        assert await client.recv() == "octets"
        client.transport.write(Frame(Opcode.TEXT, b"\xff").serialize(mask=True))
        with pytest.raises(websockets.ConnectionClosed) as closed:
            await client.recv()
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 1007


async def test_nothing_is_written_into_a_line_that_closes_or_is_gone() -> None:
    app = Echo()
    async with served(app) as url, websockets.connect(url) as client:
        await client.send("hello")
        assert await client.recv() == "hello"
        [held] = app.lines
        assert held is not None
        client.transport.abort()
        await until(lambda: held.disconnected)
        assert not held.write(b"nobody")
        assert held.ear is None


async def test_a_server_without_such_lines_is_spoken_to_as_ever() -> None:
    app = Echo()
    async with served(app, WebSocketsSansIOProtocol) as url, websockets.connect(url) as client:
        await client.send("by the loop")
        assert await client.recv() == "by the loop"
    assert (app.lines, app.by_loop) == ([None], ["by the loop"])
