"""Who speaks into and who listens to which language channel.

Consecutive: one after the other, on the floor, and everybody hears everything. Simultaneous: interpreters speak into
the court's or the witness's language, and a listener chooses. The channels are named after whose language it is, so
that a viewer who may not know the language of the witness does not read it here.
"""

from enum import StrEnum


class Channel(StrEnum):
    FLOOR = "floor"
    COURT = "court"
    WITNESS = "witness"


_WITH_WITNESS = frozenset({"witness", "support"})


def listens(role: str, *, mode: str) -> tuple[Channel, ...]:
    """The channels a seat may choose from, its own first. Interpreters always hear the floor."""
    if mode != "simultaneous" or role == "interpreter":
        return (Channel.FLOOR,)
    if role in _WITH_WITNESS:
        return (Channel.WITNESS, Channel.FLOOR)
    return (Channel.COURT, Channel.WITNESS, Channel.FLOOR)


def speaks_into(role: str, *, mode: str, heard: Channel = Channel.WITNESS) -> Channel:
    """Where a seat's voice goes. A simultaneous interpreter renders what is said on `heard` in the other language."""
    if mode != "simultaneous" or role != "interpreter":
        return Channel.FLOOR
    return Channel.WITNESS if heard is Channel.COURT else Channel.COURT
