"""What two States have agreed between them, beside the Convention. ◆

A pair that is not here has nothing of its own: an oral request is then confirmed "forthwith" (18(14)), without a number
of hours. Each row says where it comes from and how well it is known; confirm it before you rely on it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Pair:
    """The terms of one pair. `oral_hours`: within how many hours an oral request is confirmed in writing."""

    treaties: tuple[str, ...] = ()
    oral_hours: float | None = None
    source: str = ""
    confidence: str = "from memory"


NOTHING = Pair()

PAIRS: Mapping[frozenset[str], Pair] = MappingProxyType(
    {
        frozenset({"CO", "ES"}): Pair(
            treaties=("CO-ES 1997",),
            source="Agreement on judicial cooperation in criminal matters, Bogotá, 29 May 1997 (Ley 451 de 1998)",
            confidence="sourced",
        ),
        frozenset({"GB", "US"}): Pair(
            treaties=("GB-US 1994",),
            oral_hours=240,
            source="Treaty on mutual legal assistance in criminal matters, Washington, 6 January 1994, article 4",
        ),
    }
)

# Treaties on mutual legal assistance that more than two States share, as the directory names them. The Convention
# itself is not among them: it is what the others stand beside (18(6), 18(7)).
EU_US = "EU-US 2003"  # of the Union with one State: its members' own lists do not name it
_OF_THE_UNION = frozenset({"EU-2000", "EIO"})
SHARED = frozenset({"CoE-1959", "CoE-2AP", "EU-2000", "EIO", "OAS-1992", "Harare scheme"})


def between(one: str, other: str) -> Pair:
    """The terms of two States by their ISO 3166 codes, in either order."""
    return PAIRS.get(frozenset({one, other}), NOTHING)


def common(one: str, other: str, *, ours: Iterable[str], theirs: Iterable[str]) -> list[str]:
    """The treaties that bind both: those on both lists, the Union's with one of them, and the pair's own."""
    lists = set(ours), set(theirs)
    union = [EU_US] if any(EU_US in here and there & _OF_THE_UNION for here, there in (lists, lists[::-1])) else []
    return sorted(lists[0] & lists[1] & SHARED) + union + list(between(one, other).treaties)
