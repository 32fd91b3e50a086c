"""The states of a hearing, walked at random against the drawing told a second time."""

import itertools

from hypothesis import given
from hypothesis import strategies as st

from sessions.states import EDGES, Side, State, edges, offered, takes

# (who, act) → where each state leads; what is not named stands still.
DRAWING = {
    ("planned", "open"): "open",
    ("open", "go_live"): "in_session",
    ("open", "close"): "closed",
    ("in_session", "suspend"): "suspended",
    ("in_session", "close"): "closed",
    ("suspended", "resume"): "in_session",
    ("suspended", "close"): "closed",
}
CAST = {
    "the clerk in Bogotá": (Side.REQUESTING, {"hearing.run"}),
    "the clerk in Madrid": (Side.REQUESTED, {"hearing.run"}),
    "the presiding judge in Bogotá": (Side.REQUESTING, {"hearing.conduct", "hearing.stop"}),
    "the attending judge in Madrid": (Side.REQUESTED, {"hearing.conduct", "hearing.stop"}),
    "a technician in Madrid": (Side.REQUESTED, {"test.run"}),
    "a stranger": (None, {"hearing.run", "hearing.conduct", "hearing.stop"}),
}
ACTS = ["open", "go_live", "suspend", "resume", "close"]


def may(name: str, state: State, act: str) -> bool:
    side, rights = CAST[name]
    return takes(state, act, side=side, holds=rights.__contains__) is not None


@given(st.lists(st.tuples(st.sampled_from(sorted(CAST)), st.sampled_from(ACTS)), max_size=30))
def test_no_walk_leaves_the_drawing(walk: list[tuple[str, str]]) -> None:
    state = State.PLANNED
    for name, act in walk:
        side, rights = CAST[name]
        edge = takes(state, act, side=side, holds=rights.__contains__)
        if edge is None:
            continue
        assert edge.target == DRAWING[state, act]
        state = edge.target


def test_every_arrow_of_the_drawing_is_in_the_table_and_no_other() -> None:
    assert {(edge.source, edge.act): edge.target for edge in EDGES} == DRAWING


def test_nothing_leaves_a_closed_hearing() -> None:
    assert [edges(State.CLOSED, act) for act in ACTS] == [()] * len(ACTS)


def test_only_the_presiding_judge_goes_live_and_resumes() -> None:
    for state, act in [(State.OPEN, "go_live"), (State.SUSPENDED, "resume")]:
        assert [name for name in CAST if may(name, state, act)] == ["the presiding judge in Bogotá"]


def test_both_judges_and_nobody_else_can_suspend_at_any_moment_of_the_session() -> None:
    who = [name for name in CAST if may(name, State.IN_SESSION, "suspend")]
    assert who == ["the presiding judge in Bogotá", "the attending judge in Madrid"]


def test_the_clerk_in_madrid_opens_the_doors_but_does_not_end_the_hearing() -> None:
    assert may("the clerk in Madrid", State.PLANNED, "open")
    assert not any(may("the clerk in Madrid", state, "close") for state in State)


def test_a_stranger_is_offered_nothing_whatever_the_rights() -> None:
    side, rights = CAST["a stranger"]
    assert [offered(state, side=side, holds=rights.__contains__) for state in State] == [frozenset()] * 5


def test_what_is_offered_is_what_can_be_taken() -> None:
    for (side, rights), state in itertools.product(CAST.values(), State):
        taken = {act for act in ACTS if takes(state, act, side=side, holds=rights.__contains__)}
        assert offered(state, side=side, holds=rights.__contains__) == taken
