"""The local protocol between the web processes and the media service: every frame, once, as data.

Frames are JSON objects, one a line, over loopback TCP or a Unix socket. The life of a connection:

1. web → `hello` with the shared secret; media → `welcome`. Anything else first, and the line is cut.
2. web → `plan` for a hearing: who may send what, who receives what of whom, in which form. Whole, never a
   difference, and numbered: an older one that arrives late is ignored. No plan, no packet.
3. web → `attach` when a seat's browser wants its link, the plan before it (the process of a hearing that was
   empty for long has stopped and knows none); media → `offer`; web → `answer`; media → `state`. The media
   service alone offers, again whenever a new plan changes what a link carries.
4. web → `adopt` when the seat's browser comes back through another web process than before, naming a link;
   media → `state` as the link stands, `closed` if there is none such, and the `offer` that waits for an answer.
   `restart` asks for an offer by which the link finds another way; silence of four seconds does, too.
5. web → `detach` when the seat leaves, `close` when the hearing ends.
6. media → `gone` when the process of a hearing died: attach its seats again, after a fresh plan.
7. media → `load`, to every web process once a second: where the next hearing goes. Before a service stops it
   says that it drains, keeps what it has for a while, and lets go of the rest with `gone`.
8. media → `left`, to every web process, when one of them stayed away and this seat's link has ended with it.

Connection tests are the same without a hearing: `probe`, `probe_offer`, `probe_answer`, `probe_progress`,
`probe_result` or `probe_failed`. A frame about a link comes back on the connection that opened the link.
Ids are the random ones of a hearing; no name, address or place ever crosses this line. No candidate of a
browser has a frame: they are dropped at the web's door.
"""

from __future__ import annotations

from typing import Any, Final, Literal

import msgspec

from signalling.media.frame import Frame, Kind, Track
from signalling.media.measuring import (
    Probe,
    ProbeAnswer,
    ProbeEnd,
    ProbeFailed,
    ProbeOffer,
    ProbeProgress,
    ProbeResult,
)

__all__ = [
    "Frame",
    "Kind",
    "Probe",
    "ProbeAnswer",
    "ProbeEnd",
    "ProbeFailed",
    "ProbeOffer",
    "ProbeProgress",
    "ProbeResult",
    "Track",
]

VERSION: Final = 2
FRAME_LIMIT: Final = 1 << 20  # bytes; a plan of thirty seats is 200 KB
GRACE: Final = 30.0  # seconds that a link outlives its socket, its web process, or the line between the two services

LinkState = Literal["connecting", "connected", "reconnecting", "failed", "closed", "replaced"]


# web → media


class Hello(Frame, frozen=True, tag="hello"):
    """Who speaks. `web` is a random id of the web process: back within half a minute, it keeps its links."""

    secret: str
    web: str
    version: int = VERSION


class Receive(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One kind of media of another seat. `form` is clear, masked or card; any other word sends nothing."""

    seat: str
    kind: Kind
    form: str


class SeatPlan(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What one seat may send, and what it receives. `video_kbps` caps its camera."""

    send: list[Kind] = []
    receive: list[Receive] = []
    video_kbps: int = 1500


class Plan(Frame, frozen=True, tag="plan"):
    """The whole plan of a hearing. `version` never falls: the database's clock, read before the facts."""

    hearing: str
    version: int
    seats: dict[str, SeatPlan]


class Attach(Frame, frozen=True, tag="attach"):
    """A seat's browser is here; `link` is a fresh random id. An older link of the seat is replaced."""

    hearing: str
    seat: str
    link: str


class Adopt(Frame, frozen=True, tag="adopt"):
    """The seat's browser has come back through this web process and holds that link."""

    hearing: str
    seat: str
    link: str


class Answer(Frame, frozen=True, tag="answer"):
    """The browser's answer to the last `offer` of this link, as it came."""

    hearing: str
    seat: str
    link: str
    sdp: str


class Restart(Frame, frozen=True, tag="restart"):
    """The browser's network has changed: an `offer` with new ICE credentials follows, for the same link."""

    hearing: str
    seat: str
    link: str


class Detach(Frame, frozen=True, tag="detach"):
    """This link ends."""

    hearing: str
    seat: str
    link: str


class Close(Frame, frozen=True, tag="close"):
    """The hearing ends: every link is closed and the process stops."""

    hearing: str


# media → web


class Welcome(Frame, frozen=True, tag="welcome"):
    """`service` is random, one a start: another than before means that every link is gone."""

    service: str
    version: int = VERSION


class Offer(Frame, frozen=True, tag="offer"):
    """An offer for this link's browser. `tracks` lists the m-lines in use; the others are inactive."""

    hearing: str
    seat: str
    link: str
    sdp: str
    tracks: list[Track]


class State(Frame, frozen=True, tag="state"):
    """How the link is. `reconnecting`: nothing heard for four seconds. The last three are final: attach anew."""

    hearing: str
    seat: str
    link: str
    state: LinkState


class Refused(Frame, frozen=True, tag="refused"):
    """An answer not taken: `code` is that of SdpRefused, or `unexpected_answer`. The link stays as it was."""

    hearing: str
    seat: str
    link: str
    code: str
    sentence: str


class Stats(Frame, frozen=True, tag="stats"):
    """A link over the last two seconds: loss in percent, times in milliseconds, None where nothing was measured.

    `up` is from the browser to the media service. `lag_ms` is the event loop's own delay: overload of the
    media process, not of the line.
    """

    hearing: str
    seat: str
    link: str
    rtt_ms: float | None
    loss_up: float | None
    loss_down: float | None
    jitter_up_ms: float | None
    jitter_down_ms: float | None
    kbps_up: float
    kbps_down: float
    lag_ms: float


class Gone(Frame, frozen=True, tag="gone"):
    """The process of this hearing died. Nothing flows until it is planned and attached again."""

    hearing: str


class Load(Frame, frozen=True, tag="load"):
    """What this service has to do: streams sent to anybody (n × (n - 1) of n seats); the worst loop lag of late.

    `draining`: it is about to stop and takes no new hearing.
    """

    legs: int
    lag_ms: float
    draining: bool


class Left(Frame, frozen=True, tag="left"):
    """A web process stayed away, and this seat came back through none: its link has ended."""

    hearing: str
    seat: str


FromWeb = Hello | Plan | Attach | Adopt | Answer | Restart | Detach | Close | Probe | ProbeAnswer | ProbeEnd
FromMedia = (
    Welcome
    | Offer
    | State
    | Refused
    | Stats
    | Gone
    | Load
    | Left
    | ProbeOffer
    | ProbeProgress
    | ProbeResult
    | ProbeFailed
)

_encoder = msgspec.json.Encoder()
_from_web = msgspec.json.Decoder(FromWeb)
_from_media = msgspec.json.Decoder(FromMedia)


def encode(frame: Frame) -> bytes:
    """One frame as one line."""
    return _encoder.encode(frame) + b"\n"


def decode_from_web(line: bytes) -> Any:
    """A frame of FromWeb. Raises msgspec.DecodeError (a ValidationError is one)."""
    return _from_web.decode(line)


def decode_from_media(line: bytes) -> Any:
    """A frame of FromMedia. Raises msgspec.DecodeError."""
    return _from_media.decode(line)


def parse_address(text: str) -> tuple[str, int] | str:
    """Where the service listens: `unix:/path` → the path, `host:port` → both. Raises ValueError."""
    if text.startswith("unix:/"):
        return text.removeprefix("unix:")
    host, colon, port = text.rpartition(":")
    if not (colon and host and "," not in host and port.isdecimal() and int(port) < 65536):
        raise ValueError("MEDIA_CONTROL is host:port, or unix: and the path of a socket.")
    return host, int(port)
