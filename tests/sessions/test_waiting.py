"""What the day asks of each at home: before it, from half an hour before, and when it has gone by."""

from datetime import timedelta

from django.urls import reverse
from django.utils import timezone

from casework.models import Request
from directory.models import Membership
from scheduler.models import Sitting
from sessions import lifecycle, waiting
from tests.sessions.conftest import Day


def test_from_half_an_hour_before_the_judge_is_called_to_her_seat(day: Day) -> None:
    def told(minutes: int) -> list[tuple[str, str]]:
        during = (timezone.now() + timedelta(minutes=minutes), timezone.now() + timedelta(hours=5))
        Sitting.objects.filter(booking=day.booking).update(during=during)
        tasks = waiting.waiting(day.cast.judge_madrid)
        return [(str(one.sentence).partition(",")[0], str(one.why)) for one in tasks if "seat" in str(one.sentence)]

    code = day.booking.plan.code
    assert [told(32), told(29)] == [[], [(f"Hearing {code}", "The doors are still closed.")]]
    lifecycle.open_(hearing_id=day.id, by=day.cast.clerk)
    assert told(29) == [(f"Hearing {code}", "The doors are open.")]


def test_in_the_days_before_each_judge_is_asked_to_read_the_request(day: Day) -> None:
    def told(by: Membership, ahead: timedelta) -> list[tuple[str, str]]:
        during = (timezone.now() + ahead, timezone.now() + ahead + timedelta(hours=4))
        Sitting.objects.filter(booking=day.booking).update(during=during)
        return [(str(one.why).partition(":")[0], one.url) for one in waiting.waiting(by)]

    page = reverse("casework:request", args=[day.booking.plan.request.public_id])
    assert told(day.cast.judge, timedelta(days=6)) == [("You conduct it", page)]
    assert told(day.cast.judge_madrid, timedelta(hours=1)) == [("You attend it, and can stop it", page)]
    assert [told(by, timedelta(days=8)) for by in (day.cast.judge, day.cast.clerk)] == [[], []]
    assert [Request.objects.visible_to(by).count() for by in (day.cast.judge, day.cast.judge_madrid)] == [1, 1]


def test_a_hearing_that_nobody_opened_is_asked_about_at_the_clerks_alone(day: Day) -> None:
    over = (timezone.now() - timedelta(hours=5), timezone.now() - timedelta(hours=1))
    Sitting.objects.filter(booking=day.booking).update(during=over)
    told = {by.role: [str(one.act_word) for one in waiting.waiting(by)] for by in (day.cast.clerk, day.cast.judge)}
    assert told == {"clerk": ["Write it down"], "judge": []}
