"""The page of one request, and the acts done from it."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from casework import errors, lifecycle, words
from casework.models import Request
from casework.states import Act
from casework.views.sheet import sheet
from directory import access, kept
from directory.access import ActingRequest, acting_required
from directory.errors import NotFound, Refusal
from directory.models import Authority, Membership
from directory.preconditions import version_typed
from directory.roles import Act as Permission

Doing = Callable[[Request, Membership, int, QueryDict], Any]


@require_safe
@acting_required
def request(request: ActingRequest, public_id: UUID) -> HttpResponse:
    """The request: where it stands, what was said, the one next act, the document."""
    return _page(request, _fetch(request, public_id))


@require_POST
@acting_required
def act(request: ActingRequest, public_id: UUID, act: str) -> HttpResponse:
    """Do one act; refused, the page comes back with the reason and with everything that was typed."""
    found, doing = _fetch(request, public_id), DOINGS.get(act)
    if doing is None:
        raise NotFound
    try:
        doing(found, request.acting, version_typed(request.POST), request.POST)
    except NotFound:
        raise
    except Refusal as refusal:
        return _page(
            request,
            _fetch(request, public_id),
            refusal=refusal,
            typed=request.POST,
            tried=act,
            tried_grounds=request.POST.getlist("grounds"),
        )
    messages.success(request, str(words.DONE_BY_YOU[act]))
    return redirect("casework:request", public_id)


def _fetch(request: ActingRequest, public_id: UUID) -> Request:
    rows = Request.objects.select_related("requesting__state", "requested__state", "court", "executing", "person")
    found: Request = access.fetch(rows, by=request.acting, act=Permission.REQUEST_READ, public_id=public_id)
    return found


def _page(request: ActingRequest, found: Request, *, refusal: Refusal | None = None, **more: object) -> HttpResponse:
    facts = sheet(found, request.acting) | {"refusal": refusal} | more
    if refusal and more.get("tried") not in (facts["next"], *facts["beside"]):
        facts["texts"] = kept.texts(kept.fields_of(request.POST))  # its form is no longer on the page
    response = render(request, "casework/request.html", facts, status=refusal.status if refusal else 200)
    response["Cache-Control"] = "no-store"
    return response


def _answer(found: Request, by: Membership, version: int, posted: QueryDict) -> None:
    question = found.questions.filter(public_id=_uuid(posted.get("question", ""))).first()
    if question is None:
        raise NotFound
    lifecycle.answer(question=question, by=by, version=version, text=posted.get("text", ""))


def _grant(found: Request, by: Membership, version: int, posted: QueryDict) -> None:
    executing = None
    if wanted := posted.get("executing", ""):
        executing = Authority.objects.filter(state=found.requested.state_id, public_id=_uuid(wanted)).first()
        if executing is None:
            raise errors.NotOurCourt("executing")
    conditions = posted.get("conditions", "").splitlines()
    lifecycle.grant(request=found, by=by, version=version, conditions=conditions, executing=executing)


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise NotFound from error


DOINGS: Mapping[str, Doing] = {
    Act.ACKNOWLEDGE: lambda found, by, version, posted: lifecycle.acknowledge(request=found, by=by, version=version),
    Act.ASK: lambda found, by, version, posted: lifecycle.ask(
        request=found, by=by, version=version, text=posted.get("text", "")
    ),
    Act.ANSWER: _answer,
    Act.CONSULT: lambda found, by, version, posted: lifecycle.consult(
        request=found, by=by, version=version, text=posted.get("text", "")
    ),
    Act.GRANT: _grant,
    Act.REFUSE: lambda found, by, version, posted: lifecycle.refuse(
        request=found, by=by, version=version, grounds=posted.getlist("grounds"), reasons=posted.get("reasons", "")
    ),
    Act.POSTPONE: lambda found, by, version, posted: lifecycle.postpone(
        request=found, by=by, version=version, reasons=posted.get("reasons", "")
    ),
    Act.ACCEPT: lambda found, by, version, posted: lifecycle.accept(request=found, by=by, version=version),
    Act.WITHDRAW: lambda found, by, version, posted: lifecycle.withdraw(
        request=found, by=by, version=version, reason=posted.get("reason", "")
    ),
}
