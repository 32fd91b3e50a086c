"""Times of the day itself: a clock in a zone, a span, an instant in words for both States; and a drawn bar."""

from collections.abc import Iterable
from datetime import datetime

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from directory import times
from sessions.intervals import Span

register = template.Library()


def _local(instant: datetime, zone: str) -> times.Local:
    return times.local(instant, zone, get_language() or "en")


@register.simple_tag
def clock(instant: datetime, zone: str) -> SafeString:
    """`08:33` on the clocks of the zone."""
    stamp = times.local(instant, "UTC").moment.strftime("%Y-%m-%dT%H:%MZ")
    return format_html('<time datetime="{0}">{1}</time>', stamp, _local(instant, zone).time)


@register.simple_tag
def span(spans: Iterable[Span], zone: str) -> str:
    """`08:17–09:38, 09:39–09:58` on the clocks of the zone."""
    return ", ".join(f"{_local(one.start, zone).time}–{_local(one.end, zone).time}" for one in spans)


@register.simple_tag
def day(instant: datetime, zone: str) -> str:
    """`Wednesday 9 December 2026` as the people of the zone read it."""
    return _local(instant, zone).date


@register.simple_tag
def shared_day(instant: datetime, zones: tuple[str, str]) -> str:
    """The date, if both States read the same one; nothing where each must be told its own."""
    first, second = (_local(instant, zone) for zone in zones)
    return first.date if first.day == second.day else ""


@register.simple_tag
def short_day(instant: datetime, zone: str) -> str:
    """`Wed 9 Dec`, for the clocks of the room alone."""
    moment = _local(instant, zone).moment
    locale = times.locale_of(get_language() or "en")
    weekday = locale.days["format"]["abbreviated"][moment.weekday()]
    return f"{weekday} {moment.day} {locale.months['format']['abbreviated'][moment.month]}"


@register.simple_tag
def when(instant: datetime, zones: tuple[str, str]) -> str:
    """The instant in both States' words; the second date is written only where the two differ."""
    first, second = (_local(instant, zone) for zone in zones)
    after = f"{second.time} {second.zone}" if first.date == second.date else str(second)
    return f"{first}, {after}"


@register.simple_tag
def offset(instant: datetime, first: datetime, last: datetime) -> str:
    """Where an instant lies between two others, in percent for an SVG attribute."""
    whole = (last - first).total_seconds() or 1
    return f"{max(0.0, min(100.0, 100 * (instant - first).total_seconds() / whole)):.2f}%"


@register.simple_tag
def width(one: Span, first: datetime, last: datetime) -> str:
    """How much of the axis a span takes, in percent."""
    whole = (last - first).total_seconds() or 1
    start, end = max(one.start, first), min(one.end, last)
    return f"{max(0.0, 100 * (end - start).total_seconds() / whole):.2f}%"
