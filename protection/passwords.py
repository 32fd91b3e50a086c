"""The password once more before an identity opens: whoever holds a browser or a token must not find it with either."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone
from django.views.decorators.debug import sensitive_variables

from directory.models import AuditEntry, Membership
from protection import errors, vault
from protection.models import ProtectedPerson

WRONG_PASSWORDS = 5
WITHIN = timedelta(minutes=15)


@sensitive_variables("password")
def given(*, person: ProtectedPerson, by: Membership, password: str) -> datetime:
    """When the right password was given: now. Refuses `too_many_tries`, `reauthentication_needed`.

    A wrong one is written down at once, whatever else is wrong with the order: with no reason given a guess would
    not be counted.
    """
    tried = AuditEntry.objects.filter(
        act="identity.refused",
        actor__user=by.user,
        at__gt=timezone.now() - WITHIN,
        facts__why=errors.ReauthenticationNeeded.CODE,
    )
    if tried.count() >= WRONG_PASSWORDS:
        raise errors.TooManyTries
    if by.user.check_password(password):
        return timezone.now()
    vault.refused(person=person, by=by, why=errors.ReauthenticationNeeded.CODE)
    raise errors.ReauthenticationNeeded
