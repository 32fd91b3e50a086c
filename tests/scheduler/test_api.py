"""The same acts over the API: problem details, versions, keys."""

from datetime import timedelta

import pytest

from directory.models import ApiToken
from scheduler import booking
from tests.scheduler.conftest import NOW, WEDNESDAY, planned

pytestmark = pytest.mark.django_db
SECRETS = ("Palmas", "Canary", "Canarias", "Atlantic", "Aïssatou", "Traoré", "Witness room A")


@pytest.fixture
def call(client):
    """Calls the API as somebody; answers with status and body."""

    def call(member, method, path, body=None, **headers):
        token = ApiToken.issue(user=member.user, expires_at=NOW + timedelta(days=365))
        headers = {"Authorization": f"Bearer {token}", **{k.replace("_", "-"): v for k, v in headers.items()}}
        act = getattr(client, method)
        facts = {"data": body, "content_type": "application/json"} if body is not None else {}
        return act(f"/api/v1{path}", headers=headers, **facts)

    return call


def test_the_best_times_with_everyones_zone(call, cast, plan):
    answer = call(cast.clerk, "get", f"/hearings/{plan.public_id}/slots?limit=1")
    body = answer.json()
    assert (answer.status_code, body["zones"]) == (200, {"requesting": "America/Bogota", "requested": "Europe/Madrid"})
    sits = [
        {
            "side": "requesting",
            "who": "Presiding judge, Prosecutor, Defence counsel",
            "zone": "America/Bogota",
            "outside_minutes": 0,
        },
        {
            "side": "requested",
            "who": f"Attending judge, Witness {plan.request.person.pseudonym}",
            "zone": "Europe/Madrid",
            "outside_minutes": 0,
        },
        {"side": "third", "who": "Interpreter 1, French–Spanish", "zone": "Africa/Dakar", "outside_minutes": 0},
        {"side": "third", "who": "Interpreter 2, French–Spanish", "zone": "Europe/Brussels", "outside_minutes": 0},
    ]
    one = {"start": "2026-12-04T14:15:00Z", "end": "2026-12-04T15:45:00Z", "sits": sits}
    assert body["slots"] == [one | {"worst": 0, "total": 0, "sittings": [one]}]
    assert [secret for secret in SECRETS if secret in answer.content.decode()] == []


def test_date_by_date_and_for_one_start_it_is_told_why_not(call, cast, plan):
    answer = call(cast.clerk, "get", f"/hearings/{plan.public_id}/dates?first=2026-12-07&last=2026-12-08")
    holiday = {"need": "", "code": "holiday", "short_by": 0}
    assert answer.json() == {
        "hearing": str(plan.public_id),
        "zone": "America/Bogota",
        "dates": [
            {"date": "2026-12-07", "starts": 8, "reasons": []},
            {
                "date": "2026-12-08",
                "starts": 0,
                "reasons": [
                    holiday | {"side": side, "sentence": f"Public holiday in {state}: Immaculate Conception."}
                    for side, state in (("requesting", "Colombia"), ("requested", "Spain"))
                ],
            },
        ],
    }
    why = call(cast.clerk, "get", f"/hearings/{plan.public_id}/why?start=2026-12-08T13:30:00Z").json()
    assert (why["possible"], why["nearest"][0]) == (False, "2026-12-07T15:15:00Z")
    assert why["reasons"][0]["sentence"] == "Hearing room 3 is closed that day: public holiday, Immaculate Conception."
    assert call(cast.clerk, "get", f"/hearings/{plan.public_id}/why?start={WEDNESDAY:%Y-%m-%dT%H:%M:%SZ}").json()[
        "possible"
    ]
    backwards = call(cast.clerk, "get", f"/hearings/{plan.public_id}/dates?first=2026-12-08&last=2026-12-07")
    assert (backwards.status_code, backwards.json()["code"]) == (422, "dates_backwards")


def test_hold_confirm_cancel(call, cast, plan):
    held = call(cast.clerk, "post", f"/hearings/{plan.public_id}/bookings", {"starts": [WEDNESDAY.isoformat()]})
    body = held.json()
    assert (held.status_code, held["ETag"], body["state"], body["expires_at"]) == (
        201, '"1"', "held", "2026-11-26T14:05:00Z",
    )  # fmt: skip
    path = f"/bookings/{body['id']}"
    ours = call(cast.clerk, "post", f"{path}/confirm", If_Match='"1"')
    assert (ours.status_code, ours["ETag"], ours.json()["confirmed"]) == (
        200, '"2"', {"requesting": "2026-11-24T14:05:00Z", "requested": None},
    )  # fmt: skip
    theirs = call(cast.clerk_madrid, "post", f"{path}/confirm", If_Match='"2"')
    assert theirs.json()["state"] == "confirmed"
    gone = call(cast.clerk, "post", f"{path}/cancel", {"reason": "The accused is ill."}, If_Match='"3"')
    assert gone.json()["state"] == "cancelled"
    assert call(cast.judge, "get", path).json()["version"] == 4


def test_a_stale_version_is_412_and_a_missing_one_428(call, cast, plan):
    held = booking.hold(plan=plan, starts=[WEDNESDAY], by=cast.clerk)
    path = f"/bookings/{held.public_id}/confirm"
    stale = call(cast.clerk, "post", path, If_Match='"9"')
    assert (stale.status_code, stale["Content-Type"], stale.json()["code"], stale.json()["version"]) == (
        412, "application/problem+json", "stale_version", 1,
    )  # fmt: skip
    missing = call(cast.clerk, "post", path)
    assert (missing.status_code, missing.json()["code"]) == (428, "version_missing")
    assert call(cast.clerk, "post", path, If_Match="*").json()["code"] == "precondition_malformed"


def test_a_taken_time_is_409_with_alternatives(call, cast, plan):
    booking.hold(plan=plan, starts=[WEDNESDAY], by=cast.clerk)
    other = planned(cast, "CO-2026-0312")
    refused = call(cast.clerk, "post", f"/hearings/{other.public_id}/bookings", {"starts": [WEDNESDAY.isoformat()]})
    assert (refused.status_code, refused.json()["code"], len(refused.json()["alternatives"])) == (409, "slot_taken", 3)


def test_a_key_makes_a_retry_safe(call, cast, plan):
    path, body = f"/hearings/{plan.public_id}/bookings", {"starts": [WEDNESDAY.isoformat()]}
    first = call(cast.clerk, "post", path, body, Idempotency_Key="a")
    again = call(cast.clerk, "post", path, body, Idempotency_Key="a")
    assert (first.status_code, again.json()["id"]) == (201, first.json()["id"])


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"starts": ["2026-12-09T08:30:00"]}, "naive_time"),
        ({"starts": ["yesterday"]}, "impossible_time"),
        ({"starts": ["2026-02-30T08:30:00Z"]}, "impossible_time"),
        ({"starts": [1796823000]}, "impossible_time"),  # seconds or milliseconds, and of which zone?
        ({}, "malformed"),
        ({"starts": [None]}, "malformed"),
        ({"starts": ["2026-12-09T13:30:00Z"], "force": True}, "malformed"),  # a field nobody knows
    ],
)
def test_bad_facts_are_422(call, cast, plan, body, code):
    answer = call(cast.clerk, "post", f"/hearings/{plan.public_id}/bookings", body)
    assert (answer.status_code, answer.json()["code"]) == (422, code)


def test_a_day_that_no_calendar_has_is_named_with_its_field(call, cast, plan):
    path = f"/hearings/{plan.public_id}/plan"
    answers = [call(cast.clerk, "patch", path, {"earliest": day}, If_Match="1").json() for day in ("2026-02-30", 20790)]
    assert [(one["code"], one["field"]) for one in answers] == [("impossible_time", "earliest")] * 2


def test_anothers_hearing_is_not_there(call, cast, plan):
    held = booking.hold(plan=plan, starts=[WEDNESDAY], by=cast.clerk)
    answers = [
        call(cast.stranger, "get", f"/hearings/{plan.public_id}/slots"),
        call(cast.stranger, "get", f"/bookings/{held.public_id}"),
        call(cast.stranger, "post", f"/bookings/{held.public_id}/confirm", If_Match='"1"'),
        call(cast.stranger, "get", "/bookings/00000000-0000-4000-8000-000000000000"),
    ]
    assert [(answer.status_code, answer.json()["code"]) for answer in answers] == [(404, "not_found")] * 4


def test_the_plan_is_read_and_changed_with_its_version(call, cast, plan):
    path = f"/hearings/{plan.public_id}/plan"
    read = call(cast.clerk, "get", path)
    body = read.json()
    assert (read["ETag"], body["minutes"], body["nothing_before"]) == ('"3"', 90, "2026-12-04T14:05:00Z")
    assert (body["breaks"], body["relay"], body["pivot"]) == ([{"after": 40, "minutes": 10}], False, "")
    assert call(cast.clerk, "patch", path, {"minutes": 60}).status_code == 428  # without a version
    assert call(cast.clerk, "patch", path, {"minutes": 60}, If_Match='"2"').status_code == 412
    changed = call(cast.clerk, "patch", path, {"minutes": 60, "sittings": 3}, If_Match='"3"')
    body = changed.json()
    assert (changed.status_code, changed["ETag"], body["sittings"], body["earliest"]) == (200, '"4"', 3, "2026-12-01")
    assert [need["count"] for need in body["needs"] if need["role"] == "interpreter"] == [1]
    broken = call(cast.clerk, "patch", path, {"spread_days": 1}, If_Match='"4"')
    assert (broken.status_code, broken.json()["code"]) == (422, "plan_broken")


def test_each_side_chooses_its_own_people_over_the_api(call, cast, plan):
    path = f"/hearings/{plan.public_id}/plan"
    ours = {need["role"]: need for need in call(cast.clerk, "get", path).json()["needs"]}
    theirs = {need["role"]: need for need in call(cast.clerk_madrid, "get", path).json()["needs"]}
    assert (ours["witness_room"]["people"], theirs["room"]["people"]) == (None, None)
    room, practice = ours["room"]["people"]
    assert (room["label"], room["chosen"], practice["chosen"]) == ("Hearing room 3", True, False)
    need = f"{path}/needs/{ours['room']['id']}"
    both = {"people": [room["id"], practice["id"]]}
    assert call(cast.clerk_madrid, "patch", need, both, If_Match='"3"').status_code == 404
    body = call(cast.clerk, "patch", need, both, If_Match='"3"').json()
    assert [one["chosen"] for need in body["needs"] if need["role"] == "room" for one in need["people"]] == [True, True]
    judges = f"{path}/needs/{theirs['attending_judge']['id']}"
    assert call(cast.clerk_madrid, "patch", judges, {"count": 3}, If_Match='"4"').json()["code"] == "too_few"


def test_a_support_person_and_another_look_for_interpreters_over_the_api(call, cast, plan):
    path = f"/hearings/{plan.public_id}/plan"
    added = call(cast.clerk_madrid, "put", f"{path}/support", {"wanted": True}, If_Match='"3"').json()
    assert [need["side"] for need in added["needs"] if need["role"] == "support"] == ["requested"]
    assert call(cast.clerk, "put", f"{path}/support", {"wanted": False}, If_Match='"4"').status_code == 404
    again = call(cast.clerk, "post", f"{path}/interpreters", If_Match='"4"')
    assert (again.status_code, again["ETag"]) == (200, '"5"')


def test_a_confirmed_time_moves_by_a_proposal_of_the_other_court(call, cast, plan):
    held = booking.hold(plan=plan, starts=[WEDNESDAY], by=cast.clerk)
    booking.confirm(booking=held, by=cast.clerk, version=1)
    booking.confirm(booking=held, by=cast.clerk_madrid, version=2)
    path, later = f"/bookings/{held.public_id}", {"starts": ["2026-12-10T13:30:00Z"]}
    alone = call(cast.clerk, "post", f"{path}/move", later, If_Match='"3"')
    missing = call(cast.clerk, "post", f"{path}/proposals", later | {"reason": "The judge is away."})
    asked = call(cast.clerk, "post", f"{path}/proposals", later | {"reason": "The judge is away."}, If_Match='"3"')
    assert (alone.json()["code"], missing.status_code, asked.status_code) == ("needs_agreement", 428, 201)
    assert (asked.json()["side"], call(cast.clerk_madrid, "get", f"{path}/proposals").json()) == (
        "requesting", [asked.json()],
    )  # fmt: skip
    there = f"/proposals/{asked.json()['id']}"
    unread = [call(cast.clerk_madrid, "post", f"{there}/decline", **said) for said in ({}, {"If_Match": '"2"'})]
    assert [answer.status_code for answer in unread] == [428, 412]
    taken = call(cast.clerk_madrid, "post", f"{there}/take", If_Match='"3"')
    assert (taken.json()["state"], taken.json()["start"], taken["ETag"]) == ("confirmed", "2026-12-10T13:30:00Z", '"4"')


def test_a_clerk_reads_of_his_own_people_alone_and_replaces_one(call, cast, plan):
    held = booking.hold(plan=plan, starts=[WEDNESDAY], by=cast.clerk)
    path = f"/bookings/{held.public_id}"
    rows = {row["role"]: row for row in call(cast.clerk, "get", f"{path}/replaceable").json()}
    assert set(rows) == {"room", "judge", "defence", "interpreter"}
    facts = {"out": rows["interpreter"]["booked"]["id"], "reason": "Ill."}
    wrong = call(cast.clerk, "post", f"{path}/replace", facts | {"replacement": str(held.public_id)}, If_Match='"1"')
    assert (wrong.status_code, wrong.json()["code"]) == (422, "not_in_pool")
