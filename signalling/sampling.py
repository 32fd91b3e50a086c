"""Figures of the links from the media service, gathered for some seconds and kept together."""

from collections.abc import Callable
from statistics import fmean
from typing import Any, Final
from uuid import UUID

from signalling.media.control import Stats

EVERY: Final = 5.0  # seconds
MEANS: Final = ("rtt_ms", "loss_up", "loss_down", "jitter_up_ms", "jitter_down_ms", "kbps_up", "kbps_down")


class Gathering:
    """What came since the last `take`, by seat. One a process; the newest link of a seat speaks for it."""

    def __init__(self, known: Callable[[Stats], bool]) -> None:
        """`known`: whether a frame is about a link that is served here."""
        self._known = known
        self._frames: dict[UUID, list[Stats]] = {}

    def add(self, frame: Stats) -> None:
        """A frame of the media service; one about a link that was replaced meanwhile is passed over."""
        if self._known(frame):
            self._frames.setdefault(UUID(frame.seat), []).append(frame)

    def take(self) -> dict[UUID, dict[str, Any]]:
        """The means a seat, and begin anew."""
        gathered, self._frames = self._frames, {}
        return {seat: {name: _mean(frames, name) for name in MEANS} for seat, frames in gathered.items()}


def _mean(frames: list[Stats], name: str) -> float | None:
    known = [value for frame in frames if (value := getattr(frame, name)) is not None]
    return round(fmean(known), 2) if known else None
