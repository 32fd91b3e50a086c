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


async def test_an_announced_body_over_the_limit_is_not_even_read() -> None:
    assert await send_body([(b"content-length", b"11")]) == 413


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
        scope = {"type": "http", "path": path, "headers": [(b"content-length", b"11")]}
        await BodyLimit(nobody, limit=10)(scope, nobody, send)
    kinds = [dict(message["headers"])[b"content-type"] for message in sent[::2]]
    assert kinds == [b"text/html; charset=utf-8", b"application/problem+json"]
    assert [b"body_too_large" in message["body"] for message in sent[1::2]] == [True, True]
