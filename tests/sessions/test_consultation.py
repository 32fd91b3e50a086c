"""Counsel and client, or the two judges, speak in private beside the hearing."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from directory.errors import Forbidden, NotFound, Refusal
from directory.models import ApiToken, AuditEntry, Membership
from scheduler.models import Booking
from sessions import consultation, floorplan, lifecycle, presence, seats
from sessions.errors import GatesNotClear, WrongState
from sessions.models import Consultation, Seat
from sessions.words import functions, sentence, state_names
from tests.cast import Cast
from tests.sessions.conftest import Day


@pytest.fixture(scope="module")
def in_session(played: tuple[Cast, int]) -> None:
    """Told once for all tests here: defence counsel sits in Bogotá with the accused and an interpreter for them."""
    cast, booking = played
    day = Day(cast, Booking.objects.select_related("plan__request__person").get(pk=booking))
    day.live()
    day.sits(cast.defence)
    for role in ("accused", "interpreter"):
        seat = seats.add(hearing_id=day.id, role=role, side="requesting", by=cast.clerk)
        Seat.objects.filter(pk=seat.pk).update(presence="admitted")


@pytest.fixture
def defended(in_session: None, day: Day) -> Day:
    return day


def ours(day: Day, role: str) -> Seat:
    """The newest of the role on Bogotá's side."""
    return day.hearing.seats.filter(role=role, side="requesting").order_by("-number")[0]


def apart(day: Day) -> Consultation:
    """Counsel has gone into private and asked the accused in, who has come."""
    room = consultation.begin(seat_id=ours(day, "defence").public_id)
    consultation.invite(seat_id=ours(day, "defence").public_id, guest_id=ours(day, "accused").public_id)
    consultation.enter(seat_id=ours(day, "accused").public_id, consultation_id=room.public_id)
    return room


def rooms(day: Day) -> dict[str, str]:
    floor = floorplan.describe(day.id, day.start)
    assert floor is not None
    return {f"{seat.role} {seat.side}": seat.room for seat in floor.seats if seat.room not in ("none", "waiting")}


def suspended(day: Day) -> Day:
    lifecycle.suspend(hearing_id=day.id, by=day.cast.judge, reason="consultation")
    return day


def test_counsel_and_the_accused_are_in_a_room_of_their_own_while_the_session_goes_on(defended: Day) -> None:
    room = str(apart(defended).public_id)
    assert rooms(defended) == {
        "clerk requesting": "hearing",
        "clerk requested": "hearing",
        "judge requesting": "hearing",
        "attending_judge requested": "hearing",
        "witness requested": "hearing",
        "interpreter requesting": "hearing",
        "defence requesting": room,
        "accused requesting": room,
    }


def test_the_log_tells_who_was_in_private_and_when_and_nothing_more(defended: Day) -> None:
    before = len(defended.lines())
    apart(defended)
    consultation.lock(seat_id=ours(defended, "defence").public_id, locked=False)
    for role in ("accused", "defence"):
        consultation.come_back(seat_id=ours(defended, role).public_id)
    assert defended.lines()[before:] == ["counsel_room", "counsel_room", "rejoined", "rejoined"]
    names = functions(defended.hearing, defended.hearing.seats.select_related("person"))
    lines = defended.hearing.log.order_by("number")[before:]
    assert [sentence(line, names=names, states=state_names(defended.hearing)) for line in lines] == [
        "Defence counsel goes into a private consultation of counsel and client.",
        "Accused goes into a private consultation of counsel and client.",
        "Accused is back from the private consultation.",
        "Defence counsel is back from the private consultation.",
    ]


def test_locking_and_asking_in_stand_in_the_audit_trail(defended: Day) -> None:
    apart(defended)
    consultation.lock(seat_id=ours(defended, "defence").public_id, locked=False)
    acts = [entry.act for entry in AuditEntry.objects.order_by("pk") if "consultation" in entry.act]
    assert acts == ["hearing.consultation_invited", "hearing.consultation_unlocked"]


def test_a_locked_room_is_entered_by_invitation_alone(defended: Day) -> None:
    counsel, accused = ours(defended, "defence").public_id, ours(defended, "accused").public_id
    room = consultation.begin(seat_id=counsel)
    with pytest.raises(Refusal) as caught:
        consultation.enter(seat_id=accused, consultation_id=room.public_id)
    assert caught.value.code == "consultation_locked"
    consultation.lock(seat_id=counsel, locked=False)
    consultation.enter(seat_id=accused, consultation_id=room.public_id)
    assert ours(defended, "accused").consultation == room


@pytest.mark.parametrize("role", ["judge", "clerk", "prosecutor"])
def test_nobody_else_finds_the_room_of_counsel_and_client(defended: Day, role: str) -> None:
    room = apart(defended)
    consultation.lock(seat_id=ours(defended, "defence").public_id, locked=False)
    if role == "prosecutor":
        defended.sits(defended.cast.prosecutor)
    with pytest.raises(NotFound):
        consultation.enter(seat_id=ours(defended, role).public_id, consultation_id=room.public_id)
    with pytest.raises(Refusal) as caught:
        consultation.invite(seat_id=ours(defended, "defence").public_id, guest_id=ours(defended, role).public_id)
    assert caught.value.code == "not_invitable"


def test_the_person_heard_cannot_begin_a_consultation(defended: Day) -> None:
    with pytest.raises(WrongState):
        consultation.begin(seat_id=defended.seat("witness").public_id)


def test_an_interpreter_comes_when_asked_but_not_while_the_hearing_is_in_session(defended: Day) -> None:
    room, interpreter = apart(defended), ours(defended, "interpreter").public_id
    consultation.invite(seat_id=ours(defended, "defence").public_id, guest_id=interpreter)
    with pytest.raises(WrongState):
        consultation.enter(seat_id=interpreter, consultation_id=room.public_id)
    suspended(defended)
    consultation.enter(seat_id=interpreter, consultation_id=room.public_id)
    assert ours(defended, "interpreter").consultation == room


def test_when_counsel_and_client_have_gone_their_interpreter_is_back_and_the_room_has_ended(defended: Day) -> None:
    room, interpreter = apart(defended), ours(defended, "interpreter").public_id
    suspended(defended)
    consultation.invite(seat_id=ours(defended, "defence").public_id, guest_id=interpreter)
    consultation.enter(seat_id=interpreter, consultation_id=room.public_id)
    presence.put_back(seat_id=ours(defended, "accused").public_id, by=defended.cast.clerk)
    consultation.come_back(seat_id=ours(defended, "defence").public_id)
    room.refresh_from_db()
    assert room.ended_at is not None
    assert ours(defended, "interpreter").here
    assert ours(defended, "accused").presence == "waiting"


def test_the_judges_withdraw_only_while_the_hearing_is_not_in_session(defended: Day) -> None:
    with pytest.raises(WrongState):
        consultation.begin(seat_id=defended.seat("judge").public_id)
    suspended(defended)
    room = consultation.begin(seat_id=defended.seat("judge").public_id)
    with pytest.raises(Refusal) as caught:
        consultation.begin(seat_id=defended.seat("attending_judge").public_id)
    assert caught.value.code == "consultation_running"
    consultation.enter(seat_id=defended.seat("attending_judge").public_id, consultation_id=room.public_id)
    assert {seat.role for seat in room.inside.all()} == {"judge", "attending_judge"}


def test_a_hearing_is_not_resumed_while_somebody_is_in_private_until_a_judge_calls_all_back(defended: Day) -> None:
    apart(suspended(defended))
    with pytest.raises(GatesNotClear) as caught:
        lifecycle.resume(hearing_id=defended.id, by=defended.cast.judge)
    assert "nobody_consults" in [gate.id for gate in caught.value.findings]
    consultation.recall(hearing_id=defended.id, by=defended.cast.judge)
    assert set(rooms(defended).values()) == {"hearing"}
    assert defended.lines()[-1] == "recalled"


def test_only_a_judge_calls_back(defended: Day) -> None:
    apart(defended)
    for by in (defended.cast.clerk, defended.cast.prosecutor):
        with pytest.raises(Forbidden):
            consultation.recall(hearing_id=defended.id, by=by)
    consultation.recall(hearing_id=defended.id, by=defended.cast.judge_madrid)
    with pytest.raises(WrongState):
        consultation.recall(hearing_id=defended.id, by=defended.cast.judge_madrid)


def test_who_is_in_private_asks_the_bench_for_nothing_and_is_given_no_floor(defended: Day) -> None:
    apart(defended)
    with pytest.raises(WrongState):
        lifecycle.ask(seat_id=ours(defended, "defence").public_id, what="floor")
    with pytest.raises(WrongState):
        lifecycle.give_floor(seat_id=ours(defended, "defence").public_id, by=defended.cast.judge)


def test_the_end_of_the_hearing_ends_every_consultation(defended: Day) -> None:
    room = apart(defended)
    lifecycle.close(hearing_id=defended.id, by=defended.cast.clerk)
    room.refresh_from_db()
    assert room.ended_at is not None
    assert ours(defended, "defence").consultation is None


def page(day: Day, by: Membership, **data: Any) -> str:
    client = Client()
    client.force_login(by.user)
    if data:
        assert client.post(reverse("evidence:room_act", args=[day.id]), data).status_code == 302
    return client.get(reverse("evidence:room", args=[day.id])).content.decode()


def test_counsel_goes_into_private_on_the_page_and_the_judge_reads_that_alone(defended: Day) -> None:
    cast = defended.cast
    assert "Speak with your client in private" in page(defended, cast.defence)
    inside = page(defended, cast.defence, act="consult")
    assert "Consultation of counsel and client" in inside
    assert "Ask in: Accused" in inside
    assert "data-private" in inside
    bench = page(defended, cast.judge)
    assert "Call everybody back" in bench
    assert "data-private" not in bench
    assert str(defended.hearing.consultations.get().public_id) not in bench
    back = page(defended, cast.defence, act="come_back")
    assert "Speak with your client in private" in back


def test_the_same_acts_over_the_api(defended: Day) -> None:
    cast, end = defended.cast, timezone.now() + timedelta(days=1)
    tokens = {by.pk: ApiToken.issue(user=by.user, expires_at=end) for by in (cast.defence, cast.judge, cast.stranger)}

    def ask(by: Membership, method: str, path: str, **body: Any) -> Any:
        address = f"/api/v1/hearings/{defended.id}/consultations{path}"
        bearer = {"Authorization": f"Bearer {tokens[by.pk]}"}
        return Client().generic(method, address, json.dumps(body), "application/json", headers=bearer)

    assert ask(cast.stranger, "GET", "").status_code == 404
    made = ask(cast.defence, "POST", "")
    assert (made.status_code, made.json()["name"]) == (201, "Consultation of counsel and client")
    accused = str(ours(defended, "accused").public_id)
    asked = ask(cast.defence, "POST", "/own/invite", seat=accused).json()
    assert {"id": accused, "function": "Accused", "asked": True} in asked["guests"]
    assert ask(cast.defence, "POST", "/own/lock", locked=False).json()["locked"] is False
    nothing: dict[str, Any] = {"company": [], "guests": [], "doors": []}
    bench = {"name": "", "locked": False, "begin": "", "recall": True}
    assert ask(cast.judge, "GET", "").json() == nothing | bench
    assert ask(cast.judge, "POST", "/recall").status_code == 200
    assert ask(cast.defence, "POST", "/own/leave").status_code == 409
