"""Times that people typed, as instants; what cannot be read is refused in a sentence."""

from datetime import datetime

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from directory import times
from directory.errors import Refusal


def instant(text: str, *, field: str | None = None) -> datetime:
    """An ISO 8601 instant with offset, as UTC. Refuses `impossible_time`, `naive_time`."""
    try:
        return times.parse_instant(text)
    except times.TimeError as error:
        raise refusal(error, field=field) from error


def wall(day: str, clock: str, zone: str, *, fold: int | None = None, field: str | None = None) -> datetime:
    """A date and a time on the clocks of a zone, as UTC.

    Refuses `wall_time_gap` (with the two nearest times), `wall_time_overlap` (with both readings),
    `unknown_zone`, `impossible_time`.
    """
    try:
        return times.parse_wall(day, clock, zone, fold=fold)
    except times.TimeError as error:
        raise refusal(error, field=field, zone=zone) from error


def refusal(error: times.TimeError, *, field: str | None = None, zone: str = "UTC") -> Refusal:
    """The same error with a sentence in the reader's language; its facts hold what he can choose from."""
    sentence, facts = _explained(error, zone)
    return Refusal(sentence, code=error.code, status=422, field=field, facts=facts)


def _explained(error: times.TimeError, zone: str) -> tuple[str, dict[str, object]]:
    match error:
        case times.WallTimeGap(before=before, after=after):
            return _gap(before, after, zone), {"nearest": [_minute(before), _minute(after)]}
        case times.WallTimeOverlap(first=first, second=second):
            readings = [{"fold": fold, "at": at.isoformat()} for fold, at in enumerate((first, second))]
            return _overlap(first, second), {"readings": readings}
        case times.NaiveTime():
            return _("This time has no offset from UTC. Write it like 2026-12-09T13:30:00Z."), {}
        case times.UnknownZone():
            return _("This time zone is not known. Write it like America/Bogota."), {}
        case _:
            return _("There is no such date and time. Write 2026-12-09 and 08:30."), {}


def _gap(before: datetime, after: datetime, zone: str) -> str:
    city = times.city_of(zone, get_language() or "en")
    return _("The clocks of %(city)s jump over this time. The nearest times are %(before)s and %(after)s.") % {
        "city": city,
        "before": _clock(before, after),
        "after": _clock(after, before),
    }


def _overlap(first: datetime, second: datetime) -> str:
    offsets = {"first": times.offset_words(first), "second": times.offset_words(second)}
    return _("The clocks show this time twice that day. Choose %(first)s or %(second)s.") % offsets


def _clock(moment: datetime, other: datetime) -> str:
    """The time, and the date where the two differ (a whole day may be missing: Apia, 30 December 2011)."""
    day = "" if moment.date() == other.date() else f"{times.date_words(moment.date(), get_language() or 'en')}, "
    return f"{day}{moment:%H:%M}"


def _minute(moment: datetime) -> str:
    return moment.isoformat(timespec="minutes")
