"""How many pictures a core can put into another format: a moving picture of 640 × 480, thirty times a second.

What is counted is the time that this process is on a core between a picture's last packet and its last payload, with
the cutting into packets and the assembling; the making of the first stream is not.
"""

import asyncio
import time
from collections.abc import Iterator
from statistics import median
from typing import Final

import av
import numpy as np

from benchmarks.report import Row
from signalling.media.leg import Leg
from signalling.media.recoded import Recoded
from signalling.media.rtp import Packet
from signalling.media.transcode import _Encoder

WIDTH, HEIGHT, RATE = 640, 480, 30
PICTURES: Final = 150
KBPS: Final = 1000
WAYS: Final = (("VP8", 96, "H264", 102), ("H264", 102, "VP8", 96))


def moving() -> Iterator[av.VideoFrame]:
    """Squares of chance that move to the side, two points a picture."""
    squares = np.random.default_rng(18).integers(0, 255, (HEIGHT // 16, WIDTH // 16, 3), dtype=np.uint8)
    still = squares.repeat(16, 0).repeat(16, 1)
    for number in range(PICTURES):
        yield av.VideoFrame.from_ndarray(np.roll(still, 2 * number, 1), format="rgb24")


def stream(name: str, payload_type: int) -> list[list[Packet]]:
    """The same as packets, picture by picture."""
    encoder, number, found = _Encoder(name, KBPS), 0, []
    for at, frame in enumerate(moving()):
        payloads = encoder.encode(frame, key=at == 0)
        packets = []
        for place, data in enumerate(payloads):
            number += 1
            marker = 0x80 if place == len(payloads) - 1 else 0
            packets.append(Packet(number, at * 90_000 // RATE, 0, marker, payload_type, data))
        found.append(packets)
    return found


async def _put(given: str, given_type: int, wanted: str, wanted_type: int) -> list[Row]:
    came = asyncio.Event()
    leg = Leg(
        kind="video", ssrc=1, rtx_ssrc=2, cname="c", send=lambda data: _marked(data, came), control=lambda d: None
    )
    leg.payload_types = frozenset({wanted_type})
    recoded = Recoded(given=given_type, wanted=wanted_type, kbps=KBPS, starved=lambda now: None)
    recoded.legs = (leg,)
    leg.begin(recoded, 0.0)
    packets, delays, used = stream(given, given_type), [], time.process_time()
    for picture in packets:
        came.clear()
        now = time.monotonic()
        for p in picture:
            recoded.add(p, now)
        await came.wait()
        delays.append((time.monotonic() - now) * 1000)
    used = (time.process_time() - used) / PICTURES
    recoded.close()
    what = f"{given} to {wanted}, {WIDTH} x {HEIGHT} at {RATE}"
    return [
        Row(f"{what}: streams a core", 1 / (used * RATE), ""),
        Row(f"{what}: delay, median", median(delays), "ms"),
    ]


def _marked(data: bytes, came: asyncio.Event) -> None:
    if data[1] & 0x80:
        came.set()


async def recoded() -> list[Row]:
    """Both ways."""
    return [row for way in WAYS for row in await _put(*way)]
