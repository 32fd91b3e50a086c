"""A cap on request bodies, before Django writes one to disk."""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import msgspec

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[MutableMapping[str, Any], Receive, Send], Awaitable[None]]

SENTENCE = "This is too large to be sent at once. Nothing was changed."
PAGE = f"""<!doctype html><html lang="en"><meta charset="utf-8"><title>Not possible · Vivavoce</title>
<link rel="stylesheet" href="/static/site.css"><main class="vv-page"><h1>That is not possible</h1>
<p>{SENTENCE} <code>body_too_large</code></p><p>Go back: what you typed is still there.</p></main></html>"""


class TooLarge(Exception):
    """The body passed the cap while it was being read."""


class BodyLimit:
    """Answers 413 (RFC 9110, section 15.5.14) to a body of more than `limit` bytes, announced or not."""

    def __init__(self, app: App, limit: int) -> None:
        self.app, self.limit = app, limit

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        if _announced(scope) > self.limit:
            return await _refuse(scope, send)
        started = False

        async def counted_send(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self.app(scope, self._counted(receive), counted_send)
        except TooLarge:
            if not started:
                await _refuse(scope, send)

    def _counted(self, receive: Receive) -> Receive:
        seen = 0

        async def counted() -> Message:
            nonlocal seen
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > self.limit:
                raise TooLarge
            return message

        return counted


def _announced(scope: MutableMapping[str, Any]) -> int:
    length = dict(scope["headers"]).get(b"content-length", b"0")
    return int(length) if length.isdigit() else 0


async def _refuse(scope: MutableMapping[str, Any], send: Send) -> None:
    kind, body = _told(scope.get("path", ""))
    headers = [(b"content-type", kind), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": 413, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def _told(path: str) -> tuple[bytes, bytes]:
    """Problem details for a program, a page for a person."""
    if not path.startswith("/api/"):
        return b"text/html; charset=utf-8", PAGE.encode()
    problem = {"type": "urn:vivavoce:body_too_large", "title": SENTENCE, "status": 413, "code": "body_too_large"}
    return b"application/problem+json", msgspec.json.encode(problem)
