"""Bodies that are too large are refused before they reach Django."""

import asyncio
from typing import Any

from config.limits import BodyLimit

STAYS_AWAY = b"later"


async def send_body(headers: list[tuple[bytes, bytes]], *chunks: bytes) -> int:
    """POST to an application that reads everything; returns the status."""

    async def application(scope: Any, receive: Any, send: Any) -> None:
        while (await receive()).get("more_body"):
            pass
        await send({"type": "http.response.start", "status": 200, "headers": []})

    queue = [{"type": "http.request", "body": chunk, "more_body": True} for chunk in chunks]
    queue.append({"type": "http.request", "body": b"", "more_body": False})
    statuses: list[int] = []

    async def receive() -> dict[str, Any]:
        message = queue.pop(0)
        if message["body"] == STAYS_AWAY:
            await asyncio.sleep(5)
        return message

    async def send(message: Any) -> None:
        statuses.extend([message["status"]] if "status" in message else [])

    await BodyLimit(application, limit=10, silence=0.01)({"type": "http", "headers": headers}, receive, send)
    return statuses[0]


async def test_an_announced_body_over_the_limit_does_not_reach_the_application() -> None:
    assert await send_body([(b"content-length", b"11")], b"12345678901") == 413


async def left_unread(headers: list[tuple[bytes, bytes]], pieces: int) -> int:
    """How many of so many pieces of a megabyte are still unread when a body that is too large has been answered."""
    queue = [{"type": "http.request", "body": b"x" * 2**20, "more_body": n > 1} for n in range(pieces, 0, -1)]

    async def receive() -> dict[str, Any]:
        return queue.pop(0)

    async def nothing(*_: Any) -> None:
        return None

    await BodyLimit(nothing, limit=10)({"type": "http", "headers": headers}, receive, nothing)
    return len(queue)


async def test_a_client_may_say_what_it_has_begun_to_say_before_it_is_told_that_it_is_too_much() -> None:
    """Otherwise its connection is cut in the middle, and a browser shows that instead of a page."""
    assert await left_unread([(b"content-length", b"10485760")], 10) == 0


async def test_who_asks_first_or_announces_more_than_anybody_waits_for_is_answered_at_once() -> None:
    assert await left_unread([(b"content-length", b"10485760"), (b"expect", b"100-continue")], 10) == 10
    assert await left_unread([(b"content-length", b"99999999999")], 3) == 3


async def test_a_body_that_grows_past_the_limit_unannounced_is_cut_off() -> None:
    assert await send_body([], b"123456", b"78901") == 413


async def test_a_body_of_just_the_limit_passes() -> None:
    assert await send_body([(b"content-length", b"10")], b"12345", b"67890") == 200


async def test_a_body_that_begins_and_stays_away_is_waited_for_no_longer() -> None:
    assert await send_body([(b"content-length", b"10")], b"12345", STAYS_AWAY) == 408


async def test_a_length_longer_than_any_number_is_too_large() -> None:
    assert await send_body([(b"content-length", b"9" * 5000)]) == 413


async def test_a_person_is_told_in_a_page_and_a_program_in_problem_details() -> None:
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    async def nobody(*_: Any) -> None:
        raise AssertionError

    for path in ("/requests/new/", "/api/v1/requests"):
        headers = [(b"content-length", b"11"), (b"expect", b"100-continue")]
        scope = {"type": "http", "path": path, "headers": headers}
        await BodyLimit(nobody, limit=10)(scope, nobody, send)
    kinds = [dict(message["headers"])[b"content-type"] for message in sent[::2]]
    assert kinds == [b"text/html; charset=utf-8", b"application/problem+json"]
    assert [b"body_too_large" in message["body"] for message in sent[1::2]] == [True, True]
