"""A WebSocket's opening, before anybody asks where it comes from."""

from collections.abc import MutableMapping
from typing import Any
from urllib.parse import urlsplit

from config.limits import App, Receive, Send


class ReadableOrigin:
    """Refuses (403) an Origin that is no address (`http://[`, a port of 99999): Channels' validator would break."""

    def __init__(self, app: App) -> None:
        self.app = app

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        if all(_readable(value) for name, value in scope["headers"] if name == b"origin"):
            return await self.app(scope, receive, send)
        await send({"type": "websocket.close"})


def _readable(origin: bytes) -> bool:
    try:
        urlsplit(origin.decode("latin-1")).port  # noqa: B018 (it is read to see whether it can be)
    except ValueError:
        return False
    return True
