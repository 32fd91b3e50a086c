"""What a court keeps of itself, over the API: the same acts, for its own people alone, against what was read."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from directory.models import Absence, ApiToken, CourtRecess, Interpreter, Membership, OutsideCalendar, Site

NOW = datetime(2026, 11, 24, 14, 5, tzinfo=UTC)
WEEK = {"mon": [["08:00", "12:00"]]}
ROOM = {"name": "Hearing room 5", "kind": "court", "city": "Bogotá", "zone": "America/Bogota", "hours": WEEK}
INTERPRETER = {
    "name": "Dora Yeboah", "email": "dora@accra.example", "zone": "Africa/Accra",
    "pairs": [{"source": "fr", "target": "es", "modes": ["consecutive"]}],
}  # fmt: skip
PERSON = {"full_name": "Nuria Vega", "email": "nuria@bogota.example", "role": "technician", "zone": "America/Bogota"}
ABSENCE = {"start": {"day": "2026-12-09", "clock": "08:00"}, "until": {"day": "2026-12-09", "clock": "10:30"}}
RECESS = {"first": "2026-12-20", "last": "2027-01-10", "name": "Vacancia judicial"}
CALENDAR = {"kind": "ics", "url": "https://calendar.example/private-7c1/room.ics", "password": "open sesame"}


class Caller:
    """A member's program, with a token."""

    def __init__(self, by: Membership) -> None:
        self.token = ApiToken.issue(user=by.user, expires_at=timezone.now() + timedelta(days=1))

    def __call__(self, method: str, path: str, body: Any = None, version: object = None) -> Any:
        headers = {"Authorization": f"Bearer {self.token}"} | ({} if version is None else {"If-Match": str(version)})
        return Client().generic(
            method, f"/api/v1{path}", "" if body is None else json.dumps(body), "application/json", headers=headers
        )


@pytest.fixture(autouse=True)
def today(time_machine: Any) -> None:
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def clerk(cast: Any) -> Caller:
    return Caller(cast.clerk)


def code(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def test_a_room_is_entered_read_and_changed_against_what_was_read(cast: Any, clerk: Caller) -> None:
    made = clerk("POST", "/rooms", ROOM)
    assert (made.status_code, made["ETag"]) == (201, '"1"')
    path = f"/rooms/{made.json()['id']}"
    assert clerk("GET", path).json() == made.json()
    changed = clerk("PUT", path, ROOM | {"name": "Hearing room 6"}, version=made["ETag"])
    assert (changed.status_code, changed["ETag"], changed.json()["name"]) == (200, '"2"', "Hearing room 6")
    assert code(clerk("PUT", path, ROOM, version='"1"')) == (412, "stale_version")
    assert code(clerk("PUT", path, ROOM)) == (428, "version_missing")
    assert code(clerk("PUT", path, ROOM, version="first")) == (422, "precondition_malformed")
    assert Site.objects.get(public_id=made.json()["id"]).name == "Hearing room 6"


@pytest.mark.parametrize(
    ("path", "body", "refused", "field"),
    [
        ("/rooms", ROOM | {"name": "Hearing room 3"}, "room_exists", "name"),
        ("/rooms", ROOM | {"hours": {"mon": [["12:00", "08:00"]]}}, "hours_wrong", "hours"),
        ("/rooms", ROOM | {"hours": {"someday": []}}, "hours_wrong", "hours"),
        ("/rooms", ROOM | {"hours": {"mon": [["08:00"]]}}, "hours_wrong", "hours"),
        ("/rooms", ROOM | {"zone": "Bogota"}, "unknown_zone", "zone"),
        ("/interpreters", INTERPRETER | {"pairs": []}, "pair_wrong", "pairs"),
        ("/memberships", PERSON | {"role": "king"}, "role_unknown", "role"),
        ("/recesses", RECESS | {"last": "2026-12-01"}, "recess_runs_backward", "last"),
    ],
)
def test_what_does_not_fit_names_its_field(
    cast: Any, clerk: Caller, path: str, body: Any, refused: str, field: str
) -> None:
    answer = clerk("POST", path, body)
    assert (*code(answer), answer.json()["field"]) == (422, refused, field)


def test_an_interpreter_is_entered_listed_and_changed(cast: Any, clerk: Caller) -> None:
    made = clerk("POST", "/interpreters", INTERPRETER)
    path = f"/interpreters/{made.json()['id']}"
    assert (made.status_code, made["ETag"]) == (201, '"1"')
    assert made.json() in clerk("GET", "/interpreters").json()
    away = clerk("PUT", path, INTERPRETER | {"active": False}, version=1)
    assert (away.status_code, away.json()["active"], away["ETag"]) == (200, False, '"2"')
    assert code(clerk("PUT", path, INTERPRETER, version=1)) == (412, "stale_version")
    assert [row["name"] for row in Caller(cast.clerk_madrid)("GET", "/interpreters").json()] == []


def test_a_colleague_agrees_to_a_judge_whom_a_clerk_has_entered(cast: Any, clerk: Caller) -> None:
    made = clerk("POST", "/memberships", PERSON | {"role": "judge"})
    path = f"/memberships/{made.json()['id']}"
    assert (made.status_code, made.json()["waits"], made.json()["active"]) == (201, True, False)
    assert clerk("POST", f"{path}/agree", version=1).status_code == 404
    agreed = Caller(cast.judge)("POST", f"{path}/agree", version=1)
    assert (agreed.status_code, agreed.json()["active"], agreed["ETag"]) == (200, False, '"2"')
    again = clerk("POST", f"{path}/link")
    assert (again.json()["asked"], again.json()["name"], again["ETag"]) == (True, "", '"3"')
    assert code(clerk("POST", f"{path}/end")) == (428, "version_missing")
    assert clerk("POST", f"{path}/end", version=3).json()["asked"] is False
    assert clerk("POST", f"{path}/resume", version=4).json()["waits"] is True
    assert clerk("POST", f"{path}/promote", version=5).status_code == 404


def test_a_person_can_be_booked_at_the_hours_sent(cast: Any, clerk: Caller) -> None:
    path = f"/memberships/{cast.technician.public_id}/hours"
    first = clerk("PUT", path, {"hours": WEEK}, version=0)
    assert (first.status_code, first.json()["resource_version"]) == (200, 1)
    assert code(clerk("PUT", path, {"hours": None}, version=0)) == (412, "stale_version")
    rows = {row["id"]: row["resource"] for row in clerk("GET", "/memberships").json()}
    assert rows[str(cast.technician.public_id)] == first.json()["resource"]


def test_an_absence_is_entered_listed_and_struck_out(cast: Any, clerk: Caller) -> None:
    path = f"/resources/{cast.judge.user.resource.public_id}/absences"
    made = clerk("POST", path, ABSENCE)
    assert (made.status_code, made.json()["start"]) == (201, "2026-12-09T13:00:00Z")
    assert clerk("GET", path).json() == [made.json()]
    skipped = {"start": {"day": "2027-03-28", "clock": "02:30"}}
    madrid = f"/resources/{cast.judge_madrid.user.resource.public_id}/absences"
    gap = Caller(cast.clerk_madrid)("POST", madrid, skipped)
    assert (*code(gap), len(gap.json()["nearest"])) == (422, "wall_time_gap", 2)
    assert clerk("DELETE", f"/absences/{made.json()['id']}").status_code == 204
    assert not Absence.objects.exists()


def test_who_is_booked_enters_his_own_absences(cast: Any) -> None:
    judge = Caller(cast.judge)
    path = f"/resources/{cast.judge.user.resource.public_id}/absences"
    assert judge("POST", path, ABSENCE).status_code == 201
    assert judge("POST", f"/resources/{_hall().resource.public_id}/absences", ABSENCE).status_code == 404


def test_a_recess_is_entered_listed_and_struck_out(cast: Any, clerk: Caller) -> None:
    made = clerk("POST", "/recesses", RECESS)
    assert (made.status_code, clerk("GET", "/recesses").json()) == (201, [made.json()])
    assert Caller(cast.clerk_madrid)("GET", "/recesses").json() == []
    assert clerk("DELETE", f"/recesses/{made.json()['id']}").status_code == 204
    assert not CourtRecess.objects.exists()


def test_a_calendar_elsewhere_is_named_changed_read_and_removed(cast: Any, clerk: Caller) -> None:
    path = f"/resources/{_hall().resource.public_id}/calendars"
    made = clerk("POST", path, CALENDAR)
    assert (made.status_code, made["ETag"], clerk("GET", path).json()) == (201, '"1"', [made.json()])
    told = made.content.decode() + clerk("GET", path).content.decode()
    assert [word for word in ("private-7c1", "sesame") if word in told] == []
    one = f"/calendars/{made.json()['id']}"
    changed = clerk("PUT", one, {"kind": "ics", "every_minutes": 60}, version=1)
    assert (changed.status_code, changed.json()["every_minutes"], changed["ETag"]) == (200, 60, '"2"')
    assert code(clerk("PUT", one, {"kind": "ics"}, version=1)) == (412, "stale_version")
    assert clerk("POST", f"{one}/read").status_code == 202
    OutsideCalendar.objects.update(failure="outside_missing")
    assert clerk("GET", path).json()[0]["failure"] == "outside_missing"
    assert code(clerk("DELETE", one)) == (428, "version_missing")
    assert clerk("DELETE", one, version=2).status_code == 204


def test_an_address_in_a_private_network_is_refused_with_its_code(cast: Any, clerk: Caller, settings: Any) -> None:
    settings.OUTSIDE_LOOPBACK = False
    path = f"/resources/{_hall().resource.public_id}/calendars"
    answer = clerk("POST", path, CALENDAR | {"url": "https://192.168.0.1/room.ics"})
    assert (*code(answer), answer.json()["field"]) == (422, "outside_forbidden", "url")


def _hall() -> Site:
    return Site.objects.select_related("resource").get(name="Hearing room 3")


def _operations(cast: Any, clerk: Caller) -> list[tuple[str, str, Any]]:
    """Everything that names a row of the court in Bogotá."""
    hall, bruno = _hall(), Interpreter.objects.get(name="Bruno Claes")
    resource, member = f"/resources/{hall.resource.public_id}", f"/memberships/{cast.defence.public_id}"
    absence = clerk("POST", f"{resource}/absences", ABSENCE).json()["id"]
    recess = clerk("POST", "/recesses", RECESS).json()["id"]
    calendar = f"/calendars/{clerk('POST', f'{resource}/calendars', CALENDAR).json()['id']}"
    return [
        ("GET", f"/rooms/{hall.public_id}", None), ("PUT", f"/rooms/{hall.public_id}", ROOM),
        ("PUT", f"/interpreters/{bruno.public_id}", INTERPRETER), ("PUT", f"{member}/hours", {"hours": WEEK}),
        *(("POST", f"{member}/{act}", None) for act in ("agree", "end", "resume", "link")),
        ("GET", f"{resource}/absences", None), ("POST", f"{resource}/absences", ABSENCE),
        ("DELETE", f"/absences/{absence}", None), ("DELETE", f"/recesses/{recess}", None),
        ("GET", f"{resource}/calendars", None), ("POST", f"{resource}/calendars", CALENDAR),
        ("PUT", calendar, CALENDAR), ("POST", f"{calendar}/read", None), ("DELETE", calendar, None),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "who", ["clerk_madrid", "spain", "stranger", "prosecutor", "defence", "technician", "interpreter", "auditor"]
)
def test_nobody_else_finds_any_row_of_the_court(cast: Any, clerk: Caller, who: str) -> None:
    call = Caller(getattr(cast, who))
    operations = _operations(cast, clerk)
    assert {call(*one, version=1).status_code for one in operations} == {404}


@pytest.mark.parametrize("who", ["prosecutor", "judge", "defence", "technician", "interpreter", "auditor"])
def test_who_does_not_edit_enters_nothing(cast: Any, who: str) -> None:
    call = Caller(getattr(cast, who))
    bodies = (("/rooms", ROOM), ("/interpreters", INTERPRETER), ("/memberships", PERSON), ("/recesses", RECESS))
    answers = {call("POST", path, body).status_code for path, body in bodies}
    assert answers | {call("GET", path).status_code for path, _body in bodies[1:]} == {404}
