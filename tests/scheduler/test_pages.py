"""The pages of a time: what the clerks of both courts see, and what the one in Bogotá must not."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from directory import calendars
from directory.models import CourtRecess, Resource
from scheduler import booking, checks, sides
from scheduler.models import Booking, Plan
from tests.scheduler.conftest import NOW, WEDNESDAY, planned
from tests.scheduler.pages import text

pytestmark = pytest.mark.django_db
SECRETS = ("Palmas", "Canary", "Canarias", "Atlantic", "Aïssatou", "Traoré")


def normal(response):
    """The page byte for byte, but for what is new in every answer."""
    page = response.content.decode()
    page = re.sub(r'(name="(csrfmiddlewaretoken|key)" value|nonce)="[^"]*"', "", page)
    return re.sub(r'"X-CSRFToken": "[^"]*"', "", page)


def test_every_time_of_the_search_is_a_pair(visit, cast, plan):
    page = text(visit(cast.clerk, "times", plan.public_id))
    assert "Hold Friday 4 December, 09:15" in page
    assert "Requesting State: 09:15–10:45 Bogotá time (UTC−5) Requested State: 15:15–16:45 Madrid time (UTC+1)" in page
    assert "Public holiday in Colombia and in Spain: Immaculate Conception" in page
    assert "Notice: the summons must reach the witness 10 days before" in page
    assert "Interpreter 1, French–Spanish" in page


def test_the_reader_in_madrid_reads_his_own_clock_first(visit, cast, plan):
    page = text(visit(cast.clerk_madrid, "times", plan.public_id))
    assert "Requested State: 15:15–16:45 Madrid time (UTC+1) Requesting State: 09:15–10:45 Bogotá time (UTC−5)" in page
    assert "Start, Madrid time" in page


def test_the_page_does_not_depend_on_where_the_witness_is(visit, cast, plan):
    """Non-interference: only the room's place differs, and the clerk in Bogotá receives the same bytes."""
    room = Resource.objects.filter(label="Witness room A")
    always = {day: [["00:00", "24:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
    pages = []
    for zone in ("Atlantic/Canary", "Europe/Madrid"):
        room.update(zone=zone, hours=always, preferred={"mon": [["10:00", "11:00"]]})
        asked = {"day": "2026-12-09", "clock": "03:00", "open": "2026-12-09", "pick": WEDNESDAY.isoformat()}
        pages.append(normal(visit(cast.clerk, "times", plan.public_id, **asked)))
    assert pages[0] == pages[1]


def test_no_page_of_the_clerk_in_bogota_names_the_place_or_the_person(visit, cast, plan):
    held = booking.hold(plan=plan, starts=[WEDNESDAY], by=cast.clerk)
    pages = [
        visit(cast.clerk, "times", plan.public_id, day="2026-12-09", clock="03:00"),
        visit(cast.clerk, "booking", held.public_id),
        visit(cast.clerk, "plan", plan.public_id),
        visit(cast.clerk, "docket"),
    ]
    for page in pages:
        assert [secret for secret in (*SECRETS, "Witness room A") if secret in page.content.decode()] == []


def test_the_clerk_in_madrid_knows_the_own_room(visit, cast, plan):
    assert "Witness room A" in text(visit(cast.clerk_madrid, "plan", plan.public_id))


def test_the_clerk_in_madrid_reads_the_hour_at_the_site_and_the_technician_does_not(visit, cast, plan):
    held = booking.hold(plan=plan, starts=[WEDNESDAY], by=cast.clerk)
    page = text(visit(cast.clerk_madrid, "booking", held.public_id))
    assert "Witness room A , Las Palmas de Gran Canaria 13:30–15:00" in page
    assert "Witness room A" not in text(visit(cast.technician_madrid, "booking", held.public_id))


def test_a_recess_of_the_own_court_is_told_by_its_name(visit, cast, plan):
    CourtRecess.objects.create(
        authority=cast.clerk.authority, first=NOW.date() + timedelta(days=20), last=NOW.date() + timedelta(days=23),
        name="Christmas recess",
    )  # fmt: skip
    page = text(visit(cast.clerk, "times", plan.public_id))
    assert "Mon 14 Dec – Thu 17 Dec Court recess in Colombia: Christmas recess" in page


def test_why_not_this_time(visit, cast, plan):
    page = text(visit(cast.clerk, "times", plan.public_id, day="2026-12-09", clock="7:15"))
    assert "Not possible, for one reason." in page
    assert "Hearing room 3 is not open at that time, with the minutes before and after." in page
    assert "Nearest times that work: Wednesday 9 December, 08:30" in page


def test_why_not_counts_interpreters_and_says_what_would_do(visit, cast, plan):
    Resource.objects.filter(kind="interpreter", zone="Africa/Dakar").update(active=False)
    Resource.objects.filter(kind="interpreter", zone="Europe/Paris").update(active=False)
    page = text(visit(cast.clerk, "times", plan.public_id, day="2026-12-09", clock="08:30"))
    assert "French–Spanish is not staffed: 1 of 2 interpreters are entered." in page
    assert "It would take 1 more interpreter, or a hearing of 60 minutes." in page
    assert "No time works for everybody" in page
    assert "Wed 9 Dec French–Spanish not staffed" in page


def test_why_not_of_the_other_side_gives_no_reason(visit, cast, plan):
    Resource.objects.filter(label="Witness room A").update(hours={"mon": [["09:00", "18:00"]]})
    page = text(visit(cast.clerk, "times", plan.public_id, day="2026-12-09", clock="08:30"))
    assert "Not everybody is free in Spain." in page
    assert "Wed 9 Dec Spain: not free" in page


def test_the_other_side_is_not_spoken_of_beside_the_own(visit, cast, plan):
    """Asked all round the clock, the answers do not draw the opening hours of the witness's room."""
    answers = set()
    for hour in range(0, 24, 3):
        page = text(visit(cast.clerk, "times", plan.public_id, day="2026-12-09", clock=f"{hour:02}:00"))
        answers |= {sentence for sentence in ("Not everybody is free in Spain.", "It is possible.") if sentence in page}
    assert answers == {"It is possible."}


def test_where_nothing_is_possible_the_other_side_is_one_line(visit, cast, plan):
    Resource.objects.filter(label="Witness room A").update(active=False)
    page = text(visit(cast.clerk, "times", plan.public_id))
    assert "Starts there would be without one need: Hearing room: 0 Spain: " in page
    assert "Witness room:" not in page


def test_a_time_that_is_possible_says_so(visit, cast, plan):
    page = text(visit(cast.clerk, "times", plan.public_id, day="2026-12-09", clock="08:30"))
    assert "It is possible." in page


@pytest.mark.parametrize(
    ("clock", "sentence"),
    [
        ("25:99", "There is no such date and time. Write 2026-12-09 and 08:30."),
        ("half past eight", "There is no such date and time. Write 2026-12-09 and 08:30."),
        ("08:37", "Hearings start at multiples of 15 minutes."),
    ],
)
def test_a_start_that_is_none_is_refused_in_words(visit, cast, plan, clock, sentence):
    response = visit(cast.clerk, "times", plan.public_id, day="2026-12-09", clock=clock)
    assert response.status_code == 200
    assert sentence in text(response)


def test_holding_and_confirming_by_forms(visit, cast, plan):
    held = visit(cast.clerk, "hold", plan.public_id, post={"start": WEDNESDAY.isoformat()})
    made = Booking.objects.get()
    assert held["Location"] == reverse("scheduler:booking", args=[made.public_id])
    visit(cast.clerk, "confirm", made.public_id, post={"version": "1"})
    visit(cast.clerk_madrid, "confirm", made.public_id, post={"version": "2"})
    made.refresh_from_db()
    assert made.state == "confirmed"


def test_a_refused_hold_shows_what_else_is_free(visit, cast, plan):
    booking.hold(plan=plan, starts=[WEDNESDAY], by=cast.clerk)
    other = planned(cast, "CO-2026-0312")
    refused = visit(cast.clerk, "hold", other.public_id, post={"start": WEDNESDAY.isoformat()})
    assert refused.status_code == 409
    assert "Hearing room 3 is booked at that time." in text(refused)
    assert re.findall(r"Free instead: Hold (.*?) Hold", text(refused)) == ["Thursday 10 December, 08:30"]


def test_a_cancellation_without_a_reason_keeps_the_page(visit, cast, plan):
    held = booking.hold(plan=plan, starts=[WEDNESDAY], by=cast.clerk)
    refused = visit(cast.clerk, "cancel", held.public_id, post={"version": "1", "reason": "  "})
    assert (refused.status_code, "reason_missing" in text(refused)) == (422, True)
    stale = visit(cast.clerk, "cancel", held.public_id, post={"version": "7", "reason": "The room is flooded."})
    assert (stale.status_code, "The room is flooded." in text(stale)) == (412, True)


@pytest.mark.parametrize("name", ["stranger", "auditor"])
def test_a_stranger_finds_nothing(visit, cast, plan, name):
    held = booking.hold(plan=plan, starts=[WEDNESDAY], by=cast.clerk)
    member = getattr(cast, name)
    answers = [
        visit(member, "times", plan.public_id),
        visit(member, "booking", held.public_id),
        visit(member, "hold", plan.public_id, post={"start": WEDNESDAY.isoformat()}),
        visit(member, "confirm", held.public_id, post={"version": "1"}),
        visit(member, "times", "00000000-0000-4000-8000-000000000000"),
    ]
    assert [answer.status_code for answer in answers] == [404] * 5


def test_an_interpreter_sees_only_hearings_he_is_booked_for(visit, cast, plan):
    assert "No hearing yet" in text(visit(cast.interpreter, "docket"))
    held = booking.hold(plan=plan, starts=[WEDNESDAY], by=cast.clerk)
    assert plan.code in text(visit(cast.interpreter, "docket"))
    booking.cancel(booking=held, by=cast.clerk, version=1, reason="The accused is ill.")
    assert "No hearing yet" in text(visit(cast.interpreter, "docket"))


def test_checks_of_both_sides_are_shown_to_both(visit, cast, plan):
    held = booking.hold(plan=plan, starts=[WEDNESDAY], by=cast.clerk)
    figures = {"rtt_ms": 180.4, "loss_up": 0.2, "loss_down": 0, "jitter_up_ms": 4, "jitter_down_ms": 6}
    checks.record(booking=held, side="requested", by=cast.technician_madrid, measured={**figures, "verdict": "good"})
    # Measured now, the hearing is in two weeks: before it the link is to be measured again.
    own, page = (text(visit(clerk, "booking", held.public_id)) for clerk in (cast.clerk_madrid, cast.clerk))
    told = "Spain Good Measure again Round trip {} ms Loss, up and down 0.2 % · 0.0 % Jitter, up and down 4 ms · 6 ms"
    assert told.format(180) in own
    assert told.format(200) in page
    assert "Colombia not measured yet" in page


def test_the_plan_is_changed_by_a_form_and_its_team_follows(visit, cast, plan):
    terms = {
        "minutes": "60", "earliest": "2026-12-01", "latest": "2026-12-18", "notice_days": "10", "version": "3",
        "sittings": "1", "spread_days": "14",
    }  # fmt: skip
    assert visit(cast.clerk, "plan", plan.public_id, post=terms | {"latest": "2026-11-01"}).status_code == 422
    assert visit(cast.clerk, "plan", plan.public_id, post=terms).status_code == 302
    fresh = Plan.objects.get()
    assert (fresh.minutes, fresh.needs.get(role="interpreter").count) == (60, 1)
    assert visit(cast.clerk, "plan", plan.public_id, post=terms).status_code == 412


def test_a_pressed_day_shows_its_starts_and_the_one_that_was_picked(visit, cast, plan):
    page = visit(cast.clerk, "times", plan.public_id, open="2026-12-10", pick="2026-12-10T14:00:00Z").content.decode()
    opened = page[page.index('id="opened"') : page.index("Why not this time?")]
    starts = re.findall(r"<a [^>]*>(\d\d:\d\d)", opened)
    assert starts == ["08:30", "08:45", "09:00", "09:15", "09:30", "09:45", "10:00", "10:15"]
    assert re.findall(r'aria-current="true">(\S+)</a>', opened) == ["09:00"]
    assert "Hold Thursday 10 December, 09:00" in opened
    assert "09:00–10:30" in opened


def test_a_press_brings_the_two_panels_and_a_question_its_answer_alone(visit, cast, plan):
    whole = visit(cast.clerk, "times", plan.public_id, open="2026-12-10").content.decode()
    panels = visit(cast.clerk, "times", plan.public_id, open="2026-12-10", replaced="days-grid").content.decode()
    asked = {"day": "2026-12-08", "clock": "08:30"}
    answer = visit(cast.clerk, "times", plan.public_id, **asked, replaced="why").content.decode()
    assert [re.findall(r' id="(told|best-times|days-grid|why|content)"', part) for part in (whole, panels, answer)] == [
        ["content", "told", "best-times", "days-grid", "why"],
        ["told", "best-times", "days-grid"],
        ["why"],
    ]


def test_a_pressed_day_without_a_start_says_why_and_what_is_near(visit, cast, plan):
    Resource.objects.filter(kind="interpreter").update(active=False)
    page = text(visit(cast.clerk, "times", plan.public_id, open="2026-12-10"))
    why = "Nothing can begin on this day: French–Spanish is not staffed: 0 of 2 interpreters are entered."
    assert f"Thursday 10 December 2026 Close Thursday 10 December 2026 {why}" in page


@pytest.mark.parametrize(
    ("wish", "told"),
    [
        ({"weekday": "2"}, "16 of 77 possible starts on 2 days"),  # Wednesdays
        ({"part": "afternoon"}, "No time is as you wish"),  # in Bogotá
        ({"inside": "1", "part": "morning"}, "possible starts on 10 days"),
        ({"weekday": "9", "part": "night"}, "77 possible starts on 10 days"),  # no wishes
    ],
)
def test_wishes_narrow_the_proposals_and_the_grid(visit, cast, plan, wish, told):
    assert told in text(visit(cast.clerk, "times", plan.public_id, **wish))


def test_a_holiday_that_follows_the_moon_is_a_doubt_and_no_closed_day(visit, cast, plan, monkeypatch):
    doubt = {WEDNESDAY.date(): calendars.Closure("holiday", "Feast", True)}
    monkeypatch.setattr(calendars, "uncertain", lambda where, first, last: doubt if where.name == "Spain" else {})
    page = text(visit(cast.clerk, "times", plan.public_id))
    assert page.count("May be a public holiday in Spain: Feast") == 2  # at the proposal and in the grid


def test_the_plan_page_says_what_follows_from_the_plan(visit, cast, plan):
    page = text(visit(cast.clerk, "plan", plan.public_id))
    assert "The 90 minutes hold 1 break of 10 minutes, after 40 minutes: 80 are left for the testimony." in page
    assert re.search("nothing begins before [^.]*4 December[^.]*09:05 Bogotá time [^.]*15:05 Madrid time ", page)
    assert "2 interpreters work as a team and change every 30 minutes." in page
    assert (
        "works at most 360 minutes on a date of his own zone and rests 11 hours between the work of two dates" in page
    )
    assert "Source: AIIC Professional Standards; Directive 2003/88/EC, article 3." in page
    assert "A search looks at a year at most" not in page


def test_a_bench_of_three_is_set_by_its_own_side_and_a_number_not_understood_stays_on_the_page(visit, cast, plan):
    need = plan.needs.get(role="judge")
    form = {"version": "3", "count": "three", "resources": [str(one.public_id) for one in need.resources.all()]}
    refused = visit(cast.clerk, "choose", plan.public_id, need.public_id, post=form)
    assert (refused.status_code, 'value="three"' in refused.content.decode()) == (422, True)
    assert visit(cast.clerk_madrid, "choose", plan.public_id, need.public_id, post=form).status_code == 404


def test_who_sits_outside_by_how_much_and_at_whose_clock(visit, cast, plan, monkeypatch):
    Resource.objects.filter(label="Elena Vidal").update(preferred={"fri": [["16:00", "18:00"]]})
    Resource.objects.filter(label="Tomás Ibarra").update(preferred={"fri": [["10:00", "17:00"]]})
    monkeypatch.setattr(sides.measures, "in_force", lambda person, at=None: frozenset())  # every measure is lowered
    page = text(visit(cast.clerk, "times", plan.public_id, pick="2026-12-04T14:15:00Z"))
    assert "45 minutes outside preferred hours in Colombia, 09:15–10:45 Bogotá time (UTC−5): Defence counsel." in page
    assert "45 minutes outside preferred hours in Spain, 15:15–16:45 Madrid time (UTC+1): Attending judge." in page


def test_a_form_without_its_version_is_told_so_and_changes_nothing(visit, cast, plan):
    held = booking.hold(plan=plan, starts=[WEDNESDAY], by=cast.clerk)
    answers = [visit(cast.clerk, act, held.public_id, post={"reason": "Ill."}) for act in ("confirm", "cancel")]
    assert [(one.status_code, one.context["refusal"].code) for one in answers] == [(428, "version_missing")] * 2
    assert "Ill." in text(answers[1])  # what was typed is given back


def test_another_time_is_proposed_read_and_taken(visit, cast, plan):
    held = booking.hold(plan=plan, starts=[WEDNESDAY], by=cast.clerk)
    booking.confirm(booking=held, by=cast.clerk, version=1)
    booking.confirm(booking=held, by=cast.clerk_madrid, version=2)
    assert "Propose this time" in text(visit(cast.clerk, "move", held.public_id))
    typed = {"version": 3, "start": "other", "day": "2026-12-10", "clock": "8:30", "reason": "The judge is away."}
    gap = visit(cast.clerk, "move", held.public_id, post=typed | {"clock": "8:31"})
    assert (gap.status_code, gap.context["refusal"].code, "The judge is away." in text(gap)) == (422, "off_grid", True)
    visit(cast.clerk, "move", held.public_id, post=typed)
    asked = held.proposals.get()
    page = text(visit(cast.clerk_madrid, "booking", held.public_id))
    assert "The judge is away." in page
    assert "Take this time" in page
    visit(cast.clerk_madrid, "take", asked.public_id, post={"version": 3})
    page = text(visit(cast.clerk, "booking", held.public_id))
    assert "moved to another time" in page
    assert "Thursday 10 December 2026" in page


def test_the_other_courts_people_are_not_named_in_what_happened(visit, cast, plan):
    held = booking.hold(plan=plan, starts=[WEDNESDAY], by=cast.clerk)
    need = plan.needs.get(role="room")
    room = need.resources.get()
    other = type(room).objects.filter(kind="site", authority=room.authority).exclude(pk=room.pk).first()
    need.resources.add(other)
    shown = text(visit(cast.clerk, "people", held.public_id))
    assert room.label in shown
    assert other.label in shown
    assert "Witness room A" not in shown
    facts = {"version": 1, "out": room.public_id, "replacement": other.public_id, "reason": "A leak."}
    assert visit(cast.clerk, "people", held.public_id, post=facts).status_code == 302
    ours, theirs = (text(visit(by, "booking", held.public_id)) for by in (cast.clerk, cast.clerk_madrid))
    assert "replaced: Hearing room" in ours
    assert "changed who comes of its own people" in theirs
    assert other.label not in theirs
