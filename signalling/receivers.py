"""What the rooms below tell: a hearing changed, who somebody is. The wire hears of it once it is true."""

from functools import partial
from typing import Any
from uuid import UUID

from django.contrib.auth.signals import user_logged_out
from django.db import transaction
from django.dispatch import receiver
from django.http import HttpRequest

from directory.models import User
from directory.signals import standing_changed
from sessions.models import Seat
from sessions.signals import hearing_changed
from sessions.states import State
from signalling import relay


@receiver(hearing_changed, dispatch_uid="signalling.changed")
def plan_again(sender: Any, hearing_id: UUID, **_: Any) -> None:
    """Read and plan again in every process, once the change is committed."""
    transaction.on_commit(partial(relay.announce_change, hearing_id), robust=True)


@receiver(user_logged_out, dispatch_uid="signalling.signed_out")
def close_sockets(sender: Any, request: HttpRequest, **_: Any) -> None:
    """Close this session's sockets, wherever they are. The session still has its key when the signal is sent."""
    transaction.on_commit(partial(relay.announce_sign_out, request.session.session_key), robust=True)


@receiver(standing_changed, dispatch_uid="signalling.standing")
def ask_again(sender: Any, user: User, **_: Any) -> None:
    """A token, a password or a membership ended: whoever is connected to a hearing of his is asked who he is."""
    held = Seat.objects.filter(user=user).exclude(hearing__state=State.CLOSED)
    for hearing in held.values_list("hearing__public_id", flat=True).distinct():
        transaction.on_commit(partial(relay.announce_change, hearing), robust=True)
