"""The API as a whole: who may call it, what it says of itself, and how it refuses what is malformed."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from config.api import REFUSED, api
from directory.models import ApiToken

# Anyone who holds a file may ask whether it is the signed one; the file itself is the secret.
OPEN_TO_ALL = [("post", "/api/v1/verify")]


@pytest.fixture
def token(told: Any) -> str:
    return ApiToken.issue(user=told.prosecutor.user, expires_at=datetime.now(UTC) + timedelta(days=1))


def call(client: Client, method: str, path: str, token: str, body: Any = None) -> Any:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return client.generic(method, f"/api/v1{path}", body or b"", content_type="application/json", headers=headers)


def test_it_describes_itself_in_openapi_3_1(client: Client, db: None) -> None:
    answer = client.get("/api/v1/openapi.json").json()
    assert (answer["openapi"], answer["info"]["title"]) == ("3.1.0", "Vivavoce")


def test_every_operation_says_how_it_refuses() -> None:
    schema = api.get_openapi_schema()
    told = [one["responses"].get("default") for operations in schema["paths"].values() for one in operations.values()]
    assert (len(told) > 110, {str(one) for one in told}) == (True, {str(REFUSED)})
    assert "Problem" in schema["components"]["schemas"]


def test_every_operation_has_a_summary_of_its_own() -> None:
    """Ninja's own is the function's name, which says nothing to whom it is not written for."""
    paths = api.get_openapi_schema()["paths"]
    every = [one for operations in paths.values() for one in operations.values()]
    assert [one["operationId"] for one in every if len(one["summary"].split()) < 2] == []
    assert {len(one["summary"]) > 3 and one["summary"][0].isupper() for one in every} == {True}


def test_every_operation_asks_for_a_token(client: Client, db: None) -> None:
    open_ones = []
    for path, operations in api.get_openapi_schema()["paths"].items():
        concrete = path.removeprefix("/api/v1")
        for name in (
            "id",
            "public_id",
            "hearing_id",
            "request_id",
            "booking_id",
            "person_id",
            "seat_id",
            "question_id",
        ):
            concrete = concrete.replace("{" + name + "}", str(uuid4()))
        for method in operations:
            if call(client, method.upper(), concrete, token="").status_code not in (401, 404):
                open_ones.append((method, path))
    assert open_ones == OPEN_TO_ALL


def test_what_was_sent_is_not_repeated_in_the_refusal(client: Client, token: str) -> None:
    response = call(client, "POST", "/requests", token, b'{"requested": {"secret": "Maria"}}')
    assert (response.status_code, b"Maria" in response.content) == (422, False)


def test_an_address_that_is_not_there_answers_in_problem_details_too(client: Client, token: str) -> None:
    response = call(client, "GET", "/nothing-here", token)
    assert (response.status_code, response.json()["code"]) == (404, "not_found")


def test_a_page_that_is_not_there_says_so_without_a_trace(client: Client, db: None) -> None:
    response = client.get("/no-such-page/")
    assert (response.status_code, b"not_found" in response.content, b"Traceback" in response.content) == (
        404,
        True,
        False,
    )


def test_a_nul_in_a_search_is_refused_before_it_reaches_the_database(client: Client, told: Any) -> None:
    client.force_login(told.clerk.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    response = client.get("/directory/", {"q": "a\0b"})
    assert (response.status_code, b"control_character" in response.content) == (400, True)
