"""The m-lines of one link: two for what the seat sends, then one for each track that it receives.

An m-line is never removed. One that carries nobody's media any more is `inactive` and the next to be used,
under new SSRCs, so that two seats never share one.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final, cast

from signalling.media.control import Kind, SeatPlan, Track
from signalling.media.leg import Leg, Send
from signalling.media.sdp import Answer, Section

FORMS: Final = ("clear", "masked", "card")
UPLINK: Final[tuple[Kind, ...]] = ("audio", "video")


@dataclass
class Slot:
    """A `sendonly` m-line, or an inactive one kept for reuse."""

    section: Section
    leg: Leg | None = None
    agreed: bool = False  # the browser has answered an offer with this very section


class Lines:
    """What the m-lines are, and shall be. Nothing is sent on one before the browser has agreed to it."""

    def __init__(self, *, cname: str, send: Send, control: Send) -> None:
        self.allowed: frozenset[str] = frozenset()  # kinds that the seat may send
        self.slots: list[Slot] = []
        self._new_leg: Callable[[Section], Leg] = lambda s: Leg(
            kind=s.kind,
            ssrc=s.ssrc,
            rtx_ssrc=s.rtx_ssrc,
            cname=f"{cname}-{s.stream}",
            send=send,
            control=control,
        )

    def want(self, plan: SeatPlan) -> None:
        """Let go at once of what the plan does not name; make room for what it names anew."""
        self.allowed = frozenset(plan.send)
        wanted = {(r.seat, r.kind) for r in plan.receive if r.form in FORMS}
        for slot in self.slots:
            if slot.section.stream and (slot.section.stream, slot.section.kind) not in wanted:
                self._release(slot)
        for seat, kind in sorted(wanted):
            if self.find(seat, kind) is None:
                self._bind(seat, kind)

    def find(self, seat: str, kind: str) -> Slot | None:
        """The m-line that carries this seat's media."""
        found = (s for s in self.slots if s.section.stream == seat and s.section.kind == kind)
        return next(found, None)

    def legs(self) -> list[Leg]:
        return [slot.leg for slot in self.slots if slot.leg is not None]

    def _release(self, slot: Slot) -> None:
        if slot.leg is not None:
            slot.leg.end()
        slot.section = Section(slot.section.mid, slot.section.kind)
        slot.leg, slot.agreed = None, False

    def _bind(self, seat: str, kind: Kind) -> None:
        slot = next((s for s in self.slots if s.section.kind == kind and not s.section.stream), None)
        if slot is None:
            slot = Slot(Section(str(len(UPLINK) + len(self.slots)), kind))
            self.slots.append(slot)
        ssrc, rtx_ssrc = secrets.randbits(31) + 1, secrets.randbits(31) + 1
        slot.section = replace(slot.section, direction="sendonly", stream=seat, ssrc=ssrc, rtx_ssrc=rtx_ssrc)
        slot.leg = self._new_leg(slot.section)

    def sections(self) -> list[Section]:
        """All m-lines, in the order in which they came to be."""
        up = [
            Section(str(i), kind, "recvonly" if kind in self.allowed else "inactive") for i, kind in enumerate(UPLINK)
        ]
        return [*up, *(slot.section for slot in self.slots)]

    def agree(self, offered: list[Section], answer: Answer) -> None:
        """The browser's answer to these sections; what has changed since was not agreed on."""
        answered = {s.mid: s for s in answer.sections}
        for slot in self.slots:
            if slot.section in offered and slot.leg is not None:
                taken = answered[slot.section.mid]
                slot.agreed = taken.direction == "sendonly"
                slot.leg.payload_types = taken.payload_types


def tracks(sections: list[Section], seat: str) -> list[Track]:
    """What the m-lines in use carry; the seat's own are `up`."""
    return [
        Track(s.mid, s.stream or seat, cast(Kind, s.kind), up=s.direction == "recvonly")
        for s in sections
        if s.direction != "inactive"
    ]
