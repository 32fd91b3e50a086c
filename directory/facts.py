"""Facts about an authority, and who vouches for them."""

from django.db import transaction

from directory import audit
from directory.errors import NotFound
from directory.models import Authority, Membership
from directory.roles import Act, permits


def may_confirm(authority: Authority, by: Membership) -> bool:
    """Only a member of the authority itself, and only while something is left to confirm."""
    own = authority.pk == by.authority_id and permits(by.role, Act.DIRECTORY_EDIT)
    return own and authority.confidence != Authority.Confidence.CONFIRMED


@transaction.atomic
def confirm(*, authority: Authority, by: Membership) -> None:
    """The authority says that its facts are right: nothing is unverified any more, and the file no longer rules."""
    if not may_confirm(authority, by):
        raise NotFound
    before = {"confidence": authority.confidence, "unverified": authority.unverified_fields}
    authority.confidence = Authority.Confidence.CONFIRMED
    authority.unverified_fields, authority.verify_before_use = [], False
    authority.save(update_fields=["confidence", "unverified_fields", "verify_before_use"])
    audit.append("authority.confirmed", by=by, about=authority, facts={"before": before})
