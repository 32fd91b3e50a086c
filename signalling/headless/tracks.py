"""What a headless participant sends: a picture that can be told from every other, a tone; or a file."""

import asyncio
import fractions
from typing import Any

import av
import numpy as np
from aiortc import MediaStreamTrack
from aiortc.contrib.media import MediaPlayer

RATE = 48_000  # samples a second
BLOCK = RATE // 50  # samples in 20 ms
VIDEO = fractions.Fraction(1, 90_000)


class _Paced(MediaStreamTrack):
    """Frames at a steady pace, whatever making them cost."""

    interval: float  # seconds

    def __init__(self) -> None:
        super().__init__()
        self.number = -1
        self._began = 0.0

    async def next(self) -> int:
        """Wait for the time of the next frame; its number."""
        now = asyncio.get_running_loop().time()
        self.number += 1
        if self.number == 0:
            self._began = now
        await asyncio.sleep(self._began + self.number * self.interval - now)
        return self.number


class Picture(_Paced):
    """One grey level with a bar that moves: what arrives tells who sent it, and that it goes on."""

    kind = "video"

    def __init__(self, level: int = 128, *, width: int = 320, height: int = 240, rate: int = 15) -> None:
        super().__init__()
        self.level, self.interval, self._step = level, 1 / rate, 90_000 // rate
        self._ground = np.full((height, width), level, np.uint8)

    async def recv(self) -> av.VideoFrame:
        number = await self.next()
        plane, width = self._ground.copy(), self._ground.shape[1]
        left = number * 4 % width
        plane[:8, left : left + 8] = 255 - self.level
        frame = av.VideoFrame.from_ndarray(plane, format="gray").reformat(format="yuv420p")
        frame.pts, frame.time_base = number * self._step, VIDEO
        return frame


class Tone(_Paced):
    """A sine, 20 milliseconds at a time, at a constant level."""

    kind = "audio"
    interval = BLOCK / RATE

    def __init__(self, hertz: int = 440) -> None:
        super().__init__()
        self.hertz = hertz

    async def recv(self) -> av.AudioFrame:
        number = await self.next()
        t = (np.arange(BLOCK) + number * BLOCK) / RATE
        wave = (8000 * np.sin(2 * np.pi * self.hertz * t)).astype(np.int16)
        frame = av.AudioFrame.from_ndarray(wave[None, :], "s16", "mono")
        frame.sample_rate, frame.pts, frame.time_base = RATE, number * BLOCK, fractions.Fraction(1, RATE)
        return frame


def pattern(level: int = 128) -> dict[str, MediaStreamTrack]:
    """Tone and picture by kind."""
    return {"audio": Tone(), "video": Picture(level)}


def of_file(path: str) -> dict[str, MediaStreamTrack]:
    """The tracks of a file, from the beginning again when it ends. Raises OSError or av.FFmpegError."""
    player = MediaPlayer(path, loop=True)
    found: dict[str, Any] = {"audio": player.audio, "video": player.video}
    return {kind: track for kind, track in found.items() if track is not None}
