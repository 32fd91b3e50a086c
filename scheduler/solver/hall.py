"""Hall's condition as bit sets: at which candidates needs whose pools overlap can all be met at once. Pure.

They can if and only if for every set of needs, the available resources of their pools taken together are at least as
many as the set asks for (Hall; Halmos and Vaughan for counts). Sets that fall into parts without a common resource
follow from their parts, so only those that hang together are looked at.
"""

from collections.abc import Mapping, Sequence

from scheduler.solver.bits import Mask, all_of, at_least

MOST = 512  # sets of needs; beyond that, whoever asks has to match resources to needs instead

Condition = tuple[tuple[int, ...], int]  # resources, and how many of them must be available


def conditions(counts: Sequence[int], pools: Sequence[Sequence[int]]) -> list[Condition] | None:
    """All that must hold, each set of resources once; None where more than `MOST` sets of needs hang together."""
    asked: dict[int, int] = {}  # a pool as bits of its resources → how many are wanted of it alone
    for count, pool in zip(counts, pools, strict=True):
        resources = sum(1 << one for one in set(pool))
        asked[resources] = asked.get(resources, 0) + count
    grown = _hanging_together(list(asked))
    if grown is None:
        return None
    least: dict[int, int] = {}
    for needs in grown:
        resources, wanted = 0, 0
        for place, (pool_bits, count) in enumerate(asked.items()):
            if needs >> place & 1:
                resources, wanted = resources | pool_bits, wanted + count
        least[resources] = max(least.get(resources, 0), wanted)
    return [(_resources(bits), wanted) for bits, wanted in least.items()]


def possible(must: Sequence[Condition], free: Mapping[int, Mask] | Sequence[Mask]) -> Mask:
    """The candidates at which every condition holds; `must` is not empty. `free[resource]`: when it is available."""
    return all_of([at_least([free[one] for one in resources], least) for resources, least in must])


def _hanging_together(pools: Sequence[int]) -> set[int] | None:
    """Sets of places in `pools`, as bits, whose pools are connected by common resources."""
    beside = [
        sum(1 << other for other, theirs in enumerate(pools) if other != place and mine & theirs)
        for place, mine in enumerate(pools)
    ]
    found = {1 << place for place in range(len(pools))}
    newest = [(1 << place, beside[place]) for place in range(len(pools))]
    while newest:
        grown: list[tuple[int, int]] = []
        for needs, neighbours in newest:
            for place in _resources(neighbours & ~needs):
                larger = needs | 1 << place
                if larger not in found:
                    found.add(larger)
                    grown.append((larger, neighbours | beside[place]))
            if len(found) > MOST:
                return None
        newest = grown
    return found


def _resources(bits: int) -> tuple[int, ...]:
    return tuple(place for place in range(bits.bit_length()) if bits >> place & 1)
