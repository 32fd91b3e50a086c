"""A test's figures with the intervals in which they lie: from a result to what is kept, and back to what is judged."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from scheduler.models.checks import Measured
from signalling import protocol as p
from signalling import quality
from signalling.media.control import ProbeResult
from signalling.media.estimate import Estimate
from signalling.quality import Grade, Sample

FOUND: Final = (
    *("route", "width", "height", "frame_rate", "microphone", "camera", "level_dbfs"),
    *("udp", "tcp", "tls", "secure"),
)
"""What the browser found by itself: known words and figures."""


@dataclass(frozen=True)
class Ranged:
    """One judged figure and its 95 % interval; `high` None: nothing bounds it upwards."""

    name: str
    value: float
    low: float
    high: float | None
    grade: Grade


@dataclass(frozen=True)
class Span:
    """One direction: as measured, and with every figure at the good and at the bad end of its interval."""

    value: Sample
    best: Sample
    worst: Sample

    def judged(self) -> list[Ranged]:
        """Every figure with the interval that the ends give it, R's among them: it follows from the others."""
        found = (quality.judge(sample).figures for sample in (self.value, self.best, self.worst))
        return [_ranged(*three) for three in zip(*found, strict=True)]

    def joined(self, far: "Span") -> "Span":
        """This stretch of a way and the one after it."""
        pairs = ((self.value, far.value), (self.best, far.best), (self.worst, far.worst))
        return Span(*(quality.joined(*pair) for pair in pairs))


def _ranged(value: quality.Judged, best: quality.Judged, worst: quality.Judged) -> Ranged:
    ends = sorted((best.value, worst.value))
    high = None if ends[1] == float("inf") else round(ends[1], 1)
    name = value.threshold.figure
    return Ranged(name, round(value.value, 1), round(ends[0], 1), high, value.grade)


def of(result: ProbeResult) -> tuple[Span, Span]:
    """The way from the room (up) and to it (down)."""
    ups = (result.rtt_ms, result.loss_up, result.jitter_up_ms, result.up.capacity)
    return _span(*ups), _span(result.rtt_ms, result.loss_down, result.jitter_down_ms, result.down.capacity)


def _span(rtt: Estimate, loss: Estimate, jitter: Estimate, capacity: Estimate | None) -> Span:
    def sample(end: Callable[[Estimate], float], other: Callable[[Estimate], float]) -> Sample:
        return Sample(end(rtt), end(loss), end(jitter), other(capacity) if capacity else None)

    return Span(sample(_value, _value), sample(_low, _high), sample(_high, _low))


def _value(one: Estimate) -> float:
    return one.value


def _low(one: Estimate) -> float:
    return one.low


def _high(one: Estimate) -> float:
    return float("inf") if one.high is None else one.high


def measured(result: ProbeResult) -> dict[str, Any]:
    """What is kept of a test: figures and a few known words, no address, no device."""
    estimates = {
        "rtt_ms": result.rtt_ms,
        "loss_up": result.loss_up,
        "loss_down": result.loss_down,
        "jitter_up_ms": result.jitter_up_ms,
        "jitter_down_ms": result.jitter_down_ms,
        "capacity_up_kbps": result.up.capacity,
        "capacity_down_kbps": result.down.capacity,
    }
    kept: dict[str, Any] = {"duration_s": result.seconds, "rate_up_kbps": result.audio_up_kbps + result.video_up_kbps}
    for name, found in estimates.items():
        if found is not None:
            kept |= {name: found.value, f"{name}_low": found.low, f"{name}_high": found.high}
    kept |= {"goodput_up_kbps": result.up.goodput, "goodput_down_kbps": result.down.goodput}
    kept |= {"codec_audio": result.codec_audio, "codec_video": result.codec_video}
    return {name: value for name, value in kept.items() if value is not None}


def seen(found: p.Found | None) -> dict[str, Any]:
    """What the browser told of itself, as far as it told it."""
    return {name: value for name in FOUND if (value := getattr(found, name, None)) is not None}


def kept(check: Measured) -> tuple[Span, Span]:
    """The two ways of a kept check, from the room and to it."""
    return _kept(check, "up"), _kept(check, "down")


def _kept(check: Measured, way: str) -> Span:
    detail = check.detail
    capacity = f"capacity_{way}_kbps"
    carried = _estimate(detail, capacity, detail[capacity], None) if capacity in detail else None
    figures = {"rtt_ms": check.rtt_ms} | {name: getattr(check, name) for name in (f"loss_{way}", f"jitter_{way}_ms")}
    rtt, loss, jitter = (_estimate(detail, name, value, value) for name, value in figures.items())
    return _span(rtt, loss, jitter, carried)


def _estimate(detail: Mapping[str, Any], name: str, value: float, high: float | None) -> Estimate:
    """With the bounds that were kept. A figure that is told in steps has none."""
    return Estimate(value, detail.get(f"{name}_low", value), detail.get(f"{name}_high", high))
