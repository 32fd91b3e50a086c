"""Temporal layers of VP8 (RFC 7741, 4.2): fewer pictures a second for whoever's line cannot carry all. Pure.

Nothing else of a stream can be left out. What is left out must not be missed: numbers close up behind it, and so
do picture ids, for a receiver that sees one missing waits for it. Late packets and repetitions find by the list of
cuts which number they had, or would have had.
"""

from __future__ import annotations

from collections import deque
from typing import Final, NamedTuple

from signalling.media.rtp import NAMES, Packet, Ring, starts_key_frame

TOP: Final = 2  # of the layers 0, 1 and 2: a quarter, half and all of the pictures
HEAVY: Final = 8.0  # percent lost, twice in a row: one layer less
LIGHT: Final = 2.0  # percent lost at most, for as long as is waited: one layer more
HOLD: Final = 4.0  # seconds until a step down shows in the reports
WAIT: Final = 10.0  # seconds, doubled each time that a step up was one too many
LONGEST: Final = 80.0


class Layer(NamedTuple):
    """What a packet's descriptor says. `sync`: its picture needs no other of a higher layer than 0."""

    temporal: int
    sync: bool
    picture: int
    wide: bool  # a picture id of fifteen bits


def layer(p: Packet) -> Layer | None:
    """None for a packet without layers: another codec, or a browser that makes none."""
    payload = p.payload
    if NAMES.get(p.payload_type) != "VP8" or len(payload) < 6 or not payload[0] & 0x80:
        return None
    extension = payload[1]
    if extension & 0xA0 != 0xA0:  # I and T
        return None
    wide = bool(payload[2] & 0x80)
    picture = int.from_bytes(payload[2:4], "big") & 0x7FFF if wide else payload[2]
    at = payload[(4 if wide else 3) + bool(extension & 0x40)]
    return Layer(at >> 6, bool(at & 0x20), picture, wide)


def renumbered(payload: bytes, found: Layer | None, skipped: int) -> bytes:
    """The payload with the picture id that it has where so many pictures before it were left out."""
    if found is None or not skipped:
        return payload
    if found.wide:
        return payload[:2] + (0x8000 | (found.picture - skipped) & 0x7FFF).to_bytes(2, "big") + payload[4:]
    return payload[:2] + bytes([(found.picture - skipped) & 0x7F]) + payload[3:]


class Cut(NamedTuple):
    """A packet left out, and what holds behind it: from a source's number to ours, and pictures left out so far."""

    number: int
    shift: int
    skipped: int


class Thinning:
    """What one leg leaves out. `wanted` is the highest layer it shall get; `level` the one that it gets now."""

    def __init__(self) -> None:
        self.wanted = self.level = TOP
        self.active = False  # whether packets have to come by here at all
        self.shift = 0
        self._skipped = 0
        self._cuts: deque[Cut] = deque()
        self._base = Cut(-1, 0, 0)
        self._dropped = -1

    def want(self, level: int) -> None:
        """The highest layer, from the next picture on that allows it."""
        self.wanted = level
        self.active = self.active or level < TOP

    def begin(self, shift: int) -> None:
        """From here on, at a key frame: everything before is forgotten."""
        self.shift, self._skipped, self._base = shift, 0, Cut(-1, shift, 0)
        self.active = min(self.wanted, self.level) < TOP
        self._cuts.clear()
        self._dropped = -1

    def place(self, p: Packet, following: int) -> tuple[int, bytes | None]:
        """Its number and payload on this leg, where `following` is the next new one.

        Without a payload it is left out; the number is then that of the packet before it, sent or still to come.
        """
        found = layer(p)
        if p.number < following - self.shift:
            behind = self._behind(p.number)
            if behind is None:
                return following - 1, None
            return p.number + behind.shift, renumbered(p.payload, found, behind.skipped)
        if found is not None:
            if p.payload[0] & 0x17 == 0x10:  # a picture begins; one that has begun is sent to its end
                self._turn(p, found)
            if found.temporal > self.level:
                self._leave_out(p.number, found.picture)
                return p.number + self.shift, None
        return p.number + self.shift, renumbered(p.payload, found, self._skipped)

    def _turn(self, p: Packet, found: Layer) -> None:
        """A picture begins: down at once, up where nothing is needed that was left out."""
        up_one = found.temporal == self.level + 1 and found.sync
        if self.wanted < self.level or starts_key_frame(p.payload_type, p.payload):
            self.level = self.wanted
        elif self.wanted > self.level and up_one:
            self.level += 1

    def _leave_out(self, number: int, picture: int) -> None:
        self._skipped += picture != self._dropped
        self._dropped = picture
        self.shift -= 1
        self._cuts.append(Cut(number, self.shift, self._skipped))
        if len(self._cuts) > Ring.SLOTS:  # older packets are taken from nobody
            self._base = self._cuts.popleft()

    def _behind(self, number: int) -> Cut | None:
        """What held where this late packet belongs; None where it was left out itself."""
        for cut in reversed(self._cuts):
            if cut.number <= number:
                return None if cut.number == number else cut
        return self._base

    def source(self, out: int) -> Cut:
        """What held where we sent `out`: the source's number is `out` less its shift."""
        return next((cut for cut in reversed(self._cuts) if out > cut.number + cut.shift), self._base)


class Adaptation:
    """The highest layer a line carries, by what its end reports. Times in seconds of a steady clock."""

    def __init__(self) -> None:
        self.level = TOP
        self._heavy = 0
        self._lowered = self._raised = self._calm = float("-inf")
        self._wait = WAIT

    def step(self, loss: float, now: float, *, squeezed: bool = False) -> int:
        """After a report of so many percent lost. `squeezed`: what is sent waits in the queues of the line."""
        if loss > LIGHT or squeezed:
            self._calm = now
        self._heavy = self._heavy + 1 if loss >= HEAVY or squeezed else 0
        if self._heavy >= 2 and self.level and now - self._lowered >= HOLD:
            if now - self._raised < self._wait:
                self._wait = min(LONGEST, self._wait * 2)
            self.level, self._lowered, self._calm, self._heavy = self.level - 1, now, now, 0
        elif self.level < TOP and now - self._calm >= self._wait:
            self.level, self._raised, self._calm = self.level + 1, now, now
        return self.level
