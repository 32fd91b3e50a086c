"""Who speaks into and who listens to which language channel.

Consecutive: one after the other, on the floor, and everybody hears everything. Simultaneous: interpreters speak into
the court's or the witness's language, and a listener chooses. In relay two teams work, one between the witness's
language and a third one, the other between that and the court's: what the one says in the third language is what the
other hears. The channels are named after whose language it is, so that a viewer who may not know the language of the
witness does not read it here.
"""

from collections.abc import Mapping
from enum import StrEnum


class Channel(StrEnum):
    FLOOR = "floor"
    COURT = "court"
    WITNESS = "witness"
    PIVOT = "pivot"  # the third language of a relay


class Booth(StrEnum):
    """Between which languages an interpreter works: whose they are."""

    DIRECT = "direct"  # the witness's and the court's
    NEAR = "near"  # the witness's and the third one
    FAR = "far"  # the third one and the court's
    ANY = "any"  # of a relay, but of which team nobody has written down


_WITH_WITNESS = frozenset({"witness", "support"})
# Where an interpreter's voice may go: first what is said while the witness speaks, which is most of the time.
_INTO: Mapping[Booth, tuple[Channel, ...]] = {
    Booth.DIRECT: (Channel.COURT, Channel.WITNESS),
    Booth.NEAR: (Channel.PIVOT, Channel.WITNESS),
    Booth.FAR: (Channel.COURT, Channel.PIVOT),
    Booth.ANY: (Channel.COURT, Channel.WITNESS, Channel.PIVOT),
}
_HEARS: Mapping[Booth, tuple[Channel, ...]] = {
    Booth.DIRECT: (Channel.FLOOR,),
    Booth.NEAR: (Channel.FLOOR, Channel.PIVOT),
    Booth.FAR: (Channel.PIVOT, Channel.FLOOR),
    Booth.ANY: (Channel.FLOOR, Channel.PIVOT),
}


def hears(booth: Booth, into: Channel) -> Channel:
    """What an interpreter has to hear while she speaks into a channel: what is said in the other of her languages."""
    far_side = {Booth.NEAR: Channel.WITNESS, Booth.FAR: Channel.COURT}
    return Channel.PIVOT if far_side.get(booth) == into else Channel.FLOOR


def listens(role: str, *, mode: str, booth: Booth = Booth.DIRECT) -> tuple[Channel, ...]:
    """The channels a seat may choose from, its own first."""
    if mode != "simultaneous":
        return (Channel.FLOOR,)
    if role == "interpreter":
        return _HEARS[booth]
    if role in _WITH_WITNESS:
        return (Channel.WITNESS, Channel.FLOOR)
    return (Channel.COURT, Channel.WITNESS, Channel.FLOOR)


def outputs(role: str, *, mode: str, booth: Booth = Booth.DIRECT) -> tuple[Channel, ...]:
    """Where a seat's voice may go; the first is where it goes until something else is chosen."""
    if mode != "simultaneous" or role != "interpreter":
        return (Channel.FLOOR,)
    return _INTO[booth]


def speaks_into(role: str, *, mode: str, booth: Booth = Booth.DIRECT, chosen: str = "") -> Channel:
    """Where a seat's voice goes: where it was `chosen` to, if it may."""
    able = outputs(role, mode=mode, booth=booth)
    return next((channel for channel in able if channel == chosen), able[0])
