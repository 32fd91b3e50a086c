"""Finding what one has in hand: a reference, a hearing's code, a pseudonym, the name of a room or an authority."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from casework.models import Request
from casework.states import State
from casework.words import STATES
from directory.access import ActingRequest, acting_required
from directory.models import Authority, Membership, Site
from directory.roles import Act, permits
from directory.searching import fits
from directory.words import own_name, state_name
from scheduler.models import Plan

LONGEST = 100  # characters
MOST = 20  # of a kind: whoever gets more types more


@dataclass(frozen=True)
class Hit:
    """One thing found: what it is called, where it lies, and what tells it from its like."""

    name: str
    note: str
    url: str


@dataclass(frozen=True)
class Kind:
    """A sort of things: its title, and what of it a member may see that fits."""

    title: str | Promise
    icon: str  # of Bootstrap Icons
    hits: Callable[[Membership, str], Iterable[Hit]]


@never_cache
@require_safe
@acting_required
def find(request: ActingRequest) -> HttpResponse:
    """What fits the words in `q`, of every kind; each kind is filtered at its own source."""
    query = request.GET.get("q", "").strip()[:LONGEST]
    groups = list(_groups(request.acting, query)) if query else []
    total = sum(len(hits) for _kind, hits in groups)
    return render(request, "find.html", {"query": query, "groups": groups, "total": total, "most": MOST})


def _groups(by: Membership, query: str) -> Iterator[tuple[Kind, Sequence[Hit]]]:
    for kind in KINDS:
        if hits := list(islice(kind.hits(by, query), MOST)):
            yield kind, hits


def _requests(by: Membership, query: str) -> Iterator[Hit]:
    fitting = Q(reference__icontains=query) | Q(person__pseudonym__icontains=query) | Q(subject__icontains=query)
    rows = Request.objects.visible_to(by).filter(fitting).select_related("person")
    for row in rows.order_by("-changed_at")[:MOST]:
        yield Hit(
            row.reference, f"{_who(row)}{STATES[State(row.state)]}", reverse("casework:request", args=[row.public_id])
        )


def _hearings(by: Membership, query: str) -> Iterator[Hit]:
    """By its code; by the pseudonym only for whom the request is open: to others a hearing is its code alone."""
    if not permits(by.role, Act.HEARING_READ):
        return
    known = Request.objects.visible_to(by)
    fitting = Q(code__icontains=query) | Q(request__in=known.filter(person__pseudonym__icontains=query))
    for row in Plan.objects.visible_to(by).filter(fitting).order_by("-created_at")[:MOST]:
        yield Hit(row.code, "", reverse("evidence:hearing", args=[row.public_id]))


def _rooms(by: Membership, query: str) -> Iterator[Hit]:
    if not permits(by.role, Act.SITE_READ):
        return
    for row in Site.objects.visible_to(by).filter(resource__active=True).select_related("authority"):
        if fits(query, row.name, row.city, row.authority.name):
            own = row.authority_id == by.authority_id
            url = reverse("scheduler:room", args=[row.public_id]) if own else reverse("directory:rooms")
            yield Hit(row.name, row.authority.name, url)


def _authorities(by: Membership, query: str) -> Iterator[Hit]:
    if not permits(by.role, Act.DIRECTORY_READ):
        return
    for row in Authority.objects.visible_to(by).select_related("state"):
        state = row.state.code
        if fits(query, row.name, row.native_name, row.city, state, state_name(state), own_name(state)):
            yield Hit(row.name, state_name(state), reverse("directory:authority", args=[row.public_id]))


def _who(row: Request) -> str:
    return _("Witness %(pseudonym)s") % {"pseudonym": row.person.pseudonym} + " · " if row.person else ""


KINDS = (
    Kind(gettext_lazy("Requests"), "envelope-paper", _requests),
    Kind(gettext_lazy("Hearings"), "camera-video", _hearings),
    Kind(gettext_lazy("Rooms"), "door-closed", _rooms),
    Kind(gettext_lazy("Authorities"), "bank", _authorities),
)
