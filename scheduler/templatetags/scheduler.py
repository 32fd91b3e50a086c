"""Days and times of a hearing in the reader's words, in a zone that the view names."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import quote, urlencode
from zlib import crc32

from django import template
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from directory import times
from scheduler.desk.band import Row
from scheduler.desk.choices import Choice
from scheduler.solver.lanes import Mark

register = template.Library()


@dataclass(frozen=True)
class Day:
    """A local day: in full, without its year, and as ISO 8601 for an address."""

    full: str
    short: str
    iso: str


@register.simple_tag
def local_day(instant: datetime, zone: str) -> Day:
    """The day at that instant on the calendar of the zone."""
    day = times.local(instant, zone).day
    return Day(times.date_words(day, _locale()), times.date_words(day, _locale(), year=False), day.isoformat())


@register.simple_tag
def local_date(day: date) -> str:
    """A date in words."""
    return times.date_words(day, _locale())


@register.simple_tag
def local_clock(instant: datetime, zone: str) -> str:
    """HH:MM on the clock of the zone."""
    return times.local(instant, zone).time


@register.simple_tag
def local_city(zone: str) -> str:
    """The zone's exemplar city."""
    return times.city_of(zone, _locale())


@register.simple_tag
def local_span(start: datetime, end: datetime, zone: str) -> SafeString:
    """08:30–10:00 on the clock of the zone, with the UTC instant for machines."""
    first, past = times.local(start, zone), times.local(end, zone)
    stamp = start.isoformat().replace("+00:00", "Z")
    return format_html('<time datetime="{}">{}–{}</time>', stamp, first.time, past.time)


@register.simple_tag
def local_words(instant: datetime, a: str, b: str, first: str = "a") -> SafeString:
    """One instant in a sentence, on both clocks, the reader's first; the date again where it differs."""
    zones = (b, a) if first == "b" else (a, b)
    one, two = (times.local(instant, zone, _locale()) for zone in zones)
    date_again = f"{two.date}, " if one.date != two.date else ""
    stamp = instant.isoformat()
    return format_html(
        '<time datetime="{}">{}, {} <bdi>{}</bdi>, {}{} <bdi>{}</bdi></time>',
        stamp, one.date, one.time, one.zone, date_again, two.time, two.zone,
    )  # fmt: skip


@register.simple_tag(takes_context=True)
def times_url(context: dict[str, Any], **changes: Any) -> str:
    """The search page's `address` with what it keeps and these changes: days and instants as ISO 8601, None: gone."""
    query = {name: _asked(value) for name, value in {**context["kept"], **changes}.items() if value}
    return f"{context['address']}?{urlencode(query)}" if query else context["address"]


@register.simple_tag
def marks(drawn: Sequence[Mark], kind: str, y: int, height: int) -> SafeString:
    """Marks of one kind as rectangles. A month has hundreds: template by template they take longer than the search."""
    rest = f'" y="{y}" height="{height}"/>'
    return SafeString("".join(f'<rect class="{kind}" x="{one.x}%" width="{one.width}%{rest}' for one in drawn))


@register.simple_tag(takes_context=True)
def presses(context: dict[str, Any], row: Row) -> SafeString:
    """The hours of a day that can be pressed: each asks for the page with that day open and its first start picked."""
    address = conditional_escape(times_url(context, open=row.first, pick=None))
    drawn = (
        f'<g hx-get="{address}&amp;pick={quote(_asked(one.start), safe="")}">'
        f'<rect class="g-press" x="{one.mark.x}%" y="2" width="{one.mark.width}%" height="36"/></g>'
        for one in row.presses
    )
    return SafeString("".join(drawn))


@register.simple_tag(takes_context=True)
def start_links(context: dict[str, Any], choice: Choice, beyond: str) -> SafeString:
    """The starts of a choice's day: each asks for the page with it picked, below "why not?" for the reason's answer.

    `beyond` says what the minutes at a start are. Drawn in one go for the same reason as `marks`.
    """
    anchor, zone = conditional_escape(choice.anchor), context["zone"]
    asks: dict[str, Any] = {"day": choice.day} if choice.anchor == "why" else {"pick": None}
    kept = conditional_escape(times_url(context, **asks))
    address = f"{kept}&amp;" if "?" in kept else f"{kept}?"
    words = f'</bdi><span class="visually-hidden"> {conditional_escape(beyond)}</span>'
    drawn = []
    for slot in choice.starts:
        clock = local_clock(slot.start, zone)
        url = address + (f"clock={quote(clock)}" if choice.anchor == "why" else f"pick={quote(_asked(slot.start))}")
        current = ' aria-current="true"' if slot.start == choice.slot.start else ""
        more = f' <bdi class="vv-plus">+{slot.worst}{words}' if slot.worst else ""
        drawn.append(
            f'<a class="btn btn-outline-primary" id="{anchor}-{int(slot.start.timestamp())}" href="{url}#{anchor}" '
            f'hx-get="{url}"{current}>{clock}{more}</a>'
        )
    return SafeString(" ".join(drawn))


@register.simple_tag
def hold_key(key: str, starts: list[datetime]) -> str:
    """The key of one form among those of a page: what is held twice by one press is held once."""
    return f"{key}-{crc32(' '.join(map(str, starts)).encode()):08x}"


def _asked(value: Any) -> str:
    return value.isoformat().replace("+00:00", "Z") if isinstance(value, date) else str(value)


def _locale() -> str:
    return get_language() or "en"
