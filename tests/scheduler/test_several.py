"""A hearing over three mornings: found together before one bench, held together, or told why not."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse

from directory.errors import Refusal
from directory.models import Absence, ApiToken, Resource
from scheduler import booking, search
from scheduler.booking import replacing
from scheduler.models import Booking, Plan, PlanNeed, Reservation, WorkRule
from scheduler.planning import plans
from scheduler.why import apart, whynot
from tests.scheduler.conftest import NOW

pytestmark = pytest.mark.django_db
SECRETS = ("Palmas", "Canary", "Canarias", "Atlantic", "Elena Vidal", "Nuria Sanz", "Awa Ndiaye")
MONDAY = [datetime(2026, 12, day, 13, 30, tzinfo=UTC) for day in (7, 9, 10)]  # 08:30 in Bogotá; the 8th is a holiday


def at(day, hour=13, minute=30):
    return datetime(2026, 12, day, hour, minute, tzinfo=UTC)


def over(plan, by, sittings=3, spread=5, **terms):
    """The same plan with so many sittings."""
    said = {"minutes": plan.minutes, "earliest": plan.earliest, "latest": plan.latest, "notice_days": plan.notice_days}
    wanted = plans.Terms(**said | terms, sittings=sittings, spread_days=spread)
    return plans.change(plan=plan, by=by, version=plan.version, terms=wanted)


@pytest.fixture
def three(cast, plan):
    """Three sittings of ninety minutes within five days, between 4 and 18 December."""
    return over(plan, cast.clerk)


def away(label, *days):
    resource = Resource.objects.get(label=label)
    for day in days:
        Absence.objects.create(resource=resource, during=(at(day, 5, 0), at(day + 1, 5, 0)))


def second(plan, role, label):
    """Somebody else of the same court who could sit there."""
    need = plan.needs.get(role=role)
    one = need.resources.get()
    other = Resource.objects.create(
        kind=one.kind, label=label, zone=one.zone, hours=one.hours, authority=one.authority, preferred=one.preferred
    )
    need.resources.add(other)
    return other


def found(plan, by):
    return search.find(plan=plan, by=by)


def test_each_proposal_is_three_dates_within_five_days(cast, three):
    best = found(three, cast.clerk).prospect.best(9)
    assert [[start.day for start in slot.starts] for slot in best] == [
        [7, 9, 10], [9, 10, 11], [10, 11, 14], [11, 14, 15], [14, 15, 16], [15, 16, 17], [16, 17, 18],
    ]  # fmt: skip
    assert {(start.hour, start.minute) for slot in best for start in slot.starts} == {(13, 30)}


def test_the_three_are_held_as_one_booking_before_one_bench(cast, three):
    second(three, "attending_judge", "Nuria Sanz")
    away("Elena Vidal", 9)
    best = found(three, cast.clerk).prospect.best(1)[0]
    assert best.starts == MONDAY
    held = booking.hold(plan=three, starts=best.starts, by=cast.clerk)
    assert held.starts() == MONDAY
    rows = Reservation.objects.filter(sitting__booking=held, need__role="attending_judge")
    assert [row.resource.label for row in rows] == ["Nuria Sanz"] * 3


def test_what_one_cannot_keep_is_not_held_at_all_and_three_others_are_offered(cast, three):
    away("Tomás Ibarra", 10)
    with pytest.raises(Refusal) as caught:
        booking.hold(plan=three, starts=MONDAY, by=cast.clerk)
    assert caught.value.code == "slot_taken"
    assert Booking.objects.count() == 0
    others = caught.value.facts["sittings"]
    assert [[text[8:10] for text in row] for row in others] == [["07", "09", "11"]] * 3


def test_where_neither_of_two_judges_can_keep_three_days_the_reader_hears_whose(cast, three):
    second(three, "attending_judge", "Nuria Sanz")
    away("Elena Vidal", 7, 9, 11, 15, 16, 17)
    away("Nuria Sanz", 4, 9, 10, 14, 16, 18)
    answers = [found(three, by) for by in (cast.clerk, cast.clerk_madrid)]
    assert [(one.feasible, one.prospect.best(1)) for one in answers] == [(0, [])] * 2
    told = "Enough days are free, but nobody can be the same at all 3 sittings: %s."
    assert [apart.why(one, by) for one, by in zip(answers, (cast.clerk, cast.clerk_madrid), strict=True)] == [
        told % "Spain",
        told % "Attending judge",
    ]


def test_too_few_days_are_counted(cast, three):
    away("Tomás Ibarra", 7, 9, 10, 11, 14, 15, 17)
    answer = found(three, cast.clerk)
    assert apart.why(answer, cast.clerk) == "At most 2 of 3 sittings fit within 5 days."
    late = whynot.explain(answer, at(18), cast.clerk)
    assert [one.sentence for one in late.reasons] == ["From that day on only 1 of 3 sittings fits within 5 days."]


def test_a_wanted_first_morning_brings_the_others(cast, three):
    answer = whynot.explain(found(three, cast.clerk), at(10, 15, 0), cast.clerk)
    assert answer.slot.starts == [at(10, 15, 0), at(11), at(14)]


def test_an_interpreters_rest_counts_the_other_sittings(cast, three):
    """Two interpreters for whom a whole day lies between two working days cannot serve on Wednesday and Thursday."""
    WorkRule.objects.create(authority=cast.judge.authority, rest_minutes=24 * 60)
    three.needs.get(role="interpreter").resources.remove(Resource.objects.get(label="Claire Fontaine"))
    best = found(three, cast.clerk).prospect.best(1)[0]
    gaps = [later - start for start, later in zip(best.starts, best.starts[1:], strict=False)]
    assert min(gaps) >= timedelta(hours=25, minutes=30)
    with pytest.raises(Refusal):
        booking.hold(plan=three, starts=MONDAY, by=cast.clerk)
    assert booking.hold(plan=three, starts=best.starts, by=cast.clerk).starts() == best.starts


def test_who_comes_in_anothers_place_rests_between_the_sittings_too(cast, three):
    held = booking.hold(plan=three, starts=MONDAY, by=cast.clerk)

    def instead():
        rows = replacing.candidates(held, cast.clerk, NOW)
        return {one.label for row, there in rows if row.role == "interpreter" for one in there}

    assert instead() == {"Claire Fontaine"}
    WorkRule.objects.create(authority=cast.judge.authority, rest_minutes=24 * 60)
    assert instead() == set()  # from Wednesday noon to Thursday morning is less than a day


def test_what_has_begun_is_gone_on_with_by_the_bench_that_heard_it(cast, three, time_machine):
    """Elena Vidal heard the first sitting; when she cannot come to the new third day, nobody sits in her place."""
    second(three, "attending_judge", "Nuria Sanz")
    held = booking.hold(plan=three, starts=MONDAY, by=cast.clerk, prefer=[sits("attending_judge", "Elena Vidal")] * 3)
    for version, by in ((1, cast.clerk), (2, cast.clerk_madrid)):
        held = booking.confirm(booking=held, by=by, version=version)
    Plan.objects.update(notice_days=0)
    time_machine.move_to(at(7, 14, 0), tick=False)
    away("Elena Vidal", 11)
    held = Booking.objects.get()
    with pytest.raises(Refusal) as caught:
        booking.propose(
            booking=held, starts=[*MONDAY[:2], at(11)], by=cast.clerk, version=held.version, reason="Illness.", key="a"
        )
    assert caught.value.code == "slot_taken"
    wanted = [*MONDAY[:2], at(10, 15, 0)]
    booking.propose(booking=held, starts=wanted, by=cast.clerk, version=held.version, reason="Illness.", key="b")


def sits(role, label):
    need = PlanNeed.objects.get(role=role)
    return {str(need.public_id): {str(Resource.objects.get(label=label).pk)}}


class TestThePage:
    """What the clerks of both courts see and press."""

    @pytest.fixture
    def page(self, client):
        def page(member, plan, post=None, **query):
            client.force_login(member.user)
            name = "hold" if post is not None else "times"
            url = reverse(f"scheduler:{name}", args=[plan.public_id])
            return client.post(url, post) if post is not None else client.get(url, query)

        return page

    def text(self, response):
        page = re.sub(r"<(style|script|svg)\b.*?</\1>", " ", response.content.decode(), flags=re.S)
        return " ".join(re.sub(r"<[^>]+>", " ", page).split())

    def test_one_press_holds_all_three(self, cast, three, page):
        first = page(cast.clerk, three)
        assert "3 sittings within 5 days · 90 minutes each" in self.text(first)
        assert "Hold all 3 sittings, from Monday 7 December, 08:30" in self.text(first)
        form = re.search(r'<form method="post" action="[^"]*/hold/".*?</form>', first.content.decode(), re.S)[0]
        starts = re.findall(r'name="start" value="([^"]+)"', form)
        assert [datetime.fromisoformat(start) for start in starts] == MONDAY
        key = re.search(r'name="key" value="([^"]+)"', form)[1]
        assert page(cast.clerk, three, post={"start": starts, "key": key}).status_code == 302
        assert Booking.objects.get().starts() == MONDAY

    def test_each_sitting_has_both_clocks_and_nothing_of_the_witness(self, cast, three, page):
        answer = page(cast.clerk, three, pick="2026-12-09T15:00:00Z")
        for day in ("Wednesday 9 December", "Thursday 10 December", "Friday 11 December"):
            assert re.search(day + " Requesting State: [^.]*Bogotá time [^.]*Requested State: ", self.text(answer))
        assert [secret for secret in SECRETS if secret in answer.content.decode()] == []

    def test_none_together_is_said_in_words(self, cast, three, page):
        away("Tomás Ibarra", 7, 9, 10, 11, 14, 15, 17)
        told = self.text(page(cast.clerk, three))
        assert "No time works for everybody At most 2 of 3 sittings fit within 5 days." in told

    def test_where_several_needs_are_in_the_way_the_page_says_so(self, cast, three, page):
        Plan.objects.update(minutes=700)
        assert "No one need alone is in the way" in self.text(page(cast.clerk, three))

    def test_a_refused_press_offers_three_others_to_press(self, cast, three, page):
        away("Tomás Ibarra", 10)
        answer = page(cast.clerk, three, post={"start": [start.isoformat() for start in MONDAY]})
        assert answer.status_code == 409
        banner = re.search(r'<div class="vv-instead">.*?</div>', answer.content.decode(), re.S)[0]
        assert [len(re.findall('name="start"', form)) for form in banner.split("</form>")[:-1]] == [3, 3, 3]

    def test_all_three_move_together_or_one_by_itself(self, cast, three, client):
        held = booking.hold(plan=three, starts=MONDAY, by=cast.clerk)
        client.force_login(cast.clerk.user)
        url = reverse("scheduler:move", args=[held.public_id])
        values = re.findall(r'name="start" id="start-\d" value="([^"]+)"', client.get(url).content.decode())
        assert [len(value.split()) for value in values] == [3] * len(values)
        assert client.post(url, {"start": values[0], "version": held.version, "key": "a"}).status_code == 302
        assert Booking.objects.get().starts() == [datetime.fromisoformat(text) for text in values[0].split()]
        days = ["2026-12-09", "2026-12-10", "2026-12-11"]
        typed = {"start": "other", "day": days, "clock": ["08:30", "8:30", "10:00"], "version": held.version + 1}
        assert client.post(url, typed | {"key": "b"}).status_code == 302
        assert Booking.objects.get().starts() == [at(9), at(10), at(11, 15, 0)]

    def test_the_interface_answers_with_all_sittings(self, cast, three, client):
        token = ApiToken.issue(user=cast.clerk.user, expires_at=NOW + timedelta(days=365))
        url = f"/api/v1/hearings/{three.public_id}/slots?limit=1"
        (slot,) = client.get(url, headers={"Authorization": f"Bearer {token}"}).json()["slots"]
        assert [one["start"] for one in slot["sittings"]] == [f"{at:%Y-%m-%dT%H:%M:%SZ}" for at in MONDAY]
