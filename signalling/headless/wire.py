"""The socket from the client's end, as PROTOCOL.md tells it: hello, a sign of life now and then, messages both ways."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

import msgspec
import websockets

from signalling import protocol as p

_decoder = msgspec.json.Decoder(p.ServerMessage)
_encoder = msgspec.json.Encoder()
LARGEST = 1 << 20  # bytes of a server's message: an offer to twenty seats has 60 KiB


class Closed(Exception):
    """The server ended the connection, or never let it begin. `code`: a closing code, or the handshake's status."""

    def __init__(self, code: int, reason: str = "") -> None:
        super().__init__(f"closed with {code}{': ' if reason else ''}{reason}")
        self.code = code


class Wire:
    """One socket past its hello."""

    def __init__(self, socket: websockets.ClientConnection) -> None:
        self._socket = socket

    async def say(self, message: p.FromClient) -> None:
        """Send one message. Raises Closed."""
        try:
            await self._socket.send(_encoder.encode(message).decode())
        except websockets.ConnectionClosed as closed:
            raise _closed(closed) from None

    async def hear(self) -> p.ServerMessage:
        """The next message; pongs are passed over. Raises Closed, and msgspec.DecodeError for another protocol."""
        while True:
            try:
                message: p.ServerMessage = _decoder.decode(await self._socket.recv())
            except websockets.ConnectionClosed as closed:
                raise _closed(closed) from None
            if not isinstance(message, p.Pong):
                return message

    async def beat(self) -> None:
        """A ping now and then, until cancelled."""
        number = 0
        while True:
            await asyncio.sleep(p.HEARTBEAT_SECONDS)
            number += 1
            await self.say(p.Ping(number=number))


@asynccontextmanager
async def opened(
    url: str, *, token: str = "", acting: str = "", cookie: str = "", link: str | None = None
) -> AsyncIterator[tuple[Wire, p.Welcome]]:
    """Open `ws(s)://…/ws/…/`, say hello, hear welcome. A token, or the session cookie of a redeemed ticket.

    Raises Closed for whoever is not let in, OSError where nobody answers.
    """
    headers = {"Authorization": f"Bearer {token}", "X-Acting-For": acting} if token else {"Cookie": cookie}
    try:
        # The server refuses a foreign Origin, and none at all.
        async with websockets.connect(
            url,
            additional_headers={name: value for name, value in headers.items() if value},
            origin=websockets.Origin(origin(url)),
            max_size=LARGEST,
            user_agent_header="vivavoce",
        ) as socket:
            wire = Wire(socket)
            await wire.say(p.Hello(version=p.VERSION, link=link))
            welcome = await wire.hear()
            if not isinstance(welcome, p.Welcome):
                raise Closed(0, "no welcome")
            beat = asyncio.create_task(wire.beat())
            try:
                yield wire, welcome
            finally:
                beat.cancel()
                await asyncio.wait([beat])
    except websockets.InvalidStatus as refused:
        raise Closed(refused.response.status_code) from None
    except websockets.InvalidHandshake as refused:
        raise Closed(0, str(refused)) from None


def origin(url: str) -> str:
    """The origin (RFC 6454) of the pages that belong to a socket's address."""
    parts = urlsplit(url)
    return f"{'https' if parts.scheme == 'wss' else 'http'}://{parts.netloc}"


def socket_url(address: str, path: str) -> str:
    """The socket at `path` of the house at `https://…`. Raises ValueError for anything that is no such address."""
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("The address must begin with https:// (or http:// on this machine).")
    return f"{'wss' if parts.scheme == 'https' else 'ws'}://{parts.netloc}{path}"


def _closed(closed: websockets.ConnectionClosed) -> Closed:
    return Closed(closed.rcvd.code if closed.rcvd else 1006)
