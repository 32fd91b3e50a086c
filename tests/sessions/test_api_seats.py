"""What whoever sits in a hearing does over the API: goes, asks, is given the floor, chooses a channel."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from directory.models import ApiToken, Membership
from scheduler.models import Plan
from sessions import seats
from sessions.models.hearings import Presence
from tests.sessions.conftest import Day

pytestmark = pytest.mark.django_db


def call(day: Day, by: Membership, method: str, path: str, **body: Any) -> Any:
    secret = ApiToken.issue(user=by.user, expires_at=datetime(2100, 1, 1, tzinfo=UTC))
    send = getattr(Client(), method)
    headers = {"Authorization": f"Bearer {secret}"}
    return send(f"/api/v1/hearings/{day.id}/seats/{path}", body, content_type="application/json", headers=headers)


def lines(day: Day, count: int) -> list[str]:
    return list(day.hearing.log.order_by("-number").values_list("kind", flat=True)[:count])


def test_the_judge_asks_and_the_bench_gives_the_floor(day: Day) -> None:
    day.live()
    asked = [call(day, day.cast.judge_madrid, "post", "own/ask", what=what) for what in ("pause", "floor", "slower")]
    assert [one.status_code for one in asked] == [204, 204, 204]
    seat = day.seat("attending_judge").public_id
    given = call(day, day.cast.judge, "post", f"{seat}/floor")
    assert (given.status_code, lines(day, 4)) == (200, ["floor", "slower_asked", "floor_asked", "pause_asked"])
    assert call(day, day.cast.judge_madrid, "post", f"{seat}/floor").json()["code"] == "not_permitted"
    assert call(day, day.cast.judge, "post", f"{uuid4()}/floor").status_code == 404
    assert call(day, day.cast.judge, "post", "own/ask", what="applause").json()["code"] == "malformed"


def test_who_goes_leaves_the_seat_behind_him(day: Day) -> None:
    day.live()
    told = call(day, day.cast.clerk_madrid, "post", "own/leave").json()
    assert (told["presence"], lines(day, 1)) == ("left", ["left"])
    assert call(day, day.cast.clerk_madrid, "post", "own/leave").json()["presence"] == "left"  # twice changes nothing
    assert lines(day, 1) == ["left"]


def test_without_a_seat_of_one_s_own_there_is_nothing_to_do(day: Day) -> None:
    day.live()
    answers = [
        call(day, by, method, path, **body).status_code
        for by in (day.cast.prosecutor, day.cast.stranger)
        for method, path, body in (
            ("get", "own", {}), ("post", "own/leave", {}), ("post", "own/ask", {"what": "floor"}),
            ("put", "own/channel", {"into": "court"}),
        )
    ]  # fmt: skip
    assert answers == [404] * 8


def test_an_interpreter_chooses_the_channel_she_speaks_into(day: Day) -> None:
    day.live()
    Plan.objects.update(mode="simultaneous")
    by = day.cast.interpreter
    seats.another(day.hearing, "interpreter", "third", user=by.user, membership=by, presence=Presence.ADMITTED)
    before = call(day, by, "get", "own").json()
    other = next(one for one in before["able"] if one != before["into"])
    assert (len(before["able"]), call(day, by, "put", "own/channel", into=other).json()["into"]) == (2, other)
    assert call(day, by, "get", "own").json()["into"] == other
    assert call(day, by, "put", "own/channel", into="pivot").json()["code"] == "channel_unknown"
    assert call(day, day.cast.judge, "put", "own/channel", into=other).json()["code"] == "channel_unknown"
