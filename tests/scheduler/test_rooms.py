"""A room's own court reads its calendar: hearings with what is kept around them, and why it is shut otherwise."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from casework.models import Request
from directory import absences
from directory.absences import Wall
from directory.models import Authority, OutsideBusy, OutsideCalendar, Site
from scheduler import booking
from scheduler.desk import rooms
from scheduler.models import Plan, Reservation
from tests.cast import Cast
from tests.scheduler.conftest import NOW, WEDNESDAY

pytestmark = pytest.mark.django_db
NINTH = date(2026, 12, 9)


def site(label: str = "Hearing room 3") -> Site:
    return Site.objects.select_related("resource", "authority__state").get(name=label)


def told(by: Any, *days: date, label: str = "Hearing room 3", now: datetime = NOW) -> list[str]:
    """The sentence of each day, as a screen reader says it."""
    return [day.sentence for day in rooms.calendar(site(label), days, by, now).days]


def visit(by: Any, public_id: Any, **query: str) -> Any:
    client = Client()
    client.force_login(by.user)
    return client.get(reverse("scheduler:room", args=[public_id]), query)


def test_a_hearing_lies_on_the_minutes_that_are_kept_around_it(cast: Cast, plan: Plan) -> None:
    held = booking.hold(plan=plan, starts=[WEDNESDAY], by=cast.clerk)
    assert told(cast.clerk, NINTH) == [
        f"Wednesday 9 December. Open 08:00–12:00 and 13:00–17:00. {plan.code} 08:30–10:00, room kept 08:00–10:15."
    ]
    (day,) = rooms.calendar(site(), [NINTH], cast.clerk, NOW).days
    assert [(one.kind, one.word, one.mark.x, one.mark.width) for one in day.drawn] == [
        ("kept", "", 0.0, 22.5), ("hearing", plan.code, 5.0, 15.0),
    ]  # fmt: skip
    assert [one.url for one in day.taken] == [reverse("scheduler:booking", args=[held.public_id])]


def test_a_holiday_and_the_weekend_are_named_and_a_free_day_says_so(cast: Cast) -> None:
    assert told(cast.clerk, date(2026, 12, 7), date(2026, 12, 8), date(2026, 12, 12)) == [
        "Monday 7 December. Open 08:00–12:00 and 13:00–17:00. Nothing is entered.",
        "Tuesday 8 December: Immaculate Conception. Not open. Nothing is entered.",
        "Saturday 12 December: Weekend. Not open. Nothing is entered.",
    ]


def test_a_recess_of_the_court_is_named(cast: Cast) -> None:
    absences.add_recess(by=cast.clerk, first="2026-12-09", last="2026-12-09", name="Judges’ day")
    assert told(cast.clerk, NINTH) == ["Wednesday 9 December: Judges’ day. Not open. Nothing is entered."]


def test_the_day_on_which_the_clocks_change_is_named(cast: Cast) -> None:
    (sunday,) = told(cast.clerk_madrid, date(2027, 3, 28), label="Witness room A")
    assert sunday.startswith("Sunday 28 March: Weekend; The clocks go from 01:00 to 02:00.")


def test_absences_and_calendars_kept_elsewhere_are_told_apart(cast: Cast) -> None:
    room = site().resource
    absences.add(
        resource=room, by=cast.clerk, start=Wall(day="2026-12-09", clock="08:00"),
        end=Wall(day="2026-12-09", clock="09:30"), reason="Painters",
    )  # fmt: skip
    calendar = OutsideCalendar.objects.create(
        resource=room, kind="ics", host="calendar.example", address=b"", next_due=NOW
    )
    during = datetime(2026, 12, 9, 19, tzinfo=UTC), datetime(2026, 12, 9, 20, tzinfo=UTC)
    OutsideBusy.objects.create(calendar=calendar, resource=room, during=during)
    assert told(cast.clerk, NINTH) == [
        "Wednesday 9 December. Open 08:00–12:00 and 13:00–17:00. Not there 08:00–09:30. "
        "Busy 14:00–15:00 by a calendar kept elsewhere."
    ]
    page = visit(cast.clerk, site().public_id, date="2026-12-09").content.decode()
    assert "Painters" in page
    assert "Busy by the calendar on calendar.example" in page


def test_a_hold_that_has_run_out_is_gone(cast: Cast, plan: Plan) -> None:
    held = booking.hold(plan=plan, starts=[WEDNESDAY], by=cast.clerk)
    assert held.expires_at is not None
    assert told(cast.clerk, NINTH, now=held.expires_at)[0].endswith("Nothing is entered.")
    assert plan.code in told(cast.clerk, NINTH, now=held.expires_at - timedelta(seconds=1))[0]


def test_a_hearing_of_another_court_in_this_room_has_neither_code_nor_link(cast: Cast, plan: Plan) -> None:
    booking.hold(plan=plan, starts=[WEDNESDAY], by=cast.clerk)
    other = Authority.objects.create(state=cast.clerk.authority.state, kind="court", name="Third Court", zone="UTC")
    Request.objects.filter(pk=plan.request_id).update(court=other)
    (day,) = rooms.calendar(site(), [NINTH], cast.clerk, NOW).days
    assert [(one.word, one.url, one.zones) for one in day.taken] == [
        ("Hearing of another court", "", ("America/Bogota", "America/Bogota"))
    ]


def test_who_may_not_know_the_place_reads_no_hearing_in_the_witnesss_room(cast: Cast, plan: Plan) -> None:
    booking.hold(plan=plan, starts=[WEDNESDAY], by=cast.clerk)
    shown = {
        name: plan.code in told(getattr(cast, name), NINTH, label="Witness room A")[0]
        for name in ("clerk_madrid", "judge_madrid", "technician_madrid")
    }
    assert shown == {"clerk_madrid": True, "judge_madrid": True, "technician_madrid": False}


def test_only_those_of_the_rooms_own_court_open_its_calendar(cast: Cast, plan: Plan) -> None:
    booking.hold(plan=plan, starts=[WEDNESDAY], by=cast.clerk)
    answers = {name: visit(getattr(cast, name), site().public_id).status_code for name in cast.__dataclass_fields__}
    assert {name for name, status in answers.items() if status == 200} == {"clerk", "judge", "technician"}
    assert set(answers.values()) == {200, 404}


@pytest.mark.parametrize(
    ("query", "days"),
    [
        ({"date": "2026-12-09"}, 7),
        ({"date": "2026-12-09", "view": "day"}, 1),
        ({"date": "yesterday", "view": "month"}, 7),
        ({"date": "2200-01-01"}, 7),
        ({"date": "2026-12-09", "view": "list"}, 0),
        ({"date": "1900-12-31"}, 7),
    ],
)
def test_any_address_shows_a_week_or_a_day(cast: Cast, today: datetime, query: dict[str, str], days: int) -> None:
    answer = visit(cast.clerk, site().public_id, **query)
    assert (answer.status_code, answer.content.decode().count('role="rowheader"')) == (200, days)


def test_the_list_has_the_days_on_which_something_is_entered(cast: Cast, plan: Plan, today: datetime) -> None:
    booking.hold(plan=plan, starts=[WEDNESDAY], by=cast.clerk)
    page = visit(cast.clerk, site().public_id, view="list").content.decode()
    assert page.count('role="rowheader"') == 1
    assert f"Wednesday 9 December. Open 08:00–12:00 and 13:00–17:00. {plan.code}" in page
    later = visit(cast.clerk, site().public_id, view="list", date="2026-12-10").content.decode()
    assert "Nothing is entered for this room between these days." in later


def test_every_reservation_of_the_room_is_in_its_week(cast: Cast, plan: Plan) -> None:
    """What the database refuses a second booking for is what the page shows."""
    booking.hold(plan=plan, starts=[WEDNESDAY], by=cast.clerk)
    week = rooms.calendar(site(), [date(2026, 12, 7) + timedelta(days=n) for n in range(7)], cast.clerk, NOW)
    kept = {one.kept for day in week.days for one in day.taken}
    rows = Reservation.objects.filter(resource=site().resource, active=True)
    assert kept == {(row.during.lower, row.during.upper) for row in rows}
