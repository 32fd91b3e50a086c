"""An authority asks somebody to act for it; nothing is joined until that person has said yes.

What the authority reads is the same for an address behind which there is an account, one behind which there is none,
and one whose holder has said no: else an address book of strangers could be had by guessing.
"""

from uuid import UUID

from django.db import transaction
from django.db.models import F, QuerySet

from directory import audit, editing
from directory.models import Membership, User

Consent = Membership.Consent


def asked_of(user: User) -> QuerySet[Membership]:
    """What authorities ask of this person and he has not answered."""
    return Membership.objects.asked_of(user)


@transaction.atomic
def join(*, membership: UUID | str, user: User) -> Membership:
    """The person acts for that authority from now on, which may read whose account it is. Refuses `not_found`."""
    row = _asked(membership, user)
    _answered(row, Consent.GIVEN)
    # By the membership itself: for whom else he acts is no business of this authority's auditors.
    audit.append("membership.joined", by=row, about=row, facts={"role": row.role})
    return row


@transaction.atomic
def refuse(*, membership: UUID | str, user: User, by: Membership | None) -> None:
    """The person will not. `by`: as whom he acts otherwise, if for anybody. Refuses `not_found`.

    It is written down with his account, which the auditors of the authority that asked do not read.
    """
    row = _asked(membership, user)
    _answered(row, Consent.REFUSED)
    audit.append("account.refused_to_join", by=by, about=user)


def _asked(membership: UUID | str, user: User) -> Membership:
    return editing.one(asked_of(user).select_for_update(of=("self",)), membership)


def _answered(row: Membership, consent: Membership.Consent) -> None:
    """A no leaves even the version as it was: the authority reads it."""
    joins = consent == Consent.GIVEN
    Membership.objects.filter(pk=row.pk).update(consent=consent, active=joins, version=F("version") + int(joins))
    row.refresh_from_db(fields=["consent", "active", "version"])
