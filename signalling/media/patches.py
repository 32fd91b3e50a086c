"""Every place where we reach into aiortc's and aioice's private parts; each has a test that fails when they move.

Written against aiortc 1.16 and aioice 0.13. The transports are used one by one, as ORTC has them, without
RTCPeerConnection: descriptions are ours (sdp.py), and no receiver, sender, decoder or encoder exists at all.
"""

from __future__ import annotations

import asyncio
import inspect
import random
import time
from contextlib import suppress
from typing import Any, Final, Protocol, cast

import pylibsrtp
from aioice import stun
from aioice.candidate import Candidate, candidate_foundation, candidate_priority
from aioice.ice import CandidatePair, Connection, StunProtocol, candidate_pair_priority
from aiortc import RTCCertificate, RTCDtlsTransport, RTCIceGatherer, RTCIceTransport
from aiortc.rtcdtlstransport import State

from signalling.media.environment import Where

DATAGRAM_LIMIT: Final = 1500  # a longer one makes pylibsrtp raise ValueError, which ends aiortc's transport
QUEUE_LIMIT: Final = 2048  # aioice's queue has none
REMOTES: Final = 32  # addresses learnt of one browser; each costs a few STUN packets towards it
BACKLOG: Final = 1 << 18  # bytes waiting in one socket before we drop

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

    async def get_component_candidates(
        self,
        component: int,
        addresses: list[str],
        timeout: int = 5,  # noqa: ASYNC109
    ) -> list[Candidate]:
        """Bind our own addresses instead of whatever the machine has."""
        candidates: list[Candidate] = []
        for host in self._where.hosts:
            protocol = await self._listen(host)
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

    async def _listen(self, host: str) -> SeatProtocol:
        loop = asyncio.get_running_loop()
        ports = [0] if self._where.ports is None else random.sample(self._where.ports, len(self._where.ports))
        for port in ports:
            try:
                _, protocol = await loop.create_datagram_endpoint(lambda: SeatProtocol(self), local_addr=(host, port))
            except OSError:
                continue
            return protocol
        raise OSError("No free UDP port at the address that MEDIA_HOST names.")

    def media_received(self, data: bytes, addr: Address, protocol: StunProtocol) -> None:
        """A datagram that is not STUN."""
        if (addr, protocol) in self.trusted and len(data) <= DATAGRAM_LIMIT and self._queue.qsize() < QUEUE_LIMIT:
            self.heard = self.trusted[addr, protocol] = time.monotonic()
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

    async def ping(self) -> None:
        """Ask the browser whether it is there, as consent checks do (RFC 7675); its answer counts as heard."""
        pair = self.selected
        if pair is None or self.remote_password is None:
            return
        with suppress(stun.TransactionError):
            await pair.protocol.request(
                self.build_request(pair, nominate=False),
                pair.remote_addr,
                integrity_key=self.remote_password.encode(),
                retransmissions=2,
            )
            self.heard = self.trusted[pair.remote_addr, pair.protocol] = time.monotonic()

    def _alive(self, pair: CandidatePair) -> bool:
        return time.monotonic() - self.trusted.get((pair.remote_addr, pair.protocol), 0.0) < 2.0

    @property
    def selected(self) -> CandidatePair | None:
        """The pair that carries the media now; read it again after each change."""
        return self._nominated.get(1)


def _waiting(pair: CandidatePair) -> int:
    return int(pair.protocol.transport.get_write_buffer_size())  # type: ignore[attr-defined]


def _rank(pair: CandidatePair) -> int:
    return int(candidate_pair_priority(pair.local_candidate, pair.remote_candidate, True))


class SeatGatherer(RTCIceGatherer):
    """A gatherer around our own ICE agent. Without `iceServers=[]` aiortc would ask a public STUN server."""

    def __init__(self, where: Where) -> None:
        super().__init__(iceServers=[])
        self._connection = self.agent = SeatConnection(where)


class Inlet(Protocol):
    """Who takes what the browser sends, decrypted."""

    def rtp(self, data: bytes) -> None: ...
    def rtcp(self, data: bytes) -> None: ...


class SeatTransport(RTCDtlsTransport):
    """DTLS and SRTP of one link; packets go to the inlet as bytes, and leave at once."""

    def __init__(self, gatherer: SeatGatherer, certificate: RTCCertificate, inlet: Inlet) -> None:
        super().__init__(RTCIceTransport(gatherer), [certificate])
        self._inlet = inlet
        self.connection = gatherer.agent
        self.broken = 0  # packets whose handling raised
        self.bytes_in = self.bytes_out = 0

    async def _handle_rtp_data(self, data: bytes, arrival_time_ms: int) -> None:
        self.bytes_in += len(data)
        try:
            self._inlet.rtp(data)
        except Exception:  # raised through here it would end this seat's transport without a word
            self.broken += 1

    async def _handle_rtcp_data(self, data: bytes) -> None:
        try:
            self._inlet.rtcp(data)
        except Exception:
            self.broken += 1

    def send_rtp(self, data: bytes) -> None:
        """Protect and send now. A packet that cannot leave is dropped, as on any line."""
        if self._state is State.CONNECTED:
            try:
                self._leave(self._tx_srtp.protect(data))
            except (pylibsrtp.Error, ValueError):
                self.broken += 1

    def send_rtcp(self, data: bytes) -> None:
        """The same for RTCP."""
        if self._state is State.CONNECTED:
            try:
                self._leave(self._tx_srtp.protect_rtcp(data))
            except (pylibsrtp.Error, ValueError):
                self.broken += 1

    def _leave(self, data: bytes) -> None:
        pair = self.connection.selected
        if pair is not None and _waiting(pair) < BACKLOG:
            self.bytes_out += len(data)
            pair.protocol.transport.sendto(data, pair.remote_addr)


_SHAPES: Final = (
    (StunProtocol.datagram_received, ["self", "data", "addr"]),
    (Connection.get_component_candidates, ["self", "component", "addresses", "timeout"]),
    (Connection.data_received, ["self", "data", "component"]),
    (Connection.check_incoming, ["self", "message", "addr", "protocol"]),
    (Connection.check_complete, ["self", "pair"]),
    (Connection.build_request, ["self", "pair", "nominate"]),
    (StunProtocol.request, ["self", "request", "addr", "integrity_key", "retransmissions"]),
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
