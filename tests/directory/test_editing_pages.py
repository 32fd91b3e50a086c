"""The pages on which a court keeps itself: for its clerk alone, and nothing that was typed is ever lost."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from directory import absences, sites
from directory.absences import Wall
from directory.models import Absence, CourtRecess, Interpreter, Membership, OutsideCalendar, Resource, Site
from directory.outside import calendars
from directory.outside.calendars import Account
from directory.outside.errors import SENTENCES
from tests.directory.test_editing import room

NOW = datetime(2026, 11, 24, 14, 5, tzinfo=UTC)
HIDDEN = "https://calendar.example/private-7c1/room.ics"


@pytest.fixture(autouse=True)
def today(time_machine: Any) -> None:
    time_machine.move_to(NOW, tick=False)


def browser(by: Membership) -> Client:
    client = Client()
    client.force_login(by.user)
    return client


def hall() -> Site:
    return Site.objects.select_related("resource").get(name="Hearing room 3")


def outside(by: Membership) -> OutsideCalendar:
    return calendars.add(resource=hall().resource, by=by, account=Account("ics", HIDDEN, "room", "open sesame"))


def pages(cast: Any) -> dict[str, str]:
    """One page of each kind, of the court in Bogotá."""
    interpreter = Interpreter.objects.get(name="Bruno Claes")
    return {
        "room": reverse("directory:site", args=[hall().public_id]),
        "absences": reverse("directory:resource", args=[hall().resource.public_id]),
        "calendar": reverse("directory:outside", args=[outside(cast.clerk).public_id]),
        "interpreter": reverse("directory:interpreter", args=[interpreter.public_id]),
        "member": reverse("directory:person", args=[cast.defence.public_id]),
        "judge's absences": reverse("directory:resource", args=[cast.judge.user.resource.public_id]),
        "Awa's absences": reverse("directory:resource", args=[cast.interpreter.user.interpreter.resource.public_id]),
    }


def test_each_page_of_a_court_is_its_clerks_and_the_own_absences_everybodys(cast: Any) -> None:
    there = pages(cast)
    opened = {
        name: {page for page, path in there.items() if browser(getattr(cast, name)).get(path).status_code == 200}
        for name in cast.__dataclass_fields__
    }
    assert {name: found for name, found in opened.items() if found} == {
        "clerk": set(there),
        "judge": {"judge's absences"},
        "interpreter": {"Awa's absences"},
    }


@pytest.mark.parametrize("name", ["own", "new_site", "new_interpreter", "invite"])
def test_the_pages_of_ones_own_authority_are_for_who_edits_it(cast: Any, name: str) -> None:
    answers = {who: browser(getattr(cast, who)).get(reverse(f"directory:{name}")) for who in cast.__dataclass_fields__}
    assert {who for who, answer in answers.items() if answer.status_code == 200} == {
        "clerk", "clerk_madrid", "spain", "stranger",
    }  # fmt: skip
    assert "Hearing room 3" not in answers["clerk_madrid"].content.decode()


def test_ones_account_leads_to_ones_own_absences(cast: Any) -> None:
    shown = {
        who: reverse("directory:resource", args=[resource.public_id])
        in browser(getattr(cast, who)).get(reverse("directory:account")).content.decode()
        for who, resource in (
            ("judge", cast.judge.user.resource),
            ("interpreter", cast.interpreter.user.interpreter.resource),
            ("clerk", cast.judge.user.resource),
        )
    }
    assert shown == {"judge": True, "interpreter": True, "clerk": False}


def typed(**changes: str) -> dict[str, str]:
    """The form of hearing room 3 as a browser sends it."""
    stored = {
        "name": "Hearing room 3", "kind": "court", "city": "Bogotá", "zone": "America/Bogota", "setup_minutes": "30",
        "clearing_minutes": "15", "active": "on", "version": "1", "hours-mon-from": "8", "hours-mon-to": "1230",
        "preferred-always": "on",
    }  # fmt: skip
    return stored | changes


def test_a_room_is_saved_as_it_was_typed(cast: Any) -> None:
    page = reverse("directory:site", args=[hall().public_id])
    assert browser(cast.clerk).post(page, typed(name="Room 3, west wing")).status_code == 302
    kept = Site.objects.select_related("resource").get(name="Room 3, west wing")
    assert (kept.resource.hours, kept.resource.preferred) == ({"mon": [["08:00", "12:30"]]}, None)


@pytest.mark.parametrize(
    ("changes", "status", "sentence"),
    [
        ({"zone": "Bogota"}, 422, "This time zone is not known. Write it like America/Bogota."),
        ({"setup_minutes": "half an hour"}, 422, "Write a whole number."),
        ({"setup_minutes": "9999"}, 422, "Write a whole number from 0 to 480."),
        ({"hours-mon-to": "7"}, 422, "Monday: 07:00 is not after 08:00. Midnight at the end of the day is 24:00."),
        ({"hours-mon-to": "soon"}, 422, "Monday: Write both times like 08:30. There stands “8” to “soon”."),
        ({"version": "0"}, 412, "Somebody has changed this since you opened it. Nothing was overwritten."),
        ({"version": ""}, 428, "Say which version you have read"),
    ],
)
def test_what_is_refused_stays_in_the_form(cast: Any, changes: dict[str, str], status: int, sentence: str) -> None:
    told = typed(name="The west wing", city="Chía") | changes
    answer = browser(cast.clerk).post(reverse("directory:site", args=[hall().public_id]), told)
    page = answer.content.decode()
    assert (answer.status_code, sentence in page) == (status, True)
    assert [value for name, value in told.items() if name != "version" and f'value="{value}"' not in page] == ["on"] * 2
    assert hall().resource.version == 1


def test_who_comes_second_reads_what_the_first_one_saved(cast: Any) -> None:
    sites.change(site=hall(), by=cast.clerk, version=1, room=room(name="Hearing room 3", city="Soacha"))
    answer = browser(cast.clerk).post(reverse("directory:site", args=[hall().public_id]), typed(city="Chía"))
    page = answer.content.decode()
    assert answer.status_code == 412
    assert "<dt>City</dt><dd>Soacha</dd>" in page
    assert 'value="Chía"' in page
    assert 'name="version" value="2"' in page  # saving again puts hers in its place, knowingly


def test_a_row_is_added_and_a_day_copied_without_saving(cast: Any) -> None:
    page = reverse("directory:site", args=[hall().public_id])
    told = typed(more="hours-mon") | {"hours-tue-from": "9"}
    whole = browser(cast.clerk).post(page, told).content.decode()
    assert whole.count('name="hours-mon-from"') == 2
    part = browser(cast.clerk).post(
        page, typed(copy="hours-mon"), headers={"HX-Request": "true", "HX-Target": "week-hours"}
    )
    assert part.content.decode().count('value="1230"') == 5
    assert "<html" not in part.content.decode()
    assert hall().resource.version == 1


def test_an_interpreter_is_entered_and_a_half_direction_refused_with_all_that_was_typed(cast: Any) -> None:
    told = {
        "name": "Dora Yeboah", "email": "dora@accra.example", "zone": "Africa/Accra", "active": "on", "version": "0",
        "pair-0-source": "fr", "pair-0-target": "", "pair-0-modes": "consecutive", "hours-always": "on",
    }  # fmt: skip
    refused = browser(cast.clerk).post(reverse("directory:new_interpreter"), told)
    page = refused.content.decode()
    assert (refused.status_code, "Choose both languages." in page, 'value="Dora Yeboah"' in page) == (422, True, True)
    assert '<option value="fr" selected>' in page
    saved = browser(cast.clerk).post(reverse("directory:new_interpreter"), told | {"pair-0-target": "es"})
    row = Interpreter.objects.get(name="Dora Yeboah")
    assert saved["Location"] == reverse("directory:interpreter", args=[row.public_id])
    assert [(pair.source, pair.target, pair.modes) for pair in row.pairs.all()] == [("fr", "es", ["consecutive"])]


def test_an_hour_that_comes_twice_is_asked_about_and_then_meant(cast: Any) -> None:
    judge = cast.judge_madrid.user.resource
    page = reverse("directory:add_absence", args=[judge.public_id])
    told = {"start_day": "2027-10-31", "start_clock": "2:30", "end_day": "2027-10-31", "reason": "Night train"}
    asked = browser(cast.clerk_madrid).post(page, told)
    text = asked.content.decode()
    assert asked.status_code == 422
    assert "The clocks show this time twice that day. Choose UTC+2 or UTC+1." in text
    assert (text.count('name="start_fold"'), 'value="Night train"' in text) == (2, True)
    assert browser(cast.clerk_madrid).post(page, told | {"start_fold": "1"}).status_code == 302
    assert Absence.objects.get().during.lower == datetime(2027, 10, 31, 1, 30, tzinfo=UTC)


def test_an_absence_is_struck_out_by_its_own_court_alone(cast: Any) -> None:
    row = absences.add(resource=hall().resource, by=cast.clerk, start=Wall(day="2026-12-09"), end=None)
    path = reverse("directory:remove_absence", args=[row.public_id])
    assert browser(cast.clerk_madrid).post(path).status_code == 404
    assert browser(cast.clerk).post(path).status_code == 302
    assert not Absence.objects.exists()


def test_a_recess_that_ends_before_it_begins_stays_typed(cast: Any) -> None:
    told = {"first": "2026-12-20", "last": "2026-12-10", "name": "Vacancia judicial"}
    refused = browser(cast.clerk).post(reverse("directory:add_recess"), told)
    page = refused.content.decode()
    assert (refused.status_code, "The last day is before the first." in page) == (422, True)
    assert [value for value in told.values() if f'value="{value}"' not in page] == []
    browser(cast.clerk).post(reverse("directory:add_recess"), told | {"last": "2027-01-10"})
    row = CourtRecess.objects.get()
    assert browser(cast.stranger).post(reverse("directory:remove_recess", args=[row.public_id])).status_code == 404
    assert browser(cast.clerk).post(reverse("directory:remove_recess", args=[row.public_id])).status_code == 302


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("https://10.1.2.3/private-7c1/room.ics", "outside_forbidden"),
        ("https://[fd00::1]/private-7c1/room.ics", "outside_forbidden"),
        ("http://169.254.169.254/private-7c1/", "outside_address"),
        ("file:///private-7c1/passwd", "outside_address"),
        ("https://me:pass@calendar.example/private-7c1/", "outside_userinfo"),
        ("", "outside_address"),
    ],
)
def test_an_address_that_is_not_asked_is_told_in_a_sentence(cast: Any, url: str, code: str, settings: Any) -> None:
    settings.OUTSIDE_LOOPBACK = False
    told = {"kind": "ics", "url": url, "user_name": "room", "password": "open sesame", "every_minutes": "30"}
    answer = browser(cast.clerk).post(reverse("directory:add_calendar", args=[hall().resource.public_id]), told)
    page = answer.content.decode()
    assert (answer.status_code, str(SENTENCES[code]) in page) == (422, True)
    assert [f'value="{value}"' in page for value in (url, "room", "30")] == [True] * 3
    assert "open sesame" not in page
    assert not OutsideCalendar.objects.exists()


def test_a_calendar_that_cannot_be_read_is_told_on_its_pages_and_at_home(cast: Any) -> None:
    row = outside(cast.clerk)
    OutsideCalendar.objects.filter(pk=row.pk).update(failure="outside_missing", last_good=NOW)
    sentence = str(SENTENCES["outside_missing"])
    own = reverse("directory:outside", args=[row.public_id])
    paths = {"calendar": own, "room": reverse("directory:resource", args=[row.resource.public_id]), "home": "/"}
    told = {
        (who, page): sentence in browser(getattr(cast, who)).get(path).content.decode()
        for who in ("clerk", "clerk_madrid", "judge", "prosecutor")
        for page, path in paths.items()
    }
    assert {key for key, found in told.items() if found} == {("clerk", page) for page in paths}
    assert f'href="{own}"' in browser(cast.clerk).get("/").content.decode()


def test_neither_the_address_nor_the_password_comes_back_to_any_page(cast: Any) -> None:
    row = outside(cast.clerk)
    own = reverse("directory:outside", args=[row.public_id])
    client = browser(cast.clerk)
    shown = [client.get(own), client.post(own, {"kind": "ics", "every_minutes": "3", "version": "1"})]
    shown.append(client.get(reverse("directory:resource", args=[row.resource.public_id])))
    text = " ".join(answer.content.decode() for answer in shown)
    assert [word for word in ("private-7c1", "sesame") if word in text] == []
    assert [answer.status_code for answer in shown] == [200, 422, 200]


def test_a_calendar_is_changed_read_and_removed_by_the_buttons_of_its_page(cast: Any) -> None:
    row = outside(cast.clerk)
    own, client = reverse("directory:outside", args=[row.public_id]), browser(cast.clerk)
    told = {"kind": "ics", "user_name": "room", "every_minutes": "60", "version": "1"}
    assert client.post(own, told).status_code == 302
    assert client.post(own, told).status_code == 412
    assert client.post(own, told | {"read": "1"}).status_code == 302
    row.refresh_from_db()
    assert (row.every_minutes, row.version) == (60, 2)
    assert client.post(own, {"remove": "1", "version": "2"}).status_code == 302
    assert not OutsideCalendar.objects.exists()


def test_a_person_can_be_booked_from_his_page_and_keeps_what_was_typed(cast: Any) -> None:
    page = reverse("directory:person", args=[cast.technician.public_id])
    told = {"version": "0", "hours-mon-from": "8", "hours-mon-to": "later", "preferred-always": "on"}
    refused = browser(cast.clerk).post(page, told)
    assert (refused.status_code, 'value="later"' in refused.content.decode()) == (422, True)
    assert browser(cast.clerk).post(page, told | {"hours-mon-to": "12"}).status_code == 302
    assert Resource.objects.get(user=cast.technician.user).hours == {"mon": [["08:00", "12:00"]]}
    assert browser(cast.clerk).post(page, told | {"hours-mon-to": "11"}).status_code == 412


def test_an_invitation_that_does_not_fit_keeps_what_was_typed(cast: Any) -> None:
    told = {"full_name": "Nuria Vega", "email": "nuria", "role": "judge", "language": "fr", "zone": "America/Bogota"}
    refused = browser(cast.clerk).post(reverse("directory:invite"), told)
    page = refused.content.decode()
    assert (refused.status_code, "This is no mail address." in page) == (422, True)
    assert [f'value="{value}"' in page for value in told.values()] == [True] * 5
    assert not Membership.objects.filter(user__full_name="Nuria Vega").exists()
