"""Every place where we reach into aiortc's and aioice's private parts; each has a test that fails when they move.

Written against aiortc 1.16 and aioice 0.13. The transports are used one by one, as ORTC has them, without
RTCPeerConnection: descriptions are ours (sdp.py), and no receiver, sender, decoder or encoder exists at all.
"""

from __future__ import annotations

import inspect
import random
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final, cast

import pylibsrtp
from aioice import stun
from aioice.candidate import Candidate, candidate_foundation, candidate_priority
from aioice.ice import CandidatePair, Connection, StunProtocol, candidate_pair_priority
from aiortc import RTCCertificate, RTCDtlsTransport, RTCIceGatherer, RTCIceTransport
from aiortc.rtcdtlstransport import State
from pylibsrtp._binding import ffi, lib

from signalling.media.environment import Where
from signalling.media.rtp import Inlet
from signalling.media.sockets import SeatSocket, bind

DATAGRAM_LIMIT: Final = 1500  # a longer one makes pylibsrtp raise ValueError, which ends aiortc's transport
QUEUE_LIMIT: Final = 2048  # aioice's queue has none
TRAILER: Final = 144  # SRTP_MAX_TRAILER_LEN of libsrtp: what a packet may grow by
REMOTES: Final = 32  # addresses learnt of one browser; each costs a few STUN packets towards it

Address = tuple[str, int]


class SeatProtocol(StunProtocol):
    """One UDP socket. DTLS and SRTP pass only from an address that has answered our own check there.

    Stock aioice takes them from anyone: one forged datagram ends a call in set-up (ASVS 17.2.6).
    """

    receiver: SeatConnection

    def datagram_received(self, data: bytes | str, addr: tuple[Any, ...]) -> None:
        data = cast(bytes, data)
        first = data[0] if data else 255
        if 20 <= first <= 63 or 128 <= first <= 191:  # DTLS, RTP and RTCP (RFC 7983)
            self.receiver.media_received(data, (addr[0], addr[1]), self)
        elif first <= 3:
            try:
                super().datagram_received(data, addr)
            except Exception:  # a crafted attribute is a struct.error in aioice
                self.receiver.dropped += 1


class SeatConnection(Connection):
    """The ICE agent of one link: controlling, host candidates only, its peer known by the checks alone."""

    def __init__(self, where: Where) -> None:
        super().__init__(ice_controlling=True)
        self._where = where
        self.trusted: dict[tuple[Address, StunProtocol], float] = {}  # → when last heard, monotonic
        self.heard = 0.0
        self.dropped = 0
        self.inlet: Callable[[bytes], None] | None = None  # takes SRTP, once there are keys to read it with
        self.way: tuple[Callable[[bytes, Address], int], Address] | None = None  # where media leaves now

    async def get_component_candidates(
        self,
        component: int,
        addresses: list[str],
        timeout: int = 5,  # noqa: ASYNC109
    ) -> list[Candidate]:
        """Bind our own addresses instead of whatever the machine has."""
        candidates: list[Candidate] = []
        for host in self._where.hosts:
            protocol = self._listen(host)
            port = protocol.transport.get_extra_info("sockname")[1]
            shown = self._where.announce if self._where.announce and not candidates else host
            protocol.local_candidate = Candidate(
                foundation=candidate_foundation("host", "udp", shown),
                component=component,
                transport="udp",
                priority=candidate_priority(component, "host", 65535 - len(candidates)),
                host=shown,
                port=port,
                type="host",
            )
            self._protocols.append(protocol)
            candidates.append(protocol.local_candidate)
        return candidates

    def _listen(self, host: str) -> SeatProtocol:
        ports = [0] if self._where.ports is None else random.sample(self._where.ports, len(self._where.ports))
        for port in ports:
            try:
                bound = bind(host, port)
            except OSError:
                continue
            protocol = SeatProtocol(self)
            SeatSocket(bound, protocol)
            return protocol
        raise OSError("No free UDP port at the address that MEDIA_HOST names.")

    def media_received(self, data: bytes, addr: Address, protocol: StunProtocol) -> None:
        """A datagram that is not STUN."""
        if (addr, protocol) not in self.trusted or len(data) > DATAGRAM_LIMIT:
            self.dropped += 1
            return
        self.heard = self.trusted[addr, protocol] = time.monotonic()
        if self.inlet is not None and data[0] > 127:
            self.inlet(data)  # at once: aiortc's queue and task would cost a turn of the loop for each packet
        elif self._queue.qsize() < QUEUE_LIMIT:
            self._queue.put_nowait((data, 1))
        else:
            self.dropped += 1

    def data_received(self, data: bytes, component: int) -> None:
        """What aioice could not read as STUN: nothing of ours."""
        self.dropped += 1

    def check_incoming(self, message: Any, addr: Address, protocol: StunProtocol) -> None:
        """An authenticated check."""
        known = any((c.host, c.port) == addr for c in self._remote_candidates)
        if not known and len(self._remote_candidates) >= REMOTES:
            self.dropped += 1
            return
        self.heard = time.monotonic()
        if (addr, protocol) in self.trusted:
            self.trusted[addr, protocol] = self.heard
        super().check_incoming(message, addr, protocol)

    def check_complete(self, pair: CandidatePair) -> None:
        """Trust a pair that answered; keep the better of two nominated ones while it is alive (RFC 5245, 8.1.1.2).

        aioice would let the last check win, so that a slow relayed pair replaces a direct one.
        """
        best = self._nominated.get(pair.component)
        super().check_complete(pair)
        if pair.state != CandidatePair.State.SUCCEEDED:
            return
        self.trusted[pair.remote_addr, pair.protocol] = time.monotonic()
        if best is not None and best is not pair and self._alive(best) and _rank(best) > _rank(pair):
            self._nominated[pair.component] = best
        if (now := self.selected) is not None:
            self.way = now.protocol.transport.write, now.remote_addr  # type: ignore[attr-defined]  # a SeatSocket

    async def ping(self) -> float | None:
        """Ask the browser whether it is there, as consent checks do (RFC 7675); its answer counts as heard.

        How long that took, in seconds; None without an answer. A browser answers below its scripts and queues.
        """
        pair = self.selected
        if pair is None or self.remote_password is None:
            return None
        asked = time.monotonic()
        with suppress(stun.TransactionError):
            await pair.protocol.request(
                self.build_request(pair, nominate=False),
                pair.remote_addr,
                integrity_key=self.remote_password.encode(),
                retransmissions=2,
            )
            self.heard = self.trusted[pair.remote_addr, pair.protocol] = time.monotonic()
            return self.heard - asked
        return None

    def _alive(self, pair: CandidatePair) -> bool:
        return time.monotonic() - self.trusted.get((pair.remote_addr, pair.protocol), 0.0) < 2.0

    @property
    def selected(self) -> CandidatePair | None:
        """The pair that carries the media now; read it again after each change."""
        return self._nominated.get(1)


def _rank(pair: CandidatePair) -> int:
    return int(candidate_pair_priority(pair.local_candidate, pair.remote_candidate, True))


class SeatGatherer(RTCIceGatherer):
    """A gatherer around our own ICE agent. Without `iceServers=[]` aiortc would ask a public STUN server."""

    def __init__(self, where: Where) -> None:
        super().__init__(iceServers=[])
        self._connection = self.agent = SeatConnection(where)


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
        if self._protect is not None:
            self._leave(self._protect, data)

    def send_rtcp(self, data: bytes) -> None:
        """The same for RTCP."""
        if self._protect is not None:
            self._leave(self._tx_srtp.protect_rtcp, data)

    def _leave(self, protect: Callable[[bytes], bytes], data: bytes) -> None:
        way = self.connection.way
        if way is None:
            return
        try:
            kept = protect(data)
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

    def protect(data: bytes) -> bytes:
        length[0] = size = len(data)
        if size > DATAGRAM_LIMIT:
            raise ValueError("A packet is too long.")
        buffer[0:size] = data
        if act(srtp, cdata, length):
            raise ValueError("A packet could not be protected.")
        return cast(bytes, buffer[0 : length[0]])

    return protect


_SHAPES: Final = (
    (StunProtocol.datagram_received, ["self", "data", "addr"]),
    (Connection.get_component_candidates, ["self", "component", "addresses", "timeout"]),
    (Connection.data_received, ["self", "data", "component"]),
    (Connection.check_incoming, ["self", "message", "addr", "protocol"]),
    (Connection.check_complete, ["self", "pair"]),
    (Connection.build_request, ["self", "pair", "nominate"]),
    (StunProtocol.request, ["self", "request", "addr", "integrity_key", "retransmissions"]),
    (RTCDtlsTransport._setup_srtp, ["self"]),
    (RTCDtlsTransport._set_state, ["self", "state"]),
    (RTCDtlsTransport._handle_rtp_data, ["self", "data", "arrival_time_ms"]),
    (RTCDtlsTransport._handle_rtcp_data, ["self", "data"]),
    (RTCDtlsTransport.start, ["self", "remoteParameters"]),
    (candidate_pair_priority, ["local", "remote", "ice_controlling"]),
)


def check() -> None:
    """Refuse to start on an aiortc or aioice whose private parts are not those we know. Raises RuntimeError."""
    for function, expected in _SHAPES:
        if list(inspect.signature(function).parameters) != expected:
            raise RuntimeError(f"{function.__qualname__} has changed: read signalling/media/patches.py.")
    missing = {"_queue", "_nominated", "_protocols", "_remote_candidates"} - set(Connection(True).__dict__)
    if missing:
        raise RuntimeError(f"aioice's Connection has no {', '.join(sorted(missing))}.")
