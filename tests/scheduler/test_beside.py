"""A holiday's name and a change of clocks stand where they matter, and of a withheld place no region's."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.urls import reverse

from directory.models import Authority, Letter
from protection import measures
from scheduler import beside, booking
from scheduler.letters import mailing, reminders, reminding
from scheduler.models import Invitation
from tests.scheduler.conftest import NOW, WEDNESDAY, planned, told
from tests.scheduler.pages import text
from tests.scheduler.test_feeds import unprotected
from tests.scheduler.test_reminders import BOGOTA

pytestmark = pytest.mark.django_db

# Tuesday 1 June 2027: the day after Corpus Christi in Colombia, and after the Canary Islands' own day.
TUESDAY = datetime(2027, 6, 1, 13, 30, tzinfo=UTC)
HOUR = timedelta(hours=1)
BOTH = "Tuesday 8 December: public holiday in Colombia and in Spain, Immaculate Conception."
REGION = (
    "Monday 31 May: public holiday in Colombia, Corpus Christi (observed), "
    "and in Spain, Monday following Day of the Canary Islands."
)
STATE = "Monday 31 May: public holiday in Colombia, Corpus Christi (observed)."
TURN = "changes its clocks on Sunday 28 March 2027; from then on"


def filed(letter):
    """Its calendar file, unfolded (RFC 5545, 3.1)."""
    return bytes(letter.calendar).decode().replace("\r\n ", "")


@pytest.fixture
def canary(cast, today):
    """A hearing in summer, executed by a court of the Canary Islands. No measure is in force."""
    Authority.objects.filter(pk=cast.judge_madrid.authority.pk).update(region="CN")
    return planned(cast, earliest=date(2027, 5, 24), latest=date(2027, 6, 18))


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (0, [BOTH]),  # the day after the holiday
        (-1, [BOTH]),  # the holiday itself
        (-2, [BOTH]),  # the day before it
        (1, []),
        (-3, []),
    ],
)
def test_a_holiday_is_told_of_its_day_and_of_the_days_beside_it(plan, days, expected):
    start = WEDNESDAY + timedelta(days=days)
    assert beside.sitting(plan, start, start + HOUR, NOW, withheld=False) == expected


def test_each_state_has_its_holidays_by_its_own_date(plan):
    """23:30 in Bogotá on 7 December is the morning of the 8th in Madrid: on either clock it is a day beside it."""
    late = datetime(2026, 12, 10, 4, 30, tzinfo=UTC)  # still the 9th in Bogotá, the 10th in Madrid
    assert beside.sitting(plan, late, late + HOUR, NOW, withheld=False) == [
        "Tuesday 8 December: public holiday in Colombia, Immaculate Conception."
    ]


def test_a_deadline_on_a_holiday_or_after_it_is_told(plan):
    assert [beside.deadline(plan, WEDNESDAY + timedelta(days=days), withheld=False) for days in (-2, -1, 0, 1)] == [
        [], [BOTH], [BOTH], [],
    ]  # fmt: skip


def test_a_change_of_clocks_is_told_until_it_has_come(canary):
    def said(since):
        return beside.sitting(canary, TUESDAY, TUESDAY + HOUR, since, withheld=True)

    assert said(NOW) == [STATE, f"Madrid {TURN} 15:30 in Madrid is 08:30 in Bogotá."]
    assert said(datetime(2027, 3, 28, 1, tzinfo=UTC)) == [STATE]


def test_a_holiday_that_the_moon_decides_is_told_as_a_doubt(cast, canary, monkeypatch):
    perhaps = beside.calendars.Closure("holiday", "Eid al-Fitr", national=True)
    monkeypatch.setattr(beside.calendars, "uncertain", lambda where, first, last: {last: perhaps})
    start = WEDNESDAY + timedelta(days=2)
    assert beside.sitting(canary, start, start + HOUR, NOW, withheld=False) == [
        f"Saturday 12 December: may be a public holiday in {state}, Eid al-Fitr." for state in ("Colombia", "Spain")
    ]


def test_pages_and_letters_tell_it_and_of_a_withheld_place_no_region(client, visit, cast, canary, time_machine):
    held = booking.hold(plan=canary, starts=[TUESDAY], by=cast.clerk)
    unprotected(cast, held)
    told()
    for version, by in ((1, cast.clerk), (2, cast.clerk_madrid)):
        booking.confirm(booking=held, by=by, version=version)

    def everywhere(member):
        """Docket, booking and hearing as the member sees them, and the judge's own invitation."""
        pages = [visit(member, "docket", view=view, date="2027-06-01") for view in ("list", "week", "day")]
        pages += [visit(member, "booking", held.public_id)]
        pages += [client.get(reverse("evidence:hearing", args=[canary.public_id]))]
        judge = Invitation.objects.get(booking=held, address=cast.judge_madrid.user.email)
        pages += [visit(cast.judge_madrid, "invitation", judge.public_id)]
        return [text(page) for page in pages]

    open_ = everywhere(cast.clerk)
    assert [(REGION in page, TURN in page) for page in open_] == [(True, True)] * len(open_)
    told()
    time_machine.move_to(at := reminders.moment(TUESDAY, 7, BOGOTA), tick=False)
    reminding.remind(at)
    written = Letter.objects.filter(to=cast.judge.user.email, key__contains=":").order_by("pk")
    assert [(REGION in one.body, TURN in one.body) for one in written] == [(True, True), (True, True), (True, False)]
    assert REGION.replace(",", "\\,") in filed(written[1])

    measures.raise_(person=canary.request.person, kind="place_withheld", by=cast.judge, basis="U24-2b")
    mailing.tell(held.pk)
    hidden = everywhere(cast.clerk)
    assert [(STATE in page, "Canar" in page) for page in hidden] == [(True, False)] * len(hidden)
    last = Letter.objects.filter(to=cast.judge.user.email).latest("pk")
    assert (STATE in last.body, "Canar" in last.body + filed(last)) == (True, False)


def test_the_week_shows_when_the_courts_own_clocks_change(visit, cast, plan):
    week = text(visit(cast.clerk_madrid, "docket", view="week", date="2027-03-24"))
    assert "Sunday 28 March Weekend The clocks go from 02:00 to 03:00" in week
    assert "The clocks go" not in text(visit(cast.clerk, "docket", view="week", date="2027-03-24"))
