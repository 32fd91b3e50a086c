"""Closed days: whose weekend, which holidays, what they may tell."""

from datetime import date
from typing import Any

import pytest
from django.utils.translation import override

from directory import calendars, reference
from directory.calendars import Closure
from directory.models import Authority, CourtRecess, State, Weekend


@pytest.fixture(autouse=True)
def loaded(db: None) -> None:
    reference.load()


def state(code: str) -> State:
    return State.objects.get(code=code)


def court(code: str, **facts: Any) -> Authority:
    return Authority.objects.create(
        state=state(code), kind=Authority.Kind.COURT, name="Court", zone=state(code).zone, **facts
    )


@pytest.mark.parametrize(
    ("code", "days"),
    [
        ("CO", {"sat", "sun"}),
        ("EG", {"fri", "sat"}),
        ("IR", {"fri"}),
        ("IN", {"sun"}),
        # Friday and Saturday until the end of 2021.
        ("AE", {"sat", "sun"}),
    ],
)
def test_a_weekend_is_the_states_own(code: str, days: set[str]) -> None:
    assert calendars.weekend_days(state(code), date(2026, 12, 8)) == days


def test_a_weekend_changes_on_its_day() -> None:
    emirates = state("AE")
    assert calendars.weekend_days(emirates, date(2021, 12, 31)) == {"fri", "sat"}
    assert calendars.weekend_days(emirates, date(2022, 1, 1)) == {"sat", "sun"}


def test_an_entered_weekend_is_followed_from_its_first_to_its_last_day() -> None:
    Weekend.objects.create(
        state=state("CO"), days=["mon"], valid_from=date(2026, 12, 7), valid_until=date(2026, 12, 14)
    )
    found = calendars.closed(state("CO"), date(2026, 12, 5), date(2026, 12, 15))
    assert [day.day for day, closure in found.items() if closure.kind == "weekend"] == [5, 6, 7, 14]


@pytest.mark.parametrize("code", ["CO", "ES"])
def test_the_eighth_of_december_is_a_holiday_in_both_states(code: str) -> None:
    found = calendars.closed(state(code), date(2026, 12, 8), date(2026, 12, 8))
    assert found == {date(2026, 12, 8): Closure("holiday", "Immaculate Conception", True)}


def test_a_holiday_is_named_in_the_readers_language() -> None:
    with override("es"):
        [closure] = calendars.closed(state("CO"), date(2026, 12, 8), date(2026, 12, 8)).values()
    assert closure.name == "La Inmaculada Concepción"


def test_a_regional_holiday_closes_the_court_of_that_region_and_not_the_state() -> None:
    day = date(2026, 12, 7)
    assert calendars.closed(state("ES"), day, day) == {}
    [closure] = calendars.closed(court("ES", region="MD"), day, day).values()
    assert (closure.kind, closure.national) == ("holiday", False)


def test_a_regional_holiday_on_a_national_one_does_not_show() -> None:
    """Over all regions of Spain and two years: what is marked national tells nothing about the region."""
    span = (date(2026, 1, 1), date(2027, 12, 31))
    national, madrid = calendars.closed(state("ES"), *span), court("ES")
    for region in ("MD", "CN", "CT", "AN"):
        madrid.region = region
        shown = calendars.closed(madrid, *span)
        assert {day: c for day, c in shown.items() if c.national} == national


def test_a_recess_closes_the_authority_from_its_first_day_to_its_last() -> None:
    bogota = court("CO")
    CourtRecess.objects.create(
        authority=bogota, first=date(2026, 12, 21), last=date(2027, 1, 10), name="Vacancia judicial"
    )
    found = calendars.closed(bogota, date(2026, 12, 17), date(2027, 1, 13))
    assert found[date(2026, 12, 21)] == Closure("recess", "Vacancia judicial", False)
    assert date(2026, 12, 18) not in found
    assert found[date(2027, 1, 8)].kind == "recess"
    # The eleventh is Epiphany, moved to a Monday.
    assert [day.day for day in found if day > date(2027, 1, 10)] == [11]


@pytest.mark.parametrize(("code", "day"), [("MA", date(2027, 3, 10)), ("SA", date(2027, 3, 9))])
def test_an_estimated_holiday_warns_and_does_not_close(code: str, day: date) -> None:
    assert day not in calendars.closed(state(code), day, day)
    assert list(calendars.uncertain(state(code), day, day)) == [day]


def test_a_fixed_holiday_closes_even_where_an_estimated_one_falls_on_it() -> None:
    day = date(2027, 8, 14)
    assert calendars.closed(state("MA"), day, day)[day].kind == "holiday"
    assert calendars.uncertain(state("MA"), day, day) == {}


def test_a_state_that_the_library_does_not_know_has_its_weekends_alone() -> None:
    nowhere = State.objects.create(code="XX", name="Nowhere", zone="UTC")
    found = calendars.closed(nowhere, date(2026, 12, 21), date(2026, 12, 31))
    assert [day.day for day in found] == [26, 27]


def test_no_days_are_no_closed_days() -> None:
    assert calendars.closed(state("CO"), date(2026, 12, 9), date(2026, 12, 8)) == {}
