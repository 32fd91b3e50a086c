"""Nothing that was typed is lost: each form of the house is sent what it refuses, and shows it again.

The forms are read from the pages themselves, as a browser would read them. A page that is not in `pages` is not tried:
one with a new form to type in belongs there.
"""

from collections.abc import Iterator
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import resolve

from casework import lifecycle as requests
from casework import sections
from casework.models import Request
from config.story import cases
from directory.models import Interpreter, Site
from directory.outside import calendars
from directory.outside.calendars import Account
from scheduler import booking as bookings
from scheduler import search
from scheduler.letters import mailing
from scheduler.models import Batch, Booking, Invitation, Plan
from tests.cast import Cast
from tests.config.forms import Form, posted
from tests.sessions.conftest import Day

# What a browser lets a person type into a field of that kind; numbered, so that none is found in another's place.
KINDS = {"date": "2031-02-{:02}", "time": "10:{:02}", "datetime-local": "2031-02-{:02}T10:17", "email": "nobody{} here"}
TEXT = "Ñandú <{}> & سمر"
DONE = 302
NOBODY = "nobody"  # who has signed in as no one
LONG = "Ñandú {} " + "y más " * 1500


# Route, and act where the route has several. A form that is new on these pages is tried without standing here.
FORMS = {
    "casework:act answer", "casework:act ask", "casework:act consult", "casework:act grant", "casework:act postpone",
    "casework:act refuse", "casework:act withdraw", "casework:step authorities", "casework:step basis",
    "casework:step case", "casework:step costs", "casework:step person", "casework:step procedure",
    "casework:step protection", "casework:step technical", "directory:account", "directory:add_absence",
    "directory:add_calendar", "directory:add_recess", "directory:interpreter", "directory:invite",
    "directory:new_interpreter", "directory:new_site", "directory:outside", "directory:person", "directory:site",
    "evidence:room_act log", "evidence:room_act suspend", "evidence:ticket", "evidence:verify", "protection:identity",
    "protection:person", "scheduler:cancel", "scheduler:choose", "scheduler:complete", "scheduler:invitation propose",
    "scheduler:move", "scheduler:people", "scheduler:plan", "scheduler:rules",
}  # fmt: skip
# The witness's six digits: they are read out in a room, and stand on no page.
NEVER_SHOWN = {("evidence:ticket", "pin")}


@pytest.fixture
def open_requests(told: Cast) -> dict[str, Request]:
    """Three that Spain has before it: one acknowledged, one about which it asks, one about which it consults."""
    today = Plan.objects.earliest("pk").earliest
    facts = {"testimony_language": "es", "interpreter_mode": "none", "wanted_minutes": 60, "notice_days": 0}
    made = {}
    for act in ("acknowledge", "ask", "consult"):
        request = cases.submitted(told, earliest=today, latest=today + timedelta(days=90), **facts)
        requests.submit(request=request, by=told.prosecutor, version=cases.current(request))
        requests.acknowledge(request=request, by=told.spain, version=cases.current(request))
        if act != "acknowledge":
            getattr(requests, act)(
                request=request, by=told.spain, version=cases.current(request), text="May we attend?"
            )
        made[act] = request
    return made


@pytest.fixture
def day(told: Cast) -> Day:
    """The rehearsal, in session."""
    day = Day(told, Booking.objects.select_related("plan__request__person").get(state="confirmed"))
    day.live()
    return day


@pytest.fixture
def held(told: Cast, day: Day) -> Booking:
    """A time for the witness who speaks French."""
    plan = Plan.objects.exclude(pk=day.booking.plan_id).earliest("pk")
    return bookings.hold(
        plan=plan, starts=[search.find(plan=plan, by=told.clerk).prospect.best(1)[0].start], by=told.clerk
    )


@pytest.fixture
def pages(told: Cast, day: Day, held: Booking, open_requests: dict[str, Request]) -> dict[str, list[str]]:
    """Where who types: a name of the cast → addresses."""
    draft, granted = Request.objects.get(state="draft"), held.plan.request
    hearing, booking, person = (
        f"/hearings/{day.id}",
        f"/bookings/{held.public_id}",
        f"/people/{granted.person.public_id}",
    )
    agreed, outside = f"/bookings/{day.booking.public_id}", _calendar(told)
    made = Batch.objects.create(made_by=told.clerk, seconds=10)
    mailing.tell(held.pk)  # the letters' job
    invited = Invitation.objects.addressed_to(told.judge.user).get(booking=held)
    room = Site.objects.get(name="Hearing room 3")
    return {
        "prosecutor": [
            *(f"/requests/{draft.public_id}/{one.slug}/" for one in sections.SECTIONS),
            f"/requests/{granted.public_id}/", f"/requests/{open_requests['ask'].public_id}/",
            f"{person}/protection/",
        ],
        "spain": [f"/requests/{request.public_id}/" for request in open_requests.values()],
        "judge": [f"{person}/identity/", f"/invitations/{invited.public_id}/"],
        "judge_madrid": [f"{hearing}/room/"],
        "interpreter": ["/account/me/"],
        "clerk": [
            f"{hearing}/room/", f"{booking}/", f"{booking}/move/", f"{booking}/people/",
            f"/hearings/{held.plan.public_id}/plan/", "/directory/own/", "/members/new/",
            f"/members/{told.judge.public_id}/", "/interpreters/new/",
            f"/interpreters/{Interpreter.objects.earliest('pk').public_id}/", "/rooms/new/",
            f"/rooms/{room.public_id}/edit/", f"/resources/{room.resource.public_id}/",
            f"{agreed}/", f"{agreed}/move/", "/hearings/rules/", "/hearings/together/", "/replies/",
            f"/hearings/together/{made.public_id}/", "/account/calendars/", f"/calendars/{outside}/",
        ],
        NOBODY: ["/w/", "/verify/"],
    }  # fmt: skip


def _calendar(told: Cast) -> str:
    """The id of a calendar kept elsewhere."""
    room = Site.objects.get(name="Hearing room 3").resource
    account = Account(kind="ics", url="https://calendar.example/room.ics")
    return str(calendars.add(resource=room, by=told.clerk, account=account).public_id)


def test_whatever_a_form_refuses_it_shows_again(client: Client, told: Cast, pages: dict[str, list[str]]) -> None:
    refused: dict[str, bool] = {}
    lost = {}
    for name, form in _forms(client, told, pages):
        refused[name] = False
        for typed, more in _refusable(form):
            answer = _sent(client, form, typed, more)
            if answer.status_code != DONE:
                refused[name], text = True, unescape(answer.text)
                lost |= {(name, field): answer.status_code for field, value in typed.items() if value not in text}
    assert {place for place in lost if place in NEVER_SHOWN} == NEVER_SHOWN
    for place in NEVER_SHOWN:
        del lost[place]
    assert lost == {}
    assert set(refused) >= FORMS
    # Whoever stops a hearing is never refused, whatever he types for a reason.
    assert [name for name, once in refused.items() if not once] == ["evidence:room_act suspend"]


def _forms(client: Client, told: Cast, pages: dict[str, list[str]]) -> Iterator[tuple[str, Form]]:
    """Each form in which somebody types, once, and what it does."""
    seen = set()
    for member, addresses in pages.items():
        if member == NOBODY:
            client.logout()
        else:
            client.force_login(getattr(told, member).user)
        for address in addresses:
            answer = client.get(address)
            assert answer.status_code == 200, address
            for form in posted(answer.text, address):
                if form.typed and (name := _named(form)) not in seen:
                    seen.add(name)
                    yield name, form


def _named(form: Form) -> str:
    """The route, and which of its acts."""
    found = resolve(form.action.split("?")[0])
    words = [str(value) for key, value in found.kwargs.items() if key in ("act", "step")]
    return " ".join([found.view_name, *words, *form.fields.get("act", [])])


def _refusable(form: Form) -> Iterator[tuple[dict[str, str], dict[str, str]]]:
    """What is typed, and what is sent with it: from an older version, then more than anybody writes.

    Counted backwards, so that what ends, ends before it has begun.
    """
    numbered = [(name, kind, 28 - place) for place, (name, kind) in enumerate(form.typed.items())]
    if "version" in form.fields:
        yield {name: KINDS.get(kind, TEXT).format(number) for name, kind, number in numbered}, {"version": "0"}
    kinds = KINDS | {"textarea": LONG}
    yield {name: kinds.get(kind, TEXT).format(number) for name, kind, number in numbered}, {}


def _sent(client: Client, form: Form, typed: dict[str, str], more: dict[str, str]) -> Any:
    """The answer; what was done is undone. Not in an atomic block: what must outlast one refuses to run in it."""
    before = transaction.savepoint()
    answer = client.post(form.action, {**form.fields, **typed, **more})
    transaction.savepoint_rollback(before)
    return answer
