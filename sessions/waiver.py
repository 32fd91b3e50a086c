"""A judge goes on without a fit check of his own court's link, and says why: the reason stands in the minutes."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from casework import giveaways
from casework.errors import NamesPlace
from directory import reasons
from directory.errors import Forbidden, Refusal
from directory.models import Membership
from directory.roles import Act
from sessions import facts, gates
from sessions.acts import locked, may, side_of, written
from sessions.errors import WrongState
from sessions.models import Hearing
from sessions.states import Side, State

KIND = "check_waived"
_JUDGES = ((Act.HEARING_CONDUCT, Side.REQUESTING), (Act.HEARING_STOP, Side.REQUESTED))


@transaction.atomic
def waive(*, hearing_id: UUID, reason: str, by: Membership, at: datetime | None = None) -> Hearing:
    """Clear the gate of the own court's link for this hearing.

    Refuses `reason_missing`, `reason_long`, `names_place`, `nothing_to_waive` (it is fit, or was waived), `wrong_state`
    (the doors are closed, or it is live already), `forbidden`, `not_found`.
    """
    hearing, now = locked(hearing_id, by=by), at or timezone.now()
    if not may(hearing, by, *_JUDGES):
        raise Forbidden
    if hearing.state != State.OPEN:
        raise WrongState
    words = reasons.typed(reason, _("Say in a sentence why it goes on; it stands in the minutes."))
    side = side_of(hearing, by)
    if side == Side.REQUESTED and giveaways.names_place(hearing.plan.request, words):
        raise NamesPlace(["reason"])
    if gate_of(hearing, by, now) is None:
        raise Refusal(_("The link of your court is fit; there is nothing to waive."), code="nothing_to_waive")
    written(hearing, KIND, by=by, at=now, what="state", text=words)
    return hearing


def gate_of(hearing: Hearing, by: Membership | None, now: datetime) -> str | None:
    """The id of the gate that this judge could waive now; None where there is none."""
    if hearing.state != State.OPEN or not may(hearing, by, *_JUDGES):
        return None
    wanted = f"connection_{side_of(hearing, by)}"
    standing = gates.unclear(gates.check(facts.gather(hearing, now)))
    return next((gate.id for gate in standing if gate.id == wanted), None)
