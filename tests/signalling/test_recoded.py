"""A picture for a browser that does not take its format: whole, in order, the newest, and to nobody else."""

import asyncio
import threading
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import av
import numpy as np
import pytest
from aiortc.codecs.h264 import h264_depayload
from aiortc.codecs.vpx import vp8_depayload
from hypothesis import given, settings
from hypothesis import strategies as st

from signalling.media.control import Answer, Detach, Offer
from signalling.media.pictures import HELD, Assembler, Picture
from signalling.media.rtp import Packet
from signalling.media.transcode import WAITING, Encoded, Transcoder, _Encoder
from tests.signalling.browsers import until
from tests.signalling.test_media_room import Stage, hears, stage

__all__ = ["stage"]
VP8, H264 = 96, 102
KEY, DELTA = b"\x10\x00", b"\x10\x01"  # RFC 7741: a picture begins, and its sort


def pictures(sizes: list[int]) -> list[Packet]:
    """VP8 pictures of so many packets; the first is a key frame."""
    found: list[Packet] = []
    for picture, size in enumerate(sizes):
        for place in range(size):
            head = (DELTA if picture else KEY) if place == 0 else b"\x00"
            data = head + f"{picture}.{place} ".encode()
            found.append(Packet(1000 + len(found), picture * 3000, 0, 0x80 * (place == size - 1), VP8, data))
    return found


def whole(assembler: Assembler, packets: list[Packet]) -> list[int]:
    return [picture.timestamp // 3000 for p in packets for picture in assembler.add(p, 0.0)]


def test_a_picture_is_given_out_with_its_marked_packet() -> None:
    packets = pictures([2, 1])
    assembler = Assembler(VP8)
    assert list(assembler.add(packets[0], 1.0)) == []
    assert list(assembler.add(packets[1], 2.0)) == [Picture(b"\x000.0 0.1 ", 0, True, 2.0)]
    assert [picture.key for picture in assembler.add(packets[2], 3.0)] == [False]


@given(st.lists(st.integers(1, 4), min_size=2, max_size=12), st.data())
def test_in_whatever_order_packets_come_each_picture_comes_once_and_in_its_turn(sizes: list[int], data: Any) -> None:
    first, *rest = pictures(sizes)
    order = data.draw(st.permutations([*rest, *rest]))
    assert whole(Assembler(VP8), [first, *order]) == list(range(len(sizes)))


def test_what_is_missing_is_waited_for_until_a_key_frame_makes_it_needless() -> None:
    packets = pictures([1, 2, 1, 1])
    packets[4] = Packet(1004, 9000, 0, 0x80, VP8, KEY + b"again")
    assembler = Assembler(VP8)
    assert whole(assembler, [packets[0], packets[2], packets[3]]) == [0]  # 1001 is missing
    assert whole(assembler, [packets[4]]) == [3]
    assert whole(assembler, [packets[1]]) == []  # too late


def test_it_begins_with_a_key_frame_and_again_where_too_much_waits() -> None:
    packets = pictures([1] * (HELD + 3))
    assembler = Assembler(VP8)
    assert whole(assembler, packets[1:3]) == []
    assert whole(assembler, [packets[0], *packets[2:]]) == [0]
    assert assembler.starved


def test_what_is_not_its_format_is_not_joined() -> None:
    assembler = Assembler(H264)
    assert whole(assembler, pictures([1])) == []
    forged = Packet(1, 0, 0, 0x80, H264, b"\x78\x00\x01\x67\x00\xff\x67")  # an aggregate that ends too soon
    assert whole(assembler, [forged]) == []
    assert assembler.starved


def encoded(payload_type: int, levels: list[int], width: int = 64, height: int = 96) -> Iterator[Picture]:
    """Grey pictures as a browser sends them."""
    encoder, assembler, number = _Encoder("VP8" if payload_type == VP8 else "H264", 300), Assembler(payload_type), 0
    for at, level in enumerate(levels):
        frame = av.VideoFrame.from_ndarray(np.full((height, width, 3), level, dtype=np.uint8), format="rgb24")
        payloads = encoder.encode(frame, key=at == 0)
        for place, data in enumerate(payloads):
            number += 1
            marker = 0x80 * (place == len(payloads) - 1)
            yield from assembler.add(Packet(number, at * 3000, 0, marker, payload_type, data), float(at))


def test_the_parameter_sets_stay_with_the_key_frame_that_needs_them() -> None:
    noise = np.random.default_rng(18).integers(0, 255, (240, 320, 3), dtype=np.uint8)
    payloads = _Encoder("H264", 1000).encode(av.VideoFrame.from_ndarray(noise, format="rgb24"), key=True)
    packets = [Packet(n, 0, 0, 0x80 * (n == len(payloads) - 1), H264, data) for n, data in enumerate(payloads)]
    assert len(packets) > 3
    assembler = Assembler(H264)
    (picture,) = [picture for p in packets for picture in assembler.add(p, 0.0)]
    assert picture.data[4] & 0x1F == 7
    assert picture.key


class Booth:
    """A transcoder and what came out of it, decoded."""

    def __init__(self, given: int, wanted: int) -> None:
        self.out: list[Encoded | None] = []
        self.came = threading.Semaphore(0)
        self._strip, self._codec = (vp8_depayload, "vp8") if wanted == VP8 else (h264_depayload, "h264")
        self._decoder: Any = av.CodecContext.create(self._codec, "r")
        self.transcoder = Transcoder(given=given, wanted=wanted, kbps=300, done=self._done)

    def _done(self, encoded: Encoded | None) -> None:
        self.out.append(encoded)
        self.came.release()

    def take(self, picture: Picture) -> Encoded | None:
        self.transcoder.put(picture)
        assert self.came.acquire(timeout=10)
        return self.out[-1]

    def level(self, encoded: Encoded | None) -> float:
        assert encoded is not None
        packet = av.Packet(b"".join(self._strip(payload) for payload in encoded.payloads))
        packet.time_base = Fraction(1, 90_000)
        (frame,) = self._decoder.decode(packet)
        return float(frame.to_ndarray(format="gray").mean())

    def close(self) -> None:
        self.transcoder.close()
        self.transcoder.join()


@pytest.mark.parametrize(("given_type", "wanted"), [(VP8, H264), (H264, VP8)])
def test_each_picture_comes_out_at_once_in_the_other_format(given_type: int, wanted: int) -> None:
    booth, levels = Booth(given_type, wanted), [60, 120, 180]
    found = [booth.take(picture) for picture in encoded(given_type, levels)]
    assert [round(booth.level(each) / 20) for each in found] == [3, 6, 9]
    assert [each.picture.timestamp for each in found if each] == [0, 3000, 6000]
    booth.close()


def test_of_pictures_that_wait_together_the_newest_is_encoded_and_too_many_are_dropped() -> None:
    booth = Booth(VP8, H264)
    batch = list(encoded(VP8, [60, 90, 120, 200]))
    with booth.transcoder._there:  # it is busy with something else
        for picture in batch:
            booth.transcoder.put(picture)
    assert booth.came.acquire(timeout=10)
    assert booth.level(booth.out[0]) == pytest.approx(200, abs=8)
    with booth.transcoder._there:
        taken = [booth.transcoder.put(batch[0]) for _ in range(WAITING + 1)]
    assert taken == [True] * WAITING + [False]
    booth.close()


def test_a_picture_of_another_size_and_one_too_large_to_be_true() -> None:
    booth = Booth(VP8, H264)
    small, large = next(encoded(VP8, [60])), next(encoded(VP8, [180], width=128))
    assert booth.level(booth.take(small)) == pytest.approx(60, abs=8)
    assert booth.level(booth.take(large)) == pytest.approx(180, abs=8)
    forged = bytearray(small.data)
    forged[6:10] = b"\xff\x3f\xff\x3f"  # 16,383 pixels each way
    assert booth.take(small._replace(data=bytes(forged))) is None
    assert booth.level(booth.take(small)) == pytest.approx(60, abs=8)
    booth.close()


@settings(max_examples=20, deadline=None)
@given(st.binary(min_size=1, max_size=400))
def test_no_bytes_at_all_end_the_transcoder(data: bytes) -> None:
    booth, good = Booth(H264, VP8), next(encoded(H264, [100]))
    booth.transcoder.put(good._replace(data=data))
    for _ in range(50):
        booth.transcoder.put(good)
        booth.came.acquire(timeout=0.2)
        if any(each and each.picture is good for each in booth.out):
            break
    assert booth.out[-1] is not None
    booth.close()


async def test_a_browser_without_the_format_sees_the_picture_recoded_and_the_others_as_it_came(stage: Stage) -> None:
    stage.plan(witness=hears("judge"), judge=hears("witness"), clerk=hears("witness", send=()))
    narrow = stage.answer

    async def answer(offer: Offer) -> None:
        """The judge's browser takes H.264 alone."""
        if offer.seat != "judge":
            return await narrow(offer)
        sdp = await stage.browsers["judge"].take(offer)
        stage.room.answer(Answer("h", "judge", offer.link, sdp.replace("SAVPF 96 97 ", "SAVPF ")))

    stage.answer = answer  # type: ignore[method-assign]
    await stage.enter("witness", level=90)
    judge, clerk = await stage.enter("judge"), await stage.enter("clerk")
    await until(lambda: judge.pictures.get("witness") and clerk.pictures.get("witness"))
    source = stage.room.links["witness"].sources["video"]
    assert source.recoded is not None
    assert [len(legs) for legs in (source.legs, source.recoded.legs)] == [1, 1]
    assert judge.pictures["witness"][-1] == pytest.approx(90, abs=8)
    working = source.recoded._transcoder
    stage.room.detach(Detach("h", "judge", "1"))
    assert source.recoded is None
    await asyncio.to_thread(working.join)
    assert len(source.legs) == 1
