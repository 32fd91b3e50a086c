"""Every message of the wire, once, as data.

PROTOCOL.md and static/signalling/messages.js are generated from here (`manage.py protocol`); a test compares
them. A message names its direction by its base class and, from a client, what the sender must be (`needs`).
Fields that no schema names are refused, so no device label, display name or time zone can slip through.
"""

from enum import StrEnum
from typing import Annotated, ClassVar, Literal
from uuid import UUID

import msgspec
from msgspec import Meta

VERSION = 1
FRAME_LIMIT = 32 * 1024
"""The largest frame of a client, in bytes; a larger one closes the connection with 1009."""
HELLO_SECONDS = 10
HEARTBEAT_SECONDS = 15
"""A client lets something be heard at least this often; after 2.5 times as long it is taken for gone."""
STRIKES = 8
"""So many frames that cannot be understood, and the connection is closed with 4400."""


class Kind(StrEnum):
    """What a track carries."""

    AUDIO = "audio"
    VIDEO = "video"


class Form(StrEnum):
    """The shape in which a receiver gets a source: as it is, masked, as a card, or not at all."""

    CLEAR = "clear"
    MASKED = "masked"
    CARD = "card"
    NONE = "none"


class Need(StrEnum):
    """What the sender of a message must be.

    SEAT, TESTER: what the socket was opened as; it is closed as soon as that ends. TOLD: its last scene says that it
    is in the hearing; for what is passed on many times a second and changes nothing. ADMITTED: the database says so
    for this very message; for whatever begins, ends or changes a link.
    """

    SEAT = "seat"
    TOLD = "told"
    ADMITTED = "admitted"
    TESTER = "tester"


Link = Annotated[str, Meta(min_length=1, max_length=64, description="The random name of one media link.")]
Sdp = Annotated[str, Meta(min_length=1, max_length=30 * 1024, description="RFC 8866.")]
Counter = Annotated[int, Meta(ge=0, le=2**53)]
Way = Literal["up", "down"]
Reach = Literal["open", "closed"]
State = Literal["planned", "open", "in_session", "suspended", "closed"]


class Part(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """An object inside a message; nothing may stand in it that is not named here."""


class Message(Part, frozen=True, kw_only=True, tag_field="type", tag=str.lower):
    """A JSON object whose `type` is its name in small letters."""


class FromClient(Message, frozen=True, kw_only=True):
    """Sent by a browser."""

    needs: ClassVar[Need] = Need.SEAT


class FromServer(Message, frozen=True, kw_only=True):
    """Sent by the server."""


class Hello(FromClient, frozen=True, kw_only=True):
    """The first frame. A client that comes back names the link that it still holds."""

    version: int
    link: Link | None = None


class Ping(FromClient, frozen=True, kw_only=True):
    """Sign of life; answered by a `pong` with the same number."""

    number: Counter


class Answer(FromClient, frozen=True, kw_only=True):
    """The browser's answer to the last `offer` of this link. Candidates in it are dropped."""

    needs: ClassVar[Need] = Need.ADMITTED
    link: Link
    sdp: Sdp


class Relink(FromClient, frozen=True, kw_only=True):
    """The link has failed: the server lets it go and offers a new one."""

    needs: ClassVar[Need] = Need.ADMITTED


class Moved(FromClient, frozen=True, kw_only=True):
    """The client's network changed, or its link fell silent: an `offer` with new ICE credentials follows.

    The link stays the same (RFC 8445, section 9): a new answer is all there is to do.
    """

    needs: ClassVar[Need] = Need.ADMITTED


class Mute(FromClient, frozen=True, kw_only=True):
    """Whether the own microphone and camera are on, told to those who receive this seat."""

    needs: ClassVar[Need] = Need.TOLD
    audio: bool
    video: bool


class Resync(FromClient, frozen=True, kw_only=True):
    """A `sequence` was missed: the server answers with the whole `scene`."""


class Found(FromClient, frozen=True, kw_only=True):
    """What the browser found during a connection test: the sort of its route, the picture that came back.

    Whether microphone and camera work, the loudest that was heard, and which ways to the relays are open. It
    carries no address and names no device.
    """

    needs: ClassVar[Need] = Need.TESTER
    route: Literal["host", "srflx", "prflx", "relay"] | None = None
    width: Annotated[int, Meta(ge=1, le=8192)] | None = None
    height: Annotated[int, Meta(ge=1, le=8192)] | None = None
    frame_rate: Annotated[float, Meta(ge=0, le=240, description="Pictures a second.")] | None = None
    microphone: Literal["works", "silent", "none", "denied"] | None = None
    camera: Literal["works", "dark", "none", "denied"] | None = None
    level_dbfs: Annotated[float, Meta(ge=-100, le=0, description="The loudest tenth of a second.")] | None = None
    udp: Reach | None = None
    tcp: Reach | None = None
    tls: Reach | None = None
    secure: Literal["yes", "no"] | None = None


class IceServer(Part, frozen=True, kw_only=True):
    """An entry of RTCConfiguration.iceServers, with credentials that end soon."""

    urls: list[str]
    username: str = ""
    credential: str = ""


class Track(Part, frozen=True, kw_only=True):
    """What the m-line with this `mid` carries. `up`: from this browser. A test's own echo has the seat `echo`."""

    mid: str
    seat: str
    kind: Kind
    up: bool


class Figure(Part, frozen=True, kw_only=True):
    """One figure of a finished test with its 95 % interval.

    `rtt` and `jitter` in ms, `loss` in per cent, `capacity` in kbit/s, `r` of ITU-T G.107. Without `high` nothing
    bounds it upwards: all that was sent came through.
    """

    name: str
    way: Way
    value: float
    low: float
    high: float | None = None
    grade: Literal["good", "usable", "unfit"]


class Received(Part, frozen=True, kw_only=True):
    """One kind of track from one seat, and the form in which it arrives."""

    seat: UUID
    kind: Kind
    form: Form


class Neighbour(Part, frozen=True, kw_only=True):
    """A seat that this client receives: is its client here, what is switched on, its latest sequence."""

    seat: UUID
    here: bool
    audio: bool
    video: bool
    sequence: Counter


class Welcome(FromServer, frozen=True, kw_only=True):
    """The connection stands. `kept` says that the link named in `hello` goes on."""

    version: int
    seat: UUID | None
    heartbeat: Annotated[int, Meta(description="Seconds.")]
    kept: bool


class Scene(FromServer, frozen=True, kw_only=True):
    """All that this client must know, whole: where it is, what it sends and receives. The last one counts.

    It comes after `welcome` and whenever something about the hearing changed: fetch the page's fragments again.
    """

    version: Annotated[int, Meta(description="Of the hearing; grows with each act.")]
    room: Literal["waiting", "hearing", "consultation"]
    state: State
    sends: list[Kind]
    receives: list[Received]
    seats: list[Neighbour]
    invited: Annotated[list[UUID], Meta(description="Consultations into which this client is asked.")] = []


class Offer(FromServer, frozen=True, kw_only=True):
    """The media process offers. It is the only one that ever does."""

    link: Link
    sdp: Annotated[str, Meta(description="RFC 8866. Answered at once; no candidate is waited for or sent.")]
    tracks: list[Track]
    servers: list[IceServer]
    relay: Annotated[bool, Meta(description="The relay alone: RTCConfiguration.iceTransportPolicy.")] = False


class Linked(FromServer, frozen=True, kw_only=True):
    """How the link stands, as the media process sees it."""

    link: Link
    state: Literal["connecting", "connected", "reconnecting", "failed", "closed", "replaced"]


class Muted(FromServer, frozen=True, kw_only=True):
    """Another seat switched its microphone or camera. `sequence` counts that sender's news without a gap."""

    sender: UUID
    sequence: Counter
    audio: bool
    video: bool


class Present(FromServer, frozen=True, kw_only=True):
    """Another seat's client came or went. `sequence` as in `muted`."""

    sender: UUID
    sequence: Counter
    here: bool


class Pong(FromServer, frozen=True, kw_only=True):
    """Answer to a `ping`."""

    number: Counter


class Progress(FromServer, frozen=True, kw_only=True):
    """How far a connection test has come; `done` runs from 0 to 1 within its phase."""

    phase: Literal["connecting", "measuring", "reporting"]
    done: float


class Verdict(FromServer, frozen=True, kw_only=True):
    """The test is over and judged. For a hearing it has been stored, and the page shows both courts' results."""

    verdict: Literal["good", "usable", "unfit"]
    stored: bool
    figures: list[Figure]


class Error(FromServer, frozen=True, kw_only=True):
    """Something was refused. `about` is the type of the message it answers, `rule` the rule behind it."""

    code: str
    sentence: str
    about: str | None = None
    rule: str | None = None
    detail: Annotated[str, Meta(description="For developers: what the decoder found.")] | None = None


SeatMessage = Hello | Ping | Answer | Moved | Relink | Mute | Resync
TestMessage = Hello | Ping | Answer | Found
ServerMessage = Welcome | Scene | Offer | Linked | Muted | Present | Pong | Progress | Verdict | Error
