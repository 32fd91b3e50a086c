"""Instants and days as the API takes them: as text alone, each refused by its own code.

A bare number would be read as seconds or as milliseconds, whichever comes nearer, and of which zone it says nothing.
"""

from datetime import date, datetime
from typing import Annotated

from django.utils.translation import gettext as _
from pydantic import BeforeValidator, ValidationInfo

from directory import moments, times
from directory.errors import Refusal


def _instant(raw: object, info: ValidationInfo) -> object:
    """Refuses `naive_time`, `impossible_time`."""
    if raw is None or isinstance(raw, datetime):
        return raw
    return moments.instant(raw if isinstance(raw, str) else "", field=info.field_name)


def _day(raw: object, info: ValidationInfo) -> object:
    """Refuses `impossible_time`."""
    if raw is None or isinstance(raw, date):
        return raw
    try:
        return times.parse_day(raw if isinstance(raw, str) else "")
    except times.TimeError as error:
        raise Refusal(
            _("There is no such date. Write it like 2026-12-09."), code=error.code, status=422, field=info.field_name
        ) from error


Instant = Annotated[datetime, BeforeValidator(_instant)]
"""ISO 8601 with its offset from UTC."""
Day = Annotated[date, BeforeValidator(_day)]
"""A date of some calendar on a wall: YYYY-MM-DD."""
