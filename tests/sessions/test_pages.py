"""The pages of the day, as each of the cast gets them."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from config.story.cases import IDENTITY
from directory.models import Membership
from protection import measures
from scheduler.models import Sitting
from sessions import lifecycle, presence, room, seats, tickets
from sessions.models import LogEntry
from tests.sessions.conftest import Day

SECRETS = [value for key, value in IDENTITY.items() if key not in ("nationality", "language", "born")]


@pytest.fixture(autouse=True)
def begins_now(day: Day) -> None:
    """Pages read the clock: the booked hour is moved to it."""
    now = timezone.now().replace(second=0, microsecond=0)
    Sitting.objects.filter(booking=day.booking).update(during=(now, now + timedelta(hours=4)))
    day.start = now


def browser(by: Membership) -> Client:
    client = Client()
    client.force_login(by.user)
    return client


def address(name: str, day: Day) -> str:
    return reverse(f"evidence:{name}", args=[day.id])


def act(client: Client, day: Day, **data: Any) -> Any:
    return client.post(address("room_act", day), data)


def test_the_clerk_opens_the_doors_and_sits_in_the_room(day: Day) -> None:
    clerk = browser(day.cast.clerk)
    assert "Open the doors" in clerk.get(address("hearing", day)).content.decode()
    assert clerk.post(address("hearing_act", day), {"act": "open"}).status_code == 302
    assert day.hearing.state == "open"
    page = clerk.get(address("room", day))
    assert page.status_code == 200
    assert page["Cache-Control"] == "no-store"
    assert "camera=(self)" in page["Permissions-Policy"]
    assert f'data-hearing="{day.id}"' in page.content.decode()


@pytest.mark.parametrize("name", ["hearing", "wait", "room", "record", "room_now", "clocks"])
def test_a_stranger_meets_the_page_of_nothing(day: Day, name: str) -> None:
    there = browser(day.cast.stranger).get(address(name, day))
    nowhere = browser(day.cast.stranger).get(reverse(f"evidence:{name}", args=[day.booking.public_id]))
    assert (there.status_code, nowhere.status_code) == (404, 404)
    tokens = re.compile(rb"(csrf[^>]*value|X-CSRFToken)[^>]*>|nonce-[^']*|\"X-CSRFToken\": \"[^\"]*\"")
    assert tokens.sub(b"", there.content) == tokens.sub(b"", nowhere.content)


def test_who_is_not_signed_in_is_sent_to_sign_in_whether_there_is_a_hearing_or_not(day: Day) -> None:
    for found in (day.id, day.booking.public_id):
        answer = Client().get(reverse("evidence:room", args=[found]))
        assert answer.status_code == 302
        assert answer["Location"].startswith(reverse("account_login"))


def test_from_the_waiting_room_into_the_hearing(day: Day) -> None:
    day.doors_open()
    defence = browser(day.cast.defence)
    defence.post(address("hearing_act", day), {"act": "take"})
    assert defence.get(address("room", day)).status_code == 302  # not admitted: back to waiting
    defence.post(address("ready", day))
    assert "You wait" not in defence.get(address("wait", day)).content.decode()
    assert "admits you" in defence.get(address("wait", day)).content.decode()
    seat = day.seat("defence")
    act(browser(day.cast.clerk), day, act="admit", seat=seat.public_id)
    assert defence.get(address("wait_now", day))["HX-Redirect"] == address("room", day)
    assert defence.get(address("room", day)).status_code == 200


def test_going_live_too_early_shows_every_rule_and_keeps_the_room(day: Day) -> None:
    day.doors_open()
    answer = act(browser(day.cast.judge), day, act="go_live")
    page = answer.content.decode()
    assert answer.status_code == 409
    assert all(rule in page for rule in ("gates_not_clear", "V-26", "U18-18b", "V-11", "V-16"))
    assert "vv-stage" in page


def test_under_htmx_a_refusal_goes_where_banners_stand(day: Day) -> None:
    day.doors_open()
    answer = browser(day.cast.judge).post(address("room_act", day), {"act": "go_live"}, headers={"HX-Request": "true"})
    assert (answer.status_code, answer["HX-Retarget"]) == (409, "#refusal")
    assert "vv-stage" not in answer.content.decode()


def test_the_attending_judge_stops_everything_with_one_button(day: Day) -> None:
    day.live()
    judge = browser(day.cast.judge_madrid)
    assert 'value="suspend"' in judge.get(address("room", day)).content.decode()
    act(judge, day, act="suspend", reason="")
    assert day.hearing.state == "suspended"
    page = browser(day.cast.judge).get(address("room", day)).content.decode()
    assert "Suspended by the attending judge (Spain). All sound and picture stopped." in page
    assert "V-12" in page


def test_the_room_answers_a_page_that_has_seen_it_all_with_nothing(day: Day) -> None:
    day.ready()
    judge = browser(day.cast.judge)
    page = judge.get(address("room", day)).content.decode()
    seen = re.search(r"seen=(\w+)&amp;stage=(\w+)&amp;state=(\w+)", page)
    assert seen
    query = dict(zip(("seen", "stage", "state"), seen.groups(), strict=True))
    assert judge.get(address("room_now", day), query).status_code == 204
    lifecycle.log(hearing_id=day.id, kind="note", text="a chair is moved", by=day.cast.clerk)
    fresh = judge.get(address("room_now", day), query)
    assert "a chair is moved" in fresh.content.decode()
    assert 'id="room-stop"' not in fresh.content.decode()  # what is being typed there stays


def test_a_new_seat_loads_the_room_anew(day: Day) -> None:
    day.ready()
    judge = browser(day.cast.judge)
    stage = room.now(day.hearing, day.seat("judge"), day.start).stage
    seats.add(hearing_id=day.id, role="accused", side="requesting", by=day.cast.clerk)
    assert judge.get(address("room_now", day), {"stage": stage})["HX-Refresh"] == "true"


def test_only_a_clerk_writes_lines_and_only_of_the_five_kinds(day: Day) -> None:
    day.ready()
    clerk, judge = browser(day.cast.clerk), browser(day.cast.judge)
    assert act(judge, day, act="log", kind="note", text="x").status_code == 403
    refused = act(clerk, day, act="log", kind="live", text="what I typed")
    assert refused.status_code == 422
    assert "what I typed" in refused.content.decode()
    assert not LogEntry.objects.filter(text="what I typed").exists()


def test_an_act_on_a_seat_of_another_hearing_or_of_no_hearing_finds_nothing(day: Day) -> None:
    day.ready()
    clerk = browser(day.cast.clerk)
    for seat in ("", "x", "00000000-0000-4000-8000-000000000000"):
        assert act(clerk, day, act="admit", seat=seat).status_code == 404
    assert act(clerk, day, act="fly").status_code == 404


def test_link_and_code_are_shown_once_to_the_clerk_of_that_side(day: Day) -> None:
    clerk = browser(day.cast.clerk_madrid)
    seat = day.seat("witness")
    answer = clerk.post(address("hearing_act", day), {"act": "ticket", "seat": seat.public_id})
    page = answer.content.decode()
    secret = re.search(r"/w/#([\w-]{43})", page)
    pin = re.search(r"<bdi>(\d{3} \d{3})</bdi>", page)
    assert secret
    assert pin
    assert answer["Cache-Control"] == "no-store"
    assert tickets.redeem(secret=secret[1], pin=pin[1].replace(" ", "")).seat == seat
    assert secret[1] not in clerk.get(address("hearing", day)).content.decode()
    answer = browser(day.cast.clerk).post(address("hearing_act", day), {"act": "ticket", "seat": seat.public_id})
    assert answer.status_code == 403


def witness_browser(day: Day) -> Client:
    ticket = tickets.issue(seat_id=day.seat("witness").public_id, by=day.cast.clerk_madrid)
    client = Client()
    client.post(reverse("evidence:ticket"), {"secret": ticket.secret, "pin": ticket.pin})
    return client


def test_the_witness_reads_what_the_measures_keep_and_no_more(day: Day) -> None:
    client = witness_browser(day)
    page = client.get(reverse("evidence:ticket")).content.decode()
    assert "Your name is not shown." in page
    assert "Your voice is masked" not in page
    person = day.booking.plan.request.person
    measures.raise_(person=person, kind="voice_distortion", by=day.cast.judge, basis="U24-2b")
    assert "Your voice is masked" in client.get(reverse("evidence:ticket")).content.decode()


def test_the_witness_is_led_from_ready_to_heard_and_asks_for_a_pause(day: Day) -> None:
    client, page = witness_browser(day), reverse("evidence:ticket")
    day.links_are_good()
    day.doors_open()
    client.post(reverse("evidence:witness_act"), {"act": "ready"})
    assert "You are ready." in client.get(page).content.decode()
    presence.admit(seat_id=day.seat("witness").public_id, by=day.cast.clerk_madrid)
    assert "You are in the room." in client.get(page).content.decode()
    day.step("identity", day.cast.judge_madrid)
    day.step("rights", day.cast.judge_madrid)
    lifecycle.go_live(hearing_id=day.id, by=day.cast.judge)
    assert "You are being heard." in client.get(page).content.decode()
    client.post(reverse("evidence:witness_act"), {"act": "pause"})
    assert day.lines()[-1] == "pause_asked"
    assert "asks for a pause" in browser(day.cast.judge).get(address("room", day)).content.decode()


def test_face_and_sound_of_the_witness_are_a_card_to_whom_a_measure_withholds_them(day: Day) -> None:
    day.ready()
    day.sits(day.cast.defence)
    person = day.booking.plan.request.person
    measures.raise_(person=person, kind="face_distortion", by=day.cast.judge, basis="U24-2b", audiences=["D"])
    now = timezone.now()
    tile = {who: room.now(day.hearing, day.seat(who), now).tiles[0] for who in ("judge", "defence")}
    assert (tile["judge"].video, tile["defence"].video) == ("clear", "card")


def test_nobody_reads_who_or_where_the_witness_is_on_any_page_of_the_day(day: Day) -> None:
    day.live()
    day.sits(day.cast.defence)
    for by in (day.cast.clerk, day.cast.judge, day.cast.defence, day.cast.judge_madrid, day.cast.clerk_madrid):
        client = browser(by)
        for name in ("hearing", "room", "room_now", "record"):
            page = client.get(address(name, day)).content.decode()
            assert [word for word in [*SECRETS, "Las Palmas", "Canary"] if word in page] == [], (by.role, name)


def test_the_api_does_what_the_pages_do(day: Day) -> None:
    from datetime import UTC, datetime

    from directory.models import ApiToken

    def api(by: Membership, method: str, path: str, **body: Any) -> Any:
        secret = ApiToken.issue(user=by.user, expires_at=datetime(2100, 1, 1, tzinfo=UTC))
        call = getattr(Client(), method)
        headers = {"Authorization": f"Bearer {secret}"}
        return call(f"/api/v1/hearings/{day.id}{path}", body, content_type="application/json", headers=headers)

    day.links_are_good()
    assert api(day.cast.clerk, "post", "/open").json()["state"] == "open"
    refused = api(day.cast.judge, "post", "/go-live")
    assert (refused.status_code, refused.json()["code"]) == (409, "gates_not_clear")
    assert [row["rule"] for row in refused.json()["findings"]][:2] == ["U18-18c", "V-11"]
    assert api(day.cast.stranger, "get", "").status_code == 404
    assert api(day.cast.stranger, "post", "/open").json()["code"] == "not_found"
    seat = api(day.cast.judge, "post", "/seats/own").json()
    assert seat["presence"] == "waiting"
    whole = api(day.cast.clerk, "post", f"/seats/{seat['id']}/admit").json()
    assert "requesting_judge_present" not in [gate["id"] for gate in whole["gates"] if not gate["clear"]]
    assert api(day.cast.clerk, "get", "/log").json()[0]["sentence"] == "Doors opened by the clerk (Colombia)."
    assert api(day.cast.clerk, "post", "/steps", kind="identity", seat=seat["id"], note="x").status_code == 422


def test_the_log_of_a_closed_session_is_not_read_by_whom_it_shuts_out(day: Day) -> None:
    from datetime import UTC, datetime

    from directory.models import ApiToken

    def read(by: Membership) -> int:
        secret = ApiToken.issue(user=by.user, expires_at=datetime(2100, 1, 1, tzinfo=UTC))
        return Client().get(f"/api/v1/hearings/{day.id}/log", headers={"Authorization": f"Bearer {secret}"}).status_code

    day.doors_open()
    outside = read(day.cast.technician)
    day.sits(day.cast.technician)
    before = read(day.cast.technician)
    measures.raise_(person=day.booking.plan.request.person, kind="closed_session", by=day.cast.judge, basis="U24-2b")
    assert (outside, before, read(day.cast.technician), read(day.cast.clerk)) == (404, 200, 404, 200)


def test_a_closed_hearing_is_no_longer_asked_about(day: Day) -> None:
    day.doors_open()
    judge = browser(day.cast.judge)
    asks = [judge.get(address(name, day)).content.count(b"hx-trigger") for name in ("room_now", "room")]
    lifecycle.close(hearing_id=day.id, by=day.cast.clerk, at=day.start)
    assert asks == [1, 2]
    assert [judge.get(address(name, day)).content.count(b"hx-trigger") for name in ("room_now", "room")] == [0, 1]
    # The clocks in the head of the room are told to stop by their own answer.
    assert judge.get(address("clocks", day)).status_code == 286
