"""The search answers as the brute-force oracle does, around real changes of the clocks."""

import os

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scheduler.slots import solve
from tests.scheduler import oracle
from tests.scheduler.problems import HISTORIC, Json, problems

# A longer hunt by hand: SLOT_EXAMPLES=20000.
EXAMPLES = int(os.environ.get("SLOT_EXAMPLES", "100"))
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
