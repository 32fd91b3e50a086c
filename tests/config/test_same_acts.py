"""An act done on a page and over the API leaves the house in the same state, to the last row."""

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db import transaction
from django.test import Client
from procrastinate.contrib.django.models import ProcrastinateJob

from casework.models import Request
from config.story.people import PASSWORD
from protection.models import Measure
from scheduler.models import Booking
from sessions.models import Hearing, Seat
from tests.cast import Cast
from tests.config import chairs

FLOORS = ("directory", "protection", "casework", "scheduler", "evidence")
RANDOM = re.compile(r"![A-Za-z0-9]{40}|[0-9a-f]{8}(?:-?[0-9a-f]{4}){3}-?[0-9a-f]{12}|[0-9a-f]{64}")
NUMBER = re.compile(r"\b\d+\b")
NOT_OF_THE_ACT = {"id", "last_login"}
Rows = dict[str, list[str]]
Act = tuple[Any, str, Any, str, str, Any, int]


def models() -> list[Any]:
    """Every table of the house but the tokens with which this test calls."""
    return [m for floor in FLOORS for m in apps.get_app_config(floor).get_models() if m.__name__ != "ApiToken"]


def state(before: Mapping[Any, set[int]], ids: set[str]) -> Rows:
    """Every row as text; what is new is called so, whatever its number, and so is whatever was drawn by lot."""
    found = {m._meta.label: sorted(_row(one, before, ids) for one in m.objects.all()) for m in models()}
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


@pytest.fixture
def acts(told: Cast, things: dict[str, str]) -> dict[str, Act]:
    """Name → who, the page's address and form, the API's method, path, body and If-Match."""
    booking = Booking.objects.get(public_id=things["bookings"])
    request = Request.objects.get(public_id=things["requests"])
    other = Measure.objects.filter(person=request.person).exclude(public_id=things["measures"])[0].public_id
    why, start = {"reason": "The court cannot sit."}, (booking.sitting().start + timedelta(days=2)).isoformat()
    bookings, hearing, room = (f"/{word}/{things[word]}" for word in ("bookings", "hearings", "resources"))
    recess = {"first": "2031-03-03", "last": "2031-03-04", "name": "Recess"}
    person = {"full_name": "Irene Vargas", "email": "irene@bogota.example", "role": "defence", "language": "es"}
    person |= {"zone": "America/Bogota"}
    absence = {"start_day": "2031-03-03", "start_clock": "10:00", "end_day": "2031-03-03", "end_clock": "11:00"}
    spans = {"start": {"day": "2031-03-03", "clock": "10:00"}, "until": {"day": "2031-03-03", "clock": "11:00"}}
    order = {"kind": "sound_only", "basis": "U24-2b"}
    seat, v, r = things["seat"], booking.version, request.version
    typed = {"version": v}
    return {
        "cancel": (told.clerk, f"{bookings}/cancel/", why | typed, "POST", f"{bookings}/cancel", why, v),
        "propose": (
            told.clerk, f"{bookings}/move/", why | typed | {"start": start},
            "POST", f"{bookings}/proposals", why | {"starts": [start]}, v,
        ),
        "decline": (
            told.clerk, f"/proposals/{things['proposals']}/decline/", typed,
            "POST", f"/proposals/{things['proposals']}/decline", None, v,
        ),
        "withdraw a request": (
            told.prosecutor, f"/requests/{things['requests']}/acts/withdraw/", why | {"version": r},
            "POST", f"/requests/{things['requests']}/withdraw", why, r,
        ),
        "raise": (
            told.judge, f"/people/{things['people']}/protection/", order | {"towards": "default"},
            "POST", f"/people/{things['people']}/measures", order, 1,
        ),
        "propose to lower": (
            told.judge, f"/measures/{other}/lowering/", {"reason": "risk_ended"},
            "POST", f"/measures/{other}/lowerings", {"reason": "risk_ended"}, 1,
        ),
        "agree to lower": (
            told.judge_madrid, f"/lowerings/{things['lowerings']}/agree/", {},
            "POST", f"/lowerings/{things['lowerings']}/agreement", None, 1,
        ),
        "enter a recess": (told.clerk, "/directory/own/recesses/", recess, "POST", "/recesses", recess, 1),
        "enter an absence": (
            told.clerk, f"{room}/absences/", absence | {"start_fold": "", "end_fold": "", "reason": "x"},
            "POST", f"{room}/absences", spans | {"reason": "x"}, 1,
        ),
        "remove an absence": (
            told.clerk, f"/absences/{things['absences']}/remove/", {},
            "DELETE", f"/absences/{things['absences']}", None, 1,
        ),
        "enter a person": (told.clerk, "/members/new/", person, "POST", "/memberships", person, 1),
        "confirm facts": (
            told.spain, f"/directory/{told.spain.authority.public_id}/confirm/", {},
            "POST", f"/authorities/{told.spain.authority.public_id}/confirm", None, 1,
        ),
        "join an authority": (
            told.defence, f"/account/asked/{things['asked']}/join/", {},
            "POST", f"/me/asked/{things['asked']}/join", None, 1,
        ),
        "refuse to": (
            told.defence, f"/account/asked/{things['asked']}/refuse/", {},
            "POST", f"/me/asked/{things['asked']}/refuse", None, 1,
        ),
        "add a seat": (
            told.clerk, f"{hearing}/act/", {"act": "add", "place": "technician:requesting"},
            "POST", f"{hearing}/seats", {"role": "technician", "side": "requesting"}, 1,
        ),
        "hand out a link": (
            told.clerk_madrid, f"{hearing}/act/", {"act": "ticket", "seat": seat},
            "POST", f"{hearing}/seats/{seat}/ticket", None, 1,
        ),
        "discard a reply": (
            told.clerk, f"/replies/{things['replies']}/discard/", {},
            "POST", f"/replies/{things['replies']}/discard", None, 1,
        ),
        "revoke a calendar": (
            told.clerk, f"/account/calendars/{things['feed']}/revoke/", {},
            "DELETE", f"/feeds/{things['feed']}", None, 1,
        ),
    }  # fmt: skip


@pytest.fixture
def acts_of_the_day(told: Cast, things: dict[str, str]) -> dict[str, Act]:
    """The same while the hearing is in session and whoever has taken a seat is in the room."""
    hearing = f"/hearings/{things['hearings']}"
    Hearing.objects.filter(public_id=things["hearings"]).update(state="in_session")
    Seat.objects.filter(hearing__public_id=things["hearings"], user__isnull=False).update(presence="admitted")
    why_open = {"reason": "summon", "sentence": "The court has to summon the person.", "password": PASSWORD}
    given = str(Seat.objects.get(hearing__public_id=things["hearings"], role="attending_judge").public_id)
    return {
        "leave a seat": (
            told.clerk_madrid, f"{hearing}/room/act/", {"act": "leave"},
            "POST", f"{hearing}/seats/own/leave", None, 1,
        ),
        "ask for a pause": (
            told.judge, f"{hearing}/room/act/", {"act": "ask_pause"},
            "POST", f"{hearing}/seats/own/ask", {"what": "pause"}, 1,
        ),
        "give the floor": (
            told.judge, f"{hearing}/room/act/", {"act": "floor", "seat": given},
            "POST", f"{hearing}/seats/{given}/floor", None, 1,
        ),
        "suspend": (
            told.judge_madrid, f"{hearing}/room/act/", {"act": "suspend", "reason": "A pause."},
            "POST", f"{hearing}/suspend", {"reason": "A pause."}, 1,
        ),
        "open an identity": (
            told.judge_madrid, f"/people/{things['people']}/identity/", why_open,
            "POST", f"/people/{things['people']}/identity/openings", why_open, 1,
        ),
        "change one's account": (
            told.clerk, "/account/me/", {"language": "es", "zone": "America/Bogota"},
            "PATCH", "/me", {"language": "es", "zone": "America/Bogota"}, 1,
        ),
    }  # fmt: skip


def test_each_act_on_a_page_and_over_the_api_leaves_the_same_state(acts: dict[str, Act], time_machine: Any) -> None:
    time_machine.move_to(datetime.now(UTC), tick=False)
    compare(acts)


def test_each_act_of_the_day_leaves_the_same_state_too(acts_of_the_day: dict[str, Act], time_machine: Any) -> None:
    time_machine.move_to(datetime.now(UTC), tick=False)
    compare(acts_of_the_day)


def compare(acts: dict[str, Act]) -> None:
    before = {model: set(model.objects.values_list("pk", flat=True)) for model in models()}
    ids = {found for model in models() for one in model.objects.all() for found in RANDOM.findall(str(one.__dict__))}
    untouched = state(before, ids)
    for name, (member, page, form, method, path, body, version) in acts.items():
        browser = Client()
        browser.force_login(member.user)
        caller = {"Authorization": chairs.bearer(member), "If-Match": str(version)}
        with undone():
            answer = browser.post(page, form)
            by_page, said = state(before, ids), answer.status_code
        with undone():
            answer = Client().generic(
                method, f"/api/v1{path}", _json(body), content_type="application/json", headers=caller
            )
            by_api, told_api = state(before, ids), answer.status_code
        assert (said in (200, 302), 200 <= told_api < 300) == (True, True), (name, said, told_api, answer.content)
        assert by_page != untouched, name
        assert {k: _apart(by_page[k], by_api[k]) for k in by_page if by_page[k] != by_api[k]} == {}, name


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
