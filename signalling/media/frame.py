"""What all frames of the control line are made of."""

from __future__ import annotations

from typing import Literal

import msgspec

Kind = Literal["audio", "video"]


class Frame(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="type"):
    """One line. Unknown fields are refused, so that the two ends cannot drift apart in silence."""


class Track(msgspec.Struct, frozen=True):
    """What the m-line with this `mid` carries. `up`: from the browser, the seat being its own."""

    mid: str
    seat: str
    kind: Kind
    up: bool
