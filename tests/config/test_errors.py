"""What a browser meets where nothing is: a page with a way on, never an empty one."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.db import OperationalError
from django.test import Client

from config.story.people import PASSWORD, Cast
from directory.models import ApiToken


def test_the_address_of_a_form_opened_by_hand_is_a_page_with_a_way_on(client: Client, cast: Cast) -> None:
    client.force_login(cast.clerk.user)
    page = client.get(f"/bookings/{uuid4()}/confirm/")
    assert (page.status_code, page["Allow"]) == (405, "POST")
    assert "This address only takes a form." in page.content.decode()
    assert 'href="/"' in page.content.decode()


def test_the_api_refuses_a_wrong_method_in_its_own_way(client: Client, cast: Cast) -> None:
    answer = client.delete("/api/v1/requests")
    assert (answer.status_code, answer["Content-Type"]) == (405, "application/problem+json")
    allowed = sorted(answer["Allow"].split(", "))
    assert (answer.json()["code"], allowed) == ("method_not_allowed", ["GET", "POST"])


def test_a_form_over_the_limit_and_a_strange_host_are_told_with_their_code(client: Client, cast: Cast) -> None:
    client.force_login(cast.clerk.user)
    page = client.post("/account/me/", {"zone": "x" * (1024 * 1024 + 1)})
    assert (page.status_code, "body_too_large" in page.content.decode()) == (413, True)
    strange = client.get("/healthz", headers={"host": "elsewhere.example"})
    assert (strange.status_code, "bad_request" in strange.content.decode()) == (400, True)


def test_while_tries_cannot_be_counted_nobody_signs_in_and_is_told_why(
    client: Client, cast: Cast, settings: Any, tmp_path: Path
) -> None:
    engine = "django.core.cache.backends.redis.RedisCache"
    settings.CACHES = {"default": {"BACKEND": engine, "LOCATION": f"unix://{tmp_path}/nobody.sock"}}
    answer = client.post("/account/login/", {"login": cast.clerk.user.email, "password": PASSWORD})
    assert (answer.status_code, "part_away" in answer.content.decode()) == (503, True)
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("path", ["/", "/api/v1/states"])
def test_while_the_database_is_away_every_address_says_so(
    client: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    def refuse(*_: Any) -> None:
        raise OperationalError("connection refused: SELECT 'Maria'")

    client.raise_request_exception = False
    monkeypatch.setattr("directory.middleware.membership_of", refuse)
    monkeypatch.setattr("directory.auth._acting", refuse)
    client.force_login(cast.clerk.user)
    token = ApiToken.issue(user=cast.clerk.user, expires_at=datetime.now(UTC) + timedelta(days=1))
    answer = client.get(path, headers={"Authorization": f"Bearer {token}"})
    told = answer.content.decode()
    assert (answer.status_code, "part_away" in told, "Maria" in told) == (503, True, False)


def test_a_browser_that_signs_in_again_and_again_is_told_to_wait(client: Client, cast: Cast) -> None:
    tries = [client.post("/account/login/", {"login": f"{n}@x.example", "password": "x"}) for n in range(32)]
    assert (tries[-1].status_code, "too_many_attempts" in tries[-1].content.decode()) == (429, True)
