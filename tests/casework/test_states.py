"""A request's states, walked at random: what no sequence of acts may do."""

from hypothesis import given
from hypothesis import strategies as st

from casework import states
from casework.states import EDGES, Act, Side, State

acts = st.lists(st.tuples(st.sampled_from(Act), st.integers(0, 2)), max_size=40)


def walk(sequence: list[tuple[Act, int]]) -> list[tuple[State, Act, State]]:
    """The moves that such acts make from a draft; an act that is not possible moves nothing."""
    state, moves = State.DRAFT, []
    for act, still_open in sequence:
        after = states.after(state, act, still_open=still_open)
        if after is not None:
            moves.append((state, act, after))
            state = after
    return moves


@given(acts)
def test_nothing_is_refused_or_postponed_before_a_consultation(sequence: list[tuple[Act, int]]) -> None:
    consulted = False
    for _before, act, after in walk(sequence):
        consulted = consulted or act is Act.CONSULT
        assert after not in {State.REFUSED, State.POSTPONED} or consulted


@given(acts)
def test_what_is_refused_or_withdrawn_stays_so(sequence: list[tuple[Act, int]]) -> None:
    assert [before for before, _act, _after in walk(sequence) if before in states.ENDED] == []


@given(acts)
def test_a_draft_once_sent_is_never_a_draft_again(sequence: list[tuple[Act, int]]) -> None:
    assert [act for before, act, after in walk(sequence) if after is State.DRAFT and before is not State.DRAFT] == []


def test_every_state_is_reached_and_every_arrow_has_its_letter() -> None:
    reached, frontier = {State.DRAFT}, [State.DRAFT]
    while frontier:
        here = frontier.pop()
        new = {edge.after for (before, _act), edge in EDGES.items() if before is here} - reached
        reached |= new
        frontier.extend(new)
    assert reached == set(State)
    letters = {act: {edge.letter for (_s, a), edge in EDGES.items() if a is act} for act in Act}
    assert letters == {act: {letter} for act, letter in zip(Act, "bcdefghijkw", strict=True)}


def test_an_answer_brings_the_request_back_only_when_no_question_is_left() -> None:
    assert states.after(State.MORE_INFORMATION, Act.ANSWER, still_open=1) is State.MORE_INFORMATION
    assert states.after(State.MORE_INFORMATION, Act.ANSWER) is State.ACKNOWLEDGED
    assert states.after(State.CONSULTING, Act.ANSWER) is State.CONSULTING


def test_each_side_is_offered_its_own_acts_alone() -> None:
    assert states.possible(State.DRAFT, Side.REQUESTED) == ()
    assert states.possible(State.DRAFT, Side.REQUESTING) == (Act.EDIT, Act.SUBMIT, Act.WITHDRAW)
    assert states.possible(State.ACKNOWLEDGED, Side.REQUESTED) == (Act.ASK, Act.CONSULT, Act.GRANT)
    assert states.possible(State.CONSULTING, Side.REQUESTED) == (Act.CONSULT, Act.GRANT, Act.REFUSE, Act.POSTPONE)
