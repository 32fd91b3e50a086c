"""What the API of the day takes and gives: functions, states and instants; no name of anybody."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from ninja import Schema
from pydantic import Field

from directory import reasons

Words = Annotated[str, Field(max_length=reasons.LONGEST)]


class SeatOut(Schema):
    """A place by its function. `presence`: expected, waiting, admitted or left.

    `consulting`: in a private room meanwhile. `waits_for` is the side whose court has to agree before whoever holds
    the seat is admitted.
    """

    id: UUID
    role: str
    side: str
    function: str
    presence: str
    consulting: bool
    waits_for: str | None


class OwnSeatOut(SeatOut):
    """The caller's own seat. `into`: the channel its voice goes into; `able`: those it may choose, mostly none."""

    listens: list[str]
    able: list[str]
    into: str


class GateOut(Schema):
    """What must be true before going live; `who` clears it."""

    id: str
    rule: str
    clear: bool
    title: str
    sentence: str
    who: str


class HearingOut(Schema):
    """A hearing as it stands. `acts` are those the caller may do to it now."""

    id: UUID
    title: str
    state: str
    version: int
    start: datetime | None
    end: datetime | None
    zones: dict[str, str]
    suspended_by: str
    relay_only: bool
    acts: list[str]
    seats: list[SeatOut]
    gates: list[GateOut]


class WaiveIn(Schema):
    """Why it goes on without a fit check; at most 500 characters."""

    reason: str


class RouteIn(Schema):
    """Whether sound and picture travel through the relay alone."""

    relay_only: bool


class RowOut(Schema):
    """A hearing in a list."""

    id: UUID
    title: str
    state: str
    start: datetime | None
    end: datetime | None


class LineOut(Schema):
    """A line of the log, in the caller's language."""

    number: int
    at: datetime
    kind: str
    seat: UUID | None
    sentence: str


class RecordOut(Schema):
    """A version of the minutes and who signed it: side → when."""

    version: int
    digest: str
    language: str
    written_at: datetime
    signed: dict[str, datetime]


class TicketOut(Schema):
    """Link and code of a join ticket: given this once."""

    link: str
    code: str
    valid_from: datetime
    valid_until: datetime


class PlaceIn(Schema, extra="forbid"):
    """A seat to add on the caller's own side, or on a third one."""

    role: Annotated[str, Field(max_length=32)]
    side: Annotated[str, Field(max_length=16)]


class SuspendIn(Schema, extra="forbid"):
    """Why, where there is time to say it."""

    reason: str = ""  # never too long: stopping is not refused for its reason


class AskIn(Schema, extra="forbid"):
    """What whoever is on the seat asks the bench for."""

    what: Literal["pause", "floor", "slower"]


class ChannelIn(Schema, extra="forbid"):
    """The channel to speak into: one of the seat's `able`."""

    into: Annotated[str, Field(max_length=32)]


class StepIn(Schema, extra="forbid"):
    """A formality about the holder of a seat."""

    kind: Annotated[str, Field(max_length=32)]
    seat: UUID


class LineIn(Schema, extra="forbid"):
    """A clerk's own line."""

    kind: Annotated[str, Field(max_length=32)]
    text: Words


class WriteIn(Schema, extra="forbid"):
    """The language of the minutes (BCP 47); the caller's own if empty."""

    language: Literal["", "ar", "zh-hans", "en", "fr", "ru", "es"] = ""


class SignIn(Schema, extra="forbid"):
    """The signer's password, once more."""

    password: Annotated[str, Field(max_length=200)]


class DigestIn(Schema, extra="forbid"):
    """SHA-256 of a file, in hex."""

    digest: Annotated[str, Field(pattern=r"^[0-9A-Fa-f]{64}$")]


class VerifiedOut(Schema):
    """Whether such minutes were written here, and who signed them."""

    known: bool
    title: str = ""
    version: int | None = None
    signed: dict[str, datetime] = {}
