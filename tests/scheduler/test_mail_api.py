"""Invitations, calendars and replies over the API."""

from datetime import timedelta

import pytest
from django.utils import timezone

from config.api import api
from directory.models import ApiToken, Letter
from scheduler.letters import mailbox, mailing
from scheduler.models import Invitation, Proposal, Stray
from tests.scheduler import mails
from tests.scheduler.conftest import NOW, WEDNESDAY
from tests.scheduler.mails import invited

JUDGE = "judge@madrid.example"
THURSDAY = WEDNESDAY + timedelta(days=1)


@pytest.fixture
def judge(booked):
    return invited(booked[1], JUDGE)


@pytest.fixture
def call(client):
    """Calls the API as somebody."""

    def call(member, method, path, body=None, **headers):
        token = ApiToken.issue(user=member.user, expires_at=NOW + timedelta(days=365))
        headers = {"Authorization": f"Bearer {token}", **{k.replace("_", "-"): v for k, v in headers.items()}}
        return getattr(client, method)(f"/api/v1{path}", data=body, content_type="application/json", headers=headers)

    return call


def counts(one):
    return Invitation.objects.get(pk=one.pk).partstat


def stray(found, **facts):
    """A letter that the judge in Madrid wrote instead of an answer."""
    mail = mails.letter(**{"text": "I am ill that day.", "sender": JUDGE, "to": mailing.organizer(found)} | facts)
    mailbox.take(mail, now=timezone.now())
    return Stray.objects.latest("pk")


def test_the_api_answers_with_the_sequence_that_was_read(call, booked, judge):
    cast, found = booked
    [mine] = call(cast.judge_madrid, "get", "/invitations").json()
    assert mine == {
        "id": str(judge.public_id), "booking": str(found.public_id), "state": "confirmed", "role": "attending_judge",
        "start": "2026-12-09T13:30:00Z", "end": "2026-12-09T15:00:00Z", "answer": "NEEDS-ACTION", "sequence": 0,
        "withdrawn": False,
    }  # fmt: skip
    path = f"/invitations/{judge.public_id}"
    said = [
        call(cast.judge_madrid, "post", f"{path}/answer", {"answer": "ACCEPTED"}, **facts).status_code
        for facts in ({}, {"If_Match": '"7"'}, {"If_Match": '"0"'})
    ]
    assert (said, counts(judge)) == ([428, 412, 200], "ACCEPTED")
    assert call(cast.judge_madrid, "get", path)["ETag"] == '"0"'
    body = {"start": THURSDAY.isoformat(), "reason": "I teach."}
    asked = [
        call(cast.judge_madrid, "post", f"{path}/other-time", body, **facts).status_code
        for facts in ({}, {"If_Match": '"7"'}, {"If_Match": '"0"'})
    ]
    assert asked == [428, 412, 200]
    assert Proposal.objects.get().instants() == [THURSDAY]
    assert call(cast.clerk_madrid, "get", path).status_code == 404


def test_the_api_makes_turns_and_revokes_a_calendar(call, client, booked):
    cast, _found = booked
    made = call(cast.judge, "post", "/feeds", {"busy_only": True})
    secret, path = made.json()["secret"], f"/feeds/{made.json()['id']}"
    turned = call(cast.judge, "post", f"{path}/rotate", {}).json()["secret"]
    assert [client.get(f"/calendar/{one}.ics").status_code for one in (secret, turned)] == [404, 200]
    assert [row["secret"] for row in call(cast.judge, "get", "/feeds").json()] == [None]
    assert call(cast.clerk, "delete", path).status_code == 404
    assert call(cast.judge, "delete", path).status_code == 204
    assert client.get(f"/calendar/{turned}.ics").status_code == 404


def test_the_api_hands_replies_to_those_who_decide(call, booked, judge):
    cast, found = booked
    one = stray(found)
    [row] = call(cast.clerk_madrid, "get", "/replies").json()
    assert (row["id"], row["wrong"], row["words"]) == (str(one.public_id), "no_answer", "I am ill that day.")
    assert [call(by, "get", "/replies").status_code for by in (cast.judge, cast.interpreter)] == [404, 404]
    assert call(cast.clerk, "get", "/replies").json() == []
    path = f"/replies/{one.public_id}"
    assert call(cast.clerk, "post", f"{path}/discard", {}).status_code == 404
    assert call(cast.clerk_madrid, "post", f"{path}/release", {}).status_code == 409
    assert call(cast.clerk_madrid, "post", f"{path}/discard", {}).status_code == 204
    Letter.objects.filter(key=judge.letter_key).update(state="failed")
    again = f"/invitations/{judge.public_id}/send-again"
    assert [call(by, "post", again, {}).status_code for by in (cast.clerk, cast.clerk_madrid)] == [404, 204]


def test_each_act_on_the_pages_is_an_act_of_the_api():
    paths = set(api.get_openapi_schema()["paths"])
    assert {
        "/api/v1/invitations/{invitation}/answer", "/api/v1/invitations/{invitation}/other-time",
        "/api/v1/invitations/{invitation}/send-again", "/api/v1/feeds", "/api/v1/feeds/{feed}",
        "/api/v1/feeds/{feed}/rotate", "/api/v1/replies/{reply}/release", "/api/v1/replies/{reply}/discard",
    } <= paths  # fmt: skip
