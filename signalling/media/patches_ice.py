"""aioice's ICE agent for one link; with patches.py all that reaches into private parts. Checked at start there.

Written against aioice 0.13.
"""

from __future__ import annotations

import random
import secrets
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final

from aioice import stun
from aioice.candidate import Candidate, candidate_foundation, candidate_priority
from aioice.ice import CandidatePair, Connection, StunProtocol, candidate_pair_priority
from aiortc import RTCIceGatherer

from signalling.media.environment import Where
from signalling.media.sockets import SeatSocket, bind

DATAGRAM_LIMIT: Final = 1500  # a longer one makes pylibsrtp raise ValueError, which ends aiortc's transport
QUEUE_LIMIT: Final = 2048  # aioice's queue has none
REMOTES: Final = 32  # addresses learnt of one browser; each costs a few STUN packets towards it
EARLY: Final = 16  # checks of a restarted link that may come before the answer does

Address = tuple[str, int]


class SeatProtocol(StunProtocol):
    """One UDP socket. DTLS and SRTP pass only from an address that has answered our own check there.

    Stock aioice takes them from anyone: one forged datagram ends a call in set-up (ASVS 17.2.6).
    """

    receiver: SeatConnection

    def datagram_received(self, data: bytes | str, addr: tuple[Any, ...]) -> None:
        assert isinstance(data, bytes)  # SeatSocket gives nothing else
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
        self._next: tuple[str, str] | None = None  # our user fragment and password after a restart
        self._early: list[tuple[stun.Message, Address, StunProtocol]] = []
        self._stale: CandidatePair | None = None  # of before the restart: it is used until there is another

    async def get_component_candidates(
        self,
        component: int,
        addresses: list[str],
        timeout: int = 5,  # noqa: ASYNC109 (the signature is aioice's)
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
        kept = best if best not in (None, pair, self._stale) else None
        if kept is not None and self._alive(kept) and _rank(kept) > _rank(pair):
            self._nominated[pair.component] = kept
        if (now := self.selected) is not None:
            self.way = now.protocol.transport.write, now.remote_addr  # type: ignore[attr-defined]  # a SeatSocket

    def restart(self) -> tuple[str, str]:
        """Begin anew (RFC 8445, 9): our next user fragment and password. The old ones count until `restarted`."""
        if self._next is None:
            self._next = secrets.token_hex(4), secrets.token_hex(16)
            self._early = []
        return self._next

    def restarted(self, ufrag: str, password: str) -> bool:
        """The browser's answer. False where it keeps its own credentials: it cannot, and all stays as it was."""
        following, self._next = self._next, None
        if following is None or (ufrag, password) == (self.remote_username, self.remote_password):
            return False
        self._local_username, self._local_password = following
        self.remote_username, self.remote_password = ufrag, password
        for pair in self._check_list:
            if pair.task:
                pair.task.cancel()
        self._check_list, self._remote_candidates = [], []
        self._nominating.clear()
        self._stale = self.selected
        for message, addr, protocol in self._early:
            self.request_received(message, addr, protocol)
        return True

    def request_received(self, message: stun.Message, addr: Address, protocol: StunProtocol) -> None:
        """A check, not yet authenticated. One of the next generation waits for the answer that it has overtaken."""
        name = message.attributes.get("USERNAME", "").partition(":")[0]
        if self._next is None or name != self._next[0]:
            super().request_received(message, addr, protocol)
        elif len(self._early) < EARLY:
            self._early.append((message, addr, protocol))

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
