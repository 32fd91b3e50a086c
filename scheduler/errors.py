"""What the scheduler refuses, by name. The sentences never name another State's room or person."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from directory.errors import Refusal, Sentence


class SlotTaken(Refusal):
    """The time was free when it was shown and is not any more; `facts` carry fresh alternatives."""

    def __init__(self, sentence: Sentence = "", *, facts: Mapping[str, Any] | None = None) -> None:
        super().__init__(sentence or _("That time is no longer free."), code="slot_taken", facts=facts)


class HoldExpired(Refusal):
    """The hold ran out before both sides had confirmed."""

    def __init__(self) -> None:
        super().__init__(
            _("This hold has expired and its rooms and people are free again. Hold a time anew."),
            code="hold_expired",
        )


class NotLive(Refusal):
    """The booking has ended: nothing more can be done to it."""

    def __init__(self) -> None:
        super().__init__(_("This booking has ended. Hold a time anew."), code="booking_ended")


class AlreadyDone(Refusal):
    """This side has confirmed before."""

    def __init__(self) -> None:
        super().__init__(_("Your side has already confirmed this booking."), code="already_confirmed")


class AlreadyBooked(Refusal):
    """A hearing has one live booking at most."""

    def __init__(self) -> None:
        super().__init__(
            _("This hearing already has a time. Cancel that booking before you hold another."),
            code="already_booked",
        )


class AlreadyHeld(Refusal):
    """Whoever has been heard is heard anew only in a hearing of its own."""

    def __init__(self) -> None:
        super().__init__(_("This hearing has taken place. Another one needs a plan of its own."), code="already_heard")


class NotFree(Refusal):
    """Whoever should come instead has something else at one of the sittings."""

    def __init__(self) -> None:
        super().__init__(_("That one is not free at this time. Nothing was changed."), code="not_free")


class NotInPool(Refusal):
    """Whoever should come instead is not among those the plan names for it."""

    def __init__(self) -> None:
        sentence = _("That one is not among those the plan names for this.")
        super().__init__(sentence, code="not_in_pool", status=422, field="replacement")


class KeyReused(Refusal):
    """An Idempotency-Key stands for one act with one set of facts."""

    def __init__(self) -> None:
        super().__init__(
            _("This Idempotency-Key was used before, for something else. Choose a new one."),
            code="key_reused",
            status=422,
        )


class Unmeasured(Refusal):
    """A connection check that says things nobody asked for, or not what it must."""

    def __init__(self, field: str) -> None:
        super().__init__(
            _("A connection check consists of the figures named in the API's description, each in its range."),
            code="check_malformed",
            status=422,
            field=field,
        )
