"""A Content-Length that lies, against the server as it runs: refused by a status, and the next one is answered."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import uvicorn

from config.asgi import application

CRLF = "\r\n"
BODY = "login=a&password=b"


@pytest.fixture
async def port(db: None) -> AsyncIterator[int]:
    """uvicorn with the parser of `config.processes`."""
    server = uvicorn.Server(uvicorn.Config(application, port=0, http="httptools", lifespan="off", log_level="critical"))
    running = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 (uvicorn tells it in no other way)
        await asyncio.sleep(0.01)
    yield server.servers[0].sockets[0].getsockname()[1]
    server.should_exit = True
    await running


async def answered(port: int, headers: list[str], body: str = BODY, *, leaves: bool = False) -> str:
    """All that the server says until it closes; who `leaves` closes the own side before that."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    head = [
        "POST /api/v1/requests HTTP/1.1",
        "Host: localhost",
        "Connection: close",
        "Content-Type: application/json",
        *headers,
    ]
    writer.write((CRLF.join(head) + CRLF * 2 + body).encode())
    if leaves:
        writer.write_eof()
    async with asyncio.timeout(5):
        said = (await reader.read()).decode()
    writer.close()
    return said


def status(said: str) -> str:
    return said.partition(CRLF)[0].removeprefix("HTTP/1.1 ")[:3]


LYING = {
    "no number": ["Content-Length: many"],
    "hexadecimal": ["Content-Length: 0x12"],
    "negative": ["Content-Length: -18"],
    "with a sign": ["Content-Length: +18"],
    "nothing": ["Content-Length:"],
    "a list": ["Content-Length: 18, 18"],
    "longer than any number": [f"Content-Length: {'9' * 400}"],
    "two that differ": ["Content-Length: 18", "Content-Length: 4"],
    "two alike": ["Content-Length: 18", "Content-Length: 18"],
    "beside chunks": ["Content-Length: 18", "Transfer-Encoding: chunked"],
    "chunks of no number": ["Transfer-Encoding: chunked"],
}


@pytest.mark.parametrize("headers", LYING.values(), ids=LYING)
async def test_a_length_that_is_none_is_refused_before_anything_is_read(port: int, headers: list[str]) -> None:
    said = await answered(port, headers)
    assert (status(said), "Traceback" in said) == ("400", False)
    assert status(await answered(port, [f"Content-Length: {len(BODY)}"])) == "401"


async def test_a_body_that_ends_before_its_length_changes_nothing_and_the_next_one_is_answered(port: int) -> None:
    assert await answered(port, ["Content-Length: 4000"], leaves=True) == ""
    assert status(await answered(port, [f"Content-Length: {len(BODY)}"])) == "401"


async def test_what_follows_a_body_is_a_request_of_its_own_and_no_part_of_it(port: int) -> None:
    """RFC 9112, section 6.3: a proxy and this server must not read two different requests."""
    said = await answered(port, ["Content-Length: 4"], "{}  nonsense")
    assert (status(said), said.count("HTTP/1.1 "), "Traceback" in said) == ("401", 1, False)


async def test_a_length_over_the_cap_is_refused_unread(port: int) -> None:
    said = await answered(port, ["Content-Length: 99000000"])
    assert (status(said), "body_too_large" in said) == ("413", True)
