"""A reason of more than 2,000 characters is refused in the same words wherever one is typed; stopping never is."""

from typing import Any

import pytest
from django.test import Client

from directory import reasons
from directory.errors import Refusal
from scheduler import booking as bookings
from scheduler import search
from scheduler.letters import mailing
from scheduler.models import Booking, Invitation, Plan
from tests.cast import Cast
from tests.sessions.conftest import Day

LONG = "x" * (reasons.LONGEST + 1)


@pytest.fixture
def held(told: Cast) -> Booking:
    """A time for the witness who speaks French, and the letters about it."""
    plan = Plan.objects.exclude(bookings__state="confirmed").earliest("pk")
    first = search.find(plan=plan, by=told.clerk).prospect.best(1)[0].start
    booking = bookings.hold(plan=plan, starts=[first], by=told.clerk)
    mailing.tell(booking.pk)
    return booking


def refused(client: Client, path: str, **typed: Any) -> bool:
    answer = client.post(path, typed | {"reason": LONG})
    return answer.status_code == 422 and "reason_long" in answer.text


def test_a_reason_without_end_is_refused_on_every_page_that_asks_for_one(
    client: Client, told: Cast, held: Booking
) -> None:
    agreed, seen = Booking.objects.get(state="confirmed"), {"version": held.version}
    start = {"start": search.find(plan=held.plan, by=told.clerk).prospect.best(2)[1].start.isoformat()}
    invited = Invitation.objects.addressed_to(told.judge.user).get(booking=held)
    asked = {"act": "propose", "answer": "other", "day": "2031-02-10", "clock": "10:00", "sequence": "0"}
    client.force_login(told.clerk.user)
    pages = {
        "cancel": refused(client, f"/bookings/{held.public_id}/cancel/", **seen),
        "move": refused(client, f"/bookings/{held.public_id}/move/", **seen, **start),
        "propose": refused(client, f"/bookings/{agreed.public_id}/move/", version=agreed.version, **start),
        "complete": refused(
            client, f"/bookings/{agreed.public_id}/complete/", version=agreed.version, outcome="postponed"
        ),
    }
    client.force_login(told.judge.user)
    pages["other time"] = refused(client, f"/invitations/{invited.public_id}/", **asked)
    assert pages == dict.fromkeys(pages, True)


def test_a_judge_who_stops_a_hearing_is_heard_whatever_he_types(told: Cast, client: Client) -> None:
    day = Day(told, Booking.objects.select_related("plan__request__person").get(state="confirmed"))
    day.live()
    client.force_login(told.judge_madrid.user)
    client.post(f"/hearings/{day.id}/room/act/", {"act": "suspend", "reason": LONG})
    assert (day.hearing.state, len(day.hearing.log.latest("number").text)) == ("suspended", reasons.LONGEST)


@pytest.mark.parametrize("text", ["", " \n\t ", "\u200b\u200b", "\u2060\ufeff \u00ad", "\u202e"])
def test_a_reason_that_nobody_can_see_is_none(text: str) -> None:
    with pytest.raises(Refusal) as refused:
        reasons.typed(text)
    assert refused.value.code == "reason_missing"


@pytest.mark.parametrize("text", ["!", "ق", "不", "👍🏽", "e\u0301", "न\u200dम"])
def test_any_sign_that_can_be_seen_is_kept_as_it_was_typed(text: str) -> None:
    assert reasons.typed(f" {text} ") == text
