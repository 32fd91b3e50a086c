"""Local times in words, and wall times read from people: no Django, nothing taken from the clock.

Words follow CLDR (babel); the zone is named after its exemplar city with the offset of that very day, never by
an abbreviation. Wall times are resolved here and nowhere else: PostgreSQL, browsers and RFC 5545 each read a
repeated hour their own way.
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from datetime import date as Day
from functools import cache, lru_cache
from zoneinfo import ZoneInfo, available_timezones

from babel import Locale, UnknownLocaleError
from babel.core import get_global
from babel.dates import format_date

_YEARS = range(1900, 2200)
_DATE, _TIME = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII), re.compile(r"\d\d:\d\d(:\d\d)?", re.ASCII)
# CLDR's own pattern is capitalised in English ("Bogotá Time") and named after the season in Russian.
_ZONE = {"en": "{} time", "es": "hora de {}", "fr": "heure : {}", "ru": "время: {}", "ar": "توقيت {}", "zh": "{}时间"}
# Where CLDR's English falls back on the identifier, which is ASCII.
_SPELLED = {"America/Bogota": "Bogotá", "America/Sao_Paulo": "São Paulo"}


class TimeError(ValueError):
    """A date, time or zone that cannot be used. `code` is stable; the words for people are made elsewhere."""

    code = "impossible_time"


class ImpossibleTime(TimeError):
    """No calendar or clock has it, or it is not written as YYYY-MM-DD and HH:MM."""


class NaiveTime(TimeError):
    """An instant without an offset."""

    code = "naive_time"


class UnknownZone(TimeError):
    """Not an IANA zone of the pinned tzdata."""

    code = "unknown_zone"


class WallTimeGap(TimeError):
    """The clocks jump over it. `before` and `after` are the nearest wall times that exist, to the minute."""

    code = "wall_time_gap"

    def __init__(self, before: datetime, after: datetime) -> None:
        super().__init__(self.code)
        self.before, self.after = before, after


class WallTimeOverlap(TimeError):
    """The clocks show it twice. `first` and `second` are the two instants, aware, in that zone."""

    code = "wall_time_overlap"

    def __init__(self, first: datetime, second: datetime) -> None:
        super().__init__(self.code)
        self.first, self.second = first, second


@dataclass(frozen=True)
class Local:
    """An instant as the people of one zone read it."""

    date: str  # Wednesday 9 December 2026
    time: str  # 08:30
    zone: str  # Bogotá time (UTC−5)
    city: str  # Bogotá
    offset: str  # UTC−5
    day: Day  # the local calendar day
    moment: datetime  # the same instant, in that zone

    def __str__(self) -> str:
        return f"{self.date}, {self.time} {self.zone}"


@cache
def zones() -> frozenset[str]:
    """Every IANA zone of the pinned tzdata."""
    return frozenset(available_timezones())


def zone_of(name: str) -> ZoneInfo:
    """The zone of that name. Raises UnknownZone; ZoneInfo itself would also try paths and directories."""
    if name not in zones():
        raise UnknownZone("unknown_zone")
    return ZoneInfo(name)


def local(instant: datetime, zone: str, locale: str = "en") -> Local:
    """The aware instant in the words of `locale` (BCP 47). Raises NaiveTime, UnknownZone."""
    if instant.tzinfo is None:
        raise NaiveTime("naive_time")
    return _local(instant, zone, locale)


@lru_cache(maxsize=4096)  # a page says the same few hundred instants again and again, and so does its next reader's
def _local(instant: datetime, zone: str, locale: str) -> Local:
    return words(instant.astimezone(zone_of(zone)), zone, locale)


def words(moment: datetime, zone: str, locale: str = "en") -> Local:
    """Like `local`, of a moment that was read on that zone's clock by the rules of whichever release."""
    offset, city = offset_words(moment), city_of(zone, locale)
    return Local(
        date=date_words(moment.date(), locale),
        time=f"{moment:%H:%M}",
        zone=f"{_zone_words(city, locale)} ({offset})" if city != "UTC" else "UTC",
        city=city,
        offset=offset,
        day=moment.date(),
        moment=moment,
    )


def date_words(day: date, locale: str = "en", *, year: bool = True) -> str:
    """`Wednesday 9 December 2026`: weekday, day and month in words, never numbers only."""
    known = locale_of(locale)
    if known.language == "en":
        return f"{day:%A} {day.day} {day:%B}{f' {day.year}' if year else ''}"
    if year:
        return str(format_date(day, "full", locale=known))
    pattern = "MMMd日EEEE" if known.language == "zh" else "EEEE d MMMM"
    return str(format_date(day, pattern, locale=known))


def offset_words(moment: datetime) -> str:
    """`UTC−5`, `UTC+5:45`, `UTC+0` of an aware moment, with a true minus (U+2212)."""
    offset = moment.utcoffset()
    if offset is None:
        raise NaiveTime("naive_time")
    minutes = round(offset.total_seconds() / 60)
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{'−' if minutes < 0 else '+'}{hours}{f':{rest:02}' if rest else ''}"


@lru_cache(maxsize=2048)
def city_of(zone: str, locale: str = "en") -> str:
    """CLDR's exemplar city of the zone. Raises UnknownZone."""
    zone_of(zone)
    names = locale_of(locale).time_zones
    for name in (zone, *_older_names().get(zone, ())):
        if city := names.get(name, {}).get("city"):
            return str(city)
    return _SPELLED.get(zone) or zone.rpartition("/")[2].replace("_", " ")


@cache
def locale_of(tag: str) -> Locale:
    """babel's locale for a BCP 47 tag, English where it knows none."""
    try:
        return Locale.parse(tag.replace("-", "_"))
    except (ValueError, UnknownLocaleError):
        return Locale("en")


def parse_instant(text: str) -> datetime:
    """An ISO 8601 instant with its offset, as UTC. Raises ImpossibleTime, NaiveTime."""
    try:
        instant = datetime.fromisoformat(text)
        if instant.tzinfo is None:
            raise NaiveTime("naive_time")
        _within(instant.date())
        return instant.astimezone(UTC)
    except TimeError:
        raise
    except (ValueError, OverflowError) as error:
        raise ImpossibleTime("impossible_time") from error


def parse_day(text: str) -> date:
    """A date as YYYY-MM-DD. Raises ImpossibleTime."""
    return _read(text, "00:00").date()


def parse_wall(day: str, clock: str, zone: str, *, fold: int | None = None) -> datetime:
    """The UTC instant at which the clocks of `zone` show that date and time.

    `day` is YYYY-MM-DD, `clock` HH:MM or HH:MM:SS. A repeated time needs `fold`, 0 for the first and 1 for the
    second reading (PEP 495). Raises ImpossibleTime, UnknownZone, WallTimeGap, WallTimeOverlap.
    """
    return resolve(_read(day, clock), zone, fold=fold)


def resolve(wall: datetime, zone: str, *, fold: int | None = None) -> datetime:
    """Like `parse_wall`, for a naive datetime."""
    return on_clock(wall, zone_of(zone), fold=fold)


def on_clock(wall: datetime, place: ZoneInfo, *, fold: int | None = None) -> datetime:
    """Like `resolve`, by the rules of `place`, which may be another release's than the house's."""
    _within(wall.date())
    first, second = (wall.replace(tzinfo=place, fold=fold) for fold in (0, 1))
    if first.utcoffset() == second.utcoffset():
        return first.astimezone(UTC)
    if not _exists(first):
        raise WallTimeGap(*_edges(first, second))
    if fold is None:
        raise WallTimeOverlap(first, second)
    return (second if fold else first).astimezone(UTC)


def _read(day: str, clock: str) -> datetime:
    if not (_DATE.fullmatch(day) and _TIME.fullmatch(clock)):
        raise ImpossibleTime("impossible_time")
    try:
        return datetime.combine(date.fromisoformat(day), time.fromisoformat(clock))
    except ValueError as error:
        raise ImpossibleTime("impossible_time") from error


def _within(day: date) -> None:
    """Outside these years zones have no rules, and arithmetic at the ends of the calendar overflows."""
    if day.year not in _YEARS:
        raise ImpossibleTime("impossible_time")


def _exists(moment: datetime) -> bool:
    there_and_back = moment.astimezone(UTC).astimezone(moment.tzinfo)
    return there_and_back.replace(tzinfo=None) == moment.replace(tzinfo=None)


def _edges(first: datetime, second: datetime) -> tuple[datetime, datetime]:
    """The last minute before the jump and the first after it, as naive wall times.

    In a gap fold 0 counts with the offset before the jump and so lands after it, fold 1 the other way round:
    the jump lies between the two instants and is found by halving.
    """
    place = first.tzinfo
    low, high = second.astimezone(UTC), first.astimezone(UTC)
    offset = low.astimezone(place).utcoffset()
    while high - low > timedelta(seconds=1):
        middle = low + (high - low) / 2
        if middle.astimezone(place).utcoffset() == offset:
            low = middle
        else:
            high = middle
    jump = high.replace(microsecond=0)
    before, after = ((jump + timedelta(minutes=shift)).astimezone(place) for shift in (-1, 0))
    return before.replace(tzinfo=None), after.replace(tzinfo=None)


def _zone_words(city: str, locale: str) -> str:
    known = locale_of(locale)
    pattern = _ZONE.get(known.language)
    return pattern.format(city) if pattern else str(known.zone_formats["region"] % city)


@cache
def _older_names() -> dict[str, tuple[str, ...]]:
    """Zone → the names it had before: CLDR files Kolkata's city under Asia/Calcutta."""
    older: dict[str, tuple[str, ...]] = {}
    for old, new in get_global("zone_aliases").items():
        older[new] = (*older.get(new, ()), old)
    return older
