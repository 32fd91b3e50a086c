"""Telling those who have to act next: neutral words, a reference, an address, and nothing else."""

from collections.abc import Iterable

from django.conf import settings
from django.db.models import Q
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from casework.models import Request
from casework.states import Act
from directory import post
from directory.models import Membership
from directory.roles import Role

# Who works on a request in an authority of either side.
DRAFTERS, RECEIVERS, PLANNERS = Role.PROSECUTOR, Role.CENTRAL_AUTHORITY, Role.CLERK


def tell(request: Request, act: Act, *, by: Membership) -> None:
    """Write to everyone of the other side whom the act concerns; nobody hears of a draft that was never sent."""
    if request.submitted_at is None:
        return
    for member in _concerned(request, act, by):
        _write(request, member)


def _concerned(request: Request, act: Act, by: Membership) -> Iterable[Membership]:
    ours, theirs = Q(authority=request.requesting_id, role=DRAFTERS), Q(authority=request.requested_id, role=RECEIVERS)
    who = theirs if by.authority_id == request.requesting_id else ours
    if request.decided_at and act in {Act.GRANT, Act.WITHDRAW}:
        # Both courts now look for a time, or need not any more.
        who |= Q(authority__in=[request.court_id, request.executing_id], role=PLANNERS)
    return Membership.objects.filter(who, active=True).exclude(pk=by.pk).select_related("user")


def _write(request: Request, member: Membership) -> None:
    address = f"{settings.SITE_URL}{reverse('casework:request', args=[request.public_id])}"
    with translation.override(member.user.language):
        post.send(
            key=f"request:{request.public_id}:{request.version}:{member.public_id}",
            to=member.user.email,
            language=member.user.language,
            subject=_("News on request %(reference)s") % {"reference": request.reference},
            text=_("There is news on request %(reference)s. Sign in to read it:\n%(address)s\n")
            % {"reference": request.reference, "address": address},
        )
