"""RTCP of one link, both ways, and the figures that come of it (RFC 3550, 4585, 5104)."""

from __future__ import annotations

import time
from collections.abc import Iterable
from statistics import fmean
from typing import TYPE_CHECKING, Any, Final

from aiortc.clock import current_ntp_time
from aiortc.rtp import (
    RTCP_PSFB_APP,
    RTCP_PSFB_FIR,
    RTCP_PSFB_PLI,
    RTCP_RTPFB_NACK,
    RtcpPacket,
    RtcpPsfbPacket,
    RtcpRrPacket,
    RtcpRtpfbPacket,
    RtcpSrPacket,
    unpack_remb_fci,
)

from signalling.media.leg import Leg

if TYPE_CHECKING:
    from signalling.media.link import Link

REPORT_EVERY: Final = 1.0  # seconds
ESTIMATED: Final = 0.5  # seconds of sending at least that an estimate is held against
ROOM: Final = 0.97  # of what is sent; where queues grow, browsers estimate 0.85 of what arrives


class Feedback:
    """Reads what the browser reports, writes what it must know. A browser speaks of its own legs alone."""

    def __init__(self, link: Link, our_ssrc: int) -> None:
        self.video_kbps = 1500
        self._link, self._our_ssrc = link, our_ssrc
        self._ntp_shift: int | None = None
        self._reported = 0.0
        self._measured = (time.monotonic(), 0, 0)
        self._estimated = (0.0, 0)  # when an estimate was last held against what we send, and the octets until then

    def take(self, data: bytes, now: float) -> None:
        """A compound packet from the browser. Raises ValueError for one that cannot be read."""
        legs = {leg.ssrc: leg for leg in self._link.lines.legs()}
        for packet in RtcpPacket.parse(data):
            if isinstance(packet, RtcpSrPacket):
                self._sender_report(packet, now)
            if isinstance(packet, (RtcpSrPacket, RtcpRrPacket)):
                for info in packet.reports:
                    if leg := legs.get(info.ssrc):
                        leg.receiver_report(info, now)
            elif isinstance(packet, RtcpRtpfbPacket) and packet.fmt == RTCP_RTPFB_NACK:
                if leg := legs.get(packet.media_ssrc):
                    leg.repeat(packet.lost[:512])
            elif isinstance(packet, RtcpPsfbPacket) and packet.fmt == RTCP_PSFB_APP:
                self._estimate(packet, legs.values(), now)
            elif isinstance(packet, RtcpPsfbPacket):
                self._picture_lost(packet, legs, now)

    def _estimate(self, packet: RtcpPsfbPacket, legs: Iterable[Leg], now: float) -> None:
        """REMB: what the browser believes that its line carries, held against what its pictures take."""
        bits, _ssrcs = unpack_remb_fci(packet.fci)
        pictures = [leg for leg in legs if leg.kind == "video"]
        octets, (then, before) = sum(leg.octets for leg in pictures), self._estimated
        if now - then < ESTIMATED:
            return
        self._estimated = now, octets
        squeezed = bool(then) and bits < ROOM * 8 * (octets - before) / (now - then)
        for leg in pictures:
            leg.squeezed = squeezed

    def _picture_lost(self, packet: RtcpPsfbPacket, legs: dict[int, Leg], now: float) -> None:
        """PLI names its source in the header, FIR in its entries (RFC 5104, 4.3.1)."""
        if packet.fmt == RTCP_PSFB_PLI:
            about = [packet.media_ssrc]
        elif packet.fmt == RTCP_PSFB_FIR:
            about = [int.from_bytes(packet.fci[at : at + 4], "big") for at in range(0, len(packet.fci), 8)]
        else:
            return
        for ssrc in about:
            if (leg := legs.get(ssrc)) and leg.source:
                leg.source.want_key_frame(now)

    def _sender_report(self, report: RtcpSrPacket, now: float) -> None:
        if self._ntp_shift is None:  # one for sound and picture, or they drift apart on the legs
            self._ntp_shift = current_ntp_time() - report.sender_info.ntp_timestamp
        for source in self._link.sources.values():
            source.sender_report(report, self._ntp_shift, now)

    def tick(self, now: float) -> None:
        """Often: repeat what was asked in vain. Once a second: report, and cap the camera."""
        for source in self._link.sources.values():
            source.ask_again(now)
        if now - self._reported < REPORT_EVERY:
            return
        self._reported = now
        for leg in self._link.lines.legs():
            leg.refill()
        reports = [r for s in self._link.sources.values() if (r := s.reception(now))]
        if reports:
            video = self._link.sources["video"]
            compound = bytes(RtcpRrPacket(ssrc=self._our_ssrc, reports=reports))
            self._link.transport.send_rtcp(compound + (video.cap(self.video_kbps) if video.ssrc else b""))

    def figures(self, now: float) -> dict[str, Any]:
        """The measured fields of control.Stats since the last call."""
        transport, legs = self._link.transport, [leg for leg in self._link.lines.legs() if leg.source]
        then, bytes_in, bytes_out = self._measured
        self._measured = (now, transport.bytes_in, transport.bytes_out)
        per_kbit = 8 / 1000 / max(now - then, 0.001)
        counters = [s.counter for s in self._link.sources.values() if s.counter.received]
        return {
            "rtt_ms": _mean(leg.rtt_ms for leg in legs),
            "loss_up": _mean(counter.sample() for counter in counters),
            "loss_down": _mean(leg.loss for leg in legs),
            "jitter_up_ms": _mean(counter.jitter_ms for counter in counters),
            "jitter_down_ms": _mean(leg.jitter_ms for leg in legs),
            "kbps_up": round((transport.bytes_in - bytes_in) * per_kbit, 1),
            "kbps_down": round((transport.bytes_out - bytes_out) * per_kbit, 1),
        }


def _mean(values: Iterable[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return round(fmean(known), 2) if known else None
