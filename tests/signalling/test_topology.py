"""What flows between whom. Invented seats, and random hearings against the rule said again in plain words."""

from dataclasses import dataclass
from itertools import product
from uuid import UUID, uuid4

from hypothesis import given
from hypothesis import strategies as st

from protection import policy
from protection.policy import Audience, InForce, MeasureKind
from signalling import topology
from signalling.protocol import Form, Kind

FACE = InForce(MeasureKind.FACE_DISTORTION, frozenset({Audience.DEFENCE}))
VOICE = InForce(MeasureKind.VOICE_DISTORTION, frozenset({Audience.DEFENCE}))
SOUND_ONLY = InForce(MeasureKind.SOUND_ONLY, frozenset({Audience.DEFENCE}))
SCREEN = InForce(MeasureKind.SCREEN, frozenset({Audience.ACCUSED}))


@dataclass(frozen=True)
class Seat:
    id: UUID
    audience: Audience | None
    room: str = "hearing"
    measures: frozenset[InForce] | None = frozenset()
    speaks: bool = True


@dataclass(frozen=True)
class Floor:
    state: str
    seats: tuple[Seat, ...]
    private: frozenset[str] = frozenset({"counsel", "bench"})


def seat(audience: Audience | None, room: str = "hearing", *measures: InForce, speaks: bool = True) -> Seat:
    return Seat(uuid4(), audience, room, frozenset(measures), speaks)


def received(floor: Floor, receiver: Seat, source: Seat) -> dict[str, str]:
    receives = topology.plan(floor)[receiver.id].receives
    return {each.kind: each.form for each in receives if each.seat == source.id}


judge = seat(Audience.BENCH)
defence = seat(Audience.DEFENCE)
accused = seat(Audience.ACCUSED)
witness = seat(Audience.WITNESS)
CLEAR = {"audio": "clear", "video": "clear"}


def test_in_an_open_hearing_the_judge_and_the_witness_hear_and_see_each_other() -> None:
    floor = Floor("open", (judge, witness))
    assert received(floor, judge, witness) == CLEAR
    assert received(floor, witness, judge) == CLEAR
    assert topology.plan(floor)[judge.id].sends == (Kind.AUDIO, Kind.VIDEO)


def test_before_opening_while_suspended_and_after_closing_nothing_flows() -> None:
    for state in ("planned", "suspended", "closed", "", "IN_SESSION"):
        assert set(topology.plan(Floor(state, (judge, witness))).values()) == {topology.SeatPlan()}


def test_who_waits_receives_nothing_of_the_hearing_and_sends_nothing_into_it() -> None:
    waiting = seat(Audience.DEFENCE, "waiting")
    plan = topology.plan(Floor("in_session", (judge, witness, waiting)))
    assert plan[waiting.id] == topology.SeatPlan()
    assert waiting.id not in {each.seat for each in plan[judge.id].receives}


def test_a_hidden_face_is_a_card_and_a_masked_voice_is_masked_to_the_defence_alone() -> None:
    hidden = seat(Audience.WITNESS, "hearing", FACE, VOICE)
    floor = Floor("in_session", (judge, defence, hidden))
    assert received(floor, defence, hidden) == {"audio": "masked", "video": "card"}
    assert received(floor, judge, hidden) == CLEAR


def test_a_card_for_everyone_asks_nothing_of_the_camera() -> None:
    hidden = seat(Audience.WITNESS, "hearing", FACE)
    assert topology.plan(Floor("in_session", (defence, hidden)))[hidden.id].sends == (Kind.AUDIO,)


def test_sound_only_negotiates_no_picture() -> None:
    heard = seat(Audience.WITNESS, "hearing", SOUND_ONLY)
    assert received(Floor("in_session", (defence, heard)), defence, heard) == {"audio": "clear"}


def test_a_screen_hides_the_accused_from_the_witness_too() -> None:
    behind = seat(Audience.WITNESS, "hearing", SCREEN)
    floor = Floor("in_session", (accused, behind))
    assert received(floor, accused, behind) == {"audio": "clear"}
    assert received(floor, behind, accused) == {"audio": "clear"}


def test_a_closed_session_keeps_the_technician_out_of_everything() -> None:
    closed = InForce(MeasureKind.CLOSED_SESSION, frozenset({Audience.TECHNICIAN}))
    technician = seat(Audience.TECHNICIAN, speaks=False)
    plan = topology.plan(Floor("in_session", (judge, defence, technician, seat(Audience.WITNESS, "hearing", closed))))
    assert plan[technician.id] == topology.SeatPlan()


def test_a_private_session_is_private_whole_not_only_as_to_the_witness() -> None:
    private = InForce(MeasureKind.PRIVATE_SESSION, frozenset({Audience.PUBLIC}))
    public = seat(Audience.PUBLIC, speaks=False)
    floor = Floor("in_session", (judge, public, seat(Audience.WITNESS, "hearing", private)))
    assert received(floor, public, judge) == {"video": "card"}


def test_the_public_hears_nothing_before_the_session_begins() -> None:
    public = seat(Audience.PUBLIC, speaks=False)
    assert topology.plan(Floor("open", (judge, public)))[public.id] == topology.SeatPlan()


def test_whoever_is_not_known_gets_nothing_and_measures_that_cannot_be_read_blind_everybody() -> None:
    stranger = seat(None)
    unread = Seat(uuid4(), Audience.WITNESS, "hearing", None)
    plan = topology.plan(Floor("in_session", (judge, stranger, unread)))
    assert set(plan.values()) == {topology.SeatPlan()}


def test_counsel_and_client_hear_each_other_in_their_room_and_nobody_else_hears_them_or_they_the_hearing() -> None:
    counsel, client, bench = seat(Audience.DEFENCE, "counsel"), seat(Audience.ACCUSED, "counsel"), judge
    floor = Floor("in_session", (counsel, client, bench, witness))
    plan = topology.plan(floor)
    assert received(floor, counsel, client) == received(floor, client, counsel) == CLEAR
    assert {each.seat for each in plan[bench.id].receives} == {witness.id}
    assert {each.seat for each in plan[client.id].receives} == {counsel.id}


def test_the_private_line_of_the_two_judges_goes_on_while_the_hearing_stands_still_and_ends_with_it() -> None:
    presiding, attending = seat(Audience.BENCH, "bench"), seat(Audience.HOST, "bench")
    assert received(Floor("suspended", (presiding, attending, witness)), presiding, attending) == CLEAR
    assert received(Floor("closed", (presiding, attending, witness)), presiding, attending) == {}


def test_in_a_room_that_has_ended_or_for_one_whom_a_measure_protects_nothing_flows() -> None:
    counsel, client = seat(Audience.DEFENCE, "counsel"), seat(Audience.ACCUSED, "counsel")
    heard = seat(Audience.WITNESS, "counsel")
    ended = topology.plan(Floor("open", (counsel, client), frozenset()))
    assert set(ended.values()) == {topology.SeatPlan()}
    assert topology.plan(Floor("open", (counsel, client, heard)))[heard.id] == topology.SeatPlan()
    assert received(Floor("open", (counsel, client, heard)), counsel, heard) == {}


MEASURES = st.builds(
    InForce,
    st.sampled_from([None, *MeasureKind]),
    st.frozensets(st.sampled_from(list(Audience)), max_size=5),
)
SEATS = st.builds(
    Seat,
    st.uuids(),
    st.sampled_from([None, *Audience]),
    st.sampled_from(["none", "waiting", "hearing", "hall", "counsel", "bench", "ended"]),
    st.none() | st.frozensets(MEASURES, max_size=3),
    st.booleans(),
)
FLOORS = st.builds(
    Floor,
    st.sampled_from(["planned", "open", "in_session", "suspended", "closed", "lost"]),
    st.lists(SEATS, max_size=6, unique_by=lambda each: each.id).map(tuple),
    st.frozensets(st.sampled_from(["counsel", "bench"])),
)
CONFIDANTS = {Audience.BENCH, Audience.HOST, Audience.DEFENCE, Audience.ACCUSED, Audience.INTERPRETER}
RANK = {"none": 0, "card": 1, "masked": 1, "clear": 2}


@given(FLOORS)
def test_nobody_receives_more_of_a_protected_person_than_the_policy_grants(floor: Floor) -> None:
    seats = {each.id: each for each in floor.seats}
    for receiver, plan in topology.plan(floor).items():
        for each in plan.receives:
            source = seats[each.seat]
            if source.audience is Audience.WITNESS or source.measures != frozenset():
                view = policy.view(source.measures, seats[receiver].audience)
                granted = view.audio if each.kind is Kind.AUDIO else view.video
                assert RANK[each.form] <= RANK[granted]


@given(FLOORS)
def test_nobody_receives_himself_and_nothing_passes_the_wall_of_a_room(floor: Floor) -> None:
    seats = {each.id: each for each in floor.seats}
    for receiver, plan in topology.plan(floor).items():
        for each in plan.receives:
            assert each.seat != receiver
            assert each.form is not Form.NONE
            assert seats[each.seat].speaks
            assert seats[receiver].room == seats[each.seat].room
            assert seats[receiver].room in {"hearing"} | floor.private
            assert floor.state in ("open", "in_session") or seats[receiver].room != "hearing"
            assert floor.state in ("open", "in_session", "suspended")


@given(FLOORS)
def test_in_a_private_room_the_confidants_hear_each_other_and_the_rest_nothing(floor: Floor) -> None:
    plans, admitted = topology.plan(floor), _admitted(floor)
    for one, other in product(floor.seats, floor.seats):
        if one.room not in ("counsel", "bench") or one.room != other.room or one.id == other.id:
            continue
        trusted = all(each.audience in CONFIDANTS and each.measures == frozenset() for each in (one, other))
        stands = one.room in floor.private and floor.state in ("open", "in_session", "suspended")
        flows = trusted and stands and other.speaks and {one.id, other.id} <= admitted
        heard = {each.kind: each.form for each in plans[one.id].receives if each.seat == other.id}
        assert heard == (CLEAR if flows else {})


def _admitted(floor: Floor) -> set[UUID]:
    """Whom no closed session shuts out."""
    heard = [each.measures for each in floor.seats if each.audience is Audience.WITNESS or each.measures != frozenset()]
    return {each.id for each in floor.seats if all(policy.view(one, each.audience).admitted for one in heard)}


@given(FLOORS)
def test_a_seat_sends_exactly_what_somebody_needs_from_it(floor: Floor) -> None:
    plans = topology.plan(floor)
    for source, kind in product(plans, Kind):
        needed = any(
            each.seat == source and each.kind is kind and each.form in (Form.CLEAR, Form.MASKED)
            for plan in plans.values()
            for each in plan.receives
        )
        assert (kind in plans[source].sends) == needed


@given(FLOORS, MEASURES)
def test_a_further_measure_only_takes_away(floor: Floor, measure: InForce) -> None:
    tightened = Floor(floor.state, tuple(_with(each, measure) for each in floor.seats), floor.private)
    before, after = topology.plan(floor), topology.plan(tightened)
    for receiver, plan in after.items():
        had = {(each.seat, each.kind): RANK[each.form] for each in before[receiver].receives}
        assert all(RANK[each.form] <= had.get((each.seat, each.kind), 0) for each in plan.receives)


def _with(seat: Seat, measure: InForce) -> Seat:
    if seat.audience is not Audience.WITNESS or seat.measures is None:
        return seat
    return Seat(seat.id, seat.audience, seat.room, seat.measures | {measure}, seat.speaks)
