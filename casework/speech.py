"""What somebody says in an act: never nothing, never without end."""

from casework import errors
from casework.sections import TEXT
from directory.reasons import legible


def said(text: str, field: str, *, rule: str | None = None) -> str:
    """The words without the blanks around them. Refuses `text_missing` for none, or for too many."""
    words = tidy(text)
    if not words or len(words) > TEXT:
        raise errors.Missing(field, rule=rule)
    return words


def tidy(text: str) -> str:
    """The words as they are kept: one kind of line end, no blanks around."""
    return legible(text.replace("\r\n", "\n"))


def reasoned(reasons: str, *, rule: str) -> str:
    """The reasons of a decision. Refuses `reasons_missing` where there are none."""
    if not legible(reasons):
        raise errors.ReasonsMissing(rule)
    return said(reasons, "reasons", rule=rule)
