"""Many hearings placed at once: nobody twice, as many as can be, and honest about how good that is."""

from collections.abc import Iterator
from itertools import combinations, product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.solver import batch
from scheduler.solver.batch import Placement
from scheduler.solver.slots import solve
from tests.scheduler.oracle import Oracle, read

Json = dict[str, Any]
MORNING = {"mon": [["08:00", "12:00"]]}
QUICK = 0.05  # seconds; these problems are small


def hearing(*resources: Json, needs: list[Json], duration: int = 120) -> Json:
    horizon = ["2026-12-07T13:00:00Z", "2026-12-07T17:00:00Z"]  # Monday morning in Bogotá
    return {"horizon": horizon, "duration": duration, "grid": 60, "resources": list(resources), "needs": needs}


def bogota(id_: str, **more: Any) -> Json:
    return {"id": id_, "zone": "America/Bogota", **more}


def one_of(*ids: str, count: int = 1, label: str = "room") -> Json:
    return {"label": label, "count": count, "of": list(ids)}


def test_the_best_time_of_one_is_left_to_the_other_who_has_no_other() -> None:
    short = hearing(
        bogota("a", hours={"mon": [["08:00", "10:00"]]}), bogota("room"), needs=[one_of("a"), one_of("room")]
    )
    free = hearing(bogota("b"), bogota("room"), needs=[one_of("b"), one_of("room")])
    assert solve(free)["slots"][0]["start"] == "2026-12-07T13:00:00Z"  # alone it would come first
    placed = batch.place([free, short], seconds=QUICK)
    assert [slot and slot["start"] for slot in placed.slots] == ["2026-12-07T15:00:00Z", "2026-12-07T13:00:00Z"]
    assert (placed.placed, placed.most, placed.proven) == (2, 2, True)


def test_a_room_is_cleared_before_the_next_hearing_sets_it_up() -> None:
    ready = [hearing(bogota("room", before=30, after=30), needs=[one_of("room")], duration=60) for _ in range(3)]
    starts = sorted(slot["start"] for slot in batch.place(ready, seconds=QUICK).slots if slot)
    assert starts == ["2026-12-07T13:00:00Z", "2026-12-07T15:00:00Z"]


@pytest.mark.parametrize("exact", [False, True], ids=["iterated greedy", "proof"])
def test_what_cannot_be_placed_is_said_and_how_many_could_be_at_most(exact: bool) -> None:
    crowd = [hearing(bogota("room"), needs=[one_of("room")]) for _ in range(3)]
    placed = batch.place(crowd, seconds=0.2, exact=exact)
    assert [slot is None for slot in placed.slots].count(True) == 1
    # Alone each has a place; that the three have not together, only the proof knows.
    assert (placed.most, placed.proven) == ((2, True) if exact else (3, False))


def test_an_empty_batch_and_a_hearing_without_any_start_are_no_riddle() -> None:
    assert batch.place([], seconds=QUICK) == Placement((), 0, 0, proven=True)
    shut = hearing(bogota("room", hours={}), needs=[one_of("room")])
    assert batch.place([shut], seconds=QUICK) == Placement(((),), 0, 0, proven=True, alone=(False,))


@st.composite
def crowds(draw: st.DrawFn) -> list[Json]:
    """Two or three hearings that share a judge or two, a room, and interpreters."""
    ids = ("ann", "bob", "cy", "dee")
    people = [
        bogota(
            id_,
            preferred={"mon": [[f"{draw(st.integers(7, 9)):02}:00", f"{draw(st.integers(10, 13)):02}:00"]]},
            before=draw(st.sampled_from((0, 0, 30))),
            busy=draw(st.sampled_from(([], [], [["2026-12-07T14:00:00Z", "2026-12-07T14:30:00Z"]]))),
        )
        for id_ in ids
    ]

    def needs() -> list[Json]:
        judge = one_of(*draw(st.sampled_from((["ann"], ["bob"], ["ann", "bob"]))), label="judge")
        team = one_of(
            *draw(st.sampled_from((["cy", "dee"], ["bob", "cy"]))), count=draw(st.integers(1, 2)), label="team"
        )
        return [judge, team]

    return [
        hearing(*people, needs=needs(), duration=draw(st.sampled_from((60, 60, 120))))
        for _ in range(draw(st.integers(2, 3)))
    ]


@settings(max_examples=25)
@given(crowds())
def test_the_proven_best_is_what_trying_everything_finds(crowd: list[Json]) -> None:
    placed = batch.place(crowd, seconds=0.4)
    assert keeps_its_promises(crowd, placed)
    assert placed.proven
    assert (len(crowd) - placed.placed, placed.minutes) == best_of_all(crowd)


@settings(max_examples=40)
@given(crowds())
def test_the_greedy_search_books_nobody_twice_and_never_beats_its_bounds(crowd: list[Json]) -> None:
    placed = batch.place(crowd, seconds=QUICK, exact=False)
    assert keeps_its_promises(crowd, placed)
    missing, minutes = best_of_all(crowd)
    assert placed.placed <= len(crowd) - missing <= placed.most
    assert placed.placed < placed.most or placed.minutes >= minutes >= placed.least


def keeps_its_promises(crowd: list[Json], placed: Placement) -> bool:
    """Each slot is one of those that the search itself allows, and no resource is kept twice."""
    chosen = [
        next(one for one in slots_of(problem) if (one[0], one[2]) == (read(slot["start"]), assigned(slot)))
        for problem, slot in zip(crowd, placed.slots, strict=True)
        if slot
    ]
    return agree(chosen) and sum(one[1] for one in chosen) == placed.minutes


def assigned(slot: Any) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(ids) for ids in slot["assigned"])


def best_of_all(crowd: list[Json]) -> tuple[int, int]:
    """The fewest without a place, and the fewest minutes, over every combination."""
    options = [[None, *slots_of(problem)] for problem in crowd]
    allowed = (chosen for chosen in product(*options) if agree([one for one in chosen if one]))
    return min((chosen.count(None), sum(one[1] for one in chosen if one)) for chosen in allowed)


def slots_of(problem: Json) -> list[tuple[Any, ...]]:
    """Every start with every team: (start, minutes, who, what is kept of whom)."""
    oracle = Oracle(problem, 60 * 30)
    return [row for start in oracle.candidates() for row in _teams(problem, oracle, start)]


def _teams(problem: Json, oracle: Oracle, start: Any) -> Iterator[tuple[Any, ...]]:
    for teams in product(*(oracle.teams(need, start) for need in problem["needs"])):
        scored = oracle.scored(start, teams)
        if scored:
            length = problem["duration"] * 60
            at = start.timestamp()
            kept = [
                (
                    id_,
                    at - 60 * oracle.resources[id_].get("before", 0),
                    at + length + 60 * oracle.resources[id_].get("after", 0),
                )
                for team in teams
                for id_ in team
            ]
            yield start, scored[1], teams, kept


def agree(chosen: list[tuple[Any, ...]]) -> bool:
    kept = [one for row in chosen for one in row[3]]
    return not any(a[0] == b[0] and a[1] < b[2] and b[1] < a[2] for a, b in combinations(kept, 2))
