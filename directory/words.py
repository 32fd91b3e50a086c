"""Words of the directory for people, in the reader's language."""

from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from directory.roles import Role
from directory.times import locale_of

ROLE_WORDS: dict[Role, Promise] = {
    Role.PROSECUTOR: _("Prosecutor"),
    Role.CENTRAL_AUTHORITY: _("Central authority"),
    Role.CLERK: _("Clerk of the court"),
    Role.JUDGE: _("Judge"),
    Role.DEFENCE: _("Defence counsel"),
    Role.INTERPRETER: _("Interpreter"),
    Role.TECHNICIAN: _("Technician"),
    Role.AUDITOR: _("Auditor"),
}

TRANSMISSION_WORDS: dict[str, Promise] = {
    "direct": _("Direct, between central authorities"),
    "diplomatic": _("Diplomatic channel"),
    "interpol": _("Interpol"),
}

VIDEO_LINK_WORDS: dict[str, Promise] = {
    "permitted": _("Permitted"),
    "permitted with conditions": _("Permitted with conditions"),
    "unknown": _("Not known"),
}

DAY_WORDS: dict[str, Promise] = {
    "mon": _("Monday"),
    "tue": _("Tuesday"),
    "wed": _("Wednesday"),
    "thu": _("Thursday"),
    "fri": _("Friday"),
    "sat": _("Saturday"),
    "sun": _("Sunday"),
}


def reader() -> str:
    """The language that the page is written in, BCP 47."""
    return get_language() or "en"


def state_name(code: str) -> str:
    """CLDR's name of the State, in the reader's language; its code where CLDR has none."""
    return str(locale_of(reader()).territories.get(code, code))


def own_name(code: str) -> str:
    """CLDR's name of the State in its own main language."""
    return str(locale_of(f"und-{code}").territories.get(code, code))
