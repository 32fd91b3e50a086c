"""What somebody says in an act: never nothing, never without end."""

from casework import errors
from casework.sections import TEXT


def said(text: str, field: str, *, rule: str | None = None) -> str:
    """The words without the blanks around them. Refuses `text_missing` for none, or for too many."""
    tidy = text.replace("\r\n", "\n").strip()
    if not tidy or len(tidy) > TEXT:
        raise errors.Missing(field, rule=rule)
    return tidy


def reasoned(reasons: str, *, rule: str) -> str:
    """The reasons of a decision. Refuses `reasons_missing` where there are none."""
    if not reasons.strip():
        raise errors.ReasonsMissing(rule)
    return said(reasons, "reasons", rule=rule)
