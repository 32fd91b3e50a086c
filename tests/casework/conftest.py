"""A request at each of its stations, written by the story's people."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from casework import lifecycle
from casework.models import Request
from config.story.cases import CASE, IDENTITY
from directory.errors import Refusal
from directory.models import ApiToken, Membership

COMPLETE = {
    "testimony_language": "fr",
    "interpreter_mode": "consecutive",
    "wanted_minutes": 90,
    "earliest": "2026-12-01",
    "latest": "2026-12-18",
}


@pytest.fixture
def written(cast: Any) -> Callable[..., Request]:
    """Makes a draft that says everything, its witness sealed."""

    def write(**fields: Any) -> Request:
        request = lifecycle.draft(
            by=cast.prosecutor, requested=cast.spain.authority, court=cast.judge.authority, **CASE | COMPLETE | fields
        )
        return lifecycle.name_person(request=request, by=cast.prosecutor, version=1, identity=IDENTITY)

    return write


@pytest.fixture
def sent(cast: Any, written: Callable[..., Request]) -> Request:
    request = written()
    return lifecycle.submit(request=request, by=cast.prosecutor, version=request.version)


@pytest.fixture
def received(cast: Any, sent: Request) -> Request:
    return lifecycle.acknowledge(request=sent, by=cast.spain, version=sent.version)


@pytest.fixture
def consulting(cast: Any, received: Request) -> Request:
    return lifecycle.consult(request=received, by=cast.spain, version=received.version, text="May our judge attend?")


def refusal(act: Any, **facts: Any) -> Refusal:
    """What an act is refused with."""
    with pytest.raises(Refusal) as caught:
        act(**facts)
    return caught.value


def as_(member: Membership) -> Client:
    """A browser in which the member is signed in."""
    client = Client()
    client.force_login(member.user)
    return client


def calling(member: Membership) -> Client:
    """A program that calls the API for the member."""
    secret = ApiToken.issue(user=member.user, expires_at=timezone.now() + timedelta(hours=1))
    return Client(headers={"Authorization": f"Bearer {secret}"})
