"""The frames of a connection test, both ways; control.py says when which is sent."""

from __future__ import annotations

from typing import Literal

from signalling.media.frame import Frame, Track


class Probe(Frame, frozen=True, tag="probe"):
    """Begin a connection test; `link` is a fresh random id."""

    link: str


class ProbeAnswer(Frame, frozen=True, tag="probe_answer"):
    link: str
    sdp: str


class ProbeEnd(Frame, frozen=True, tag="probe_end"):
    """The tester left."""

    link: str


class ProbeOffer(Frame, frozen=True, tag="probe_offer"):
    link: str
    sdp: str
    tracks: list[Track]


class ProbeProgress(Frame, frozen=True, tag="probe_progress"):
    """`done` runs from 0 to 1."""

    link: str
    phase: Literal["connecting", "measuring", "reporting"]
    done: float


class ProbeResult(Frame, frozen=True, tag="probe_result"):
    """What a connection test measured: loss in percent with its 95 % interval (Wilson), times in ms.

    `up` is from the browser. Jitter is that of RFC 3550, section 6.4.1. Codec and rates are of the camera
    and the microphone while the train ran; None and 0 where the tester sent neither.
    """

    link: str
    seconds: float
    rtt_ms: float
    rtt_p95_ms: float
    sent_up: int
    received_up: int
    sent_down: int
    received_down: int
    loss_up: float
    loss_up_low: float
    loss_up_high: float
    loss_down: float
    loss_down_low: float
    loss_down_high: float
    jitter_up_ms: float
    jitter_down_ms: float
    codec_audio: str | None
    codec_video: str | None
    audio_up_kbps: float
    video_up_kbps: float


class ProbeFailed(Frame, frozen=True, tag="probe_failed"):
    """`code`: sdp_refused, not_connected, no_train, no_report, busy, closed."""

    link: str
    code: str
    sentence: str
