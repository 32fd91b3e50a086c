"""A source's packets on their way to its legs, without a network: numbers, clocks, key frames, repetitions."""

import struct
from typing import Any

from aiortc.rtp import (
    RTCP_PSFB_PLI,
    RtcpPacket,
    RtcpPsfbPacket,
    RtcpReceiverInfo,
    RtcpRtpfbPacket,
    RtcpSenderInfo,
    RtcpSrPacket,
)
from hypothesis import example, given, settings
from hypothesis import strategies as st

from signalling.media.forward import Source
from signalling.media.leg import Leg
from signalling.media.rtp import HEADER

KEY, DELTA = b"\x10\x00key", b"\x10\x01delta"
VP8, RTX, H264, OPUS = 96, 97, 102, 111


class Line:
    """A source and its legs, with what goes each way."""

    def __init__(self, kind: str = "video") -> None:
        self.asked: list[Any] = []
        self.source = Source(kind=kind, our_ssrc=7, control=lambda data: self.asked.extend(RtcpPacket.parse(data)))
        self.out: list[tuple[int, int, int, int, int, bytes]] = []
        self.reports: list[Any] = []
        self.now = 100.0

    def leg(self, ssrc: int = 5000) -> Leg:
        leg = Leg(
            kind=self.source.kind, ssrc=ssrc, rtx_ssrc=ssrc + 1, cname="c",
            send=lambda data: self.out.append((*HEADER.unpack_from(data), data[12:])),
            control=lambda data: self.reports.extend(RtcpPacket.parse(data)),
        )  # fmt: skip
        leg.payload_types = frozenset({VP8, RTX, H264, OPUS})
        self.source.feed((*self.source.legs, leg), self.now)
        return leg

    def send(self, number: int, payload: bytes = DELTA, *, time: int = 0, ssrc: int = 1, kind: int = VP8) -> None:
        self.source.rtp(HEADER.pack(0x80, kind, number & 0xFFFF, time & 0xFFFFFFFF, ssrc) + payload, self.now)

    def numbers(self, ssrc: int = 5000) -> list[int]:
        return [packet[2] for packet in self.out if packet[4] == ssrc]

    def asks(self, kind: type) -> list[Any]:
        return [packet for packet in self.asked if isinstance(packet, kind)]


def test_payload_and_marker_pass_as_they_came_under_the_legs_own_ssrc() -> None:
    line = Line()
    line.leg()
    line.source.rtp(HEADER.pack(0x80, 0x80 | VP8, 9, 90, 1) + KEY, 0.0)
    flags, kind, _, _, ssrc, payload = line.out[0]
    assert (flags, kind, ssrc, payload) == (0x80, 0x80 | VP8, 5000, KEY)


def test_a_leg_waits_for_a_key_frame_and_then_counts_without_gaps() -> None:
    line = Line()
    line.send(10)
    line.leg()
    line.send(11)
    assert line.out == []
    for number in range(12, 15):
        line.send(number, KEY if number == 12 else DELTA, time=number * 3000)
    first = line.numbers()[0]
    assert line.numbers() == [first, first + 1, first + 2]
    assert [packet[3] - line.out[0][3] for packet in line.out] == [0, 3000, 6000]


def test_sound_begins_at_once() -> None:
    line = Line("audio")
    line.leg()
    line.send(10, b"opus", kind=OPUS)
    assert len(line.out) == 1


def test_what_passed_while_a_leg_was_outside_is_never_repeated_for_it() -> None:
    line = Line()
    leg = line.leg()
    for number in range(10, 20):
        line.send(number, KEY)
    line.source.feed((), line.now)
    leg.end()
    for number in range(20, 30):
        line.send(number, b"\x10\x00secret")
    line.source.feed((leg,), line.now)
    for number in range(30, 40):
        line.send(number, KEY)
    first = line.numbers()[0]
    assert line.numbers() == list(range(first, first + 20))  # no gap tells of the time outside
    line.out.clear()
    leg.repeat([(first + n) & 0xFFFF for n in range(-50, 60)])
    assert {packet[5][2:] for packet in line.out} == {KEY}
    assert [struct.unpack("!H", packet[5][:2])[0] for packet in line.out] == list(range(first + 10, first + 20))


def test_nothing_is_repeated_for_a_leg_that_is_outside() -> None:
    line = Line()
    leg = line.leg()
    line.send(10, KEY)
    number = line.numbers()[0]
    leg.end()
    line.out.clear()
    leg.repeat([number])
    assert line.out == []


def test_a_repetition_names_the_legs_own_number_and_time() -> None:
    line = Line()
    leg = line.leg()
    line.send(65_535, KEY, time=1)
    line.send(65_536, DELTA, time=3001)
    sent = line.out[1]
    line.out.clear()
    leg.repeat([sent[2]])
    _, kind, _, time, ssrc, payload = line.out[0]
    assert (kind, ssrc, time) == (RTX, 5001, sent[3])
    assert payload == struct.pack("!H", sent[2]) + DELTA


def test_repetitions_for_one_leg_are_limited_each_second() -> None:
    line = Line()
    leg = line.leg()
    line.send(1, KEY)
    leg.repeat([line.numbers()[0]] * 2000)
    assert len(line.numbers(5001)) == 500


def test_the_same_number_is_forwarded_once() -> None:
    """Twice would be two plaintexts under one SRTP nonce."""
    line = Line()
    line.leg()
    line.send(1, KEY)
    line.send(1, b"\x10\x00other")
    assert [packet[5] for packet in line.out] == [KEY]


def test_a_new_stream_of_the_source_continues_the_legs_numbers_and_clock() -> None:
    line = Line()
    line.leg()
    line.send(10, KEY, time=900_000)
    line.now += 2
    line.send(40_000, DELTA, time=5, ssrc=2)  # not before its key frame
    line.send(40_001, KEY, time=10, ssrc=2)
    one, two = line.out
    assert two[2] == one[2] + 1
    assert (two[3] - one[3]) & 0xFFFFFFFF == 180_000


def test_header_extensions_and_contributing_sources_are_nobodys() -> None:
    line = Line()
    line.leg()
    for flags in (0x90, 0x81, 0x40, 0xA0):
        line.source.rtp(struct.pack("!BBHII", flags, VP8, 1, 0, 1) + KEY + b"\xff", 0.0)
    assert line.out == []


def test_a_format_that_the_browser_did_not_take_is_not_sent_to_it() -> None:
    line = Line()
    line.leg().payload_types = frozenset({OPUS})
    line.send(1, KEY)
    assert line.out == []


def test_a_source_is_asked_for_a_key_frame_at_most_four_times_a_second() -> None:
    line = Line()
    line.send(1)
    for _ in range(5):
        line.leg()
    for _ in range(20):
        line.now += 0.05
        line.source.ask_again(line.now)
    assert {p.fmt for p in line.asks(RtcpPsfbPacket)} == {RTCP_PSFB_PLI}
    assert 4 <= len(line.asks(RtcpPsfbPacket)) <= 5


def test_a_gap_is_asked_for_at_once_again_every_60_ms_and_given_up_after_600() -> None:
    line = Line()
    line.leg()
    line.send(1, KEY)
    line.source.ask_again(line.now)
    line.asked.clear()
    line.send(4)
    assert [sorted(p.lost) for p in line.asks(RtcpRtpfbPacket)] == [[2, 3]]
    for _ in range(60):
        line.now += 0.02
        line.source.ask_again(line.now)
    assert 8 <= len(line.asks(RtcpRtpfbPacket)) <= 11
    assert len(line.asks(RtcpPsfbPacket)) == 1  # then a picture from scratch


def test_a_repetition_from_the_browser_fills_the_gap_on_the_legs() -> None:
    line = Line()
    line.leg()
    line.send(1, KEY)
    line.send(3)
    line.source.rtx(HEADER.pack(0x80, RTX, 77, 0, 9) + struct.pack("!H", 2) + b"\x10\x01late", VP8, line.now)
    first = line.numbers()[0]
    assert line.numbers() == [first, first + 2, first + 1]
    assert line.out[2][5] == b"\x10\x01late"
    line.now += 0.1
    line.source.ask_again(line.now)
    assert len(line.asks(RtcpRtpfbPacket)) == 1
    assert line.source.counter.received == 2  # it was lost all the same


def test_sender_reports_are_told_in_the_legs_time_line() -> None:
    line = Line()
    leg = line.leg()
    line.send(1, KEY, time=1000)
    ntp = 5 << 32
    line.source.sender_report(RtcpSrPacket(1, RtcpSenderInfo(ntp, 4000, 1, 1)), 1 << 32, line.now)
    report = line.reports[0]
    assert (report.ssrc, report.sender_info.ntp_timestamp) == (5000, 6 << 32)
    assert (report.sender_info.rtp_timestamp - line.out[0][3]) & 0xFFFFFFFF == 3000
    line.now += 0.25
    middle = (6 << 32) >> 16 & 0xFFFFFFFF
    leg.receiver_report(RtcpReceiverInfo(5000, 64, 1, 0, 900, middle, int(0.05 * 65536)), line.now)
    assert (leg.loss, leg.jitter_ms) == (25.0, 10.0)
    assert leg.rtt_ms is not None
    assert abs(leg.rtt_ms - 200) < 1


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(1, 400), max_size=300), st.integers(0, 65_535))
@example([3], 65_534)  # what is missing lies on both sides of the wrap
def test_whatever_order_packets_come_in_each_is_numbered_once_and_by_its_distance(order: list[int], base: int) -> None:
    line = Line()
    line.leg()
    line.send(base, KEY)
    for step in order:
        line.send(base + step, b"\x10\x01" + str(step).encode())
    first = line.numbers()[0]
    steps = {int(packet[5][2:]) for packet in line.out[1:]}
    assert steps == set(order)
    assert sorted((n - first) & 0xFFFF for n in line.numbers()) == [0, *sorted(steps)]


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=60), st.binary(max_size=60))
def test_no_bytes_at_all_raise(data: bytes, more: bytes) -> None:
    line = Line()
    line.leg()
    line.source.rtp(data, 0.0)
    line.source.rtp(HEADER.pack(0x80, VP8, 1, 0, 1) + more, 0.0)
    line.source.rtx(data, VP8, 0.0)
    line.source.rtx(HEADER.pack(0xA0, RTX, 1, 0, 1) + more, VP8, 0.0)
