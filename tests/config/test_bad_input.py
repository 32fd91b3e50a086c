"""Whatever somebody sends, it is refused with a code: never a 5xx, never a trace."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from http.cookies import SimpleCookie
from json import dumps
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from config.api import api
from config.asgi import application
from directory.cookies import SessionStore
from directory.models import ApiToken
from signalling import frames
from signalling.errors import WireError
from tests.cast import Cast
from tests.config.hostile import anything, nearly, octets, words, written_out
from tests.config.test_doors import address, ids_of_the_cases, walkable

HOUSE = settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
PAGES = [route for route in walkable() if not route.startswith("api/")]
COOKIES = ("sessionid", "csrftoken", "django_language", "messages", "who", "kept")
HEADERS = (
    "Accept", "Accept-Language", "Authorization", "Content-Type", "HX-Current-URL", "HX-Request", "HX-Target",
    "Host", "Idempotency-Key", "If-Match", "If-Modified-Since", "Origin", "Range", "Referer", "X-Acting-For",
    "X-CSRFToken",
)  # fmt: skip
QUERY = ("q", "day", "from", "month", "next", "page", "state", "to", "version", "week", "zone")
AWAY = 503  # a part of the house does not answer, and the page says so


@pytest.fixture
def known(told: Cast) -> list[str]:
    return sorted({str(one) for found in ids_of_the_cases().values() for one in found})


@pytest.fixture
def browser(client: Client, told: Cast) -> Client:
    client.force_login(told.clerk.user)
    client.raise_request_exception = False
    return client


@pytest.fixture
def bearers(told: Cast) -> list[str]:
    until = datetime.now(UTC) + timedelta(hours=1)
    callers = (told.clerk, told.clerk_madrid, told.prosecutor, told.judge, told.judge_madrid, told.spain, told.auditor)
    return [f"Bearer {ApiToken.issue(user=member.user, expires_at=until)}" for member in callers]


def said(send: Callable[[], Any]) -> tuple[bool, bool]:
    """Whether it is the sender's fault, and without a trace; what it did is forgotten."""
    with transaction.atomic():
        answer = send()
        transaction.set_rollback(True)
    body = b"" if answer.streaming else answer.content
    return answer.status_code < 500 or answer.status_code == AWAY, b"Traceback" not in body


def environ(headers: dict[str, str]) -> dict[str, str]:
    """As a server hands headers on (RFC 3875, section 4.1.18)."""
    names = {name: name.upper().replace("-", "_") for name in headers}
    return {
        (names[name] if name.startswith("Content-") else f"HTTP_{names[name]}"): value
        for name, value in headers.items()
    }


def cookie(spelt: dict[str, str], browser: Client) -> str:
    """The browser's own cookies, and some that were tampered with: quoted, a cookie can spell any octet."""
    jar = SimpleCookie({name: morsel.value for name, morsel in browser.cookies.items()} | spelt)
    return "; ".join(f"{name}={morsel.coded_value}" for name, morsel in jar.items())


@HOUSE
@given(
    data=st.data(), route=st.sampled_from(PAGES), method=st.sampled_from(["GET", "POST"]), body=st.binary(max_size=40)
)
def test_no_page_breaks(browser: Client, known: list[str], data: Any, route: str, method: str, body: bytes) -> None:
    path = address(route, data.draw(st.sampled_from(known)))
    spelt = data.draw(st.dictionaries(st.sampled_from(COOKIES), octets, max_size=1))
    query = data.draw(st.dictionaries(st.sampled_from(QUERY), words, max_size=2))
    extra = environ(data.draw(st.dictionaries(st.sampled_from(HEADERS), octets, max_size=2)))
    extra |= {"HTTP_COOKIE": cookie(spelt, browser), "QUERY_STRING": encoded(query)}
    form = urlencode({name: value for name, value in query.items() if "\ud800" not in value}).encode() or body
    kind = extra.pop("CONTENT_TYPE", "application/x-www-form-urlencoded")
    assert said(lambda: browser.generic(method, path, form, content_type=kind, **extra)) == (True, True)


def encoded(query: dict[str, str]) -> str:
    return urlencode({name: value.encode("utf-8", "surrogatepass") for name, value in query.items()})


def operations() -> list[tuple[str, str, dict[str, Any]]]:
    """(method, path, JSON schema of the body) of every operation."""
    whole = api.get_openapi_schema()
    found = []
    for path, by_method in whole["paths"].items():
        for method, operation in by_method.items():
            content = operation.get("requestBody", {}).get("content", {"application/json": {"schema": {}}})
            schema = written_out(content["application/json"]["schema"], whole["components"]["schemas"])
            found.append((method.upper(), path, schema))
    return found


OPERATIONS = operations()


@HOUSE
@given(data=st.data(), operation=st.sampled_from(OPERATIONS))
def test_no_operation_breaks(
    browser: Client, known: list[str], bearers: list[str], data: Any, operation: tuple[str, str, dict[str, Any]]
) -> None:
    method, path, schema = operation
    while "{" in path:
        head, _, rest = path.partition("{")
        name, _, tail = rest.partition("}")
        path = f"{head}{data.draw(st.sampled_from(['1', '9' * 20] if name == 'version' else known))}{tail}"
    body = dumps(data.draw(nearly(schema, known) | anything)).encode() if schema else b""
    extra = environ(data.draw(st.dictionaries(st.sampled_from(["If-Match", "Idempotency-Key"]), octets)))
    extra |= {"HTTP_AUTHORIZATION": data.draw(st.sampled_from(bearers))}
    extra |= {"QUERY_STRING": encoded(data.draw(st.dictionaries(st.sampled_from(QUERY), words, max_size=2)))}
    sent = {"content_type": "application/json", **extra}
    assert said(lambda: browser.generic(method, path, body, **sent)) == (True, True)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/%00", 404),
        ("/static/%00", 404),
        ("/static/..%2f..%2fetc/passwd", 404),
        ("/static/" + "a" * 5000, 404),
        ("/%ff%fe/", 404),
        ("/requests/%ed%a0%80/", 404),
        ("/language/setlang/?next=//elsewhere.example", 302),
        ("/account/login/?next=//elsewhere.example", 302),
    ],
)
def test_an_address_that_no_page_has_is_not_there(browser: Client, path: str, status: int) -> None:
    answer = browser.get(path)
    assert (answer.status_code, "elsewhere" in answer.headers.get("Location", "")) == (status, False)


def test_a_sign_in_that_django_could_not_have_made_is_none(browser: Client) -> None:
    assert SessionStore("\0" * 32).session_key is None  # for sockets too
    forged = browser.get("/", HTTP_COOKIE='sessionid="' + r"\000" * 32 + '"')
    assert (forged.status_code, forged.headers["Location"]) == (302, "/account/login/?next=/")


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        ("multipart/form-data", 400),  # no boundary
        ("multipart/form-data; boundary=x; charset=rot13", 415),
        ("application/x-www-form-urlencoded; charset=latin-1", 415),
    ],
)
def test_a_form_that_cannot_be_read_is_refused(browser: Client, kind: str, status: int) -> None:
    body = b'--x\r\nContent-Disposition: form-data; name="zone"\r\n\r\n\xff\r\n--x--\r\n'
    assert browser.generic("POST", "/account/me/", body, content_type=kind).status_code == status


@pytest.mark.parametrize(
    ("body", "kind", "code"),
    [
        (b"{not json", "application/json", "bad_request"),
        (b"[" * 100_000, "application/json", "bad_request"),
        (b"[" * 900 + b"]" * 900, "application/json", "bad_request"),
        (b'{"a":' * 900 + b"1" + b"}" * 900, "application/json", "bad_request"),
        (b"9" * 5000, "application/json", "bad_request"),
        (b'{"requested": NaN}', "application/json", "bad_request"),
        (b"\xff\xfe", "application/json", "bad_request"),
        (b'{"requested": "a", "requested": "b"}', "application/json", "key_twice"),
        (b"requested=1", "application/x-www-form-urlencoded", "content_type_unknown"),
        (b"{}", "text/plain", "content_type_unknown"),
        (b"[]", "application/json", "malformed"),
        (b'{"requested": 7}', "application/json", "malformed"),
        (b'{"requested": "\\u0000"}', "application/json", "control_character"),
        (b'{"\\u0000": 1}', "application/json", "control_character"),
        (b'{"requested": "\\ud800"}', "application/json", "control_character"),
    ],
)
def test_a_body_is_refused_with_its_code(client: Client, bearers: list[str], body: bytes, kind: str, code: str) -> None:
    headers = {"Authorization": bearers[2]}
    answer = client.generic("POST", "/api/v1/requests", body, content_type=kind, headers=headers)
    assert (answer.headers["Content-Type"], answer.json()["code"]) == ("application/problem+json", code)
    assert 400 <= answer.status_code < 500


@pytest.mark.parametrize(
    "origin", [b"http://[", b"http://localhost:99999", b"\xff\x00", b"null", b"http://elsewhere.example"]
)
async def test_a_socket_whose_origin_cannot_be_read_is_not_opened(origin: bytes) -> None:
    sent: list[Any] = []
    events = iter([{"type": "websocket.connect"}, {"type": "websocket.disconnect", "code": 1006}])

    async def receive() -> dict[str, Any]:
        return next(events)

    async def send(message: Any) -> None:
        sent.append(message)

    headers = [(b"host", b"localhost"), (b"origin", origin)]
    await application({"type": "websocket", "path": "/ws/", "headers": headers}, receive, send)
    assert [message["type"] for message in sent] == ["websocket.close"]


FRAMES = st.builds(dumps, anything | st.dictionaries(st.sampled_from(["type", "link", "sdp", "audio"]), anything))
TYPES = st.sampled_from(["hello", "answer", "moved", "mute", "ping", "relink", "resync", "begin", "welcome"])


@settings(max_examples=100)
@given(
    raw=st.binary(max_size=30)
    | words
    | FRAMES
    | st.builds(lambda t, x: dumps({"type": t, "version": x}), TYPES, anything)
)
def test_a_frame_is_a_message_or_is_refused_with_a_code(raw: str | bytes) -> None:
    codes = {code for read in (frames.from_seat, frames.from_tester) if (code := refused(read, raw))}
    assert codes <= {"malformed", "unknown_type"}


def refused(read: Callable[[str | bytes], Any], raw: str | bytes) -> str | None:
    try:
        read(raw)
    except WireError as error:
        return error.code
    return None
