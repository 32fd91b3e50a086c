"""Small parts of the pages of a request."""

from datetime import date

from django import template
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext

from casework import sections, words
from casework.models import Decision, Request
from casework.rules import Finding
from directory import times

register = template.Library()


@register.simple_tag
def trans_(sentence: str) -> str:
    """A marked sentence of the pure modules in the reader's language."""
    return gettext(sentence)


@register.simple_tag
def day(value: date) -> str:
    """A date in words."""
    return times.date_words(value, get_language() or "en")


@register.simple_tag
def languages_of(tags: list[str]) -> str:
    """Languages by their names."""
    return words.show(tags)


@register.simple_tag
def count_of(value: str, limit: int) -> str:
    """`362 of 6,000 characters`."""
    return gettext("%(count)s of %(limit)s characters") % {"count": f"{len(value):,}", "limit": f"{limit:,}"}


@register.simple_tag
def paragraph_of(finding: Finding) -> str:
    """`article 18(15)(b)`, or another source by its own name."""
    article = finding.paragraph.split("(")[0]
    return (
        gettext("article %(paragraph)s") % {"paragraph": finding.paragraph} if article.isdigit() else finding.paragraph
    )


@register.simple_tag
def finding_link(request: Request, finding: Finding, here: str) -> SafeString:
    """The sentence as a link to its field; below it the rule's id, the paragraph and, if it is another, the step."""
    slug = sections.step_of(finding.field)
    address = "" if slug == here else reverse("casework:step", args=[request.public_id, slug])
    step = "" if slug == here else gettext(", step %(number)s") % {"number": sections.number(slug)}
    return format_html(
        '<a href="{}#{}">{}</a><br><span class="vv-rule">{}</span> <span class="text-body-secondary">{}{}</span>',
        address,
        finding.field,
        finding.sentence,
        finding.rule,
        paragraph_of(finding),
        step,
    )


@register.simple_tag
def act_word(act: str) -> str:
    """What the button of an act says."""
    return str(words.ACTS[act])


@register.simple_tag
def decision_word(decision: Decision) -> str:
    """Granted, refused or postponed."""
    return str(words.STATES[decision.kind])


@register.simple_tag
def ground_word(rule: str) -> str:
    """What a ground says."""
    return words.ground(rule)
