"""Local times in words; wall times resolved once."""
# ruff: noqa: DTZ001 (wall times have no zone)

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory import times

NINTH = datetime(2026, 12, 9, 13, 30, tzinfo=UTC)
RULES = [
    "Africa/Casablanca",
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "Asia/Gaza",
    "Africa/Cairo",
    "America/Santiago",
    "Asia/Kathmandu",
    "Europe/Madrid",
    "America/Bogota",
    "Europe/Dublin",
]
instants = st.datetimes(datetime(1995, 1, 1), datetime(2037, 1, 1), timezones=st.just(UTC))
walls = st.datetimes(datetime(1995, 1, 1), datetime(2037, 1, 1))


@pytest.mark.parametrize(
    ("zone", "locale", "words"),
    [
        ("America/Bogota", "en", "Wednesday 9 December 2026, 08:30 Bogotá time (UTC−5)"),
        ("Europe/Madrid", "en", "Wednesday 9 December 2026, 14:30 Madrid time (UTC+1)"),
        # A quarter of an hour in the offset.
        ("Asia/Kathmandu", "en", "Wednesday 9 December 2026, 19:15 Kathmandu time (UTC+5:45)"),
        # The next day already.
        ("Pacific/Kiritimati", "en", "Thursday 10 December 2026, 03:30 Kiritimati time (UTC+14)"),
        ("Europe/London", "en", "Wednesday 9 December 2026, 13:30 London time (UTC+0)"),
        ("America/Bogota", "es", "miércoles, 9 de diciembre de 2026, 08:30 hora de Bogotá (UTC−5)"),
        # CLDR files the city under the zone's older name.
        ("Asia/Kolkata", "ru", "среда, 9 декабря 2026\u202fг., 19:00 время: Калькутта (UTC+5:30)"),
        ("UTC", "en", "Wednesday 9 December 2026, 13:30 UTC"),
        # A language that CLDR does not know is written in English.
        ("Europe/Madrid", "tlh", "Wednesday 9 December 2026, 14:30 Madrid time (UTC+1)"),
    ],
)
def test_an_instant_is_told_in_the_words_of_its_place(zone: str, locale: str, words: str) -> None:
    assert str(times.local(NINTH, zone, locale)) == words


@pytest.mark.parametrize("locale", ["ar", "zh-hans", "en", "fr", "ru", "es"])
def test_every_language_of_the_house_names_the_day_without_its_year(locale: str) -> None:
    assert "2026" not in times.date_words(date(2026, 12, 9), locale, year=False)
    assert "9" in times.date_words(date(2026, 12, 9), locale, year=False)


def test_no_zone_is_named_by_an_abbreviation_or_an_identifier() -> None:
    for zone in times.zones():
        assert "_" not in times.city_of(zone, "en")
        assert "/" not in times.city_of(zone, "en")


def test_a_time_the_clocks_jump_over_is_refused_with_its_neighbours() -> None:
    with pytest.raises(times.WallTimeGap) as gap:
        times.parse_wall("2027-03-28", "02:30", "Europe/Madrid")
    assert (gap.value.before, gap.value.after) == (datetime(2027, 3, 28, 1, 59), datetime(2027, 3, 28, 3))


def test_half_an_hour_is_missing_on_lord_howe() -> None:
    with pytest.raises(times.WallTimeGap) as gap:
        times.parse_wall("2026-10-04", "02:15", "Australia/Lord_Howe")
    assert (gap.value.before, gap.value.after) == (datetime(2026, 10, 4, 1, 59), datetime(2026, 10, 4, 2, 30))


def test_a_whole_day_is_missing_in_apia() -> None:
    with pytest.raises(times.WallTimeGap) as gap:
        times.parse_wall("2011-12-30", "09:00", "Pacific/Apia")
    assert (gap.value.before, gap.value.after) == (datetime(2011, 12, 29, 23, 59), datetime(2011, 12, 31))


def test_a_time_shown_twice_asks_which_one() -> None:
    with pytest.raises(times.WallTimeOverlap) as overlap:
        times.parse_wall("2026-10-25", "02:30", "Europe/Madrid")
    readings = [times.offset_words(at) for at in (overlap.value.first, overlap.value.second)]
    assert readings == ["UTC+2", "UTC+1"]


@pytest.mark.parametrize(("fold", "hour"), [(0, 0), (1, 1)])
def test_the_chosen_reading_is_taken(fold: int, hour: int) -> None:
    instant = times.parse_wall("2026-10-25", "02:30", "Europe/Madrid", fold=fold)
    assert instant == datetime(2026, 10, 25, hour, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "clock", "zone", "code"),
    [
        ("2026-02-30", "08:30", "Europe/Madrid", "impossible_time"),
        ("2026-12-09", "24:30", "Europe/Madrid", "impossible_time"),
        ("09/12/2026", "08:30", "Europe/Madrid", "impossible_time"),
        ("2026-W50-3", "08:30", "Europe/Madrid", "impossible_time"),
        # Digits, but not ours.
        ("٢٠٢٦-١٢-٠٩", "08:30", "Europe/Madrid", "impossible_time"),
        ("0001-01-01", "00:00", "Asia/Tokyo", "impossible_time"),
        ("9999-12-31", "23:59", "America/Bogota", "impossible_time"),
        ("2026-12-09", "08:30", "Bogotá", "unknown_zone"),
        ("2026-12-09", "08:30", "../../etc/passwd", "unknown_zone"),
        ("2026-12-09", "08:30", "America", "unknown_zone"),
        ("2026-12-09", "08:30", "", "unknown_zone"),
        ("2026-12-09", "08:30", "Europe/\x00Madrid", "unknown_zone"),
    ],
)
def test_what_no_calendar_or_map_has_is_refused(day: str, clock: str, zone: str, code: str) -> None:
    with pytest.raises(times.TimeError) as refused:
        times.parse_wall(day, clock, zone)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("2026-12-09T13:30:00", "naive_time"),
        ("tomorrow", "impossible_time"),
        ("0001-01-01T00:00:00+14:00", "impossible_time"),
        ("9999-12-31T23:59:59-12:00", "impossible_time"),
    ],
)
def test_an_instant_needs_its_offset(text: str, code: str) -> None:
    with pytest.raises(times.TimeError) as refused:
        times.parse_instant(text)
    assert refused.value.code == code


def test_an_instant_is_read_as_utc() -> None:
    assert times.parse_instant("2026-12-09T08:30:00-05:00") == NINTH


@given(instants, st.sampled_from(RULES))
def test_every_instant_can_be_found_again_by_its_wall_time(instant: datetime, zone: str) -> None:
    moment = instant.replace(second=0, microsecond=0).astimezone(ZoneInfo(zone))
    again = times.resolve(moment.replace(tzinfo=None, fold=0), zone, fold=moment.fold)
    assert again == moment.astimezone(UTC)


@given(walls, st.sampled_from(RULES))
def test_a_wall_time_is_resolved_or_refused_exactly_as_often_as_the_clocks_show_it(wall: datetime, zone: str) -> None:
    """The oracle counts: every quarter-hour offset of the world tried, those kept that show this very time."""
    wall, place = wall.replace(second=0, microsecond=0), ZoneInfo(zone)
    shown = [
        at
        for minutes in range(-14 * 60, 15 * 60, 15)
        if (at := (wall - timedelta(minutes=minutes)).replace(tzinfo=UTC)).astimezone(place).replace(tzinfo=None)
        == wall
    ]
    nearest = None
    try:
        found = [times.resolve(wall, zone)]
    except times.WallTimeGap as gap:
        found, nearest = [], (gap.before, gap.after)
    except times.WallTimeOverlap as overlap:
        found = [overlap.first.astimezone(UTC), overlap.second.astimezone(UTC)]
    assert sorted(found) == sorted(shown)
    if nearest:
        before, after = nearest
        assert before < wall < after
        assert times.resolve(after, zone) - times.resolve(before, zone) == timedelta(minutes=1)


@given(st.text(max_size=40), st.text(max_size=12), st.text(max_size=40))
def test_whatever_is_typed_is_refused_by_a_code_and_nothing_else(day: str, clock: str, zone: str) -> None:
    with pytest.raises(times.TimeError):
        times.parse_wall(day, clock, zone)
