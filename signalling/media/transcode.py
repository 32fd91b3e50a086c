"""One picture stream in another format, in a thread of its own: decoded whole, encoded as fast as it goes.

It never falls behind: every picture that waits is decoded, for the next ones need it, but of those that wait together
only the newest is encoded. What waits is bounded; beyond, it begins anew with a key frame.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from fractions import Fraction
from typing import Any, Final, NamedTuple

import av
from aiortc.codecs.h264 import H264Encoder
from aiortc.codecs.vpx import Vp8Encoder
from av.video.codeccontext import VideoCodecContext
from av.video.frame import PictureType

from signalling.media.pictures import Picture
from signalling.media.rtp import NAMES

WAITING: Final = 30  # pictures
PIXELS: Final = 1920 * 1088  # the largest picture that is decoded: a forged header must not take all memory
CLOCK: Final = Fraction(1, 90_000)
ALWAYS: Final = 1 << 20  # pictures between two key frames that nobody asked for


class Encoded(NamedTuple):
    """Payloads of one picture, and what it was made of."""

    payloads: list[bytes]
    picture: Picture


class Transcoder:
    """From one payload type to another until `close`. `done` is called in the transcoder's own thread.

    None given to `done`: the stream cannot be read before its next key frame.
    """

    def __init__(self, *, given: int, wanted: int, kbps: int, done: Callable[[Encoded | None], None]) -> None:
        self._given = NAMES[given]
        self._decoder = self._opened()
        self._encoder = _Encoder(NAMES[wanted], kbps)
        self._done = done
        self._waiting: deque[Picture] = deque()
        self._there = threading.Condition()
        self._key, self._closed = True, False
        self._thread = threading.Thread(target=self._work, name="transcoder", daemon=True)
        self._thread.start()

    def put(self, picture: Picture) -> bool:
        """Have this picture transcoded; False where so many wait that all of them were dropped."""
        with self._there:
            if len(self._waiting) >= WAITING:
                self._waiting.clear()
                return False
            self._waiting.append(picture)
            self._there.notify()
        return True

    def want_key_frame(self) -> None:
        """The next picture needs no other. Its own source need not send one for that."""
        with self._there:
            self._key = True

    def close(self) -> None:
        """End the thread, within the time of one picture."""
        with self._there:
            self._closed = True
            self._there.notify()

    def join(self) -> None:
        """Wait for that."""
        self._thread.join()

    def _work(self) -> None:
        while (batch := self._taken()) is not None:
            try:
                newest = [frame for picture in batch for frame in self._decode(picture)]
                if newest and (payloads := self._encoder.encode(newest[-1], key=self._keyed())):
                    self._done(Encoded(payloads, batch[-1]))
            except (av.FFmpegError, ValueError, MemoryError):
                self._decoder = self._opened()  # what comes next is a key frame, and owes nothing to what came before
                self._done(None)

    def _opened(self) -> VideoCodecContext:
        codec: Any = av.CodecContext.create("vp8" if self._given == "VP8" else "h264", "r")
        codec.thread_count, codec.options = 1, {"max_pixels": str(PIXELS), "flags": "low_delay"}
        return codec  # type: ignore[no-any-return]  # av types what `create` gives by its arguments

    def _keyed(self) -> bool:
        """Whether a key frame is wanted; asked once."""
        with self._there:
            wanted, self._key = self._key, False
        return wanted

    def _taken(self) -> list[Picture] | None:
        """All that waits; None at the end."""
        with self._there:
            self._there.wait_for(lambda: self._waiting or self._closed)
            if self._closed:
                return None
            batch = list(self._waiting)
            self._waiting.clear()
        return batch

    def _decode(self, picture: Picture) -> list[av.VideoFrame]:
        packet = av.Packet(picture.data)
        packet.pts, packet.time_base = picture.timestamp, CLOCK
        return list(self._decoder.decode(packet))


class _Encoder:
    """Made anew where the picture's size changes."""

    def __init__(self, name: str, kbps: int) -> None:
        self._name, self._rate = name, kbps * 1000
        self._packer: H264Encoder | Vp8Encoder = Vp8Encoder() if name == "VP8" else H264Encoder()
        self._codec: VideoCodecContext | None = None
        self._count = 0

    def encode(self, frame: av.VideoFrame, *, key: bool) -> list[bytes]:
        """The payloads of this picture."""
        if frame.format.name != "yuv420p":
            frame = frame.reformat(format="yuv420p")
        codec = self._codec
        if codec is None or (codec.width, codec.height) != (frame.width, frame.height):
            codec = self._codec = self._made(frame.width, frame.height)
        self._count += 1
        frame.pts, frame.time_base = self._count, codec.time_base  # even steps: the rate control trusts them
        frame.pict_type = PictureType.I if key else PictureType.NONE
        return [payload for packet in codec.encode(frame) for payload in self._packer.pack(packet)[0]]

    def _made(self, width: int, height: int) -> VideoCodecContext:
        codec: Any = av.CodecContext.create("libvpx" if self._name == "VP8" else "libx264", "w")
        codec.width, codec.height, codec.pix_fmt = width, height, "yuv420p"
        codec.framerate, codec.time_base = Fraction(30, 1), Fraction(1, 30)
        codec.bit_rate, codec.gop_size, codec.thread_count = self._rate, ALWAYS, 1
        rate = {"maxrate": str(self._rate), "bufsize": str(self._rate // 2)}
        if self._name == "VP8":
            codec.options = rate | {
                "deadline": "realtime", "cpu-used": "8", "lag-in-frames": "0", "error-resilient": "default",
            }  # fmt: skip
        else:
            codec.options = rate | {"preset": "ultrafast", "tune": "zerolatency", "level": "31"}
            codec.profile = "Baseline"
        return codec  # type: ignore[no-any-return]  # av types what `create` gives by its arguments
