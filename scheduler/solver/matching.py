"""Who serves which need: exact assignment from pools that overlap. Pure.

The sets of resources that can meet all needs at once are the bases of a transversal matroid. Two things follow (Rado,
Edmonds). Taking resources in the order of their weight, each if it can still be fitted in by moving others between
needs, finds a full assignment wherever one exists. And the one it finds has, place for place from the smallest up,
the smallest weights that any has: the least worst weight and the least total come from the same assignment, and all
assignments of least total have the same weights.
"""

from collections import deque
from collections.abc import Iterable, Mapping, Sequence

Filling = list[list[int]]  # the resources of each need, in the needs' order


class Pools:
    """Needs by number: each wants `counts[need]` resources out of `pools[need]`, and no resource serves twice."""

    def __init__(self, counts: Sequence[int], pools: Sequence[Iterable[int]]) -> None:
        self.counts, self.pools = list(counts), [sorted(pool) for pool in pools]
        self.serves: dict[int, list[int]] = {}
        for need, pool in enumerate(self.pools):
            for resource in pool:
                self.serves.setdefault(resource, []).append(need)

    def fill(self, order: Iterable[int], counts: Sequence[int] | None = None) -> Filling | None:
        """The greedy assignment of the resources in `order`, the best first; None where they do not suffice."""
        board = _Board(self.serves, self.counts if counts is None else counts)
        for resource in order:
            if not board.vacant:
                break
            board.fit_in(resource)
        return None if board.vacant else board.seats

    def first_of_lightest(self, weights: Mapping[int, int]) -> Filling:
        """The assignment of least total weight; among several, the one whose numbers come first.

        Numbers are compared as one sequence: need after need, each need's own in ascending order. `weights` holds the
        resources that are free; they must suffice.
        """
        order = sorted(weights, key=lambda resource: (weights[resource], resource))
        if len(self.pools) == 1:
            return [sorted(order[: self.counts[0]])]
        rest = self.fill(order)
        assert rest is not None
        left, chosen = list(self.counts), Filling([] for _ in self.pools)
        for need, pool in enumerate(self.pools):
            # Once is enough: what does not fit in beside the earlier choices does not fit in beside more of them.
            for resource in pool:
                if not left[need]:
                    break
                if resource not in order:
                    continue
                left[need] -= 1
                found = self._rest_without(resource, need, rest, left, order, weights)
                if found is None:
                    left[need] += 1
                    continue
                rest = found
                chosen[need].append(resource)
                order.remove(resource)
        return chosen

    def _rest_without(
        self, resource: int, need: int, rest: Filling, left: list[int], order: list[int], weights: Mapping[int, int]
    ) -> Filling | None:
        """What fills the seats `left` once `resource` serves `need`, if it all is as light as `rest` is."""
        if resource in rest[need]:
            return [[one for one in seated if one != resource] for seated in rest]
        present = [weights[one] for seated in rest for one in seated]
        if weights[resource] not in present:  # all lightest assignments have the same weights
            return None
        found = self.fill((one for one in order if one != resource), left)
        if found is None:
            return None
        total = weights[resource] + sum(weights[one] for seated in found for one in seated)
        return found if total == sum(present) else None


class _Board:
    """Seats half filled, into which one resource at a time is fitted along an augmenting path."""

    def __init__(self, serves: Mapping[int, list[int]], counts: Sequence[int]) -> None:
        self.serves, self.counts, self.vacant = serves, counts, sum(counts)
        self.seats: Filling = [[] for _ in counts]

    def fit_in(self, resource: int) -> None:
        """Seat it, moving others to needs they serve too; or leave all as it is where that leads to no free seat."""
        mover: dict[int, tuple[int, int | None]] = {}  # need → who would come to it, and from which need
        queue: deque[int] = deque()
        self._reach(resource, None, mover, queue)
        while queue:
            need = queue.popleft()
            if len(self.seats[need]) < self.counts[need]:
                self._move(need, mover)
                return
            for seated in self.seats[need]:
                self._reach(seated, need, mover, queue)

    def _reach(
        self, resource: int, home: int | None, mover: dict[int, tuple[int, int | None]], queue: deque[int]
    ) -> None:
        for need in self.serves[resource]:
            if need not in mover:
                mover[need] = (resource, home)
                queue.append(need)

    def _move(self, need: int, mover: dict[int, tuple[int, int | None]]) -> None:
        self.vacant -= 1
        at: int | None = need
        while at is not None:
            resource, home = mover[at]
            self.seats[at].append(resource)
            if home is not None:
                self.seats[home].remove(resource)
            at = home
