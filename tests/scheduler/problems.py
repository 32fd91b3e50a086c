"""Random problems around the instants at which real zones change their clocks."""

from datetime import UTC, datetime, timedelta
from functools import lru_cache
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
    "America/Havana",
    "America/Mexico_City",
    "America/New_York",
    "America/Santiago",  # changes at local midnight: a date begins at 01:00
    "America/St_Johns",  # half an hour off
    "Antarctica/Troll",  # two hours at once
    "Asia/Almaty",  # 2024, for good
    "Asia/Beirut",
    "Asia/Gaza",  # by decree, around Ramadan
    "Asia/Jerusalem",
    "Asia/Kathmandu",  # three quarters
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
    ("Europe/Amsterdam", datetime(1937, 6, 30, tzinfo=UTC)),
    ("Asia/Kolkata", datetime(1905, 12, 31, tzinfo=UTC)),
)


@lru_cache(maxsize=None)
def changes(zone: str) -> tuple[datetime, ...]:
    """The hours of 2011 and of 2023 to 2028 in which the zone's offset changes; some midnights if it has none."""
    info = ZoneInfo(zone)
    found = []
    for first, days in ((datetime(2011, 1, 1, tzinfo=UTC), 370), (datetime(2023, 1, 1, tzinfo=UTC), 6 * 365)):
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


@st.composite
def openings(draw: st.DrawFn) -> list[list[str]]:
    whole = st.just([["00:00", "24:00"]])
    step = draw(st.sampled_from((30, 60, 60, 1)))
    cuts = st.lists(st.integers(0, 1440 // step), min_size=2, max_size=4, unique=True)
    parts = cuts.map(sorted).map(
        lambda at: [[wall(at[n] * step), wall(at[n + 1] * step)] for n in range(0, len(at) - 1, 2)]
    )
    return draw(st.one_of(whole, whole, parts, parts, st.just([])))


weeks = st.one_of(
    st.none(),
    st.fixed_dictionaries({}, optional={day: openings() for day in DAYS}),
    openings().map(lambda same: {day: same for day in DAYS}),
)


@st.composite
def resources(draw: st.DrawFn, id_: str, around: datetime, zones: st.SearchStrategy[str], reach: int) -> Json:
    offset = st.integers(-reach * 60, reach * 60)
    coarse = st.sampled_from((1, 60, 900, 3600))

    def busy(pair: tuple[int, int, int]) -> list[str]:
        start = around + timedelta(seconds=pair[0] // pair[2] * pair[2])
        return [words(start), words(start + timedelta(seconds=max(1, pair[1] // pair[2] * pair[2])))]

    one: Json = {"id": id_, "zone": draw(zones)}
    dates = st.integers(-2, 2).map(lambda days: (around + timedelta(days=days)).date().isoformat())
    buffers = st.sampled_from((0, 0, 0, 1, 15, 30, 90))
    optional = {
        "hours": weeks,
        "preferred": weeks,
        "closed": st.lists(dates, max_size=1),
        "busy": st.lists(st.tuples(offset, st.integers(1, reach * 20), coarse).map(busy), max_size=3),
        "before": buffers,
        "after": buffers,
        "load": st.integers(0, 3),
    }
    return one | draw(st.fixed_dictionaries({}, optional=optional))


@st.composite
def problems(
    draw: st.DrawFn,
    zones: tuple[str, ...] = ZONES,
    around: datetime | None = None,
    hours: tuple[int, int] = (1, 30),
    most: int = 5,
) -> Json:
    first_zone = draw(st.sampled_from(zones))
    middle = around or draw(st.sampled_from(changes(first_zone)))
    zone = st.sampled_from((first_zone, first_zone, draw(st.sampled_from(zones))))
    length = draw(st.integers(*hours)) * 60 + draw(st.sampled_from((0, 0, 7)))
    start = middle - timedelta(minutes=draw(st.integers(0, length)), seconds=draw(st.sampled_from((0, 0, 1, 59))))
    end = start + timedelta(minutes=length)
    # Ids whose order is not that of their places in the list, nor that of numbers.
    ids = draw(st.lists(st.sampled_from(("9", "10", "a", "B", "b", "é", "Z1")), max_size=most, unique=True))
    needs = st.fixed_dictionaries(
        {
            "label": st.sampled_from(("court room", "witness room", "interpreters")),
            "count": st.sampled_from((1, 1, 1, 2, 2, 3)),
            "of": st.permutations(ids).flatmap(
                lambda order: st.integers(0, len(ids)).map(lambda n: order[: len(ids) - n // 2])
            ),
        }
    )
    return {
        "horizon": [words(start), words(end)],
        "duration": draw(st.sampled_from((1, 7, 20, 30, 45, 60, 60, 90, 200))),
        "grid": draw(st.sampled_from((15, 15, 30, 60) + ((1, 5, 7) if length < 300 else (20, 25, 45)))),
        "limit": draw(st.sampled_from((0, 1, 3, 20, 500))),
        "resources": [draw(resources(id_, middle, zone, length)) for id_ in ids],
        "needs": draw(st.lists(needs, max_size=3)),
    }
