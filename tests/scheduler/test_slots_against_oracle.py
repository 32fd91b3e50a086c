"""The search answers as the brute-force oracle does, around real changes of the clocks; on bit sets and on lists."""

import os

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scheduler.solver.field import Field
from scheduler.solver.problem import parse
from scheduler.solver.reference import Reference
from scheduler.solver.slots import solve
from tests.scheduler import oracle
from tests.scheduler.problems import HISTORIC, Json, problems

# A longer hunt by hand: SLOT_EXAMPLES=20000.
EXAMPLES = int(os.environ.get("SLOT_EXAMPLES", "60"))
thorough = settings(max_examples=EXAMPLES, deadline=None, database=None, suppress_health_check=list(HealthCheck))


@thorough
@given(problems())
def test_every_answer_is_the_oracles(problem: Json) -> None:
    assert solve(problem) == oracle.solve(problem)


@settings(thorough, max_examples=EXAMPLES // 4)
@given(st.sampled_from(HISTORIC).flatmap(lambda case: problems((case[0],), case[1], hours=(1,), most=2)))
def test_offsets_with_seconds_are_exact_too(problem: Json) -> None:
    assert solve(problem) == oracle.solve(problem, step=1)


@thorough
@given(problems(hours=(3, 6, 12), most=7), st.integers(1, 4))
def test_a_shorter_list_is_the_beginning_of_the_longer(problem: Json, limit: int) -> None:
    whole = solve(problem | {"limit": 1000})["slots"]
    assert solve(problem | {"limit": limit})["slots"] == whole[:limit]


@settings(thorough, max_examples=EXAMPLES // 2)
@given(problems(hours=(24, 7 * 24, 20 * 24), most=7), st.integers(0, 600))
def test_bit_sets_and_interval_lists_answer_alike(problem: Json, limit: int) -> None:
    asked = parse(problem)
    field, reference = Field(asked), Reference(asked)
    assert field.feasible == reference.feasible
    found, expected = field.best(limit), reference.best(limit)
    assert [one[:3] for one in found] == [one[:3] for one in expected]
    assert [field.seats(one) for one in found] == [reference.seats(one) for one in expected]
    places = range(len(asked.needs))
    assert [field.without(place) for place in places] == [reference.without(place) for place in places]


@settings(thorough, max_examples=EXAMPLES // 2)
@given(problems(hours=(6, 24), most=7), st.integers(0, 1 << 120), st.integers(0, 9))
def test_the_best_of_a_part_are_the_best_of_all_that_lie_in_it(problem: Json, within: int, limit: int) -> None:
    field = Field(parse(problem))
    inside = [one[:3] for one in field.best(1000) if within >> one.number - field.line.first & 1]
    assert [one[:3] for one in field.best(limit, within)] == inside[:limit]
