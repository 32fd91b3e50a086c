"""Who speaks into and who listens to which language channel.

Three channels: the floor (everyone's own voice), the court's language and the witness's language.
Interpretation is consecutive, so an interpreter speaks on the floor too, one channel after the other; a listener
of a language hears the interpreter in full and the original softly.
"""

from collections.abc import Collection
from enum import StrEnum


class Channel(StrEnum):
    FLOOR = "floor"
    COURT = "court"
    WITNESS = "witness"


_WITH_WITNESS = frozenset({"witness", "support"})


def listens(role: str, *, interpreted: bool) -> tuple[Channel, ...]:
    """The channels a seat may choose from, its own first. Without interpretation there is only the floor."""
    if not interpreted:
        return (Channel.FLOOR,)
    if role == "interpreter":
        return (Channel.FLOOR,)
    if role in _WITH_WITNESS:
        return (Channel.WITNESS, Channel.FLOOR)
    return (Channel.COURT, Channel.WITNESS, Channel.FLOOR)


def speaks_into(role: str, *, heard: Channel = Channel.FLOOR) -> Channel:
    """Where a seat's voice goes. An interpreter renders what was said on `heard` into the other language."""
    if role != "interpreter":
        return Channel.FLOOR
    return Channel.WITNESS if heard is Channel.COURT else Channel.COURT


def interpreted(roles: Collection[str]) -> bool:
    """Whether an interpreter is planned at all (V-15: the requesting State or the person asks for one)."""
    return "interpreter" in roles
