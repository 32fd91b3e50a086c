"""What the directory writes down about things that happen elsewhere."""

from typing import Any

from allauth.account.signals import password_changed, password_reset
from django.contrib.auth.signals import user_logged_in
from django.db import transaction
from django.dispatch import receiver

from directory import audit, entrances
from directory.middleware import membership_of
from directory.models import User
from directory.signals import standing_changed


@receiver(user_logged_in)
def signed_in(sender: object, user: User, **_: Any) -> None:
    """Only what succeeded: an entry for a failure would take longer for an address that exists."""
    with transaction.atomic():
        audit.append("account.signed_in", by=membership_of(user, None), about=user)


@receiver(password_reset)
def password_set(sender: object, user: User, **_: Any) -> None:
    """By a link: `allauth`'s own resets are closed."""
    with transaction.atomic():
        standing_changed.send(sender=User, user=user)
        entrances.used(user=user, by=membership_of(user, None))


@receiver(password_changed)
def password_renewed(sender: object, user: User, **_: Any) -> None:
    """Every key to the API and every other session falls with the old one."""
    with transaction.atomic():
        standing_changed.send(sender=User, user=user)
        audit.append("account.password_changed", by=membership_of(user, None), about=user)
