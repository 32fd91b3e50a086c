"""What protection refuses, in words that carry nothing it protects."""

from django.utils.translation import gettext_lazy as _

from directory.errors import Refusal


class ReasonMissing(Refusal):
    def __init__(self, field: str) -> None:
        sentence = _("An identity opens only for a reason: choose one and write a sentence of your own.")
        super().__init__(sentence, code="reason_missing", status=422, field=field)


class InWords(Refusal):
    def __init__(self, field: str) -> None:
        sentence = _("The sentence repeats something the vault keeps. Say why without naming the person.")
        super().__init__(sentence, code="names_identity", status=422, field=field)


class ReauthenticationNeeded(Refusal):
    CODE = "reauthentication_needed"

    def __init__(self) -> None:
        sentence = _("The identity stays closed: enter your password again, it counts for five minutes.")
        super().__init__(sentence, code=self.CODE, status=403, field="password")


class TooManyTries(Refusal):
    def __init__(self) -> None:
        sentence = _("Too many wrong passwords. The identity stays closed for a quarter of an hour.")
        super().__init__(sentence, code="too_many_tries", status=429, field="password")


class IdentityClosed(Refusal):
    def __init__(self) -> None:
        sentence = _("The identity is closed. Open it first, with a reason and your password.")
        super().__init__(sentence, code="identity_closed")


class IdentityGone(Refusal):
    def __init__(self) -> None:
        sentence = _("This identity cannot be opened any more: its key was destroyed.")
        super().__init__(sentence, code="identity_gone", status=410)


class IdentityUnfit(Refusal):
    def __init__(self, field: str) -> None:
        sentence = _("This is longer than the vault keeps, or not a text. Nothing was stored.")
        super().__init__(sentence, code="identity_unfit", status=422, field=field)


class LanguageUnknown(Refusal):
    def __init__(self, code: str) -> None:
        sentence = _("This language is not known. Write its tag, like fr or pt-BR.")
        super().__init__(sentence, code=code, status=422, field="language")


class OrderBroken(Refusal):
    def __init__(self, field: str) -> None:
        sentence = _("The order does not say what it must: name the measure, towards whom, and its basis.")
        super().__init__(sentence, code="order_broken", status=422, field=field)


class WindowBroken(Refusal):
    def __init__(self) -> None:
        sentence = _(
            "Safe conduct ends on a date after it starts; every other measure acts until two persons "
            "lower it. Nothing was ordered."
        )
        super().__init__(sentence, code="window_broken", status=422, field="ends")


class DelayTooShort(Refusal):
    def __init__(self) -> None:
        sentence = _("A broadcast is delayed by at least 30 minutes: less leaves no time to redact.")
        super().__init__(sentence, code="delay_too_short", status=422, field="minutes")


class CounterbalancesMissing(Refusal):
    def __init__(self) -> None:
        sentence = _(
            "To withhold the name from the defence, list what makes up for it: "
            "measures must not prejudice the rights of the defendant."
        )
        super().__init__(sentence, code="counterbalances_missing", status=422, rule="U24-2x", field="counterbalances")


class AlreadyInForce(Refusal):
    def __init__(self) -> None:
        super().__init__(_("This measure is already ordered, towards the same audiences."), code="already_in_force")


class AlreadyProposed(Refusal):
    def __init__(self) -> None:
        sentence = _("To lower this measure has been proposed already, or is done.")
        super().__init__(sentence, code="already_proposed")


class NotOpen(Refusal):
    def __init__(self) -> None:
        super().__init__(_("There is nothing left to agree to: somebody was first."), code="not_open")


class SameState(Refusal):
    def __init__(self) -> None:
        sentence = _("The second person must be of the other State, and not the first.")
        super().__init__(sentence, code="other_state_needed", status=403, rule="V-13")


class JudgeNeeded(Refusal):
    def __init__(self) -> None:
        sentence = _("One of the two who lower a measure must be a judge.")
        super().__init__(sentence, code="judge_needed", status=403, rule="V-13")
