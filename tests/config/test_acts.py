"""The API covers the same acts as the pages: acts.txt names the operation of each, and finds a new one without."""

import inspect
import re
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any

from casework import sections
from casework.views import acts as request_acts
from config.api import api
from directory.views import joining, people
from sessions.views import hearing, record, room, witness
from tests.config.test_doors import routes, walkable

TABLE = Path(__file__).with_name("acts.txt")
TEMPLATES = TABLE.parents[2] / "templates"
# Views that do what a word in the form or the address says: the words, from the code that reads them.
BY_WORD: dict[str, Callable[[], Collection[str]]] = {
    "account/asked/<uuid:public_id>/<slug:act>/": lambda: joining._DOINGS,
    "members/<uuid:public_id>/<slug:act>/": lambda: people.DOINGS,
    "requests/<uuid:public_id>/acts/<slug:act>/": lambda: request_acts.DOINGS,
    "hearings/<uuid:public_id>/act/": lambda: {*hearing._ACTS, *compared(hearing.act)},
    "hearings/<uuid:public_id>/room/act/": lambda: {
        *room._OWN, *room.private.ACTS, *room._OF_THE_HEARING, *room._ABOUT_A_SEAT, *compared(room._do),
    },
    "hearings/<uuid:public_id>/record/act/": lambda: compared(record.act),
    "w/act/": lambda: {*compared(witness.act), "ready"},
}  # fmt: skip
Row = tuple[str, str, str]


def table() -> list[Row]:
    """(route, word or nothing, operation or reason)"""
    rows = []
    for line in TABLE.read_text().splitlines():
        if not line.startswith("#"):
            door, operation = line.split(" | ")
            route, _, word = door.partition(" ")
            rows.append((route, word, operation))
    return rows


def compared(view: Any) -> set[str]:
    """The words with which a view compares what was pressed."""
    source = inspect.getsource(inspect.unwrap(view))
    return set(re.findall(r'(?:name|\("act"(?:, "")?\)) == "(\w+)"', source))


def taking_forms() -> set[str]:
    """Routes of the house's own that a POST reaches; the ways of signing in are allauth's."""
    own, found = set(walkable()), set()
    for route, view in routes():
        ours = route in own and not route.startswith("api/") and not view.__module__.startswith("allauth")
        if ours and "POST" in methods(view):
            found.add(route)
    return found


def methods(view: Any) -> Collection[str]:
    """What Django's `require_http_methods` lets through; without it, whatever comes."""
    while view is not None:
        free = view.__code__.co_freevars if hasattr(view, "__code__") else ()
        if "request_method_list" in free:
            allowed: Collection[str] = view.__closure__[free.index("request_method_list")].cell_contents
            return allowed
        view = getattr(view, "__wrapped__", None)
    return ("POST",)


def operations() -> set[str]:
    """Those that write."""
    paths = api.get_openapi_schema()["paths"]
    return {
        f"{method.upper()} {path.removeprefix('/api/v1')}"
        for path in paths
        for method in paths[path]
        if method != "get"
    }


def test_every_page_that_takes_a_form_is_in_the_table() -> None:
    assert taking_forms() ^ {route for route, _word, _operation in table()} == set()


def test_every_word_that_a_page_does_is_in_the_table() -> None:
    told = {route: {word for at, word, _operation in table() if at == route} for route in BY_WORD}
    assert told == {route: set(words()) for route, words in BY_WORD.items()}


def test_every_button_of_the_day_is_an_act_of_the_table() -> None:
    pages = "".join(path.read_text() for path in (TEMPLATES / "evidence").glob("*.html"))
    pressed = set(re.findall(r'name="act" value="(\w+)"', pages)) | set(re.findall(r'[ %]act="(\w+)"', pages))
    assert len(pressed) > 20
    assert pressed - {word for _route, word, _operation in table()} == set()


def test_every_step_of_a_request_is_saved_by_an_operation_of_its_own_or_by_the_common_one() -> None:
    named = {word for route, word, _operation in table() if route.endswith("<slug:step>/") and word}
    assert named - {section.slug for section in sections.SECTIONS} == set()


def test_every_operation_of_the_table_is_there_and_every_one_that_writes_is_in_the_table() -> None:
    named = {operation for _route, _word, operation in table() if not operation.startswith("none: ")}
    assert named ^ operations() == set()
