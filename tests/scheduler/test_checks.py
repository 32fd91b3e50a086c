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
    return booking.hold(plan=plan, starts=[WEDNESDAY], by=cast.clerk)


def test_the_newest_check_of_each_side_counts(cast, held):
    for minutes, rtt in ((0, 300), (5, 180)):
        checks.record(
            booking=held, side="requesting", by=cast.technician, measured={**FIGURES, "rtt_ms": rtt},
            now=NOW + timedelta(minutes=minutes),
        )  # fmt: skip
    checks.record(booking=held, side="requested", by=cast.technician_madrid, measured=FIGURES)
    assert {side: check.rtt_ms for side, check in checks.latest(held).items()} == {"requesting": 180, "requested": 180}


KNOW_THE_ROOM = ("judge", "clerk_madrid", "judge_madrid", "technician_madrid")


def test_two_hidden_rooms_at_different_distances_look_alike_to_who_may_not_know_the_place(cast, held):
    readers = {name: getattr(cast, name) for name in ("prosecutor", "clerk", "technician", *KNOW_THE_ROOM)}
    read: dict[str, set[str]] = {name: set() for name in [*readers, "a file of both"]}
    for rtt, route, rate in ((121, "host", 800.5), (149.5, "relay", 1200.0)):
        measured = {**FIGURES, "rtt_ms": rtt, "route": route, "rate_up_kbps": rate, "r_factor": 88 + rtt / 100}
        checks.record(booking=held, side="requested", by=cast.technician_madrid, measured=measured)
        for name, by in [*readers.items(), ("a file of both", None)]:
            seen = checks.shown(held, by)["requested"]
            read[name].add(str((seen.rtt_ms, seen.r_factor, seen.mos, seen.detail, seen.loss_up, seen.verdict)))
    assert {name for name, found in read.items() if len(found) > 1} == set(KNOW_THE_ROOM)
    assert read["clerk"] == {"(150, 85, None, {}, 0.2, 'good')"}


def test_the_room_that_hears_is_not_hidden(cast, held):
    checks.record(booking=held, side="requesting", by=cast.technician, measured={**FIGURES, "route": "host"})
    assert checks.shown(held, None)["requesting"].detail == {"route": "host"}


def test_a_check_speaks_for_a_link_for_a_week(cast, held):
    check = checks.record(booking=held, side="requesting", by=cast.technician, measured=FIGURES)
    hours = (-1, 0, 167, 168)
    assert [checks.holds(check, NOW + timedelta(hours=h), None) for h in hours] == [False, True, True, False]


def test_for_a_hearing_it_counts_if_it_was_made_in_the_last_two_days_before(cast, held):
    check = checks.record(booking=held, side="requesting", by=cast.technician, measured=FIGURES)
    starts = (NOW + timedelta(hours=h) for h in (1, 48, 49))
    assert [checks.holds(check, NOW, start) for start in starts] == [True, True, False]


def test_it_is_compared_with_the_last_one_that_was_good(cast, held):
    kept = [
        checks.record(
            booking=held, side="requesting", by=cast.technician,
            measured={**FIGURES, "verdict": verdict}, now=NOW + timedelta(hours=hour),
        )
        for hour, verdict in enumerate(("good", "good", "usable", "unfit"))
    ]  # fmt: skip
    assert [checks.before(check) for check in kept] == [None, kept[0], kept[1], kept[1]]


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
