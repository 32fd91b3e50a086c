"""What is done in and around a hearing, on the page and over the API."""

from collections.abc import Callable
from typing import Any

from scheduler.models import ConnectionCheck, Plan
from sessions import consultation, seats, tickets
from sessions.models import Consultation, Hearing, Seat
from tests.cast import Cast
from tests.config import chairs
from tests.config.same import Act
from tests.sessions.conftest import Day


def acts(told: Cast, things: dict[str, str]) -> dict[str, Act]:
    """By name; each begins where `given` puts the hearing."""
    room = _Room(told, things)
    return {**_doors(told, room), **_in_session(told, room), **_of_the_bench(told, room), **_in_private(told, room)}


class _Room:
    """The rehearsal, of which counsel and an interpreter have seats too, and what may be so before an act."""

    def __init__(self, told: Cast, things: dict[str, str]) -> None:
        chairs.seat_interpreter(told)
        for by in (told.defence, told.prosecutor):
            seats.take(hearing_id=chairs.rehearsal().plan.public_id, by=by)
        self.told, self.things = told, things
        self.base = f"/hearings/{things['hearings']}"
        self.hearings = Hearing.objects.filter(public_id=things["hearings"])
        self.seats = Seat.objects.filter(hearing__public_id=things["hearings"])
        self.day = Day(told, chairs.rehearsal())

    def seat(self, role: str, side: str = "requesting") -> str:
        return str(self.seats.get(role=role, side=side).public_id)

    def at(self, state: str, **facts: Any) -> Callable[[], None]:
        """The hearing in that state, and everybody inside."""

        def given() -> None:
            self.hearings.update(state=state, **facts)
            self.seats.filter(user__isnull=False).update(presence="admitted")
            self.seats.filter(role="witness").update(presence="admitted")

        return given

    def act(self, by: Any, form: dict[str, str], path: str, given: Callable[[], Any], **more: Any) -> Act:
        return Act(by, f"{self.base}/room/act/", form, more.get("method", "POST"), f"{self.base}{path}",
                   more.get("body"), given=given)  # fmt: skip


def _doors(told: Cast, room: _Room) -> dict[str, Act]:
    base, witness = room.base, room.things["seat"]

    def waits() -> None:
        room.seats.filter(role="clerk", side="requesting").update(presence="waiting")

    return {
        "open the doors": Act(told.clerk, f"{base}/act/", {"act": "open"}, "POST", f"{base}/open"),
        "open them from the waiting room": room.act(told.clerk, {"act": "open"}, "/open", waits),
        "be ready": Act(told.prosecutor, f"{base}/wait/ready/", {}, "POST", f"{base}/seats/own"),
        "take a link back": Act(
            told.clerk_madrid, f"{base}/act/", {"act": "revoke", "seat": witness},
            "DELETE", f"{base}/seats/{witness}/ticket",
            given=lambda: tickets.issue(seat_id=room.seats.get(role="witness").public_id, by=told.clerk_madrid),
        ),
    }  # fmt: skip


def _in_session(told: Cast, room: _Room) -> dict[str, Act]:
    technician, witness, live = room.seat("technician"), room.things["seat"], room.at("in_session")
    line = {"kind": "objection", "text": "A leading question."}

    def ask(what: str) -> tuple[dict[str, str], dict[str, Any]]:
        return {"act": f"ask_{what}"}, {"body": {"what": what}}

    def simultaneous() -> None:
        live()
        Plan.objects.filter(public_id=room.things["hearings"]).update(mode="simultaneous")

    def one_waits() -> None:
        live()
        room.seats.filter(public_id=technician).update(presence="waiting")

    return {
        "ask for the floor": room.act(told.defence, ask("floor")[0], "/seats/own/ask", live, **ask("floor")[1]),
        "ask to speak slower": room.act(told.interpreter, ask("slower")[0], "/seats/own/ask", live, **ask("slower")[1]),
        "choose a channel": room.act(
            told.interpreter, {"act": "into", "into": "witness"}, "/seats/own/channel", simultaneous,
            method="PUT", body={"into": "witness"},
        ),
        "write a line": room.act(told.clerk, {"act": "log"} | line, "/log", live, body=line),
        "take a step": room.act(
            told.judge_madrid, {"act": "step", "kind": "affirmation", "seat": witness}, "/steps", live,
            body={"kind": "affirmation", "seat": witness},
        ),
        "admit": room.act(told.clerk, {"act": "admit", "seat": technician}, f"/seats/{technician}/admit", one_waits),
        "put back": room.act(
            told.clerk, {"act": "put_back", "seat": technician}, f"/seats/{technician}/put-back", live
        ),
        "close": room.act(told.clerk, {"act": "close"}, "/close", live),
    }  # fmt: skip


def _of_the_bench(told: Cast, room: _Room) -> dict[str, Act]:
    stopped = room.at("suspended", suspended_by="requested")

    def ready() -> None:
        room.hearings.update(state="planned")
        room.day.ready()
        room.at("open")()  # the interpreter too
        room.day.step("interpreter_oath", told.judge, "interpreter")

    def broken_off() -> None:
        ready()
        room.at("suspended", suspended_by="requesting")()

    def untested() -> None:
        room.at("open")()
        ConnectionCheck.objects.all().delete()

    return {
        "go live": room.act(told.judge, {"act": "go_live"}, "/go-live", ready),
        "resume": room.act(told.judge, {"act": "resume"}, "/resume", broken_off),
        "agree that it goes on": room.act(told.judge_madrid, {"act": "agree"}, "/agree", stopped),
        "go on without a check": room.act(
            told.judge, {"act": "waive", "reason": "Nobody can test."}, "/waive", untested,
            body={"reason": "Nobody can test."},
        ),
    }  # fmt: skip


def _in_private(told: Cast, room: _Room) -> dict[str, Act]:
    stopped, own = room.at("suspended", suspended_by="requesting"), "/consultations/own"
    guest, there = room.seat("interpreter", "third"), room.things["consultations"]
    counsel = room.seats.get(role="defence").public_id

    def open_room() -> None:
        stopped()
        Consultation.objects.filter(public_id=there).update(locked=False)

    def inside() -> None:
        open_room()
        consultation.enter(seat_id=counsel, consultation_id=Consultation.objects.get(public_id=there).public_id)

    def locked() -> None:
        inside()
        consultation.lock(seat_id=counsel, locked=True)

    return {
        "begin a consultation": room.act(told.judge, {"act": "consult"}, "/consultations", stopped),
        "enter": room.act(
            told.defence, {"act": "enter", "consultation": there}, f"/consultations/{there}/enter", open_room
        ),
        "ask in": room.act(
            told.defence, {"act": "invite", "seat": guest}, f"{own}/invite", inside, body={"seat": guest}
        ),
        "lock": room.act(told.defence, {"act": "lock"}, f"{own}/lock", inside, body={"locked": True}),
        "unlock": room.act(told.defence, {"act": "unlock"}, f"{own}/lock", locked, body={"locked": False}),
        "come back": room.act(told.defence, {"act": "come_back"}, f"{own}/leave", inside),
        "call everybody back": room.act(told.judge, {"act": "recall"}, "/consultations/recall", inside),
        "leave from a private room": room.act(told.defence, {"act": "leave"}, "/seats/own/leave", inside),
    }  # fmt: skip
