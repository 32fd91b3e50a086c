"""What the day refuses, by name."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from directory.errors import Refusal, Sentence


class WrongState(Refusal):
    """The hearing is not in a state from which this act leads anywhere."""

    def __init__(self, sentence: Sentence = "") -> None:
        super().__init__(
            sentence or _("The hearing has moved on: this can no longer be done, or not yet."), code="wrong_state"
        )


class GatesNotClear(Refusal):
    """Something must still become true before the hearing goes live; `findings` are the gates."""

    def __init__(self, gates: Sequence[Any]) -> None:
        super().__init__(
            _("The hearing is not live: not every gate is clear."),
            code="gates_not_clear",
            rule=gates[0].rule,
            findings=gates,
        )


class NoSeat(Refusal):
    """Nobody has planned a place for this person."""

    def __init__(self) -> None:
        super().__init__(
            _("There is no free seat for your role. A clerk of your court can add one."), code="no_seat", status=403
        )


class NotWaiting(Refusal):
    """Only who is in the waiting room can be admitted."""

    def __init__(self) -> None:
        super().__init__(
            _("Nobody waits on this seat. Admit it once its holder is in the waiting room."), code="not_waiting"
        )


class NotAgreed(Refusal):
    """The requested judge suspended, so the two judges resume together (V-12)."""

    def __init__(self) -> None:
        super().__init__(
            _("The attending judge suspended the hearing and has not agreed to resume."),
            code="resume_not_agreed",
            rule="V-12",
        )


class OtherCourtNeeded(Refusal):
    """One court has given the ticket or entered the account: it does not admit its holder alone."""

    def __init__(self, state: str) -> None:
        sentence = _(
            "Your court gave this link, or entered this account. "
            "The other court (%(state)s) admits who uses it, or agrees first."
        )
        super().__init__(sentence % {"state": state}, code="other_court_needed")


class TicketRefused(Refusal):
    """A join link that does not open; the code says which of its halves or hours is wrong."""

    SENTENCES = {
        "ticket_unknown": _("This link opens nothing. Ask the officer beside you for a new one."),
        "ticket_early": _("This link opens 60 minutes before the session. Try again then."),
        "ticket_expired": _("This link has ended with its session. Ask the officer beside you for a new one."),
        "ticket_used": _("This link has been used. Ask the officer beside you for a new one."),
        "ticket_revoked": _("This link was withdrawn. Ask the officer beside you for a new one."),
        "ticket_locked": _("The code was wrong five times. Ask the officer beside you for a new link."),
        "code_wrong": _("This code is not right. Type the six digits the officer gave you."),
    }

    def __init__(self, code: str) -> None:
        super().__init__(self.SENTENCES[code], code=code, status=403, field="pin" if code == "code_wrong" else None)


class PasswordWrong(Refusal):
    """A signature asks for the password once more."""

    def __init__(self) -> None:
        super().__init__(
            _("This is not your password. Nothing was signed."), code="password_wrong", status=403, field="password"
        )


class TooManyTries(Refusal):
    """Whoever holds a browser or a token must not find the password with it."""

    def __init__(self) -> None:
        sentence = _("Too many wrong passwords. Nothing was signed; try again in a quarter of an hour.")
        super().__init__(sentence, code="too_many_tries", status=429, field="password")
