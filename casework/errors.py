"""What casework refuses."""

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext_lazy as _

from casework import words
from casework.rules import Finding
from casework.states import NEEDS_CONSULTATION, Act, State
from casework.values import Problem
from directory.errors import Refusal


class NotPossible(Refusal):
    """From this state there is no such act."""

    def __init__(self, state: State, act: Act) -> None:
        sentence = _("This is not possible while the request is in this state: %(state)s.") % {
            "state": words.STATES[state]
        }
        super().__init__(sentence, code="not_possible_now", facts={"state": state.value, "act": act.value})


class ConsultFirst(Refusal):
    """Before refusing or postponing, the requested State consults."""

    def __init__(self, state: State, act: Act) -> None:
        sentence = _(
            "Before assistance is refused or postponed, the States consult on whether it can be granted on conditions. "
            "Open the consultation first."
        )
        super().__init__(sentence, code="consult_first", rule="U18-26a", facts={"state": state.value})


class AlreadySent(Refusal):
    def __init__(self) -> None:
        super().__init__(_("This request has been sent already. It was not sent twice."), code="already_submitted")


class AlreadyBegun(Refusal):
    def __init__(self, reference: str) -> None:
        sentence = _("%(reference)s has been begun with this id, and it says something else. Nothing was changed.")
        super().__init__(sentence % {"reference": reference}, code="already_begun", field="public_id")


def not_possible(state: State, act: Act) -> Refusal:
    """The refusal of an act that has no arrow from this state, with the rule behind it where there is one."""
    if act in NEEDS_CONSULTATION and state in {State.ACKNOWLEDGED, State.MORE_INFORMATION, State.SUBMITTED}:
        return ConsultFirst(state, act)
    sent = act is Act.SUBMIT and state is not State.WITHDRAWN
    return AlreadySent() if sent else NotPossible(state, act)


class Incomplete(Refusal):
    """A must is open."""

    def __init__(self, musts: Sequence[Finding]) -> None:
        sentence = _("The request cannot be sent yet. What it must say and does not is listed here.")
        rule = musts[0].rule if len(musts) == 1 else None
        super().__init__(sentence, code="request_incomplete", status=422, rule=rule, findings=musts)


class Unreadable(Refusal):
    """A value does not fit its field; the findings say which and why."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        found = [{"field": p.field, "code": p.code, "sentence": words.problem(p)} for p in problems]
        super().__init__(
            _("Something that was typed cannot be read. Nothing was saved; what you typed is still here."),
            code="unreadable_values",
            status=422,
            field=found[0]["field"] if len(found) == 1 else None,
            findings=found,
        )


class Missing(Refusal):
    """An act without the words that it needs."""

    def __init__(self, field: str, *, rule: str | None = None) -> None:
        super().__init__(
            _("Write what you want to say: this cannot be empty, and no longer than 6,000 characters."),
            code="text_missing",
            status=422,
            field=field,
            rule=rule,
        )


class ReasonsMissing(Refusal):
    def __init__(self, rule: str) -> None:
        sentence = _("Reasons are given for every refusal and every postponement.")
        super().__init__(sentence, code="reasons_missing", status=422, rule=rule, field="reasons")


class GroundMissing(Refusal):
    def __init__(self) -> None:
        super().__init__(
            _("Choose the ground: assistance is refused only on those of paragraph 21."),
            code="ground_missing",
            status=422,
            rule="U18-21a",
            field="grounds",
        )


class NoGround(Refusal):
    """Not one of 18(21), or one that the Convention rules out by name."""

    def __init__(self, ground: str, rule: str | None) -> None:
        sentence = words.ground(ground) if rule else _("This is not a ground of paragraph 21.")
        super().__init__(sentence, code="no_ground", status=422, rule=rule, field="grounds")


class SameState(Refusal):
    def __init__(self) -> None:
        super().__init__(
            _("A request goes to another State."), code="same_state", status=422, rule="U18-13a", field="requested"
        )


class NotCentral(Refusal):
    def __init__(self) -> None:
        sentence = _("A request goes to a central authority.")
        super().__init__(sentence, code="not_central", status=422, rule="U18-13a", field="requested")


class NotOurCourt(Refusal):
    def __init__(self, field: str) -> None:
        super().__init__(
            _("Choose a judicial authority of the State that names it."),
            code="not_a_court_of_ours",
            status=422,
            rule="U18-18c",
            field=field,
        )


class IdentitySealed(Refusal):
    def __init__(self) -> None:
        super().__init__(
            _("The identity is sealed under the key of the State you chose. For another State, begin a new request."),
            code="identity_sealed",
            field="requested",
        )


class NoPerson(Refusal):
    def __init__(self) -> None:
        super().__init__(
            _("First say whom you want to hear, in the step “Person to be heard”."),
            code="no_person",
            status=422,
            rule="U18-15e",
            field="identity",
        )


class NamesPlace(Refusal):
    """A text of the requested State names where the person is heard: it is not stored."""

    def __init__(self, fields: Sequence[str]) -> None:
        sentence = _(
            "The text names a witness room of your State, its city, or the court that attends, and the place is "
            "withheld. Nothing was saved; say it without."
        )
        super().__init__(sentence, code="names_place", status=422, rule="U24-2a", field=fields[0])


class TooManyNames(Refusal):
    """Nobody finds a name by trying."""

    def __init__(self) -> None:
        sentence = _("Too many of your texts named the person to be heard. Nothing was saved; go on tomorrow.")
        super().__init__(sentence, code="too_many_names", status=429, field="text")


class NamesPerson(Refusal):
    """A text of the drafters names the person, or the place: it is not stored."""

    def __init__(self, fields: Sequence[str]) -> None:
        sentence = _(
            "A text names the person to be heard, or the place. Nothing was saved; write “the witness” instead."
        )
        here = _("Names the person, or the place.")
        found = [{"field": name, "code": "names_identity", "sentence": str(here), "rule": "U24-2a"} for name in fields]
        super().__init__(
            sentence,
            code="names_identity",
            status=422,
            rule="U24-2a",
            field=fields[0],
            findings=found if fields[1:] else (),
        )


class DefenceNoteMissing(Refusal):
    def __init__(self) -> None:
        super().__init__(
            _("Say what the measure leaves to the defence: it must not prejudice the rights of the defendant."),
            code="defence_note_missing",
            status=422,
            rule="U24-2x",
            field="defence_access",
        )


class Answered(Refusal):
    def __init__(self) -> None:
        super().__init__(_("This question has been answered already."), code="already_answered", field="question")
