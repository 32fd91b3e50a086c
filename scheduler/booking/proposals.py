"""Another time is asked for, and answered. How a court asks is in `proposing`, and what comes of it in `moves`."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from casework import giveaways
from casework.errors import NamesPlace
from directory import access, audit, reasons
from directory.errors import NotFound, Refusal
from directory.models import Membership
from directory.roles import Act
from scheduler.booking import claims, sittings, standing
from scheduler.letters import counters
from scheduler.models import Booking, Invitation, Plan, Proposal, Side


def make(
    *,
    booking: Booking,
    starts: Sequence[datetime],
    now: datetime,
    made_by: Membership | None = None,
    invitation: Invitation | None = None,
    by_mail: bool = False,
    reason: str = "",
) -> Proposal:
    """Write down what a clerk (`made_by`) or a participant (`invitation`) would rather have. In a transaction.

    Whoever asks again asks for the newest: his earlier proposal is withdrawn. Refuses what `sittings.asked`
    refuses, `same_time`, `reason_long` and, of a participant's words, `names_place`.
    """
    wanted = sittings.asked(booking.plan, starts)
    if wanted == booking.starts():
        raise Refusal(_("The booking has this time already."), code="same_time", status=422, field="start")
    _close(booking.proposals.open().filter(made_by=made_by, invitation=invitation), Proposal.State.WITHDRAWN, None, now)
    proposal: Proposal = Proposal.objects.create(
        booking=booking,
        starts=Proposal.written(wanted),
        made_by=made_by,
        invitation=invitation,
        by_mail=by_mail,
        reason=_words(reason, booking.plan, invitation, by_mail=by_mail),
        made_at=now,
    )
    facts = {"proposal": str(proposal.public_id), "starts": proposal.starts}
    audit.append("booking.proposed", by=made_by, about=booking, facts=facts)
    return proposal


def _words(reason: str, plan: Plan, invitation: Invitation | None, *, by_mail: bool) -> str:
    """Both courts read it. Who tells the place that is withheld is asked again; a mail's words are left out."""
    words = reason.strip()[: reasons.LONGEST] if by_mail else reasons.typed(reason, needed=False)
    if invitation is None or invitation.side == Side.REQUESTING or not giveaways.names_place(plan.request, words):
        return words
    if not by_mail:
        raise NamesPlace(["reason"])
    return ""


def decline(*, proposal: Proposal, by: Membership | None, version: int) -> Proposal:
    """No: the booking stays. Not for the clerk who asked; he withdraws.

    Refuses `proposal_answered`, `stale_version` (the booking's), `hold_expired`, `booking_ended`, `not_found`.
    """
    return claims.contested(partial(_answer, proposal, by, Proposal.State.DECLINED, version))


def withdraw(*, proposal: Proposal, by: Membership | None, version: int) -> Proposal:
    """The side that asked asks no more. Refuses what `decline` refuses."""
    return claims.contested(partial(_answer, proposal, by, Proposal.State.WITHDRAWN, version))


def _answer(asked: Proposal, by: Membership | None, state: str, version: int) -> Proposal:
    by, side = standing.party(asked.booking.plan, by, Act.BOOKING_HOLD)
    if (asked.side() == side) != (state == Proposal.State.WITHDRAWN):
        raise NotFound
    now = timezone.now()
    booking = standing.locked(asked.booking_id, version, now)  # first, as a move takes it: nobody waits in a ring
    proposal: Proposal = booking.proposals.select_for_update(of=("self",)).get(pk=asked.pk)
    still_open(proposal)
    proposal.state, proposal.answered_by, proposal.answered_at = state, by, now
    proposal.save(update_fields=["state", "answered_by", "answered_at"])
    if proposal.invitation_id:
        counters.announce(proposal)
    facts = {"proposal": str(proposal.public_id), "starts": proposal.starts}
    audit.append(f"booking.proposal_{state}", by=by, about=booking, facts=facts)
    return proposal


def still_open(proposal: Proposal) -> None:
    """Refuses `proposal_answered`."""
    if proposal.state != Proposal.State.OPEN:
        raise Refusal(_("This proposal has been answered."), code="proposal_answered")


def settle(booking: Booking, starts: Sequence[datetime], by: Membership | None, now: datetime) -> None:
    """The booking has these starts now: who asked for them has them, whoever asked for others does not."""
    same = Q(starts=Proposal.written(starts))
    _close(booking.proposals.open().filter(same), Proposal.State.TAKEN, by, now)
    _close(booking.proposals.open(), Proposal.State.DECLINED, by, now)


def drop(booking: Booking, now: datetime) -> None:
    """The booking has ended: nothing is asked of it any more."""
    _close(booking.proposals.open(), Proposal.State.WITHDRAWN, None, now)


def _close(rows: QuerySet[Proposal], state: str, by: Membership | None, now: datetime) -> None:
    rows.update(state=state, answered_by=by, answered_at=now)


def by_id(public_id: UUID | str, by: Membership | None) -> Proposal:
    """The proposal, if the reader may see it; else `not_found`."""
    rows = Proposal.objects.select_related("booking__plan__request", "made_by__authority", "invitation")
    return access.fetch(rows, by=by, act=Act.BOOKING_READ, public_id=public_id)  # type: ignore[no-any-return]
