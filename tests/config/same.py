"""Acts done twice, on a page and over the API, and every row of the house compared."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import connection, transaction
from django.test import Client
from procrastinate.contrib.django.models import ProcrastinateJob

from tests.config import chairs

FLOORS = ("directory", "protection", "casework", "scheduler", "evidence")
RANDOM = re.compile(
    r"\bH-[0-9A-F]{4}\b|![A-Za-z0-9]{40}|[0-9a-f]{8}(?:-?[0-9a-f]{4}){3}-?[0-9a-f]{12}|\b[0-9a-f]{20}\b|[0-9a-f]{64,}"
)
NUMBER = re.compile(r"\b\d+\b")
NOT_OF_THE_ACT = {"id", "last_login"}
Rows = dict[str, list[str]]
Raw = dict[Any, str]


@dataclass(frozen=True)
class Act:
    """Who, the page's address and form, the API's method, path, body and If-Match; and what has to be so before."""

    by: Any
    page: str
    form: Any
    method: str
    path: str
    body: Any = None
    version: int = 1
    given: Callable[[], Any] = bool


def models() -> list[Any]:
    """Every table of the house but the tokens with which this test calls."""
    return [m for floor in FLOORS for m in apps.get_app_config(floor).get_models() if m.__name__ != "ApiToken"]


def raw() -> Raw:
    """A digest of every table, made where the rows are."""
    tables = [f"SELECT md5(string_agg(t::text, ' ' ORDER BY t.id)) FROM {m._meta.db_table} t" for m in models()]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(f"(SELECT {n}, ({one}))" for n, one in enumerate(tables)))
        digests = dict(cursor.fetchall())
    return {m: digests[n] for n, m in enumerate(models())}


def state(before: Mapping[Any, set[int]], ids: set[str], same: tuple[Raw, Rows] | None = None) -> Rows:
    """Every row as text; what is new is called so, whatever its number, and so is whatever was drawn by lot.

    `same`: how it was at some time; the text of a table that is as it was then is taken from there.
    """
    now, (then, text) = raw() if same else {}, same or ({}, {})
    found = {
        m._meta.label: text[m._meta.label]
        if same and now[m] == then[m]
        else sorted(_row(one, before, ids) for one in m.objects.all())
        for m in models()
    }
    jobs = ProcrastinateJob.objects.values_list("task_name", "args", "status")
    return found | {"jobs": sorted(NUMBER.sub("a row", _plain(str(job), ids)) for job in jobs)}


def _row(one: Any, before: Mapping[Any, set[int]], ids: set[str]) -> str:
    parts = []
    for field in one._meta.concrete_fields:
        value = getattr(one, field.attname)
        if field.is_relation and value is not None and value not in before.get(field.related_model, {value}):
            value = "new"
        if field.name not in NOT_OF_THE_ACT:
            parts.append(f"{field.name}={bytes(value).hex() if isinstance(value, memoryview) else value}")
    return _plain(" ".join(parts), ids)


def _plain(text: str, ids: set[str]) -> str:
    return RANDOM.sub(lambda found: found[0] if found[0] in ids else "drawn", text)


def compare(acts: dict[str, Act]) -> None:
    before = {model: set(model.objects.values_list("pk", flat=True)) for model in models()}
    ids = {found for model in models() for one in model.objects.all() for found in RANDOM.findall(str(one.__dict__))}
    same = raw(), state(before, ids)
    for name, act in acts.items():
        browser = Client()
        browser.force_login(act.by.user)
        caller = {"Authorization": chairs.bearer(act.by), "If-Match": str(act.version)}
        with undone():
            act.given()
            untouched = state(before, ids, same)
            page = browser.post(act.page, act.form)
            by_page = state(before, ids, same)
        with undone():
            act.given()
            answer = Client().generic(
                act.method, f"/api/v1{act.path}", _json(act.body), content_type="application/json", headers=caller
            )
            by_api = state(before, ids, same)
        done = page.status_code in (200, 302), 200 <= answer.status_code < 300
        assert done == (True, True), (name, page.status_code, answer.status_code, answer.content, _refusal(page))
        assert by_page != untouched, name
        apart = {k: _apart(by_page[k], by_api[k]) for k in by_page if by_page[k] != by_api[k]}
        assert apart == {}, (name, apart)


def _refusal(page: Any) -> Any:
    return (page.context or {}).get("refusal") if page.status_code != 302 else None


@contextmanager
def undone() -> Iterator[None]:
    """What is done in it is forgotten; as a test's own block it lets the vault have a transaction of its own."""
    block = transaction.atomic()
    block._from_testcase = True  # type: ignore[attr-defined] (Django's own mark; stubs leave it out)
    with block:
        yield
        transaction.set_rollback(True)


def _apart(one: list[str], other: list[str]) -> tuple[set[str], set[str]]:
    return set(one) - set(other), set(other) - set(one)


def _json(body: Any) -> bytes:
    return json.dumps(body).encode() if body is not None else b""
