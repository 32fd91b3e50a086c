"""Why somebody does a thing, in his own words: one limit, wherever a reason is typed."""

import unicodedata

from django.utils.translation import gettext as _

from directory.errors import Refusal, Sentence

LONGEST = 2000  # characters


def typed(text: str, asked: Sentence = "", *, needed: bool = True) -> str:
    """The words without the space around them.

    Refuses `reason_missing` with the sentence `asked`, where one is needed, and `reason_long`.
    """
    words = legible(text)
    if needed and not words:
        raise Refusal(asked, code="reason_missing", status=422, field="reason")
    if len(words) > LONGEST:
        sentence = _("This reason has %(n)s characters; at most %(most)s are kept. Shorten it; nothing was changed.")
        facts = {"n": len(words), "most": LONGEST}
        raise Refusal(sentence % facts, code="reason_long", status=422, field="reason")
    return words


def legible(text: str) -> str:
    """The text without the space around it; nothing where nobody could see a sign of it (U+200B and the like)."""
    return text.strip() if any(unicodedata.category(one)[0] not in "CZ" for one in text) else ""
