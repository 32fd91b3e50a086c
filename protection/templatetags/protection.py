"""The witness and the measures, as every page draws them."""

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from protection.models import ProtectedPerson
from protection.words import Badge

register = template.Library()


@register.simple_tag
def witness(person: ProtectedPerson) -> SafeString:
    """`Witness W-4821`, the pseudonym unbroken and isolated from the direction of the text around it."""
    words = gettext("Witness %(pseudonym)s") % {"pseudonym": "{0}"}
    return format_html(words, format_html('<bdi class="vv-who">{}</bdi>', person.pseudonym))


@register.simple_tag
def measure_badges(badges: list[Badge]) -> SafeString:
    """The measures in force as a list of icon and word."""
    item = '<li class="vv-measure"><i class="bi bi-{}" aria-hidden="true"></i>{}</li>'
    items = format_html_join("", item, ((badge.icon, badge.word) for badge in badges))
    return format_html('<ul class="vv-measures">{}</ul>', items)
