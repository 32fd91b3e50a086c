"""Sets of candidates as whole numbers, beside the same said with sets of Python."""

from collections import Counter

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from scheduler.solver import bits, hall
from scheduler.solver.matching import Pools
from tests.scheduler.test_matching import Demand, demands

sets = st.sets(st.integers(0, 40))
wide = st.integers(-10, 60)


def mask(numbers: set[int]) -> int:
    return sum(1 << number for number in numbers)


@given(st.lists(st.tuples(wide, wide), max_size=6), st.integers(0, 45))
def test_ranges_cover_what_any_of_them_covers(spans: list[tuple[int, int]], count: int) -> None:
    firsts, pasts = np.array(spans, dtype=np.int64).reshape(-1, 2).T
    covered = {number for first, past in spans for number in range(first, past)} & set(range(count))
    assert bits.ranges(firsts, pasts, count) == mask(covered)


@given(wide, wide, st.integers(0, 45))
def test_a_span_is_cut_to_the_line(first: int, past: int, count: int) -> None:
    assert bits.span(first, past, count) == mask(set(range(first, past)) & set(range(count)))


@given(sets, st.integers(0, 5))
def test_members_and_the_lowest_of_them(numbers: set[int], most: int) -> None:
    assert bits.members(mask(numbers)).tolist() == sorted(numbers)
    assert bits.lowest(mask(numbers), most) == sorted(numbers)[:most]
    assert bits.pack(bits.unpack(mask(numbers), 41)) == mask(numbers)


@given(sets, st.integers(-5, 50), st.integers(0, 5))
def test_the_nearest_come_first_and_of_two_the_earlier(numbers: set[int], wanted: int, most: int) -> None:
    assert bits.nearest(mask(numbers), wanted, most) == sorted(numbers, key=lambda n: (abs(n - wanted), n))[:most]


@given(st.lists(sets, min_size=1, max_size=12), st.integers(1, 14))
def test_at_least_so_many_of_the_masks(told: list[set[int]], least: int) -> None:
    counted = Counter(number for numbers in told for number in numbers)
    enough = {number for number, times in counted.items() if times >= least}
    assert bits.at_least([mask(numbers) for numbers in told], least) == mask(enough)


@given(demands, st.lists(st.sets(st.integers(0, 6)), min_size=1, max_size=20))
def test_halls_condition_holds_where_a_matching_exists(demand: Demand, moments: list[set[int]]) -> None:
    wanted = {one for of in demand[1] for one in of}
    free = [mask({at for at, those in enumerate(moments) if one in those}) for one in range(7)]
    must = hall.conditions(*demand)
    assert must is not None
    served = {at for at, those in enumerate(moments) if Pools(*demand).fill(sorted(those & wanted)) is not None}
    assert hall.possible(must, free) & bits.full(len(moments)) == mask(served)


def test_needs_of_one_pool_are_one_condition() -> None:
    assert hall.conditions([1, 2, 1], [[0, 1, 2], [2, 1, 0], [3]]) == [((0, 1, 2), 3), ((3,), 1)]


def test_too_many_sets_of_needs_that_hang_together_are_left_to_matching() -> None:
    assert hall.conditions([1] * 40, [[number, number + 1] for number in range(40)]) is None
