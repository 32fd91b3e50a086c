"""An act done on a page and over the API leaves the house in the same state, to the last row."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from casework.models import Request
from config.story.people import PASSWORD
from protection.models import Measure
from scheduler.models import Booking
from sessions.models import Hearing, Seat
from tests.cast import Cast
from tests.config import same_bookings, same_day, same_requests
from tests.config.same import Act, compare


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
        "cancel": Act(told.clerk, f"{bookings}/cancel/", why | typed, "POST", f"{bookings}/cancel", why, v),
        "propose": Act(
            told.clerk, f"{bookings}/move/", why | typed | {"start": start},
            "POST", f"{bookings}/proposals", why | {"starts": [start]}, v,
        ),
        "decline": Act(
            told.clerk, f"/proposals/{things['proposals']}/decline/", typed,
            "POST", f"/proposals/{things['proposals']}/decline", None, v,
        ),
        "withdraw a request": Act(
            told.prosecutor, f"/requests/{things['requests']}/acts/withdraw/", why | {"version": r},
            "POST", f"/requests/{things['requests']}/withdraw", why, r,
        ),
        "raise": Act(
            told.judge, f"/people/{things['people']}/protection/", order | {"towards": "default"},
            "POST", f"/people/{things['people']}/measures", order, 1,
        ),
        "propose to lower": Act(
            told.judge, f"/measures/{other}/lowering/", {"reason": "risk_ended"},
            "POST", f"/measures/{other}/lowerings", {"reason": "risk_ended"}, 1,
        ),
        "agree to lower": Act(
            told.judge_madrid, f"/lowerings/{things['lowerings']}/agree/", {},
            "POST", f"/lowerings/{things['lowerings']}/agreement", None, 1,
        ),
        "enter a recess": Act(told.clerk, "/directory/own/recesses/", recess, "POST", "/recesses", recess, 1),
        "enter an absence": Act(
            told.clerk, f"{room}/absences/", absence | {"start_fold": "", "end_fold": "", "reason": "x"},
            "POST", f"{room}/absences", spans | {"reason": "x"}, 1,
        ),
        "remove an absence": Act(
            told.clerk, f"/absences/{things['absences']}/remove/", {},
            "DELETE", f"/absences/{things['absences']}", None, 1,
        ),
        "enter a person": Act(told.clerk, "/members/new/", person, "POST", "/memberships", person, 1),
        "confirm facts": Act(
            told.spain, f"/directory/{told.spain.authority.public_id}/confirm/", {},
            "POST", f"/authorities/{told.spain.authority.public_id}/confirm", None, 1,
        ),
        "join an authority": Act(
            told.defence, f"/account/asked/{things['asked']}/join/", {},
            "POST", f"/me/asked/{things['asked']}/join", None, 1,
        ),
        "refuse to": Act(
            told.defence, f"/account/asked/{things['asked']}/refuse/", {},
            "POST", f"/me/asked/{things['asked']}/refuse", None, 1,
        ),
        "add a seat": Act(
            told.clerk, f"{hearing}/act/", {"act": "add", "place": "technician:requesting"},
            "POST", f"{hearing}/seats", {"role": "technician", "side": "requesting"}, 1,
        ),
        "hand out a link": Act(
            told.clerk_madrid, f"{hearing}/act/", {"act": "ticket", "seat": seat},
            "POST", f"{hearing}/seats/{seat}/ticket", None, 1,
        ),
        "discard a reply": Act(
            told.clerk, f"/replies/{things['replies']}/discard/", {},
            "POST", f"/replies/{things['replies']}/discard", None, 1,
        ),
        "revoke a calendar": Act(
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
        "leave a seat": Act(
            told.clerk_madrid, f"{hearing}/room/act/", {"act": "leave"},
            "POST", f"{hearing}/seats/own/leave", None, 1,
        ),
        "ask for a pause": Act(
            told.judge, f"{hearing}/room/act/", {"act": "ask_pause"},
            "POST", f"{hearing}/seats/own/ask", {"what": "pause"}, 1,
        ),
        "give the floor": Act(
            told.judge, f"{hearing}/room/act/", {"act": "floor", "seat": given},
            "POST", f"{hearing}/seats/{given}/floor", None, 1,
        ),
        "suspend": Act(
            told.judge_madrid, f"{hearing}/room/act/", {"act": "suspend", "reason": "A pause."},
            "POST", f"{hearing}/suspend", {"reason": "A pause."}, 1,
        ),
        "open an identity": Act(
            told.judge_madrid, f"/people/{things['people']}/identity/", why_open,
            "POST", f"/people/{things['people']}/identity/openings", why_open, 1,
        ),
        "change one's account": Act(
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


def test_each_act_of_a_hearing_leaves_the_same_state(told: Cast, things: dict[str, str], time_machine: Any) -> None:
    time_machine.move_to(datetime.now(UTC), tick=False)
    compare(same_day.acts(told, things))


def test_each_act_on_a_time_leaves_the_same_state(told: Cast, things: dict[str, str], time_machine: Any) -> None:
    time_machine.move_to(datetime.now(UTC), tick=False)
    compare(same_bookings.acts(told, things))


def test_each_act_on_a_time_that_is_held_leaves_the_same_state(
    told: Cast, things: dict[str, str], time_machine: Any
) -> None:
    time_machine.move_to(datetime.now(UTC), tick=False)
    compare(same_bookings.of_a_hold(told, things))


def test_each_act_on_a_request_leaves_the_same_state(told: Cast, time_machine: Any) -> None:
    time_machine.move_to(datetime.now(UTC), tick=False)
    compare(same_requests.acts(told))
