"""The vault over the API: the page's guards, the page's entries, and an answer that nobody keeps."""

import json
import logging
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from config.story.people import PASSWORD
from directory.models import ApiToken, AuditEntry
from protection import passwords
from protection.models import Opening
from tests.protection.conftest import IDENTITY

WHY = {"reason": "summon", "sentence": "The court has to summon the person.", "password": PASSWORD}


@pytest.fixture
def call():
    """`call(member, method, path, body)`: the answer of the API to that member."""

    def send(member, method, path, body=None):
        token = ApiToken.issue(user=member.user, expires_at=timezone.now() + timedelta(hours=1))
        text = json.dumps(body) if body else ""
        headers = {"Authorization": f"Bearer {token}"}
        return Client().generic(method, f"/api/v1{path}", text, "application/json", headers=headers)

    return send


def acts():
    rows = AuditEntry.objects.filter(act__startswith="identity.").order_by("id")
    return [(row.act, row.facts.get("why")) for row in rows]


def test_the_judge_in_madrid_opens_the_identity_and_reads_it_for_ten_minutes(cast, witness, call, caplog, time_machine):
    caplog.set_level(logging.DEBUG)
    where = f"/people/{witness.public_id}/identity"
    assert call(cast.judge_madrid, "GET", where).json()["code"] == "identity_closed"
    opened = call(cast.judge_madrid, "POST", f"{where}/openings", WHY)
    assert (opened.status_code, sorted(opened.json())) == (201, ["id", "until"])
    read = call(cast.judge_madrid, "GET", where)
    assert (read.json()["identity"], read["Cache-Control"]) == (IDENTITY, "no-store")
    assert [act for act, _why in acts()] == ["identity.opened", "identity.read"]
    time_machine.move_to(timezone.now() + timedelta(minutes=10, seconds=1))
    assert call(cast.judge_madrid, "GET", where).json()["code"] == "identity_closed"
    assert [value for value in (*IDENTITY.values(), PASSWORD) if value in caplog.text] == []


def test_what_one_has_opened_is_closed_to_the_other(cast, witness, call):
    where = f"/people/{witness.public_id}/identity"
    call(cast.judge_madrid, "POST", f"{where}/openings", WHY)
    assert call(cast.spain, "GET", where).json()["code"] == "identity_closed"
    assert call(cast.clerk_madrid, "GET", where).status_code == 404


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"password": ""}, 403, "reauthentication_needed"),
        ({"password": "not-the-password"}, 403, "reauthentication_needed"),
        ({"reason": "curiosity"}, 422, "reason_missing"),
        ({"sentence": "short"}, 422, "reason_missing"),
        ({"sentence": "We look for Zulmira herself."}, 422, "names_identity"),
        ({"why": "x"}, 422, "malformed"),  # a field nobody declared
    ],
)
def test_without_a_reason_or_a_password_it_stays_closed(cast, witness, call, change, status, code):
    answer = call(cast.judge_madrid, "POST", f"/people/{witness.public_id}/identity/openings", {**WHY, **change})
    assert (answer.status_code, answer.json()["code"], Opening.objects.count()) == (status, code, 0)
    assert acts() == ([] if code == "malformed" else [("identity.refused", code)])


def test_who_may_not_open_it_is_told_what_a_stranger_is_told_and_it_is_written_down(cast, witness, call):
    there = call(cast.clerk_madrid, "POST", f"/people/{witness.public_id}/identity/openings", WHY)
    absent = call(cast.clerk_madrid, "POST", f"/people/{uuid4()}/identity/openings", WHY)
    assert (there.status_code, there.content) == (404, absent.content)
    assert acts() == [("identity.refused", "not_found")]


def test_a_token_does_not_find_the_password(cast, witness, call):
    where = f"/people/{witness.public_id}/identity/openings"
    for _ in range(passwords.WRONG_PASSWORDS):
        call(cast.judge_madrid, "POST", where, {**WHY, "reason": "x", "password": "a guess"})
    answer = call(cast.judge_madrid, "POST", where, WHY)
    assert (answer.status_code, answer.json()["code"]) == (429, "too_many_tries")
