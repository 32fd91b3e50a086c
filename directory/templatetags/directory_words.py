"""Names of States and languages, and single moments, in the reader's words."""

from datetime import datetime

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from directory import languages, times, words

register = template.Library()


@register.filter
def state_name(code: str) -> str:
    """`{{ state.code|state_name }}`: CLDR's name."""
    return words.state_name(code)


@register.filter
def language_name(tag: str) -> str:
    """`{{ "pt-BR"|language_name }}`: CLDR's name."""
    return languages.name(tag, words.reader())


@register.filter
def direction(tag: str) -> str:
    """`dir` of a passage in that language."""
    return "rtl" if languages.is_right_to_left(tag) else "ltr"


@register.filter
def transmission(channel: str) -> object:
    """A channel by which requests are sent, in words."""
    return words.TRANSMISSION_WORDS.get(channel, channel)


@register.filter
def video_link(answer: str) -> object:
    """What a State's law says of hearings by video link, in words."""
    return words.VIDEO_LINK_WORDS.get(answer, answer)


@register.simple_tag
def moment(instant: datetime, zone: str) -> SafeString:
    """`Wednesday 9 December 2026, 08:30 Bogotá time (UTC−5)`, for one reader alone: a hearing's time is a pair."""
    told = times.local(instant, zone, words.reader())
    text = '<time datetime="{0}">{1}, {2}</time> <span class="vv-zone"><bdi>{3}</bdi></span>'
    return format_html(text, f"{instant:%Y-%m-%dT%H:%M:%SZ}", told.date, told.time, told.zone)


@register.simple_tag
def clock(instant: datetime, zone: str) -> SafeString:
    """`08:30 Bogotá time (UTC−5)`: what the clocks there show at that instant."""
    told = times.local(instant, zone, words.reader())
    text = '<time datetime="{0}">{1}</time> <span class="vv-zone"><bdi>{2}</bdi></span>'
    return format_html(text, f"{instant:%Y-%m-%dT%H:%M:%SZ}", told.time, told.zone)
