"""A seat of the media bench: a real ICE and DTLS link, then nothing but datagrams.

It must cost less than what it measures. Once the link stands it takes the socket into its own hands: packets are
read with the kernel's time of arrival, told apart by the SSRC in their clear header, and only one in sixteen is
decrypted, for the instant of sending that stands in its payload. So neither its own lateness nor its own work is
counted as delay of the media process.
"""

import asyncio
import random
import re
import socket
import struct
import time
from collections.abc import Callable
from typing import Any, Final

import pylibsrtp
from aiortc import RTCCertificate, RTCDtlsFingerprint, RTCDtlsParameters, RTCIceCandidate, RTCIceParameters
from aiortc.rtp import RTCP_PSFB_PLI, RtcpPacket, RtcpPsfbPacket, RtcpReceiverInfo, RtcpRrPacket

from signalling.media.control import Kind, Offer
from signalling.media.environment import Where
from signalling.media.patches import SeatTransport
from signalling.media.patches_ice import SeatGatherer
from signalling.media.rtp import HEADER

FRAMES: Final = 24  # a second, of PACKETS each: with 50 of sound that makes 122 packets a second, 590 kbit/s
PACKETS: Final = 3
VIDEO_SIZE, AUDIO_SIZE = 1000, 120  # bytes of payload
SAMPLED: Final = 15  # of sequence numbers: one in sixteen is opened
SO_TIMESTAMPNS: Final = 35  # linux/socket.h; Python has no name for it
STAMP: Final = struct.Struct("!q")
TIMESPEC: Final = struct.Struct("@qq")
FIRST, LATER, KEY, DELTA = b"\x10", b"\x00", b"\x00", b"\x01"  # RFC 7741, 4.2: start of a picture; 4.3: its sort
CERTIFICATE: Final = RTCCertificate.generateCertificate()
HERE: Final = Where(("127.0.0.1",))
_CANDIDATE: Final = re.compile(r"a=candidate:(\S+) 1 udp (\d+) (\S+) (\d+) typ host")


def attribute(sdp: str, name: str) -> str:
    """The value of the first attribute of that name."""
    found = re.search(rf"^a={name}:(\S.*?)\r?$", sdp, re.MULTILINE)
    assert found is not None, name
    return found[1]


def answered(offer: str, ufrag: str, password: str, fingerprint: str) -> str:
    """An answer that takes everything: the offer turned round, with our own end of the link."""
    kept = [line for line in offer.splitlines() if not line.startswith(("a=candidate", "a=ssrc", "a=end-of"))]
    text = "\r\n".join(kept) + "\r\n"
    text = re.sub(r"a=ice-ufrag:.*?\r", f"a=ice-ufrag:{ufrag}\r", text)
    text = re.sub(r"a=ice-pwd:.*?\r", f"a=ice-pwd:{password}\r", text)
    text = re.sub(r"a=fingerprint:.*?\r", f"a=fingerprint:sha-256 {fingerprint}\r", text)
    turned = {"a=sendonly": "a=recvonly", "a=recvonly": "a=sendonly", "a=setup:actpass": "a=setup:active"}
    return re.sub(r"a=(sendonly|recvonly|setup:actpass)", lambda found: turned[found[0]], text)


class Caller:
    """One seat. `answer` is called with the text for each offer; `delays` are seconds."""

    def __init__(self, answer: Callable[[Offer, str], None]) -> None:
        self._answer = answer
        self._gatherer = SeatGatherer(HERE)
        self._gatherer.agent.ice_controlling = False
        self._transport = SeatTransport(self._gatherer, CERTIFICATE, self)
        self._tasks: list[asyncio.Task[None]] = []
        self.legs: dict[int, tuple[str, Kind]] = {}  # SSRC → whose
        self.received = self.sent = 0
        self.delays: list[float] = []
        self.linked = 0.0  # when our end of the link stood
        self.keys: dict[str, float] = {}  # seat → seconds from `linked` to its first key frame
        self._awaited: set[int] = set()
        self._key_due = True
        self._socket: Any = None
        self._highest: dict[int, int] = {}
        self._ssrc = {"audio": random.getrandbits(31), "video": random.getrandbits(31)}
        self._number = {"audio": 1, "video": 1}

    async def take(self, offer: Offer) -> None:
        """Answer an offer; the first one begins the link."""
        mids = {track.mid: track for track in offer.tracks if not track.up}
        self.legs = {}
        for section in offer.sdp.split("\r\nm=")[1:]:
            track, ssrc = mids.get(attribute(section, "mid")), re.search(r"^a=ssrc:(\d+)", section, re.MULTILINE)
            if track and ssrc:
                self.legs[int(ssrc[1])] = (track.seat, track.kind)
        fresh = {ssrc for ssrc, (_, kind) in self.legs.items() if kind == "video" and ssrc not in self._highest}
        self._awaited |= fresh
        if not self._tasks:
            await self._gatherer.gather()
            self._tasks.append(asyncio.create_task(self._connect(offer.sdp)))
        ours, prints = self._gatherer.getLocalParameters(), self._transport.getLocalParameters().fingerprints
        sha = next(one.value for one in prints if one.algorithm == "sha-256")
        self._answer(offer, answered(offer.sdp, str(ours.usernameFragment), str(ours.password), sha))

    async def _connect(self, sdp: str) -> None:
        ice = self._transport.transport
        found = _CANDIDATE.search(sdp)
        assert found is not None
        await ice.addRemoteCandidate(
            RTCIceCandidate(1, found[1], found[3], int(found[4]), int(found[2]), "udp", "host")
        )
        await ice.addRemoteCandidate(None)
        await ice.start(RTCIceParameters(attribute(sdp, "ice-ufrag"), attribute(sdp, "ice-pwd")))
        self._transport._set_role("client")
        fingerprint = attribute(sdp, "fingerprint").removeprefix("sha-256 ")
        await self._transport.start(RTCDtlsParameters([RTCDtlsFingerprint("sha-256", fingerprint)]))
        assert self._transport.state == "connected"
        self.linked = time.time()
        self._take_over()
        self._tasks += [asyncio.create_task(each()) for each in (self._speak, self._film, self._report, self._insist)]

    # what comes in

    def _take_over(self) -> None:
        pair = self._transport.connection.selected
        assert pair is not None
        self._protocol, self._address = pair.protocol, pair.remote_addr
        self._socket = pair.protocol.transport._socket  # type: ignore[attr-defined]  # a SeatSocket
        self._socket.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
        loop: Any = asyncio.get_running_loop()
        loop._remove_reader(self._socket.fileno())
        loop._add_reader(self._socket.fileno(), self._readable)

    def _readable(self) -> None:
        for _ in range(64):
            try:
                data, ancillary, _flags, _address = self._socket.recvmsg(2048, 64)
            except (BlockingIOError, OSError):
                return
            if not 128 <= data[0] <= 191:
                self._protocol.datagram_received(data, self._address)
            elif 192 <= data[1] <= 223:
                self._control(data)
            else:
                self._media(data, ancillary)

    def _media(self, data: bytes, ancillary: list[Any]) -> None:
        self.received += 1
        _flags, _kind, number, _time, ssrc = HEADER.unpack_from(data)
        self._highest[ssrc] = number
        if number & SAMPLED and ssrc not in self._awaited:
            return
        try:
            payload = self._transport._rx_srtp.unprotect(data)[12:]
        except pylibsrtp.Error:
            return
        seconds, nanoseconds = TIMESPEC.unpack(ancillary[0][2][:16])
        (sent,) = STAMP.unpack_from(payload, 2)
        self.delays.append(seconds + nanoseconds / 1e9 - sent / 1e9)
        self._look(ssrc, payload)

    def _look(self, ssrc: int, payload: bytes) -> None:
        if ssrc in self._awaited and payload[:2] == FIRST + KEY:
            self._awaited.discard(ssrc)
            if ssrc in self.legs:
                self.keys[self.legs[ssrc][0]] = time.time() - self.linked if self.linked else 0.0

    def _control(self, data: bytes) -> None:
        for packet in RtcpPacket.parse(self._transport._rx_srtp.unprotect_rtcp(data)):
            if isinstance(packet, RtcpPsfbPacket) and packet.fmt == RTCP_PSFB_PLI:
                self._key_due = True

    def rtp(self, data: bytes) -> None:
        """What comes before the socket is ours; it is not counted."""
        self._look(HEADER.unpack_from(data)[4], data[12:])

    def rtcp(self, data: bytes) -> None:
        """The same for RTCP: nobody reports yet."""

    # what goes out

    async def _speak(self) -> None:
        await self._paced(50, lambda: self._send("audio", 111, 960, b"\x00\x00", AUDIO_SIZE))

    async def _film(self) -> None:
        await self._paced(FRAMES, self._picture)

    def _picture(self) -> None:
        sort, self._key_due = (KEY if self._key_due else DELTA), False
        for place in range(PACKETS):
            last = 0x80 if place == PACKETS - 1 else 0
            head = FIRST + sort if place == 0 else LATER + DELTA
            self._send("video", last | 96, 90_000 // FRAMES if last else 0, head, VIDEO_SIZE)

    async def _paced(self, rate: int, act: Callable[[], None]) -> None:
        due = time.monotonic() + random.random() / rate
        self._clock = {"audio": random.getrandbits(31), "video": random.getrandbits(31)}
        while True:
            await asyncio.sleep(max(0.0, due - time.monotonic()))
            act()
            due = max(due + 1 / rate, time.monotonic() - 0.2)  # after a stall it does not make good for lost time

    def _send(self, kind: str, payload_type: int, step: int, head: bytes, size: int) -> None:
        number = self._number[kind] = self._number[kind] + 1
        header = HEADER.pack(0x80, payload_type, number & 0xFFFF, self._clock[kind] & 0xFFFFFFFF, self._ssrc[kind])
        self._clock[kind] += step
        payload = (head + STAMP.pack(time.time_ns())).ljust(size, b"\x55")
        self.sent += 1
        self._socket.sendto(self._transport._tx_srtp.protect(header + payload), self._address)

    async def _report(self) -> None:
        """As browsers do: once a second of everything that is received; five times, what cannot be shown without."""
        while True:
            await asyncio.sleep(1)
            infos = [RtcpReceiverInfo(ssrc, 0, 0, high, 0, 0, 0) for ssrc, high in self._highest.items()]
            for first in range(0, len(infos), 31):
                self._tell(RtcpRrPacket(ssrc=self._ssrc["video"], reports=infos[first : first + 31]))

    async def _insist(self) -> None:
        while True:
            await asyncio.sleep(0.2)
            for ssrc in self._awaited:
                self._tell(RtcpPsfbPacket(RTCP_PSFB_PLI, self._ssrc["video"], ssrc))

    def _tell(self, packet: object) -> None:
        self._socket.sendto(self._transport._tx_srtp.protect_rtcp(bytes(packet)), self._address)  # type: ignore[call-overload]  # the pair that ICE chose is an address

    async def close(self) -> None:
        """Say goodbye."""
        for task in self._tasks:
            task.cancel()
        if self._socket is not None:
            asyncio.get_running_loop().remove_reader(self._socket)
        await self._transport.stop()
        await self._transport.transport.stop()
