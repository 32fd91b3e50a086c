"""One UDP socket of a link, read and written by ourselves.

asyncio's own datagram transport reads one packet a turn of the loop into a buffer of 256 KiB, and keeps what the
kernel does not take: at a thousand packets a second that is most of the work, and a queue nobody wants. Here a
packet that cannot leave is dropped, as on any line.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final

LONGEST: Final = 2048  # bytes; a datagram beyond is cut off, and nothing that long is ever ours
AT_ONCE: Final = 32  # datagrams read before another socket has its turn
BUFFER: Final = 1 << 20  # bytes asked of the kernel each way; it gives what it allows

Address = tuple[str, int]


class SeatSocket(asyncio.DatagramTransport):
    """A transport for one protocol, with nothing between it and the socket."""

    def __init__(self, bound: socket.socket, protocol: asyncio.DatagramProtocol) -> None:
        super().__init__({"sockname": bound.getsockname()})
        self._socket, self._protocol = bound, protocol
        self._loop = asyncio.get_running_loop()
        self._closing = False
        self.write: Callable[[bytes, Address], int] = bound.sendto
        """The kernel's own sendto, for whoever sends thousands a second. Raises OSError where it cannot leave."""
        protocol.connection_made(self)
        self._loop.add_reader(bound, self._readable)

    def _readable(self) -> None:
        read, received = self._socket.recvfrom, self._protocol.datagram_received
        try:
            for _ in range(AT_ONCE):
                received(*read(LONGEST))
                if self._closing:
                    return
        except BlockingIOError:
            return
        except OSError as error:
            self._protocol.error_received(error)

    def sendto(self, data: Any, addr: Any = None) -> None:
        with suppress(OSError):
            self._socket.sendto(data, addr)

    def get_write_buffer_size(self) -> int:
        return 0

    def is_closing(self) -> bool:
        return self._closing

    def close(self) -> None:
        if not self._closing:
            self._closing = True
            self._loop.remove_reader(self._socket)
            self._socket.close()
            self._loop.call_soon(self._protocol.connection_lost, None)

    def abort(self) -> None:
        self.close()


def bind(host: str, port: int) -> socket.socket:
    """A socket at that address. Raises OSError where it is taken."""
    bound = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_DGRAM)
    try:
        bound.setblocking(False)
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER)
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, BUFFER)
        bound.bind((host, port))
    except OSError:
        bound.close()
        raise
    return bound
