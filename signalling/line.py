"""uvicorn's WebSocket with a shorter way for text in both directions: `uvicorn --ws signalling.line:Line`.

By ASGI alone a frame goes through a queue, a task and half a dozen coroutines, and reading is stopped and begun again
for each: three times what the frame itself takes. An application finds the line in its scope's `extensions` and may
take frames as they are read, and write where there is room; all else, and every other server, goes by ASGI.
What is used of uvicorn's and websockets' insides is tried in tests/signalling/test_line.py.
"""

from collections.abc import Callable
from typing import Any

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.http11 import Request
from websockets.protocol import State

EXTENSION = "vivavoce.line"
_TEXT = 0x81  # one frame, whole (RFC 6455, 5.2); a server masks nothing
_SHORT = [bytes((_TEXT, size)) for size in range(126)]


class Line(WebSocketsSansIOProtocol):
    """One connection. `ear` takes a text where it stands; it says False of one that has to wait its turn."""

    ear: Callable[[str], bool] | None = None

    def handle_connect(self, event: Request) -> None:
        """Name the line in the scope, before the application begins."""
        super().handle_connect(event)
        if self.response.status_code == 101:
            self.scope["extensions"][EXTENSION] = {"line": self}

    def send_receive_event_to_app(self) -> None:
        """Give a whole text to the ear, unless others wait before it."""
        if self.ear is None or self.curr_msg_data_type != "text" or len(self.frames) != 1 or not self.queue.empty():
            return super().send_receive_event_to_app()
        try:
            text = str(self.frames[0], "utf-8")
        except UnicodeDecodeError:
            return super().send_receive_event_to_app()  # which closes with 1007
        if self.close_sent or self.ear(text):
            self.frames = []
        else:
            super().send_receive_event_to_app()
        return None

    def write(self, text: bytes) -> bool:
        """Write a text frame now; False where it would have to wait, or the line is not open (any more)."""
        if not self.writable.is_set() or self.conn.state is not State.OPEN or self.transport.is_closing():
            return False
        self.transport.write(_head(len(text)) + text)
        return True

    def connection_lost(self, exc: Exception | None) -> None:
        """Let the application go: the two would hold each other."""
        self.ear = None
        super().connection_lost(exc)


def _head(size: int) -> bytes:
    if size < 126:
        return _SHORT[size]
    if size < 1 << 16:
        return bytes((_TEXT, 126)) + size.to_bytes(2, "big")
    return bytes((_TEXT, 127)) + size.to_bytes(8, "big")


def of(scope: Any) -> Line | None:
    """The line of this connection, where the server has one."""
    found: Line | None = scope.get("extensions", {}).get(EXTENSION, {}).get("line")
    return found
