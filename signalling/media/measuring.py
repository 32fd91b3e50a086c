"""The frames of a connection test, both ways; control.py says when which is sent."""

from __future__ import annotations

from typing import Literal

from signalling.media.estimate import Estimate, Through
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
    """What a connection test measured: loss in percent, times in ms, each with its 95 % interval (estimate.py).

    `up` is from the browser. Jitter is the mean of RFC 3550's |D| (section 6.4.1). Codec and rates are of the
    camera and the microphone while the train ran; None and 0 where the tester sent neither. The last two: what
    each way carries, in kbit/s.
    """

    link: str
    seconds: float
    rtt_ms: Estimate
    rtt_p95_ms: float
    sent_up: int
    received_up: int
    sent_down: int
    received_down: int
    loss_up: Estimate
    loss_down: Estimate
    jitter_up_ms: Estimate
    jitter_down_ms: Estimate
    codec_audio: str | None
    codec_video: str | None
    audio_up_kbps: float
    video_up_kbps: float
    up: Through
    down: Through


class ProbeFailed(Frame, frozen=True, tag="probe_failed"):
    """`code`: sdp_refused, not_connected, no_train, no_report, busy, closed."""

    link: str
    code: str
    sentence: str
