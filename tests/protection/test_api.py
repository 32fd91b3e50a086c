"""Measures over the API: the same acts as on the page, and no identity."""

from datetime import timedelta

import pytest
from django.utils import timezone

from directory.models import ApiToken
from protection import measures
from protection.policy import Audience, MeasureKind, view
from tests.protection.conftest import IDENTITY


@pytest.fixture
def call(client):
    """`call(member, method, path, body)`: the answer of the API to that member."""

    def send(member, method, path, body=None):
        token = ApiToken.issue(user=member.user, expires_at=timezone.now() + timedelta(hours=1))
        return client.generic(
            method, f"/api/v1{path}", body or "", "application/json", headers={"Authorization": f"Bearer {token}"}
        )

    return send


def test_the_measures_in_force_are_listed_as_they_were_ordered(cast, witness, call):
    answer = call(cast.judge, "GET", f"/people/{witness.public_id}/measures")
    assert [(row["kind"], row["state"]) for row in answer.json()] == [
        ("pseudonym", "CO"),
        ("place_withheld", "CO"),
        ("language_withheld", "CO"),
    ]
    assert not any(value in answer.text for value in IDENTITY.values())


def test_a_measure_is_raised(cast, witness, call):
    body = '{"kind": "face_distortion", "basis": "U24-2b", "audiences": ["D", "A", "G"]}'
    answer = call(cast.judge, "POST", f"/people/{witness.public_id}/measures", body)
    assert (answer.status_code, answer.json()["against"]) == (201, ["A", "D", "G"])
    assert view(measures.in_force(witness), Audience.ACCUSED).video == "card"


def test_a_measure_is_lowered_by_two(cast, witness, call):
    order = measures.raise_(person=witness, kind=MeasureKind.SCREEN, by=cast.judge, basis="V-13")
    path = f"/measures/{order.public_id}/lowerings"
    proposal = call(cast.judge, "POST", path, '{"reason": "risk_ended"}')
    assert proposal.status_code == 201
    agreement = f"/lowerings/{proposal.json()['id']}/agreement"
    assert call(cast.judge, "POST", agreement).json()["code"] == "other_state_needed"
    assert call(cast.judge_madrid, "POST", agreement).status_code == 204
    assert MeasureKind.SCREEN not in {measure.kind for measure in measures.in_force(witness)}


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ('{"kind": "invisibility", "basis": "V-13"}', 422, "malformed"),
        ('{"kind": "screen", "basis": "V-13", "from": "A"}', 422, "malformed"),  # a field nobody declared
        ('{"kind": "screen", "basis": "V-13", "audiences": []}', 422, "order_broken"),
        ('{"kind": "screen", "basis": "V-13", "audiences": ["W"]}', 422, "order_broken"),
        ('{"kind": "screen", "basis": "V-13", "starts": "2026-12-09T08:30:00"}', 422, "naive_time"),
        ('{"kind": "pseudonym", "basis": "V-13", "audiences": ["D"]}', 422, "counterbalances_missing"),
        # A year 10000 in UTC, which nobody could read back; and a delay that no column holds.
        ('{"kind": "screen", "basis": "V-13", "starts": "9999-12-31T23:59:00-12:00"}', 422, "impossible_time"),
        ('{"kind": "safe_conduct", "basis": "U18-27", "ends": "9999-12-31T23:59:00-12:00"}', 422, "impossible_time"),
        ('{"kind": "delayed_broadcast", "basis": "V-13", "minutes": 9999999999}', 422, "malformed"),
        ('{"kind": ', 400, "bad_request"),
    ],
)
def test_a_bad_order_is_a_problem_with_a_code(cast, witness, call, body, status, code):
    answer = call(cast.judge, "POST", f"/people/{witness.public_id}/measures", body)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer["Content-Type"] == "application/problem+json"


def test_a_stranger_is_told_what_he_is_told_about_nothing(cast, witness, call):
    there = call(cast.stranger, "GET", f"/people/{witness.public_id}/measures")
    absent = call(cast.stranger, "GET", f"/people/{cast.judge.public_id}/measures")
    assert (there.status_code, there.content) == (404, absent.content)
