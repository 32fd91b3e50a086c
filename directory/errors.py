"""What the product says when it does not do a thing: a sentence for people, a code for programs, the rule's id.

Anything below a view or an endpoint raises a Refusal; `config.errors` turns it into a page or, under /api/, into
problem details (RFC 9457). The sentence says what is not possible and why, and never names a secret.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Sentence = str | Promise


class Refusal(Exception):
    """That is not possible."""

    def __init__(
        self,
        sentence: Sentence = "",
        *,
        code: str,
        status: int = 409,
        rule: str | None = None,
        field: str | None = None,
        findings: Sequence[Any] = (),
        facts: Mapping[str, Any] | None = None,
    ) -> None:
        """`findings` are the rules broken, where there are several; `facts` go into the problem details as they are."""
        super().__init__(code)
        self.sentence = sentence or _("That is not possible.")
        self.code, self.status, self.rule, self.field = code, status, rule, field
        self.findings, self.facts = tuple(findings), dict(facts or {})


class NotFound(Refusal):
    """There is no such thing, or not for you: the two are told in the same words."""

    def __init__(self) -> None:
        super().__init__(_("There is no such page, or it is not for you."), code="not_found", status=404)


class Forbidden(Refusal):
    """The thing may be seen, but this act is another role's."""

    def __init__(self, sentence: Sentence = "") -> None:
        super().__init__(sentence or _("Your role does not allow this."), code="not_permitted", status=403)


class Stale(Refusal):
    """Somebody changed it since it was read."""

    def __init__(self, current: int) -> None:
        sentence = _("Somebody has changed this since you opened it. Nothing was overwritten.")
        super().__init__(sentence, code="stale_version", status=412, facts={"version": current})


class VersionMissing(Refusal):
    """A change of what others may change too must name the version that was read (RFC 6585, section 3)."""

    def __init__(self) -> None:
        super().__init__(
            _("Say which version you have read: without it somebody else’s work could be overwritten."),
            code="version_missing",
            status=428,
            field="version",
        )
