"""What a request's body may cost: so many bytes, before Django writes one to disk, and so much waiting.

What a Content-Length says of itself (no number, two of them) is the server's to refuse: uvicorn answers 400.
"""

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from contextlib import suppress
from typing import Any

import msgspec

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[MutableMapping[str, Any], Receive, Send], Awaitable[None]]

SILENCE_SECONDS = 30.0
"""So long may a body that was announced stay away; whoever is slower holds a connection for nothing."""
LINGER_BYTES, LINGER_SECONDS = 32 * 2**20, 10.0
"""How much of a body that is too large is read and thrown away: most clients read no answer before all is sent."""
REFUSALS = {
    408: ("body_too_slow", "What was sent did not arrive whole. Nothing was changed."),
    413: ("body_too_large", "This is too large to be sent at once. Nothing was changed."),
}
PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Not possible · Vivavoce</title>
<link rel="stylesheet" href="/static/site.css"><main class="vv-page"><h1>That is not possible</h1>
<p>{sentence} <code>{code}</code></p><p>Go back: what you typed is still there.</p></main></html>"""


class Unread(Exception):
    """The body passed the cap while it was being read, or stayed away: the status to answer with."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


class BodyLimit:
    """Answers 413 (RFC 9110, section 15.5.14) to a body of more than `limit` bytes, announced or not; 408 (section
    15.5.9) to one of which nothing more comes for `silence` seconds.
    """

    def __init__(self, app: App, limit: int, silence: float = SILENCE_SECONDS) -> None:
        self.app, self.limit, self.silence = app, limit, silence

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        if _announced(scope) > self.limit:
            await _emptied(scope, receive)
            return await _refuse(scope, send, 413)
        started = False

        async def counted_send(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self.app(scope, self._counted(receive), counted_send)
        except Unread as unread:
            if not started:
                if unread.status == 413:
                    await _emptied(scope, receive)
                await _refuse(scope, send, unread.status)

    def _counted(self, receive: Receive) -> Receive:
        seen, more = 0, True

        async def counted() -> Message:
            nonlocal seen, more
            # After the body one waits for the client to go: that may take as long as it likes.
            message = await self._next(receive) if more else await receive()
            seen, more = seen + len(message.get("body", b"")), message.get("more_body", False)
            if seen > self.limit:
                raise Unread(413)
            return message

        return counted

    async def _next(self, receive: Receive) -> Message:
        try:
            async with asyncio.timeout(self.silence):
                return await receive()
        except TimeoutError:
            raise Unread(408) from None


def _announced(scope: MutableMapping[str, Any]) -> int:
    length = dict(scope["headers"]).get(b"content-length", b"0")
    return int(length[:19]) if length.isdigit() else 0


async def _emptied(scope: MutableMapping[str, Any], receive: Receive) -> None:
    """Let the client say what it began to say: a connection cut in the middle shows a browser no page at all.

    Not where it asked first (RFC 9110, section 10.1.1), nor where it announced more than anybody would wait for.
    """
    seen, more = 0, True
    if b"expect" in dict(scope["headers"]) or _announced(scope) > LINGER_BYTES:
        return
    with suppress(TimeoutError):
        async with asyncio.timeout(LINGER_SECONDS):
            while more and seen <= LINGER_BYTES:
                message = await receive()
                seen, more = seen + len(message.get("body", b"")), message.get("more_body", False)


async def _refuse(scope: MutableMapping[str, Any], send: Send, status: int) -> None:
    kind, body = _told(scope.get("path", ""), status)
    headers = [(b"content-type", kind), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def _told(path: str, status: int) -> tuple[bytes, bytes]:
    """Problem details for a program, a page for a person."""
    code, sentence = REFUSALS[status]
    if not path.startswith("/api/"):
        return b"text/html; charset=utf-8", PAGE.format(sentence=sentence, code=code).encode()
    problem = {"type": f"urn:vivavoce:{code}", "title": sentence, "status": status, "code": code}
    return b"application/problem+json", msgspec.json.encode(problem)
