"""The grounds on which assistance may be refused, and what is never one. ◆

Article 18(21)(a)–(d) is a closed list. Bank secrecy (18(8)) and "it is also a fiscal matter" (18(22)) are
named here so that whoever gives one is told by which paragraph it cannot be given.
"""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from casework.marks import mark as _

GROUNDS: Mapping[str, str] = MappingProxyType(
    {
        "U18-21a": _("The request is not made in conformity with article 18."),
        "U18-21b": _("It is likely to prejudice sovereignty, security, ordre public or other essential interests."),
        "U18-21c": _("Our own authorities would be barred from this action for a similar offence at home."),
        "U18-21d": _("Granting it would be contrary to our law on mutual legal assistance."),
    }
)

NEVER: Mapping[str, str] = MappingProxyType(
    {
        "U18-08": _("Bank secrecy is never a ground for refusing assistance."),
        "U18-22": _("That the offence also involves fiscal matters is not enough to refuse assistance."),
    }
)

PARAGRAPHS: Mapping[str, str] = MappingProxyType(
    {
        "U18-08": "18(8)",
        "U18-21a": "18(21)(a)",
        "U18-21b": "18(21)(b)",
        "U18-21c": "18(21)(c)",
        "U18-21d": "18(21)(d)",
        "U18-22": "18(22)",
    }
)


def never(grounds: Iterable[str]) -> str | None:
    """The first of the given ids that the Convention forbids as a ground; None if there is none."""
    return next((ground for ground in grounds if ground in NEVER), None)


def unknown(grounds: Iterable[str]) -> str | None:
    """The first of the given ids that is no ground of 18(21); None if there is none."""
    return next((ground for ground in grounds if ground not in GROUNDS), None)
