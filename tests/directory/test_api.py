"""The directory over the API, and who may call it."""

from datetime import timedelta
from importlib import import_module
from io import StringIO
from typing import Any
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.utils import timezone

from directory.models import ApiToken, AuditEntry, Membership
from directory.roles import Role


@pytest.fixture
def token(cast: Any) -> str:
    return ApiToken.issue(user=cast.clerk.user, expires_at=timezone.now() + timedelta(days=1))


def get(client: Client, path: str, token: str, **headers: str) -> Any:
    return client.get(f"/api/v1{path}", headers={"Authorization": f"Bearer {token}", **headers})


def test_the_command_prints_a_token_once_and_keeps_its_digest(client: Client, cast: Any) -> None:
    out = StringIO()
    call_command("token", "Clerk@Bogota.example", stdout=out, stderr=StringIO())
    secret = out.getvalue().strip()
    assert secret not in str(list(ApiToken.objects.values()))
    assert get(client, "/me", secret).json()["id"] == str(cast.clerk.user.public_id)
    assert AuditEntry.objects.filter(act="token.issued").count() == 1


def test_nobody_known_gets_no_token(cast: Any) -> None:
    with pytest.raises(CommandError, match="No active user"):
        call_command("token", "nobody@example")


def test_the_caller_learns_for_whom_he_acts(client: Client, cast: Any, token: str) -> None:
    mine = {
        "id": str(cast.clerk.public_id),
        "authority": str(cast.clerk.authority.public_id),
        "state": "CO",
        "role": "clerk",
    }
    assert get(client, "/me", token).json() == {
        "id": str(cast.clerk.user.public_id),
        "name": "Andrés Quintero",
        "language": "en",
        "zone": "America/Bogota",
        "acting": mine,
        "memberships": [mine],
        "asked": [],
    }


@pytest.mark.parametrize("secret", ["", "wrong", "vv_" + "x" * 43, "ü"])
def test_an_unknown_token_is_refused(client: Client, db: None, secret: str) -> None:
    response = get(client, "/me", secret)
    assert (response.status_code, response.json()["code"]) == (401, "not_authenticated")


def test_a_token_falls_with_the_password_under_which_it_was_issued(client: Client, cast: Any, token: str) -> None:
    assert get(client, "/me", token).status_code == 200
    cast.clerk.user.set_password("another-password-entirely")
    cast.clerk.user.save(update_fields=["password"])
    assert get(client, "/me", token).status_code == 401
    fresh = ApiToken.issue(user=cast.clerk.user, expires_at=timezone.now() + timedelta(days=1))
    assert get(client, "/me", fresh).status_code == 200


def test_tokens_issued_before_stand_until_the_password_changes(client: Client, cast: Any, token: str) -> None:
    ApiToken.objects.update(stamp="")
    with connection.cursor() as cursor:
        cursor.execute(import_module("directory.migrations.0005_token_stamp").STAMP)
    assert get(client, "/me", token).status_code == 200


def test_an_expired_a_revoked_and_a_leavers_token_are_refused_alike(client: Client, cast: Any, token: str) -> None:
    answers = []
    now = timezone.now()
    ApiToken.objects.update(expires_at=now)
    answers.append(get(client, "/me", token))
    ApiToken.objects.update(expires_at=now + timedelta(days=1), revoked_at=now)
    answers.append(get(client, "/me", token))
    ApiToken.objects.update(revoked_at=None)
    cast.clerk.user.is_active = False
    cast.clerk.user.save(update_fields=["is_active"])
    answers.append(get(client, "/me", token))
    assert {(answer.status_code, answer.content) for answer in answers} == {(401, answers[0].content)}


def test_a_caller_with_two_memberships_says_which(client: Client, cast: Any, token: str) -> None:
    second = Membership.objects.create(user=cast.clerk.user, authority=cast.clerk.authority, role=Role.AUDITOR)
    asked = get(client, "/me", token)
    assert (asked.status_code, asked.json()["code"]) == (403, "acting_for_needed")
    assert asked.json()["memberships"] == [str(cast.clerk.public_id), str(second.public_id)]
    told = get(client, "/me", token, **{"X-Acting-For": str(second.public_id)})
    assert told.json()["acting"]["role"] == "auditor"


@pytest.mark.parametrize("wanted", ["nonsense", "1aa92611-5147-4864-a422-4c4378f875c7"])
def test_a_caller_cannot_act_for_what_is_not_his(client: Client, cast: Any, token: str, wanted: str) -> None:
    response = get(client, "/me", token, **{"X-Acting-For": wanted})
    assert (response.status_code, response.json()["code"]) == (403, "acting_for_unknown")


def test_states_and_authorities_are_listed(client: Client, cast: Any, token: str) -> None:
    states = {row["code"]: row for row in get(client, "/states", token).json()}
    assert states["CO"] == {"code": "CO", "name": "Colombia", "zone": "America/Bogota"}
    [spain] = get(client, "/authorities?state=es", token).json()
    assert spain["id"] == str(cast.spain.authority.public_id)
    assert spain["verify_before_use"] is True
    assert get(client, f"/authorities/{spain['id']}", token).json() == spain


def test_rooms_of_ones_own_state_alone(client: Client, cast: Any, token: str) -> None:
    rooms = get(client, "/sites", token).json()
    assert {room["authority"] for room in rooms} == {str(cast.clerk.authority.public_id)}


def test_a_foreign_court_and_one_that_is_not_there_are_the_same(client: Client, cast: Any, token: str) -> None:
    foreign = get(client, f"/authorities/{cast.clerk_madrid.authority.public_id}", token)
    absent = get(client, f"/authorities/{uuid4()}", token)
    assert (foreign.status_code, foreign.content) == (404, absent.content)


def test_a_member_ends_every_key_of_hers_and_nobody_elses(client: Client, cast: Any, token: str) -> None:
    others = ApiToken.issue(user=cast.judge.user, expires_at=timezone.now() + timedelta(days=1))
    ended = client.delete("/api/v1/me/tokens", headers={"Authorization": f"Bearer {token}"})
    assert (ended.status_code, get(client, "/me", token).status_code, get(client, "/me", others).status_code) == (
        204,
        401,
        200,
    )
    assert AuditEntry.objects.get(act="token.revoked").facts == {"count": 1}


def test_the_account_page_counts_the_keys_and_ends_them_in_one_press(client: Client, cast: Any, token: str) -> None:
    client.force_login(cast.clerk.user)
    assert "Keys to the API" in client.get("/account/me/").content.decode()
    assert client.post("/account/keys/end/")["Location"] == "/account/me/"
    page = client.get("/account/me/").content.decode()
    assert ("1 key is ended." in page, "Keys to the API" in page) == (True, False)


def test_the_command_ends_the_keys_of_who_lost_one(client: Client, cast: Any, token: str) -> None:
    told = StringIO()
    call_command("token", "clerk@bogota.example", "--revoke", stderr=told)
    assert (told.getvalue().strip(), get(client, "/me", token).status_code) == ("Ended: 1.", 401)
