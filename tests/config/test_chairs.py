"""The attacker's pass: from each chair every door is tried, and chairs.txt says which open, and how.

A line is a door: method, address, then each status with who gets it. Whoever is not named finds nothing (404), is
refused (403) or sent to sign in. `CHAIRS=write pytest tests/config/test_chairs.py` writes the table anew: read what
it changes.
"""

import os
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.apps import apps
from django.db import transaction
from django.test import Client

from config.api import api
from config.story.cases import IDENTITY
from config.story.people import WITNESS_PLACE
from sessions.models import Hearing
from tests.cast import Cast
from tests.config import chairs
from tests.config.hostile import written_out
from tests.config.test_doors import ASKED, OPEN, walkable

TABLE = Path(__file__).with_name("chairs.txt")
MODE = os.environ.get("CHAIRS", "")
# Each run tries those who are near the case and entitled to little of it; `CHAIRS=all` tries everybody, for minutes.
STANDING = {"defence", "technician"}
NOTHING = {401, 403, 404, 405}
WORDS = {
    "act": ("open",),
    "step": ("subject",),
    "version": ("1",),
    "name": ("hearings/",),
    "key": ("",),
    "sealed": ("x",),
}


@pytest.fixture
def things(told: Cast, things: dict[str, str]) -> dict[str, str]:
    """As elsewhere, and a booked interpreter sits in her chair."""
    chairs.seat_interpreter(told)
    return things


def fit(schema: dict[str, Any], someone: str) -> Any:
    """The smallest value of a JSON schema."""
    if "enum" in schema or "const" in schema:
        return (schema.get("enum") or [schema["const"]])[0]
    if several := schema.get("anyOf") or schema.get("allOf"):
        return fit(several[0], someone)
    match schema.get("type"):
        case "object":
            parts = schema.get("properties", {})
            return {name: fit(parts[name], someone) for name in schema.get("required", ())}
        case "array":
            return [fit(schema["items"], someone)] if schema.get("minItems") else []
        case "integer" | "number":
            return max(1, schema.get("minimum", 1))
        case "boolean":
            return False
    formats = {"uuid": someone, "date": "2031-02-10", "date-time": "2031-02-10T10:00:00Z"}
    return formats.get(schema.get("format", ""), "x")


def pages(things: dict[str, str]) -> Iterator[tuple[str, str, str, Any]]:
    """(method, route, address, body)"""
    for route in walkable():
        if route in OPEN or (route.startswith(("api/", "account/")) and not route.startswith("account/calendars")):
            continue
        for method in ("GET", "POST"):
            yield method, route, address(route, things), None


def operations(things: dict[str, str]) -> Iterator[tuple[str, str, str, Any]]:
    whole = api.get_openapi_schema()
    for path, by_method in whole["paths"].items():
        route = path.removeprefix("/").replace("{", "<").replace("}", ">")
        if route in OPEN:
            continue
        for method, operation in by_method.items():
            content = operation.get("requestBody", {}).get("content", {})
            schema = (
                written_out(content["application/json"]["schema"], whole["components"]["schemas"]) if content else None
            )
            yield method.upper(), route, address(route, things), fit(schema, things["hearings"]) if schema else None


def address(route: str, things: dict[str, str]) -> str:
    """The route with one thing of its kind: the one the word before the bracket, or in it, stands for."""
    parts: list[str] = []
    for part in route.split("/"):
        before, _, rest = part.partition("<")
        inside, _, after = rest.partition(">")
        name = inside.rpartition(":")[2]
        value = WORDS[name][0] if name in WORDS else things.get(name) or things[parts[-1]] if inside else ""
        parts.append(f"{before}{value}{after}")
    return "/" + "/".join(parts) + ASKED.get(parts[-1], "")


def status(answer: Any) -> int:
    led = answer.headers.get("Location") or answer.headers.get("HX-Redirect") or ""
    away = led.startswith(("/account/login/", "/account/reauthenticate/"))
    return 404 if away and answer.status_code in (204, 302) else int(answer.status_code)


def answered(client: Client, method: str, path: str, body: Any, headers: dict[str, str]) -> Any:
    """The response; what was done is undone."""
    undone = transaction.atomic()
    undone._from_testcase = True  # type: ignore[attr-defined] (the vault wants a transaction of its own)
    sent = {"content_type": "application/json"} if path.startswith("/api/") else {}
    if method == "POST":
        body = body or {}
    with undone:
        answer = getattr(client, method.lower())(path, body, headers=headers, **sent)
        transaction.set_rollback(True)
    return answer


class Doors:
    """What opened of what has an id in its address, by door and status: the names of those who got it."""

    def __init__(self, things: dict[str, str]) -> None:
        self.seen: dict[tuple[str, str], dict[int, list[str]]] = defaultdict(lambda: defaultdict(list))
        self._doors = [door for door in (*pages(things), *operations(things)) if "<" in door[1]]
        self._walls: set[tuple[str, str]] = set()

    def try_all(self, name: str, client: Client, token: str = "") -> None:
        api = {"Authorization": token, "If-Match": "1"}
        for method, route, path, body in self._doors:
            if (method, route) in self._walls:
                continue
            headers = api if path.startswith("/api/") else {"HX-Request": "true"}
            got = status(answered(client, method, path, body, headers))
            if got == 405:
                self._walls.add((method, route))  # for whoever comes: a form's address is no page
            elif got not in NOTHING:
                self.seen[method, route][got].append(name)

    def lines(self) -> list[str]:
        return [
            f"{method} /{route} | " + " | ".join(f"{code} {' '.join(names)}" for code, names in sorted(by.items()))
            for (method, route), by in sorted(self.seen.items(), key=lambda row: (row[0][1], row[0][0]))
        ]


def known(chosen: set[str]) -> list[str]:
    """The table's lines, of these chairs alone."""
    found = []
    for line in TABLE.read_text().splitlines():
        door, *told = line.split(" | ")
        cut = [[code, *(name for name in names if name in chosen)] for code, *names in map(str.split, told)]
        if parts := [" ".join(part) for part in cut if len(part) > 1]:
            found.append(" | ".join([door, *parts]))
    return found


def test_each_chair_opens_the_doors_of_the_table_and_no_other(
    told: Cast, things: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "django.template.backends.django.Template.render", lambda *_: ""
    )  # statuses alone are asked for
    doors, everybody = Doors(things), chairs.members(told)
    chosen = set(everybody) if MODE else STANDING
    for name in sorted(chosen):
        client = Client(raise_request_exception=False)
        client.force_login(everybody[name].user)
        doors.try_all(name, client, chairs.bearer(everybody[name]))
    if MODE == "write":
        TABLE.write_text("\n".join(doors.lines()) + "\n")
    assert doors.lines() == known(chosen)


BY_KEY_ALONE = {
    "GET /calendar/<str:secret>.ics",
    "GET /calendar/<str:secret>/",
    "GET /calendar/<str:secret>/<path:name>",
}
_ROOM = "/hearings/<uuid:public_id>"
OF_THE_SEAT = {
    f"GET {_ROOM}/wait/",
    f"GET {_ROOM}/wait/now/",
    f"POST {_ROOM}/wait/ready/",
    f"GET {_ROOM}/room/",  # which leads back to the waiting room
    f"GET {_ROOM}/room/now/",
    f"GET {_ROOM}/room/clocks/",
}


def test_who_holds_the_witness_s_link_opens_that_seat_and_an_ended_link_opens_nothing(
    told: Cast, things: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("django.template.backends.django.Template.render", lambda *_: "")
    hearing = Hearing.objects.get(public_id=things["hearings"])
    for name, revoked, opened in (("ended", True, BY_KEY_ALONE), ("witness", False, BY_KEY_ALONE | OF_THE_SEAT)):
        doors = Doors(things)
        doors.try_all(name, chairs.witness(told, hearing, revoked=revoked))
        assert {line.partition(" | ")[0] for line in doors.lines()} ^ opened == set()


def test_what_is_hidden_and_what_is_not_there_look_alike(told: Cast, things: dict[str, str]) -> None:
    """I5, byte for byte: for a clerk of the witness's own State whose court has no part in the case."""
    member = chairs.members(told)["clerk_barcelona"]
    client = Client(raise_request_exception=False)
    client.force_login(member.user)
    absent = {word: str(uuid4()) for word in things}
    doors = zip([*pages(things), *operations(things)], [*pages(absent), *operations(absent)], strict=True)
    api = {"Authorization": chairs.bearer(member), "If-Match": "1"}
    told_apart = set()
    for (method, route, hidden, body), (_method, _route, missing, other) in doors:
        if "<" not in route or "<str:secret>" in route:
            continue
        headers = api if hidden.startswith("/api/") else {"HX-Request": "true"}
        if shape(answered(client, method, hidden, body, headers)) != shape(
            answered(client, method, missing, other, headers)
        ):
            told_apart.add((method, route))
    assert told_apart == set()


def shape(answer: Any) -> tuple[int, bytes, list[str]]:
    """Status, body and the headers' names."""
    return answer.status_code, b"" if answer.streaming else answer.content, sorted(answer.headers)


def test_no_row_of_the_story_calls_itself_by_anything_secret(told: Cast) -> None:
    """I7: what `str()` says ends up in logs and traces."""
    secrets = [*IDENTITY.values(), *WITNESS_PLACE, *(member.user.full_name for member in told.everyone())]
    secrets += [member.user.email for member in told.everyone()] + ["Witness room", told.judge_madrid.authority.name]
    said = {
        (model.__name__, word)
        for model in apps.get_models()
        for row in model.objects.all()[:200]
        for word in secrets
        if len(word) > 3 and (word in str(row) or word in repr(row))
    }
    assert said == set()
