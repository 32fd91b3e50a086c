"""The list of requests: what waits, and what stands where."""

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from casework import moves, words
from casework.clock import Clock, clock
from casework.models import Passage, Request, RequestQuerySet
from casework.states import State
from casework.turn import waits_for
from directory.access import ActingRequest, requires
from directory.models import Membership
from directory.roles import Act as Permission
from directory.roles import permits

ORDER = (
    State.DRAFT,
    State.SUBMITTED,
    State.ACKNOWLEDGED,
    State.MORE_INFORMATION,
    State.CONSULTING,
    State.POSTPONED,
    State.GRANTED,
    State.REFUSED,
    State.WITHDRAWN,
)


@dataclass(frozen=True)
class Row:
    """One request in the list, as this reader sees it."""

    request: Request
    side: str
    requesting_state: str
    requested_state: str
    clock: Clock | None
    yours: bool


@dataclass(frozen=True)
class Group:
    """The requests of one state."""

    state: State
    word: str
    icon: str
    kind: str
    rows: list[Row]


@never_cache
@require_safe
@requires(Permission.REQUEST_READ)
def requests(request: ActingRequest) -> HttpResponse:
    """Everything the reader may see, by state; those that wait for him are marked."""
    by, wanted = request.acting, request.GET.get("state", "")
    found = visible(by).filter(state=wanted) if wanted in set(State) else visible(by)
    facts = {
        "groups": _groups(list(found), by),
        "may_draft": permits(by.role, Permission.REQUEST_DRAFT),
        "states": [(state.value, words.STATES[state]) for state in ORDER],
        "wanted": wanted,
    }
    return render(request, "casework/requests.html", facts)


def visible(by: Membership) -> RequestQuerySet:
    """The reader's requests with what a row shows of them."""
    return Request.objects.visible_to(by).select_related("requesting__state", "requested__state", "person")


def _groups(found: list[Request], by: Membership) -> list[Group]:
    moves_of = _moves(found)
    now = timezone.now()
    groups = []
    for state in ORDER:
        rows = [_row(one, by, moves_of.get(one.pk, []), now) for one in found if one.state == state]
        if rows:
            icon, kind = words.ICONS[state]
            groups.append(Group(state, str(words.STATES[state]), icon, kind, rows))
    return groups


def _moves(found: list[Request]) -> dict[int, list[tuple[datetime, State]]]:
    moved: dict[int, list[tuple[datetime, State]]] = {}
    for passage in Passage.objects.filter(request__in=found).order_by("version"):
        moved.setdefault(passage.request_id, []).append((passage.at, State(passage.after)))
    return moved


def _row(one: Request, by: Membership, moved: list[tuple[datetime, State]], now: datetime) -> Row:
    return Row(
        request=one,
        side=words.SIDES.get(moves.side_of(one, by) or "", "n"),
        requesting_state=words.country(one.requesting.state.code),
        requested_state=words.country(one.requested.state.code),
        clock=clock(moved, now),
        yours=waits_for(one, by),
    )
