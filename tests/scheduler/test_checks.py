"""What a connection check may say, and how long it speaks for a link."""

from datetime import timedelta

import pytest

from directory.errors import NotFound, Refusal
from scheduler import booking, checks
from tests.scheduler.conftest import NOW, WEDNESDAY

pytestmark = pytest.mark.django_db
FIGURES = {
    "rtt_ms": 180, "loss_up": 0.2, "loss_down": 0.4, "jitter_up_ms": 4, "jitter_down_ms": 6, "verdict": "good",
}  # fmt: skip


@pytest.fixture
def held(cast, plan):
    return booking.hold(plan=plan, start=WEDNESDAY, by=cast.clerk)


def test_the_newest_check_of_each_side_counts(cast, held):
    for minutes, rtt in ((0, 300), (5, 180)):
        checks.record(
            booking=held, side="requesting", by=cast.technician, measured={**FIGURES, "rtt_ms": rtt},
            now=NOW + timedelta(minutes=minutes),
        )  # fmt: skip
    checks.record(booking=held, side="requested", by=cast.technician_madrid, measured=FIGURES)
    assert {side: check.rtt_ms for side, check in checks.latest(held).items()} == {"requesting": 180, "requested": 180}


def test_a_check_speaks_for_three_days(cast, held):
    check = checks.record(booking=held, side="requesting", by=cast.technician, measured=FIGURES)
    assert [checks.holds(check, NOW + timedelta(hours=h)) for h in (-1, 0, 71, 72)] == [False, True, True, False]


def test_it_remembers_the_room_and_who_measured(cast, held):
    check = checks.record(
        booking=held, side="requesting", by=cast.technician, measured={**FIGURES, "route": "relay", "width": 1280}
    )
    assert (check.site.name, check.taken_by, check.detail) == (
        "Hearing room 3", cast.technician, {"route": "relay", "width": 1280.0},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"rtt_ms": None}, "rtt_ms"),
        ({"rtt_ms": True}, "rtt_ms"),
        ({"loss_up": 101}, "loss_up"),
        ({"loss_up": float("nan")}, "loss_up"),
        ({"verdict": "excellent"}, "verdict"),
        ({"route": "203.0.113.7"}, "route"),  # an address is no route
        ({"device": "Front camera, Las Palmas"}, "measured"),
    ],
)
def test_a_check_says_figures_and_nothing_else(cast, held, change, field):
    with pytest.raises(Refusal) as caught:
        checks.record(booking=held, side="requesting", by=cast.technician, measured={**FIGURES, **change})
    assert (caught.value.code, caught.value.field) == ("check_malformed", field)


def test_nobody_measures_for_the_other_side(cast, held):
    with pytest.raises(NotFound):
        checks.record(booking=held, side="requested", by=cast.technician, measured=FIGURES)
