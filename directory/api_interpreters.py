"""The interpreters whom a court books, over the API: who, when, from which language into which, and whose account."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema, Status

from directory import hours, interpreters, linking
from directory.editing import editor
from directory.hours import Hours
from directory.models import Interpreter
from directory.preconditions import Version, acting, tell, version_of

router = Router(tags=["directory"])
WEEKS = ("hours", "preferred")


class PairIn(Schema, extra="forbid"):
    """From a language into another (BCP 47), in these modes: consecutive, simultaneous, sign."""

    source: str
    target: str
    modes: list[str]


class InterpreterIn(Schema, extra="forbid"):
    """An interpreter whom one's own court books."""

    name: str
    email: str = ""
    zone: str
    hours: Hours | None = None
    preferred: Hours | None = None
    pairs: list[PairIn]
    active: bool = True


class InterpreterOut(InterpreterIn):
    """An interpreter as entered; `version` goes into If-Match. `linked`: signs in with an account of her own."""

    id: UUID
    resource: UUID
    linked: bool
    asked: bool
    version: int


class AccountIn(Schema, extra="forbid"):
    """The membership whose account it is; null takes the question back."""

    membership: UUID | None


@router.get("/interpreters", response=list[InterpreterOut], operation_id="list_interpreters")
def list_interpreters(request: HttpRequest) -> list[InterpreterOut]:
    """Those whom one's own authority has entered."""
    rows = Interpreter.objects.visible_to(editor(acting(request)))
    return [_interpreter(row) for row in rows.select_related("resource").prefetch_related("pairs")]


@router.post("/interpreters", response={201: InterpreterOut}, operation_id="enter_interpreter")
def enter_interpreter(request: HttpRequest, response: HttpResponse, body: InterpreterIn) -> Status[InterpreterOut]:
    """Enter an interpreter."""
    row = interpreters.add(by=acting(request), facts=_facts(body))
    tell(response, row.resource.version)
    return Status(201, _interpreter(row))


@router.put("/interpreters/{public_id}", response=InterpreterOut, operation_id="change_interpreter")
def change_interpreter(
    request: HttpRequest, response: HttpResponse, public_id: UUID, body: InterpreterIn, version: Version = None
) -> InterpreterOut:
    """Everything of the interpreter anew."""
    by = acting(request)
    found = interpreters.by_id(public_id, by)
    interpreters.change(interpreter=found, by=by, version=version_of(version), facts=_facts(body))
    row = interpreters.by_id(public_id, by)
    tell(response, row.resource.version)
    return _interpreter(row)


@router.put("/interpreters/{public_id}/account", response=InterpreterOut, operation_id="ask_interpreter")
def ask_interpreter(
    request: HttpRequest, response: HttpResponse, public_id: UUID, body: AccountIn, version: Version = None
) -> InterpreterOut:
    """Ask whose account it is whether the interpreter is he; nothing is linked before he agrees."""
    by = acting(request)
    found, read = interpreters.by_id(public_id, by), version_of(version)
    if body.membership is None:
        linking.withdraw(interpreter=found, by=by, version=read)
    else:
        linking.ask(interpreter=found, by=by, version=read, account=body.membership)
    row = interpreters.by_id(public_id, by)
    tell(response, row.resource.version)
    return _interpreter(row)


@router.post("/interpreters/{public_id}/agree", response={204: None}, operation_id="agree_to_interpreter")
def agree_to_interpreter(request: HttpRequest, public_id: UUID) -> Status[None]:
    """Say that one is this interpreter, as one was asked."""
    linking.agree(interpreter=public_id, by=acting(request))
    return Status(204, None)


def _facts(body: InterpreterIn) -> interpreters.Facts:
    told = body.model_dump()
    pairs = [interpreters.Pair(**pair) for pair in told["pairs"]]
    return interpreters.Facts(**told | {name: hours.told(told[name], name) for name in WEEKS} | {"pairs": pairs})


def _interpreter(row: Interpreter) -> InterpreterOut:
    one = row.resource
    return InterpreterOut(
        id=row.public_id,
        resource=one.public_id,
        linked=row.user_id is not None,
        asked=row.asked_id is not None,
        version=one.version,
        name=row.name,
        email=row.email,
        zone=one.zone,
        hours=one.hours,
        preferred=one.preferred,
        pairs=[PairIn(source=pair.source, target=pair.target, modes=pair.modes) for pair in row.pairs.all()],
        active=one.active,
    )
