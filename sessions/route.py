"""By which way sound and picture of a hearing travel: any that is found, or the relay alone."""

from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from directory import audit
from directory.errors import Forbidden, Refusal
from directory.models import Membership
from directory.roles import Act
from sessions.acts import locked, may
from sessions.errors import WrongState
from sessions.models import Hearing
from sessions.signals import hearing_changed
from sessions.states import Side, State


@transaction.atomic
def set_(*, hearing_id: UUID, relay_only: bool, by: Membership) -> Hearing:
    """A clerk or technician of either court sets the way; every link that stands begins anew.

    Refuses `no_relay` where none is configured, `wrong_state` after the end, `forbidden`, `not_found`.
    """
    hearing = locked(hearing_id, by=by)
    if not may(hearing, by, (Act.ROUTE_SET, Side.REQUESTING), (Act.ROUTE_SET, Side.REQUESTED)):
        raise Forbidden
    if hearing.state == State.CLOSED:
        raise WrongState
    if relay_only and not settings.TURN_URLS:
        raise Refusal(_("This service has no relay. Its operator can set one up."), code="no_relay")
    if hearing.relay_only != relay_only:
        hearing.relay_only, hearing.version = relay_only, hearing.version + 1
        hearing.save(update_fields=["relay_only", "version"])
        audit.append("hearing.route_set", by=by, about=hearing, facts={"relay_only": relay_only})
        hearing_changed.send(sender=Hearing, hearing_id=hearing.public_id, what="route")
    return hearing
