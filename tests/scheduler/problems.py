"""Random problems around the instants at which real zones change their clocks."""

from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

Json = dict[str, Any]
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

ZONES = (
    "Africa/Casablanca",  # an hour back for Ramadan
    "Africa/El_Aaiun",
    "Africa/Cairo",  # summer time came back in 2023, at midnight
    "America/Asuncion",  # gave up its winter time in 2024
    "America/Bogota",
    "America/Caracas",  # half an hour forward in 2016
    "America/Havana",
    "America/Mexico_City",
    "America/New_York",
    "America/Santiago",  # changes at local midnight: a date begins at 01:00
    "America/Sao_Paulo",  # gave up its summer time in 2019
    "America/St_Johns",  # half an hour off
    "Antarctica/Troll",  # two hours at once
    "Asia/Almaty",  # 2024, for good
    "Asia/Beirut",
    "Asia/Gaza",  # by decree, around Ramadan
    "Asia/Jerusalem",
    "Asia/Kathmandu",  # three quarters
    "Asia/Pyongyang",  # half an hour back in 2015, forward in 2018
    "Asia/Tehran",
    "Atlantic/Azores",
    "Australia/Lord_Howe",  # half an hour of summer time
    "Europe/Dublin",
    "Europe/Madrid",
    "Pacific/Apia",  # left out 2011-12-30
    "Pacific/Chatham",
    "Pacific/Kiritimati",
    "UTC",
)
# Offsets that are not whole minutes, and the end of each.
HISTORIC = (
    ("Africa/Monrovia", datetime(1972, 1, 7, tzinfo=UTC)),
    ("America/Bogota", datetime(1914, 11, 23, tzinfo=UTC)),
    ("Europe/Dublin", datetime(1916, 5, 21, 2, 25, 21, tzinfo=UTC)),
    ("Asia/Kolkata", datetime(1905, 12, 31, tzinfo=UTC)),
)


@cache
def changes(zone: str) -> tuple[datetime, ...]:
    """The hours of 2011 and of 2015 to 2028 in which the zone's offset changes; some midnights if it has none."""
    info = ZoneInfo(zone)
    found = []
    for first, days in ((datetime(2011, 1, 1, tzinfo=UTC), 370), (datetime(2015, 1, 1, tzinfo=UTC), 14 * 365)):
        for day in (first + timedelta(days=n) for n in range(days)):
            if day.astimezone(info).utcoffset() != (day + timedelta(days=1)).astimezone(info).utcoffset():
                hours = [day + timedelta(hours=n) for n in range(25)]
                offsets = [hour.astimezone(info).utcoffset() for hour in hours]
                found += [hours[n] for n in range(1, 25) if offsets[n] != offsets[n - 1]]
    return tuple(found) or tuple(datetime(2026, 12, day, 12, tzinfo=UTC) for day in (7, 13, 28, 31))


def words(at: datetime) -> str:
    return at.isoformat(timespec="seconds").replace("+00:00", "Z")


def wall(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


def one_of(draw: st.DrawFn, *choices: Any) -> Any:
    """One of the choices; what is often wanted is often said."""
    return draw(st.sampled_from(choices))


def openings(draw: st.DrawFn) -> list[list[str]]:
    """A day's: whole, shut, or parts of it cut at hours, halves or minutes."""
    kind = one_of(draw, "parts", "parts", "parts", "parts", "whole", "shut")
    if kind == "parts":
        step = one_of(draw, 60, 60, 30, 1)
        cuts = sorted(draw(st.sets(st.integers(0, 1440 // step), min_size=2, max_size=4)))
        return [[wall(low * step), wall(high * step)] for low, high in zip(cuts[::2], cuts[1::2], strict=False)]
    return [["00:00", "24:00"]] if kind == "whole" else []


def week(draw: st.DrawFn) -> Json:
    if one_of(draw, True, False, False):
        return {day: openings(draw) for day in DAYS if one_of(draw, True, True, True, False)}
    return dict.fromkeys(DAYS, openings(draw))


def busy(draw: st.DrawFn, around: datetime, reach: int) -> list[str]:
    """Some minutes within `reach` minutes; its ends on the hour, the quarter, the minute or the second."""
    unit = one_of(draw, 1, 60, 900, 3600)
    start = around + timedelta(seconds=draw(st.integers(-reach * 60, reach * 60)) // unit * unit)
    length = max(1, draw(st.integers(1, 7200)) // unit * unit)
    return [words(start), words(start + timedelta(seconds=length))]


def resource(draw: st.DrawFn, id_: str, zone: str, around: datetime, reach: int) -> Json:
    one: Json = {"id": id_, "zone": zone}
    if one_of(draw, True, False, False):
        one["hours"] = one_of(draw, None, {}, *[week(draw)] * 8)
    if one_of(draw, True, True, True, False):
        one["preferred"] = one_of(draw, None, {}, *[week(draw)] * 8)
    if one_of(draw, True, *[False] * 6):
        one["closed"] = [(around + timedelta(days=one_of(draw, -1, 0, 1))).date().isoformat()]
    one["busy"] = [busy(draw, around, reach) for _ in range(one_of(draw, 0, 0, 0, 1, 1, 2))]
    for buffer in ("before", "after"):
        one[buffer] = one_of(draw, 0, 0, 0, 0, 0, 0, 1, 15, 30, 90)
    one["load"] = one_of(draw, 0, 0, 1, 1, 2, 3)
    return one


@st.composite
def problems(
    draw: st.DrawFn,
    zones: tuple[str, ...] = ZONES,
    around: datetime | None = None,
    hours: tuple[int, ...] = (1, 3, 6, 12, 12, 24, 24, 30),
    most: int = 5,
) -> Json:
    """Around one zone's change of clocks, or `around`, with up to `most` resources there and elsewhere."""
    here, there = one_of(draw, *zones), one_of(draw, *zones)
    middle = around or one_of(draw, *changes(here))
    length = one_of(draw, *hours) * 60 + one_of(draw, 0, 0, 7)
    start = middle - timedelta(minutes=draw(st.integers(0, length)), seconds=one_of(draw, 0, 0, 1, 59))
    # Ids whose order is not that of their places in the list, nor that of numbers.
    ids = draw(st.permutations(("9", "10", "a", "B", "b", "é", "Z1")))[
        : one_of(draw, *range(1, most + 1), most, most, most)
    ]
    needs = [
        {
            "label": one_of(draw, "court room", "witness room", "interpreters"),
            "count": one_of(draw, 1, 1, 1, 1, 1, 2, 2, 3),
            "of": draw(st.permutations(ids))[
                : one_of(draw, *range(len(ids) + 1), *range(len(ids) // 2 + 1, len(ids) + 1))
            ],
        }
        for _ in range(one_of(draw, *[0, 1, 1, 2, 2, 2, 3, 3][: 2 + 2 * len(ids)]))
    ]
    return {
        "horizon": [words(start), words(start + timedelta(minutes=length))],
        "duration": one_of(draw, 1, 7, 20, 30, 45, 60, 60, *((90, 90, 200) if length > 200 else ())),
        "grid": one_of(draw, 15, 15, 30, 60, *((1, 5, 7) if length < 300 else (20, 25, 45))),
        "limit": one_of(draw, 0, 1, 3, 20, 500),
        "resources": [resource(draw, id_, one_of(draw, here, here, there), middle, length) for id_ in ids],
        "needs": needs,
    }
