"""Fewer pictures for a line that cannot carry all: what is left out is missed by nobody."""

from typing import Any

import pytest
from aiortc.rtp import RTCP_PSFB_APP, RtcpPsfbPacket, RtcpReceiverInfo, pack_remb_fci
from hypothesis import given
from hypothesis import strategies as st

from signalling.media.feedback import Feedback
from signalling.media.forward import Source
from signalling.media.layers import HOLD, WAIT, Adaptation, Layer, Thinning, layer, renumbered
from signalling.media.leg import Leg
from signalling.media.rtp import HEADER, Packet

PATTERN = ((0, False), (2, True), (1, True), (2, False))  # Chromium's L1T3: layer, and whether it needs layer 0 alone


def payload(picture: int, temporal: int, *, sync: bool, first: bool, key: bool = False) -> bytes:
    """As Chromium writes it: picture id of fifteen bits, TL0PICIDX, layer; then the header or any later part."""
    descriptor = bytes([0x90 if first else 0x80, 0xE0]) + (0x8000 | picture & 0x7FFF).to_bytes(2, "big") + b"\x07"
    return descriptor + bytes([temporal << 6 | sync << 5]) + (b"\x00" if key else b"\x01") + b"picture"


def stream(pictures: int, packets: int = 2) -> list[Packet]:
    found = []
    for picture in range(pictures):
        temporal, sync = PATTERN[picture % 4]
        for place in range(packets):
            number, key = 100_000 + picture * packets + place, picture == 0 and place == 0
            data = payload(picture, temporal, sync=sync, first=place == 0, key=key)
            found.append(Packet(number, picture * 3000, 0, 0x80 if place == packets - 1 else 0, 96, data))
    return found


class Line:
    """A leg's numbers, as forward.py keeps them."""

    def __init__(self, first: Packet) -> None:
        self.thin, self.next = Thinning(), 500
        self.thin.begin(self.next - first.number)
        self.sent: dict[int, tuple[Packet, bytes]] = {}

    def take(self, p: Packet) -> int | None:
        out, data = self.thin.place(p, self.next)
        if data is None:
            self.next = max(self.next, out + 1)
            return None
        assert out not in self.sent  # a number twice would be two plaintexts under one nonce
        self.next = max(self.next, out + 1)
        self.sent[out] = (p, data)
        return out

    def pictures(self) -> list[int]:
        """The picture ids that the receiver sees, in order, each once."""
        seen = [layer(Packet(0, 0, 0, 0, 96, data)) for _, (_, data) in sorted(self.sent.items())]
        return list(dict.fromkeys(found.picture for found in seen if found))


def layers(line: Line) -> list[int]:
    return [found.temporal for _, (p, _) in sorted(line.sent.items()) if (found := layer(p))]


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (payload(300, 2, sync=True, first=True), Layer(2, True, 300, True)),
        (b"\x90\xa0\x05\x40\x01pic", Layer(1, False, 5, False)),  # seven-bit id, no TL0PICIDX
        (b"\x90\x80\x05\x01picture", None),  # a picture id alone
        (b"\x10\x01picture", None),  # no extension at all
        (b"\x90\xe0", None),  # cut
    ],
)
def test_what_a_descriptor_says_of_layers(data: bytes, found: Layer | None) -> None:
    assert layer(Packet(1, 1, 0, 0, 96, data)) == found
    assert layer(Packet(1, 1, 0, 0, 102, data)) is None  # H.264 has none


def test_a_picture_id_closes_up_and_wraps() -> None:
    for wide, picture in ((True, 1), (False, 1)):
        data = payload(1, 0, sync=False, first=True) if wide else b"\x90\xa0\x01\x00\x01pic"
        found = layer(Packet(1, 1, 0, 0, 96, data))
        assert found is not None
        changed = layer(Packet(1, 1, 0, 0, 96, renumbered(data, found, 3)))
        assert changed == found._replace(picture=(picture - 3) % (1 << (15 if wide else 7)))
        assert renumbered(data, found, 0) is data


@pytest.mark.parametrize(("wanted", "kept"), [(2, 40), (1, 20), (0, 10)])
def test_each_layer_less_halves_the_pictures_and_leaves_no_gap(wanted: int, kept: int) -> None:
    packets = stream(40)
    line = Line(packets[0])
    line.thin.want(wanted)
    for p in packets:
        line.take(p)
    assert sorted(line.sent) == list(range(500, 500 + 2 * kept))
    assert line.pictures() == list(range(kept))
    assert set(layers(line)) == set(range(wanted + 1))


def test_it_comes_back_layer_by_layer_where_nothing_that_is_missing_is_needed() -> None:
    packets = stream(24, packets=1)
    line = Line(packets[0])
    line.thin.want(0)
    for p in packets[:9]:
        line.take(p)
    line.thin.want(2)
    for p in packets[9:]:
        line.take(p)
    assert layers(line) == [0, 0, 0, 1, 0, 2, 1, 2, 0, 2, 1, 2, 0, 2, 1, 2]
    assert sorted(line.sent) == list(range(500, 500 + len(line.sent)))
    assert line.pictures() == list(range(len(line.sent)))


def test_a_picture_that_has_begun_is_sent_to_its_end() -> None:
    packets = stream(4, packets=3)
    line = Line(packets[0])
    for p in packets[:4]:  # the second picture is one of the highest layer
        line.take(p)
    line.thin.want(0)
    assert [line.take(p) for p in packets[4:6]] == [504, 505]
    assert [line.take(p) for p in packets[6:9]] == [None] * 3


@given(st.data())
def test_whatever_comes_late_or_never_each_number_is_used_once_and_found_again(data: Any) -> None:
    """The oracle: what was sent under a number is what a repetition of it must be made of."""
    packets = stream(30)
    order = [packets[0], *sorted(packets[1:], key=lambda p: p.number + data.draw(st.integers(0, 12)))]
    # What is left out for want of a layer is never a hole: the numbers before it stay reserved for what is late.
    lost = data.draw(st.sets(st.sampled_from(packets[1:]), max_size=10))
    line = Line(packets[0])
    for p in order:
        line.thin.wanted = data.draw(st.integers(0, 2)) if data.draw(st.booleans()) else line.thin.wanted
        if p not in lost:
            line.take(p)
    for out, (p, sent) in line.sent.items():
        held = line.thin.source(out)
        assert out - held.shift == p.number
        assert renumbered(p.payload, layer(p), held.skipped) == sent


def test_heavy_loss_twice_takes_a_layer_and_calm_gives_it_back_later_each_time() -> None:
    line, now = Adaptation(), 100.0
    assert [line.step(9, now), line.step(3, now + 1), line.step(9, now + 2), line.step(9, now + 3)] == [2, 2, 2, 1]
    assert line.step(20, now + 4) == 1
    assert line.step(20, now + 3 + HOLD) == 0
    now = 200.0
    line.step(3, now)
    assert [line.step(1, now + WAIT - 1), line.step(1, now + WAIT)] == [0, 1]
    line.step(20, now + WAIT + 1)
    assert line.step(20, now + WAIT + 2) == 0  # it was one too many: the next try comes after twice the time
    now += WAIT + 2
    assert [line.step(0, now + WAIT), line.step(0, now + 2 * WAIT)] == [0, 1]


def test_three_percent_by_chance_take_nothing() -> None:
    line = Adaptation()
    assert {line.step(loss, float(second)) for second, loss in enumerate([3, 5, 2, 7, 3, 9, 4, 3] * 5)} == {2}


def test_what_waits_in_the_queues_of_a_line_takes_a_layer_without_any_loss() -> None:
    line = Adaptation()
    assert [line.step(0, float(second), squeezed=True) for second in range(2)] == [2, 1]


class Viewer:
    """The picture of one seat on another's link: what arrives there, and what its browser reports."""

    def __init__(self, ssrc: int) -> None:
        self.got: list[Packet] = []
        self.leg = Leg(kind="video", ssrc=ssrc, rtx_ssrc=ssrc + 1, cname="c", send=self.take, control=lambda data: None)
        self.leg.payload_types = frozenset({96, 97})
        self.lines = self
        self.feedback = Feedback(self, 7)  # type: ignore[arg-type]  # of a link it asks no more than its legs

    def legs(self) -> list[Leg]:
        return [self.leg]

    def take(self, data: bytes) -> None:
        _, kind, number, timestamp, _ = HEADER.unpack_from(data)
        self.got.append(Packet(number, timestamp, 0, kind & 0x80, kind & 0x7F, data[12:]))

    def lose(self, percent: float, now: float) -> None:
        self.leg.receiver_report(RtcpReceiverInfo(self.leg.ssrc, int(percent * 2.56), 0, 0, 0, 0, 0), now)

    def estimate(self, bits: int, now: float) -> None:
        self.feedback.take(bytes(RtcpPsfbPacket(RTCP_PSFB_APP, 9, 0, pack_remb_fci(bits, [self.leg.ssrc]))), now)

    def temporals(self) -> list[int]:
        return [found.temporal for p in self.got if (found := layer(p))]


class Stage:
    """A seat whose picture goes out on two lines, sixteen pictures a second."""

    def __init__(self) -> None:
        self.source = Source(kind="video", our_ssrc=7, control=lambda data: None)
        self.narrow, self.wide = Viewer(100), Viewer(200)
        self.source.feed((self.narrow.leg, self.wide.leg), 0.0)
        self._packets = iter(stream(800, packets=1))

    def second(self, now: float) -> None:
        """Sixteen pictures go by, and what is new on both lines is all that is kept."""
        self.narrow.got, self.wide.got = [], []
        for place in range(16):
            p = next(self._packets)
            self.source.rtp(
                HEADER.pack(0x80, 0x80 | 96, p.number & 0xFFFF, p.timestamp, 5) + p.payload, now + place / 16
            )


def test_a_line_that_loses_much_loses_the_upper_layers_and_the_other_line_nothing() -> None:
    stage = Stage()
    for second in range(10):
        stage.second(float(second))
        stage.narrow.lose(12, second + 1.0)
        stage.wide.lose(0, second + 1.0)
    assert stage.narrow.temporals() == [0] * 4
    assert stage.wide.temporals() == [0, 2, 1, 2] * 4
    numbers = [p.number for p in stage.narrow.got]
    assert numbers == list(range(numbers[0], numbers[0] + 4))


def test_a_line_whose_browser_estimates_less_than_is_sent_does_too_until_there_is_room() -> None:
    stage = Stage()
    for second in range(12):
        stage.second(float(second))
        sent = 8 * sum(len(p.payload) for p in stage.narrow.got)
        stage.narrow.estimate(sent * 85 // 100 if second < 3 else sent * 3 // 2, second + 1.0)
        stage.narrow.lose(0, second + 1.0)
    assert stage.narrow.temporals() == [0, 1] * 4
    assert stage.wide.temporals() == [0, 2, 1, 2] * 4
    for second in range(12, 20):
        stage.second(float(second))
        stage.narrow.lose(0, second + 1.0)
    assert stage.narrow.temporals() == [0, 2, 1, 2] * 4
    ids = [found.picture for p in stage.narrow.got if (found := layer(p))]
    assert ids == list(range(ids[0], ids[0] + 16))


def test_what_a_thinned_line_asks_for_again_is_the_packet_that_had_that_number() -> None:
    stage = Stage()
    for second in range(6):
        stage.second(float(second))
        stage.narrow.lose(20, second + 1.0)
    lost = stage.narrow.got[2]
    stage.narrow.got = []
    stage.narrow.leg.repeat([lost.number])
    assert [p.payload for p in stage.narrow.got] == [(lost.number).to_bytes(2, "big") + lost.payload]
