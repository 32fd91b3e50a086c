"""The docket as a list, a week, a day and a sheet for the door."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from directory.models import Site
from scheduler import booking
from tests.scheduler.conftest import NOW, WEDNESDAY, planned
from tests.scheduler.pages import text

pytestmark = pytest.mark.django_db


def test_the_docket_orders_what_waits_and_what_comes(visit, cast, plan):
    planned(cast, "CO-2026-0312")
    booking.hold(plan=plan, starts=[WEDNESDAY], by=cast.clerk)
    page = text(visit(cast.clerk, "docket"))
    assert page.index("Time wanted") < page.index("To come") < page.index(plan.code)


def test_a_week_and_a_day_of_the_docket_show_what_is_missing_and_the_closed_days(visit, cast, plan):
    booking.hold(plan=plan, starts=[WEDNESDAY], by=cast.clerk)
    week = text(visit(cast.clerk, "docket", view="week", date="2026-12-09"))
    order = ["Monday 7 December", "Immaculate Conception", "Wednesday 9 December", plan.code, "Sunday 13 December"]
    assert sorted(order, key=week.index) == order
    assert "Not confirmed by Colombia Not confirmed by Spain" in " ".join(week.split())
    days = [text(visit(cast.clerk, "docket", view="day", date=day)) for day in ("2026-12-09", "2026-12-10")]
    assert [plan.code in day for day in days] == [True, False]


def test_a_longer_docket_asks_the_database_no_more_often(visit, cast, plan, time_machine):
    """Confirmed hearings near enough to want a test, and ones whose hold has run out: first one each, then more."""

    def asked():
        seen = {}
        for name in ("clerk", "clerk_madrid"):
            visit(getattr(cast, name), "docket")  # what is read once a process is read now
            with CaptureQueriesContext(connection) as queries:
                assert visit(getattr(cast, name), "docket").status_code == 200
            seen[name] = len(queries)
        return seen

    def heard(number, days, confirmed):
        one = planned(cast, f"CO-2026-04{number:02}")
        held = booking.hold(plan=one, starts=[WEDNESDAY + timedelta(days=days)], by=cast.clerk)
        if confirmed:
            booking.confirm(booking=held, by=cast.clerk, version=1)
            booking.confirm(booking=held, by=cast.clerk_madrid, version=2)

    heard(1, 0, confirmed=True)
    heard(2, 6, confirmed=False)
    time_machine.move_to(WEDNESDAY - timedelta(hours=24), tick=False)
    few = asked()
    time_machine.move_to(NOW, tick=False)
    heard(3, 1, confirmed=True)
    heard(4, 7, confirmed=False)
    planned(cast, "CO-2026-0405")
    time_machine.move_to(WEDNESDAY - timedelta(hours=24), tick=False)
    assert asked() == few


def test_the_docket_leads_to_the_calendar_of_ones_own_room_and_to_the_search_for_several(visit, cast, plan):
    booking.hold(plan=plan, starts=[WEDNESDAY], by=cast.clerk)
    rooms = {one.name: reverse("scheduler:room", args=[one.public_id]) for one in Site.objects.all()}
    batches = reverse("scheduler:batches")
    led = {}
    for name in ("clerk", "clerk_madrid", "technician_madrid", "prosecutor", "interpreter"):
        page = visit(getattr(cast, name), "docket").content.decode()
        days = [room for room, path in rooms.items() if f'href="{path}?view=day&amp;date=2026-12-09"' in page]
        led[name] = days, f'href="{batches}"' in page
    assert led == {
        "clerk": (["Hearing room 3"], True), "clerk_madrid": (["Witness room A"], True), "prosecutor": ([], False),
        "technician_madrid": ([], False), "interpreter": ([], False),
    }  # fmt: skip


def test_the_docket_keeps_what_is_asked_for(visit, cast, plan):
    def shown(**asked):
        return plan.code in text(visit(cast.clerk_madrid, "docket", **asked))

    assert [shown(state="none"), shown(state="held"), shown(side="requested"), shown(side="requesting")] == [
        True, False, True, False,
    ]  # fmt: skip
    assert shown(view="nonsense", date="9999-99-99")


def test_the_sheet_for_the_door_has_codes_and_the_own_clock_alone(visit, cast, plan):
    held = booking.hold(plan=plan, starts=[WEDNESDAY], by=cast.clerk)
    booking.confirm(booking=held, by=cast.clerk, version=1)
    booking.confirm(booking=held, by=cast.clerk_madrid, version=2)
    page = visit(cast.clerk, "docket", view="day", date="2026-12-09").content.decode()
    row = page[page.index('<li class="vv-hearing') :]
    assert row.startswith('<li class="vv-hearing">')
    assert re.findall(r'<span class="d-print-none"> · .*?W-\d+', row) != []
    assert "Hearing room 3" in row
