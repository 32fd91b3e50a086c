"""Who has borne how much: the year between Colombia and Spain, and whose turn it is."""

from datetime import UTC, datetime, timedelta

import pytest
from psycopg.types.range import TimestamptzRange

from scheduler.desk import cards
from scheduler.models import Booking, Plan, Sitting
from scheduler.planning import ledger
from scheduler.solver.prospect import Slot
from tests.scheduler.conftest import NOW, planned

EASY_FOR_SPAIN, EASY_FOR_COLOMBIA = {"requesting": 30, "requested": 0}, {"requesting": 0, "requested": 30}


def slot(hour, worst=30):
    start = datetime(2026, 12, 9, hour, tzinfo=UTC)
    return Slot(start, start + timedelta(minutes=90), worst, worst, ())


EARLY, LATE, FREE = slot(12), slot(16), slot(14, worst=0)
BEARS = {EARLY: EASY_FOR_SPAIN, LATE: EASY_FOR_COLOMBIA}


@pytest.mark.parametrize(
    ("carried", "order"),
    [
        ({"requesting": 140, "requested": 20}, [FREE, LATE, EARLY]),  # Colombia has sat at six in the morning
        ({"requesting": 20, "requested": 140}, [FREE, EARLY, LATE]),
        ({"requesting": 20, "requested": 20}, [FREE, EARLY, LATE]),  # nobody is ahead: the earlier one
        ({}, [FREE, EARLY, LATE]),
    ],
)
def test_of_equal_times_the_easier_one_for_who_carried_more_comes_first(carried, order):
    # A time that puts nobody out is asked about in no case: BEARS does not know it.
    assert ledger.turn([FREE, EARLY, LATE], BEARS.__getitem__, carried) == order


def sat(cast, plan, when, minutes, state="confirmed", outcome=""):
    booking = Booking.objects.create(
        plan=plan, held_by=cast.clerk, expires_at=when, state=state, outcome=outcome,
        unsocial_requesting=minutes[0], unsocial_requested=minutes[1],
    )  # fmt: skip
    Sitting.objects.create(
        booking=booking, during=TimestamptzRange(when, when + timedelta(hours=1)), wall="", zone="UTC",
        tzdata_version="",
    )  # fmt: skip


@pytest.mark.django_db
def test_the_year_counts_what_was_sat_between_the_two_states_in_either_direction(cast, plan):
    month = timedelta(days=30)
    back = planned(cast, "ES-2026-0001")
    type(back.request).objects.filter(pk=back.request.pk).update(
        requesting=plan.request.requested, requested=plan.request.requesting
    )
    sat(cast, plan, NOW - month, (100, 5), "completed", "took_place")
    sat(cast, plan, NOW - 2 * month, (40, 0), "completed", "no_show")
    sat(cast, plan, NOW - 2 * month, (7, 7), "completed", "postponed")
    sat(cast, plan, NOW - 13 * month, (500, 500), "completed", "took_place")  # more than a year ago
    ahead = [planned(cast, f"CO-2026-031{n}") for n in (2, 3, 4)]
    sat(cast, ahead[0], NOW + month, (30, 0))  # agreed, and still to come
    sat(cast, ahead[1], NOW + 13 * month, (500, 500))  # further away than the year after
    sat(cast, ahead[2], NOW + month, (300, 300), "held")  # nobody has agreed to it
    sat(cast, plan, NOW + month, (300, 300))  # the time that another one is looked for
    sat(cast, back, NOW - month, (15, 0))  # Spain asked, and bore it
    carried = ledger.burden(plan, NOW)
    assert carried == {"requesting": 170, "requested": 20}
    assert cards.carried(plan, carried) == (
        "Over the last year, with what is agreed: Colombia 170 minutes outside its hours, Spain 20; "
        "of equal proposals, those easier for Colombia come first."
    )
    back = Plan.objects.select_related("request").get(pk=back.pk)
    assert ledger.burden(back, NOW) == {"requesting": 320, "requested": 470}


@pytest.mark.django_db
def test_a_year_in_which_nobody_was_put_out_is_not_spoken_of(plan):
    assert cards.carried(plan, ledger.burden(plan, NOW)) == ""
