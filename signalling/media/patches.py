"""Every place where we reach into aiortc's and aioice's private parts; each has a test that fails when they move.

Written against aiortc 1.16 and aioice 0.13. The transports are used one by one, as ORTC has them, without
RTCPeerConnection: descriptions are ours (sdp.py), and no receiver, sender, decoder or encoder exists at all.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Final

import pylibsrtp
from aioice.ice import Connection, StunProtocol, candidate_pair_priority
from aiortc import RTCCertificate, RTCDtlsTransport, RTCIceTransport
from aiortc.rtcdtlstransport import State
from pylibsrtp._binding import ffi, lib

from signalling.media.patches_ice import DATAGRAM_LIMIT, SeatGatherer
from signalling.media.rtp import Inlet

TRAILER: Final = 144  # SRTP_MAX_TRAILER_LEN of libsrtp: what a packet may grow by


class SeatTransport(RTCDtlsTransport):
    """DTLS and SRTP of one link; packets go to the inlet as bytes, and leave at once."""

    def __init__(self, gatherer: SeatGatherer, certificate: RTCCertificate, inlet: Inlet) -> None:
        super().__init__(RTCIceTransport(gatherer), [certificate])
        self._inlet = inlet
        self.connection = gatherer.agent
        self._protect: Callable[[bytes], bytes] | None = None
        self.broken = 0  # packets whose handling raised
        self.lost = 0  # packets that the kernel did not take
        self.bytes_in = self.bytes_out = 0

    def _setup_srtp(self) -> None:
        """Keys have been agreed on: from now on what comes in is read where it arrives."""
        super()._setup_srtp()
        if self._state is not State.FAILED:
            self.connection.inlet, self._protect = self._arrived, protector(self._tx_srtp)

    def _arrived(self, data: bytes) -> None:
        try:
            if 192 <= data[1] <= 223:  # RFC 5761, 4
                self._take(self._inlet.rtcp, self._rx_srtp.unprotect_rtcp(data))
            else:
                self.bytes_in += len(data)
                self._take(self._inlet.rtp, self._rx_srtp.unprotect(data))
        except pylibsrtp.Error:  # forged, or come twice
            self.connection.dropped += 1

    def _take(self, inlet: Callable[[bytes], None], data: bytes) -> None:
        try:
            inlet(data)
        except Exception:  # one packet must end neither this seat's transport nor the reading of its socket
            self.broken += 1

    async def _handle_rtp_data(self, data: bytes, arrival_time_ms: int) -> None:
        """What came while keys were still being agreed on waited in aiortc's queue: a browser's first picture."""
        self.bytes_in += len(data)
        self._take(self._inlet.rtp, data)

    async def _handle_rtcp_data(self, data: bytes) -> None:
        self._take(self._inlet.rtcp, data)

    def send_rtp(self, data: bytes) -> None:
        """Protect and send now. A packet that cannot leave is dropped, as on any line."""
        protect, way = self._protect, self.connection.way
        if protect is None or way is None:
            return
        try:  # as in `send_rtcp`: each call less counts ten thousand times a second
            kept = protect(data)
            way[0](kept, way[1])
            self.bytes_out += len(kept)
        except ValueError:
            self.broken += 1
        except OSError:
            self.lost += 1

    def send_rtcp(self, data: bytes) -> None:
        """The same for RTCP."""
        way = self.connection.way
        if self._protect is None or way is None:
            return
        try:
            kept = self._tx_srtp.protect_rtcp(data)
            way[0](kept, way[1])
            self.bytes_out += len(kept)
        except (pylibsrtp.Error, ValueError):
            self.broken += 1
        except OSError:
            self.lost += 1

    def _set_state(self, state: State) -> None:
        if state in (State.CLOSED, State.FAILED):
            self._protect = self.connection.inlet = None
        super()._set_state(state)


def protector(session: pylibsrtp.Session) -> Callable[[bytes], bytes]:
    """The session's own `protect` without its inner calls, which cost as much as the cipher. Raises ValueError.

    Its buffer is our own: in the library's a packet of 1,357 bytes finds no room.
    """
    srtp, length = session._srtp[0], ffi.new("int *")
    cdata = ffi.new("char[]", DATAGRAM_LIMIT + TRAILER)
    buffer, act = ffi.buffer(cdata), lib.srtp_protect

    def protect(data: bytes, session: object = session) -> bytes:  # holds it: `srtp` alone would outlive its memory
        length[0] = size = len(data)
        if size > DATAGRAM_LIMIT:
            raise ValueError("A packet is too long.")
        buffer[0:size] = data
        if act(srtp, cdata, length):
            raise ValueError("A packet could not be protected.")
        return buffer[0 : length[0]]  # type: ignore[no-any-return]  # bytes; a cast costs as much as the slice

    return protect


_SHAPES: Final = (
    (StunProtocol.datagram_received, ["self", "data", "addr"]),
    (Connection.get_component_candidates, ["self", "component", "addresses", "timeout"]),
    (Connection.data_received, ["self", "data", "component"]),
    (Connection.check_incoming, ["self", "message", "addr", "protocol"]),
    (Connection.check_complete, ["self", "pair"]),
    (Connection.request_received, ["self", "message", "addr", "protocol"]),
    (Connection.build_request, ["self", "pair", "nominate"]),
    (StunProtocol.request, ["self", "request", "addr", "integrity_key", "retransmissions"]),
    (RTCDtlsTransport._setup_srtp, ["self"]),
    (RTCDtlsTransport._set_state, ["self", "state"]),
    (RTCDtlsTransport._handle_rtp_data, ["self", "data", "arrival_time_ms"]),
    (RTCDtlsTransport._handle_rtcp_data, ["self", "data"]),
    (RTCDtlsTransport.start, ["self", "remoteParameters"]),
    (candidate_pair_priority, ["local", "remote", "ice_controlling"]),
)


_PARTS: Final = {
    "_queue", "_nominated", "_nominating", "_protocols", "_check_list", "_remote_candidates", "_local_username",
    "_local_password", "remote_username", "remote_password",
}  # fmt: skip


def check() -> None:
    """Refuse to start on an aiortc or aioice whose private parts are not those we know. Raises RuntimeError."""
    for function, expected in _SHAPES:
        if list(inspect.signature(function).parameters) != expected:
            raise RuntimeError(f"{function.__qualname__} has changed: read signalling/media/patches.py.")
    missing = _PARTS - set(Connection(True).__dict__)
    if missing:
        raise RuntimeError(f"aioice's Connection has no {', '.join(sorted(missing))}.")
