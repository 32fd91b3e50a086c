"""The words of casework for people, in the reader's language."""

from collections.abc import Mapping
from datetime import date, datetime

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from casework import grounds, sections
from casework.states import Act, Side, State
from casework.values import Problem
from directory import languages, times
from directory.words import reader, state_name

country = state_name

STATES: Mapping[str, Promise] = {
    State.DRAFT: _("Draft"),
    State.SUBMITTED: _("Sent"),
    State.ACKNOWLEDGED: _("Acknowledged"),
    State.MORE_INFORMATION: _("Waits for an answer"),
    State.CONSULTING: _("In consultation"),
    State.POSTPONED: _("Postponed"),
    State.GRANTED: _("Granted"),
    State.REFUSED: _("Refused"),
    State.WITHDRAWN: _("Withdrawn"),
}

ICONS: Mapping[str, tuple[str, str]] = {
    State.DRAFT: ("pencil-square", ""),
    State.SUBMITTED: ("send", ""),
    State.ACKNOWLEDGED: ("envelope-check", ""),
    State.MORE_INFORMATION: ("hourglass-split", "warn"),
    State.CONSULTING: ("people", "warn"),
    State.POSTPONED: ("clock-history", "warn"),
    State.GRANTED: ("check-lg", "ok"),
    State.REFUSED: ("x-lg", "bad"),
    State.WITHDRAWN: ("arrow-return-left", ""),
}

# What a passage of the thread says: "Spain acknowledged the request."
DONE: Mapping[str, Promise] = {
    "draft": _("%(state)s began the request."),
    Act.SUBMIT: _("%(state)s sent the request."),
    Act.ACKNOWLEDGE: _("%(state)s acknowledged the request."),
    Act.ASK: _("%(state)s asked a question."),
    Act.ANSWER: _("%(state)s answered."),
    Act.CONSULT: _("%(state)s in consultation:"),
    Act.GRANT: _("%(state)s granted the request."),
    Act.REFUSE: _("%(state)s refused the request."),
    Act.POSTPONE: _("%(state)s postponed the request."),
    Act.ACCEPT: _("%(state)s accepted the conditions. They bind it."),
    Act.WITHDRAW: _("%(state)s withdrew the request."),
}

# What the button of an act says.
ACTS: Mapping[str, Promise] = {
    Act.ACKNOWLEDGE: _("Acknowledge the request"),
    Act.ASK: _("Ask a question"),
    Act.CONSULT: _("Consult"),
    Act.GRANT: _("Grant the request"),
    Act.REFUSE: _("Refuse the request"),
    Act.POSTPONE: _("Postpone the request"),
    Act.ACCEPT: _("Accept the conditions"),
    Act.WITHDRAW: _("Withdraw the request"),
}

DONE_BY_YOU: Mapping[str, Promise] = {
    Act.SUBMIT: _("The request is sent."),
    Act.ACKNOWLEDGE: _("The request is acknowledged; the other side has been told."),
    Act.ASK: _("The question is asked. The clock pauses until it is answered."),
    Act.ANSWER: _("The answer is sent."),
    Act.CONSULT: _("Said in the consultation; the other side has been told."),
    Act.GRANT: _("The request is granted. The clerks of both courts can look for a time."),
    Act.REFUSE: _("The request is refused, with grounds and reasons."),
    Act.POSTPONE: _("The request is postponed, with reasons."),
    Act.ACCEPT: _("The conditions are accepted. They bind."),
    Act.WITHDRAW: _("The request is withdrawn."),
}

# What a reader is told who has nothing to do.
STANDING: Mapping[str, Promise] = {
    State.DRAFT: _("The draft is being written"),
    State.SUBMITTED: _("The request waits to be acknowledged"),
    State.ACKNOWLEDGED: _("The request waits for a decision"),
    State.MORE_INFORMATION: _("The request waits for an answer"),
    State.CONSULTING: _("The States consult"),
    State.POSTPONED: _("The request is postponed"),
    State.GRANTED: _("Granted: the clerks of both courts arrange the hearing"),
    State.REFUSED: _("The request was refused"),
    State.WITHDRAWN: _("The request was withdrawn"),
}

CHOOSE_STATE = _("Choose the authority from the list.")

SIDES: Mapping[str, str] = {Side.REQUESTING: "a", Side.REQUESTED: "b"}


def ground(rule: str) -> str:
    """What a ground says, or why it is none."""
    return gettext(grounds.GROUNDS.get(rule) or grounds.NEVER[rule])


def problem(found: Problem) -> str:
    """Why a value could not be read."""
    return gettext(found.sentence) % {"limit": found.limit}


def label(name: str) -> str:
    """What a field is called."""
    field = sections.FIELDS.get(name)
    return gettext(field.label) if field else name


def show(value: object) -> str:
    """A value inside a sentence: a date in words, a language by its name, several with commas."""
    locale = reader()
    if isinstance(value, date) and not isinstance(value, datetime):
        return times.date_words(value, locale)
    if isinstance(value, list | tuple):
        return ", ".join(show(item) for item in value)
    if isinstance(value, str) and value.partition("-")[0] in languages.tags():
        return languages.name(value, locale)
    return str(value)


def translate(sentence: str) -> str:
    """A sentence of the pure modules in the reader's language."""
    return gettext(sentence)
