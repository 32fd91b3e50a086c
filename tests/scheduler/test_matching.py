"""Needs whose pools overlap: the assignment is as good as the best of all that could be listed."""

from collections.abc import Iterator
from itertools import combinations, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.solver.matching import Filling, Pools

Demand = tuple[list[int], list[list[int]]]
needs = st.tuples(st.sampled_from((1, 1, 1, 2)), st.lists(st.integers(0, 6), min_size=1, max_size=7, unique=True))
demands = st.lists(needs, min_size=1, max_size=4).map(
    lambda told: ([count for count, _ in told], [of for _, of in told])
)
# What each of the seven weighs; who weighs 3 is not free.
weights = st.lists(st.sampled_from((0, 1, 1, 2, 3)), min_size=7, max_size=7).map(
    lambda told: {one: weight for one, weight in enumerate(told) if weight < 3}
)


def listed(demand: Demand, free: dict[int, int]) -> Iterator[Filling]:
    teams = (combinations(sorted(set(of) & set(free)), count) for count, of in zip(*demand, strict=True))
    for filling in product(*teams):
        taken = [one for team in filling for one in team]
        if len(set(taken)) == len(taken):
            yield [list(team) for team in filling]


def weighed(filling: Filling, free: dict[int, int]) -> list[int]:
    return sorted(free[one] for team in filling for one in team)


def served(demand: Demand, free: dict[int, int]) -> Pools:
    wanted = {one for of in demand[1] for one in of}
    for one in set(free) - wanted:
        del free[one]
    return Pools(*demand)


@given(demands, weights)
def test_the_greedy_assignment_exists_where_any_does_and_has_the_least_worst_and_total(
    demand: Demand, free: dict[int, int]
) -> None:
    found = served(demand, free).fill(sorted(free, key=free.__getitem__))
    possible = list(listed(demand, free))
    assert (found is None) == (not possible)
    if found is not None:
        assert sorted(map(sorted, found)) in [sorted(one) for one in possible]
        best = weighed(found, free)
        assert (best[-1], sum(best)) == min((w[-1], sum(w)) for w in (weighed(one, free) for one in possible))


@given(demands, weights)
def test_among_the_lightest_the_first_is_chosen(demand: Demand, free: dict[int, int]) -> None:
    pools = served(demand, free)
    possible = list(listed(demand, free))
    if possible:
        least = min(possible, key=lambda one: (sum(weighed(one, free)), one))
        assert pools.first_of_lightest(free) == least


def test_whoever_came_first_gives_way_along_a_chain() -> None:
    # 0 serves all three needs, 1 the first two, 2 only the first: each newcomer moves the others on.
    assert Pools([1, 1, 1], [[0, 1, 2], [0, 1], [0]]).fill([0, 1, 2]) == [[2], [1], [0]]


def test_a_chain_of_a_thousand_needs_is_no_deeper_than_one() -> None:
    pools = Pools([1] * 1000, [[number, number + 1] for number in range(1000)])
    assert pools.fill([*range(1, 1000), 1000, 0]) == [[number + 1] for number in range(1000)]
    assert pools.fill(range(1000)) == [[number] for number in range(1000)]


@pytest.mark.parametrize("count", [3, 10**30])
def test_too_few_is_none(count: int) -> None:
    assert Pools([count], [[0, 1]]).fill([0, 1]) is None
