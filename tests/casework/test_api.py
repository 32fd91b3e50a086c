"""The same acts, called by programs."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from casework.models import Request
from config.story.cases import CASE, IDENTITY
from tests.casework.conftest import COMPLETE, calling

pytestmark = pytest.mark.django_db
ROOT = "/api/v1/requests"


def post(client: Any, path: str, body: dict[str, Any], **headers: str) -> Any:
    return client.post(f"{ROOT}{path}", body, content_type="application/json", headers=headers)


def test_a_program_carries_a_request_from_draft_to_grant(cast: Any) -> None:
    colombia, spain = calling(cast.prosecutor), calling(cast.spain)
    body = {
        "requested": str(cast.spain.authority.public_id),
        "court": str(cast.judge.authority.public_id),
        "fields": CASE | COMPLETE,
    }
    made = post(colombia, "", body)
    assert (made.status_code, made["ETag"]) == (201, '"1"')
    path = f"/{made.json()['id']}"
    named = colombia.put(f"{ROOT}{path}/person", IDENTITY, content_type="application/json", headers={"If-Match": '"1"'})
    assert (named.status_code, named.json()["identity_complete"]) == (200, True)
    assert IDENTITY["given_name"] not in named.text
    sent = post(colombia, f"{path}/submit", {}, **{"If-Match": named["ETag"]})
    assert (sent.json()["state"], sent.json()["acts"]) == ("submitted", ["withdraw"])
    got = post(spain, f"{path}/acknowledge", {"version": 3})
    asked = post(spain, f"{path}/questions", {"version": 4, "text": "Which affirmation?"})
    question = asked.json()["questions"][0]["id"]
    answered = post(colombia, f"{path}/questions/{question}/answer", {"version": 5, "text": "That of article 389."})
    assert (got.json()["state"], answered.json()["state"]) == ("acknowledged", "acknowledged")
    consulted = post(spain, f"{path}/consult", {"text": "Our judge attends."}, **{"If-Match": answered["ETag"]})
    grant = {"conditions": ["The judge may stop it."], "executing": str(cast.judge_madrid.authority.public_id)}
    granted = post(spain, f"{path}/grant", grant, **{"If-Match": consulted["ETag"]})
    assert granted.json()["decisions"][0]["conditions"] == ["The judge may stop it."]
    accepted = post(colombia, f"{path}/accept", {"version": 8})
    assert accepted.json()["conditions_accepted_at"] is not None


def test_a_refused_submission_lists_the_rules(cast: Any) -> None:
    client = calling(cast.prosecutor)
    made = post(client, "", {"requested": str(cast.spain.authority.public_id), "fields": CASE | {"purpose": ""}})
    refused = post(client, f"/{made.json()['id']}/submit", {"version": 1})
    assert (refused.status_code, refused["Content-Type"]) == (422, "application/problem+json")
    problem = refused.json()
    assert problem["code"] == "request_incomplete"
    assert [finding["rule"] for finding in problem["findings"]] == ["U18-15e", "U18-15f", "V-03"]
    findings = client.get(f"{ROOT}/{made.json()['id']}/findings").json()
    assert [one["rule"] for one in findings if one["level"] == "must"] == ["U18-15e", "U18-15f", "V-03"]


def test_the_same_draft_sent_twice_is_one(cast: Any) -> None:
    client, body = calling(cast.prosecutor), {"requested": str(cast.spain.authority.public_id), "id": str(uuid4())}
    first, second = post(client, "", body), post(client, "", body)
    assert (first.json(), Request.objects.count()) == (second.json(), 1)


def test_a_submission_sent_twice_answers_as_the_first(cast: Any, written: Callable[..., Request]) -> None:
    request, client = written(), calling(cast.prosecutor)
    first = post(client, f"/{request.public_id}/submit", {"version": 2})
    second = post(client, f"/{request.public_id}/submit", {"version": 2})
    assert (first.status_code, first.json()) == (second.status_code, second.json())
    third = post(client, f"/{request.public_id}/submit", {"version": 3})
    assert (third.status_code, third.json()["code"]) == (409, "already_submitted")


# Each row: what is sent, and with which status and code it is refused.
@pytest.mark.parametrize(
    ("body", "headers", "status", "code"),
    [
        ({"fields": {"subject": "x"}}, {}, 428, "version_missing"),
        ({"fields": {"subject": "x"}, "version": 9}, {}, 412, "stale_version"),
        ({"fields": {"subject": "x"}}, {"If-Match": '"9"'}, 412, "stale_version"),
        ({"fields": {"subject": "x"}, "version": 10**12}, {}, 422, "malformed"),
        ({"fields": {"nature": "revenge"}, "version": 1}, {}, 422, "unreadable_values"),
        ({"fields": {"earliest": "2026-02-30"}, "version": 1}, {}, 422, "unreadable_values"),
        ({"fields": {"oral_made_at": "2026-11-24T08:30"}, "version": 1}, {}, 422, "unreadable_values"),
        ({"fields": {"request_language": "xx-notatag"}, "version": 1}, {}, 422, "unreadable_values"),
        ({"fields": {"witness_name": "Maria"}, "version": 1}, {}, 422, "malformed"),
        ({"requested": str(uuid4()), "version": 1}, {}, 404, "not_found"),
    ],
)
def test_a_bad_edit_is_refused_by_its_code(
    cast: Any, body: dict[str, Any], headers: dict[str, str], status: int, code: str
) -> None:
    client = calling(cast.prosecutor)
    made = post(client, "", {"requested": str(cast.spain.authority.public_id)})
    path = f"{ROOT}/{made.json()['id']}"
    refused = client.patch(path, body, content_type="application/json", headers=headers)
    assert (refused.status_code, refused.json()["code"]) == (status, code)
    assert Request.objects.get().version == 1


def test_a_foreign_request_and_none_at_all_look_alike(cast: Any, sent: Request) -> None:
    stranger = calling(cast.stranger)
    foreign, absent = stranger.get(f"{ROOT}/{sent.public_id}"), stranger.get(f"{ROOT}/{uuid4()}")
    assert (foreign.status_code, foreign.content) == (absent.status_code, absent.content)
    assert stranger.get(ROOT).json() == []
    assert calling(cast.defence).get(ROOT).status_code == 404


def test_the_language_of_the_witness_is_for_those_whom_protection_grants_it(cast: Any, sent: Request) -> None:
    known = {
        name: calling(getattr(cast, name)).get(f"{ROOT}/{sent.public_id}").json()["fields"].get("testimony_language")
        for name in ("prosecutor", "spain", "clerk", "judge")
    }
    from casework import shown

    granted = {name for name in known if shown.language_for(sent, getattr(cast, name))}
    assert {name for name, language in known.items() if language == "fr"} == granted
    assert "spain" in granted


def test_a_measure_is_ordered_over_the_api(cast: Any, written: Callable[..., Request]) -> None:
    request, client = written(), calling(cast.prosecutor)
    body = {"kind": "voice_distortion", "basis": "U24-2b", "defence_access": "Counsel hears the voice.", "version": 2}
    assert post(client, f"/{request.public_id}/measures", body).status_code == 200
    assert request.asked_measures.get().measure.kind == "voice_distortion"
    refused = post(client, f"/{request.public_id}/measures", body | {"version": 3, "kind": "invisibility"})
    assert (refused.status_code, refused.json()["code"]) == (422, "order_broken")
