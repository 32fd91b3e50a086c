"""The acts of a request over the API.

Every change names the version it has read: in `If-Match`, as the `ETag` gave it, or as `version` in the body. An old
version is refused with 412, none at all with 428; the same call again from the same version answers as the first did.
"""

from collections.abc import Callable
from typing import Any, cast
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Router, Status

from casework import drafts, gathering, lifecycle, rules, schemas, shown, words, writer
from casework.models import Request
from casework.states import State
from directory.access import ActingRequest, check, fetch
from directory.errors import NotFound
from directory.models import Authority, Membership
from directory.preconditions import tell, version_of
from directory.roles import Act

router = Router(tags=["casework"])


@router.get("/requests", response=list[schemas.RowOut], operation_id="list_requests")
def list_requests(request: HttpRequest, state: State | None = None) -> list[dict[str, Any]]:
    """The requests you may see, the last changed first."""
    by = check(_by(request), Act.REQUEST_READ)
    rows = Request.objects.visible_to(by).select_related("requesting__state", "requested__state", "person")
    return [shown.row(one, by) for one in (rows.filter(state=state.value) if state else rows)]


@router.post("/requests", response={201: schemas.RequestOut}, operation_id="draft_request")
def draft(request: HttpRequest, response: HttpResponse, body: schemas.Draft) -> Status[dict[str, Any]]:
    """Begin a request to another State's central authority."""
    by = check(_by(request), Act.REQUEST_DRAFT)
    made = lifecycle.draft(
        by=by,
        requested=_authority(by, body.requested),
        public_id=body.id,
        court=_authority(by, body.court) if body.court else None,
        **_given(body.fields),
    )
    return Status(201, _whole(response, made, by))


@router.get("/requests/{public_id}", response=schemas.RequestOut, operation_id="read_request")
def read(request: HttpRequest, response: HttpResponse, public_id: UUID) -> dict[str, Any]:
    """One request, with its version in the ETag."""
    return _whole(response, _found(request, public_id), _by(request))


@router.patch("/requests/{public_id}", response=schemas.RequestOut, operation_id="edit_request")
def edit(request: HttpRequest, response: HttpResponse, public_id: UUID, body: schemas.Edit) -> dict[str, Any]:
    """Change fields of a draft."""
    by, parties = _by(request), body.model_fields_set & {"requested", "court"}
    chosen = {name: _authority(by, wanted) if (wanted := getattr(body, name)) else None for name in parties}
    return _do(request, response, public_id, body, lifecycle.edit, **chosen, **_given(body.fields))


@router.get("/requests/{public_id}/findings", response=list[schemas.FindingOut], operation_id="check_request")
def findings(request: HttpRequest, public_id: UUID) -> list[rules.Finding]:
    """What the rules of article 18 say of the request as it stands, to your side."""
    found = _found(request, public_id)
    reader = rules.Reader(found.side_of(_by(request)) or "requesting")
    facts = gathering.facts_of(found, now=timezone.now())
    return rules.check(facts, reader=reader, translate=words.translate, show=words.show)


@router.get("/requests/{public_id}/document.pdf", operation_id="print_request")
def document(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The printed request."""
    return HttpResponse(writer.pdf(_found(request, public_id)), content_type="application/pdf")


@router.put("/requests/{public_id}/person", response=schemas.RequestOut, operation_id="name_person")
def person(request: HttpRequest, response: HttpResponse, public_id: UUID, body: schemas.Person) -> dict[str, Any]:
    """Seal who is to be heard; a second call replaces it."""
    identity = body.model_dump(exclude={"version"})
    return _do(request, response, public_id, body, lifecycle.name_person, identity=identity)


@router.post("/requests/{public_id}/measures", response=schemas.RequestOut, operation_id="protect_person")
def protect(request: HttpRequest, response: HttpResponse, public_id: UUID, body: schemas.Protect) -> dict[str, Any]:
    """Ask for a measure of protection; it acts at once."""
    facts = body.model_dump(exclude={"version"}) | {"counterbalances": tuple(body.counterbalances)}
    return _do(request, response, public_id, body, drafts.protect, **facts)


@router.post("/requests/{public_id}/submit", response=schemas.RequestOut, operation_id="submit_request")
def submit(request: HttpRequest, response: HttpResponse, public_id: UUID, body: schemas.Versioned) -> dict[str, Any]:
    """Send the request; refused with every rule that is not met."""
    return _do(request, response, public_id, body, lifecycle.submit)


@router.post("/requests/{public_id}/acknowledge", response=schemas.RequestOut, operation_id="acknowledge_request")
def acknowledge(
    request: HttpRequest, response: HttpResponse, public_id: UUID, body: schemas.Versioned
) -> dict[str, Any]:
    """Say that it has arrived."""
    return _do(request, response, public_id, body, lifecycle.acknowledge)


@router.post("/requests/{public_id}/questions", response=schemas.RequestOut, operation_id="ask_question")
def ask(request: HttpRequest, response: HttpResponse, public_id: UUID, body: schemas.Worded) -> dict[str, Any]:
    """Ask for more information."""
    return _do(request, response, public_id, body, lifecycle.ask, text=body.text)


@router.post(
    "/requests/{public_id}/questions/{question}/answer", response=schemas.RequestOut, operation_id="answer_question"
)
def answer(
    request: HttpRequest, response: HttpResponse, public_id: UUID, question: UUID, body: schemas.Worded
) -> dict[str, Any]:
    """Answer a question."""
    found = _found(request, public_id)
    asked = found.questions.filter(public_id=question).first()
    if asked is None:
        raise NotFound
    by = _by(request)
    lifecycle.answer(question=asked, by=by, version=_version(request, body.version), text=body.text)
    return _whole(response, _found(request, public_id), by)


@router.post("/requests/{public_id}/consult", response=schemas.RequestOut, operation_id="consult_request")
def consult(request: HttpRequest, response: HttpResponse, public_id: UUID, body: schemas.Worded) -> dict[str, Any]:
    """Open the consultation, or speak in it."""
    return _do(request, response, public_id, body, lifecycle.consult, text=body.text)


@router.post("/requests/{public_id}/grant", response=schemas.RequestOut, operation_id="grant_request")
def grant(request: HttpRequest, response: HttpResponse, public_id: UUID, body: schemas.Grant) -> dict[str, Any]:
    """Permit the hearing, on conditions or without."""
    executing = _authority(_by(request), body.executing) if body.executing else None
    return _do(request, response, public_id, body, lifecycle.grant, conditions=body.conditions, executing=executing)


@router.post("/requests/{public_id}/refuse", response=schemas.RequestOut, operation_id="refuse_request")
def refuse(request: HttpRequest, response: HttpResponse, public_id: UUID, body: schemas.Refuse) -> dict[str, Any]:
    """Refuse, after a consultation, on grounds and with reasons."""
    facts = {"grounds": body.grounds, "reasons": body.reasons}
    return _do(request, response, public_id, body, lifecycle.refuse, **facts)


@router.post("/requests/{public_id}/postpone", response=schemas.RequestOut, operation_id="postpone_request")
def postpone(request: HttpRequest, response: HttpResponse, public_id: UUID, body: schemas.Reasons) -> dict[str, Any]:
    """Postpone, after a consultation, with reasons."""
    return _do(request, response, public_id, body, lifecycle.postpone, reasons=body.reasons)


@router.post("/requests/{public_id}/accept", response=schemas.RequestOut, operation_id="accept_conditions")
def accept(request: HttpRequest, response: HttpResponse, public_id: UUID, body: schemas.Versioned) -> dict[str, Any]:
    """Accept the conditions of the grant."""
    return _do(request, response, public_id, body, lifecycle.accept)


@router.post("/requests/{public_id}/withdraw", response=schemas.RequestOut, operation_id="withdraw_request")
def withdraw(request: HttpRequest, response: HttpResponse, public_id: UUID, body: schemas.Withdraw) -> dict[str, Any]:
    """Say that the help is no longer needed."""
    return _do(request, response, public_id, body, lifecycle.withdraw, reason=body.reason)


def _do(
    request: HttpRequest,
    response: HttpResponse,
    public_id: UUID,
    body: schemas.Versioned | schemas.Edit,
    act: Callable[..., Any],
    **facts: Any,
) -> dict[str, Any]:
    """One act on a request that the caller may see; answers with the request as it is then."""
    found, by = _found(request, public_id), _by(request)
    act(request=found, by=by, version=_version(request, body.version), **facts)
    return _whole(response, _found(request, public_id), by)


def _by(request: HttpRequest) -> Membership:
    return cast(ActingRequest, request).acting


def _found(request: HttpRequest, public_id: UUID) -> Request:
    rows = Request.objects.select_related("requesting__state", "requested__state", "court", "executing", "person")
    return cast(Request, fetch(rows, by=_by(request), act=Act.REQUEST_READ, public_id=public_id))


def _version(request: HttpRequest, body: int | None) -> int:
    """The version that the caller has read. Refuses `version_missing`, `precondition_malformed`."""
    header = request.headers.get("If-Match")
    return body if header is None and body is not None else version_of(header)


def _authority(by: Membership, wanted: UUID) -> Authority:
    """An authority that the caller may know: central ones, and those of his own State."""
    return cast(Authority, fetch(Authority.objects, by=by, act=Act.DIRECTORY_READ, public_id=wanted))


def _given(body: schemas.Fields) -> dict[str, Any]:
    """The fields that were sent, and no others."""
    return body.model_dump(exclude_unset=True)


def _whole(response: HttpResponse, found: Request, by: Membership) -> dict[str, Any]:
    tell(response, found.version)
    return shown.whole(found, by)
