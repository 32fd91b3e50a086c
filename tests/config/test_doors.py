"""Every address of the house, tried by whom it is not for. A new one without a guard is found here."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.apps import apps
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from config.api import api
from directory.models import ApiToken
from scheduler.models import Plan
from tests.cast import Cast

METHODS = ("get", "post", "put", "patch", "delete")
# For whoever comes, signed in or not: what is behind each shows nothing of any case.
OPEN = {
    "healthz", "language/setlang/", "api/v1/openapi.json", "api/v1/verify", "verify/", "w/", "w/now/",
    "account/inactive/", "account/login/", "account/logout/",  # to leave, one need not be in
    "account/password/reset/key/done/",
}  # fmt: skip
OF_A_CASE = ("protection", "casework", "scheduler", "evidence")
FRAGMENT = {"HX-Request": "true"}  # a refusal without the page around it: a tenth of the time
SHUT = {401, 404, 405}
ASKED = {"why": "?start=2026-12-09T14:00:00Z"}  # what an operation wants to be asked, or it says so to anybody


def routes(patterns: list[Any] | None = None, before: str = "") -> Iterator[tuple[str, Any]]:
    """Every route, as it is written, with its view."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, route)
        elif isinstance(pattern, URLPattern):
            yield route, pattern.callback


def address(route: str, public_id: UUID) -> str:
    """The route as somebody would type it who knows one id."""
    parts = []
    for part in route.split("/"):
        while "<" in part:
            head, _, rest = part.partition("<")
            kind, _, tail = rest.partition(">")
            value = {"int": "1", "slug": "open", "version": "1"}.get(kind.split(":")[0], str(public_id))
            part = f"{head}{value}{tail}"
        parts.append(part)
    return "/" + "/".join(parts) + ASKED.get(parts[-1], "")


def walkable() -> list[str]:
    """Routes without regular expressions: allauth's are its own, and closed ones are one expression."""
    found = sorted({route for route, _ in routes() if "^" not in route and "\\" not in route})
    assert len(found) > 80
    return found


def shut(answer: Any) -> int:
    """The status; a way to the sign-in counts as a door that is shut."""
    led = answer.headers.get("Location") or answer.headers.get("HX-Redirect") or ""
    away = led.startswith(("/account/login/", "/account/reauthenticate/"))
    return 404 if answer.status_code in (204, 302) and away else int(answer.status_code)


def test_who_has_not_signed_in_finds_every_door_shut_but_those_for_anybody(client: Client, db: None) -> None:
    client.raise_request_exception = False
    ajar = {
        (route, method, status)
        for route in walkable()
        if route not in OPEN
        for method in METHODS
        if (status := shut(getattr(client, method)(address(route, uuid4()), headers=FRAGMENT))) not in SHUT
    }
    assert ajar == set()


def ids_of_the_cases() -> dict[str, set[UUID]]:
    """One of each kind of thing that has an address of its own, by the floor it lives on; the plan's on every floor."""
    plan = Plan.objects.exclude(bookings=None).first().public_id
    found: dict[str, set[UUID]] = {}
    for label in OF_A_CASE:
        config = apps.get_app_config(label)
        rows = [m.objects.first() for m in config.get_models() if any(f.name == "public_id" for f in m._meta.fields)]
        found[config.name] = {plan, *(row.public_id for row in rows if row)}
    assert sum(map(len, found.values())) > 10
    return found | {"signalling": {plan}, "directory": {plan}}


def floors() -> dict[str, str]:
    """Route → the floor whose view answers there."""
    operations = {
        "api/v1" + path.replace("{", "<").replace("}", ">"): view.operations[0].view_func.__module__
        for _, router in api._routers
        for path, view in router.path_operations.items()
    }
    views = {route: view.__module__ for route, view in routes()} | operations
    return {route: module.partition(".")[0] for route, module in views.items()}


def test_a_clerk_of_a_third_state_who_knows_every_id_finds_no_case_behind_any_door(client: Client, told: Cast) -> None:
    ids, floor = ids_of_the_cases(), floors()
    bearer = {"Authorization": f"Bearer {_token(told)}"}
    client.force_login(told.stranger.user)
    client.raise_request_exception = False
    inside = set()
    for route in walkable():
        if "<" not in route:
            continue
        for public_id in ids[floor[route]]:
            headers = bearer if route.startswith("api/") else FRAGMENT
            answer = client.get(address(route, public_id), headers=headers)
            if answer.status_code not in SHUT:
                inside.add((route, answer.status_code))
    assert inside == set()


def test_the_lists_of_a_third_state_hold_nothing_of_the_cases(client: Client, told: Cast) -> None:
    ids = {str(one) for found in ids_of_the_cases().values() for one in found}
    client.force_login(told.stranger.user)
    bearer = {"Authorization": f"Bearer {_token(told)}"}
    shown = {
        route
        for route in walkable()
        if "<" not in route and route not in OPEN and not route.startswith("account/")
        for text in [client.get(f"/{route}", headers=bearer if route.startswith("api/") else {}).content.decode()]
        if any(one in text for one in ids) or "CO-2026" in text
    }
    assert shown == set()


def _token(cast: Cast) -> str:
    return str(ApiToken.issue(user=cast.stranger.user, expires_at=datetime.now(UTC) + timedelta(hours=1)))
