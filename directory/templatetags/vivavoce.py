"""Small parts of every page: a time as a pair, a side's mark, a status."""

from datetime import datetime
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from directory import times
from directory.models import Membership
from directory.roles import Act, permits

register = template.Library()

# Called when rendered, not when imported: the words follow the reader's language.
SIDES = {
    "a": lambda: _("Requesting State:"),
    "b": lambda: _("Requested State:"),
    "n": lambda: _("A third place:"),
}


@register.filter
def may(member: Membership | None, act: str) -> bool:
    """`{% if acting|may:"site.read" %}`: nobody is shown a door that answers "nothing here"."""
    return member is not None and permits(member.role, Act(act))


@register.simple_tag
def side_mark(side: str) -> SafeString:
    """◧ for the requesting State, ◨ for the requested one, ○ for a third place; shape and colour both tell."""
    mark = '<i class="vv-side vv-side-{0}" aria-hidden="true"></i><span class="visually-hidden">{1}</span> '
    return format_html(mark, side, SIDES[side]())


@register.simple_tag
def status(icon: str, word: str, kind: str = "") -> SafeString:
    """A label of an icon and at most three words; `kind` is ok, warn, bad or nothing."""
    label = '<span class="vv-status{0}"><i class="bi bi-{1}" aria-hidden="true"></i>{2}</span>'
    return format_html(label, f" vv-{kind}" if kind else "", icon, word)


@register.simple_tag
def zone_badge(zone: str, instant: datetime) -> SafeString:
    """`Bogotá time (UTC−5)`: the zone's own words and the offset of that day."""
    words = times.local(instant, zone, get_language() or "en").zone
    return format_html('<span class="vv-zone"><bdi>{0}</bdi></span>', words)


@register.inclusion_tag("_time_pair.html")
def time_pair(
    start: datetime, end: datetime | None, a: str, b: str, shape: str = "", first: str = "a"
) -> dict[str, Any]:
    """One span of time in the zones `a` (requesting) and `b` (requested), the reader's side `first`.

    The dates are written where the two differ; `shape` is lg or line. Both rows carry the same UTC instants.
    """
    rows = [_row("a", start, end, a), _row("b", start, end, b)]
    if first == "b":
        rows.reverse()
    return {"rows": rows, "dates": rows[0]["start"].date != rows[1]["start"].date, "shape": shape}


def _row(side: str, start: datetime, end: datetime | None, zone: str) -> dict[str, Any]:
    locale = get_language() or "en"
    here, there = times.local(start, zone, locale), times.local(end, zone, locale) if end else None
    later = there is not None and there.day > here.day
    return {"side": side, "start": here, "end": there, "later": later, "instant": start}
