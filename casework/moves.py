"""The one writer of a request's state: check, compare and swap, write down, tell the other side."""

from collections.abc import Mapping
from typing import Any

from django.db.models import F
from django.utils import timezone

from casework import giveaways, notices, states
from casework.errors import not_possible
from casework.models import Passage, Request
from casework.states import Act, Side, State
from directory import audit
from directory.errors import Forbidden, NotFound, Stale
from directory.models import Membership
from directory.roles import Act as Permission
from directory.roles import permits

# In a consultation both sides speak; whoever may answer a question may speak for the requesting State.
PERMISSIONS: dict[tuple[Act, Side], Permission] = {
    (Act.EDIT, Side.REQUESTING): Permission.REQUEST_DRAFT,
    (Act.SUBMIT, Side.REQUESTING): Permission.REQUEST_SUBMIT,
    (Act.ANSWER, Side.REQUESTING): Permission.REQUEST_ANSWER,
    (Act.CONSULT, Side.REQUESTING): Permission.REQUEST_ANSWER,
    (Act.ACCEPT, Side.REQUESTING): Permission.REQUEST_SUBMIT,
    (Act.WITHDRAW, Side.REQUESTING): Permission.REQUEST_WITHDRAW,
    (Act.ACKNOWLEDGE, Side.REQUESTED): Permission.REQUEST_ACKNOWLEDGE,
    (Act.ASK, Side.REQUESTED): Permission.REQUEST_ASK,
    (Act.CONSULT, Side.REQUESTED): Permission.REQUEST_CONSULT,
    (Act.GRANT, Side.REQUESTED): Permission.REQUEST_DECIDE,
    (Act.REFUSE, Side.REQUESTED): Permission.REQUEST_DECIDE,
    (Act.POSTPONE, Side.REQUESTED): Permission.REQUEST_DECIDE,
}


def side_of(request: Request, by: Membership) -> Side | None:
    """On which side the member's authority is a party to the request; None for a court that only reads it."""
    sides = {request.requesting_id: Side.REQUESTING, request.requested_id: Side.REQUESTED}
    return sides.get(by.authority_id)


def may(request: Request, act: Act, by: Membership) -> bool:
    """Whether this is an act of the member's side and role, in whatever state the request is."""
    side = side_of(request, by)
    permission = PERMISSIONS.get((act, side)) if side else None
    return permission is not None and permits(by.role, permission)


def offered(request: Request, by: Membership) -> tuple[Act, ...]:
    """The acts that the member can do to the request as it stands."""
    side = side_of(request, by)
    if side is None:
        return ()
    return tuple(act for act in states.possible(State(request.state), side) if may(request, act, by))


def allow(request: Request, act: Act, by: Membership | None, version: int, text: str = "") -> bool:
    """Whether the act is still to be done: False where the same member did it, in the same words, from this version.

    A second click and a retried call so answer as the first did. Raises NotFound, Forbidden, Stale, or the refusal
    of an act that this state does not have.
    """
    if by is None or not Request.objects.visible_to(by).filter(pk=request.pk).exists():
        raise NotFound
    if not may(request, act, by):
        raise Forbidden
    request.refresh_from_db()
    if _repeated(request, act, by, version, text):
        return False
    side = side_of(request, by)
    found = states.edge(State(request.state), act)
    if found is None or side not in found.sides:
        raise not_possible(State(request.state), act)
    if request.version != version:
        raise Stale(request.version)
    return True


def make(
    request: Request,
    act: Act,
    *,
    by: Membership,
    version: int,
    text: str = "",
    still_open: int = 0,
    changes: Mapping[str, Any] | None = None,
    trail: Mapping[str, Any] | None = None,
) -> bool:
    """Do what `allow` allowed, in the caller's transaction. False: the same act overtook this one and stands.

    `changes` are columns set with the state; `trail` goes into the audit trail and holds nothing that was typed.
    """
    before, now = State(request.state), timezone.now()
    if text:
        giveaways.check(request, {"text": text}, by=by, executing=(changes or {}).get("executing"))
    after = states.after(before, act, still_open=still_open)
    if after is None:
        raise not_possible(before, act)
    unchanged = Request.objects.filter(pk=request.pk, version=version, state=before.value)
    if not unchanged.update(version=F("version") + 1, state=after.value, changed_at=now, **changes or {}):
        if _repeated(request, act, by, version, text):
            request.refresh_from_db()
            return False
        raise Stale(Request.objects.values_list("version", flat=True).get(pk=request.pk))
    request.refresh_from_db()
    if act is not Act.EDIT:
        _pass(request, act, before, by, text)
        notices.tell(request, act, by=by)
    audit.append(f"request.{act.value}", by=by, about=request, facts=_facts(request, before, trail))
    return True


def _repeated(request: Request, act: Act, by: Membership, version: int, text: str) -> bool:
    same = {"request": request, "version": version + 1, "act": act.value, "by": by, "text": text}
    return Passage.objects.filter(**same).exists()


def _pass(request: Request, act: Act, before: State, by: Membership, text: str) -> None:
    Passage.objects.create(
        request=request,
        version=request.version,
        act=act.value,
        before=before.value,
        after=request.state,
        side=side_of(request, by) or "",
        by=by,
        at=request.changed_at,
        text=text,
    )


def _facts(request: Request, before: State, trail: Mapping[str, Any] | None) -> dict[str, Any]:
    return {"before": before.value, "after": request.state, "version": request.version} | dict(trail or {})
