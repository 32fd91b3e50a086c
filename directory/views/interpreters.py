"""The form of an interpreter: who, where, when, from which language into which."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from directory import editing, interpreters, languages, linking
from directory.access import ActingRequest, acting_required, requires
from directory.errors import Refusal
from directory.interpreters import Facts, Pair
from directory.languages import Choice
from directory.models import Interpreter, InterpreterPair
from directory.preconditions import version_typed
from directory.roles import Act
from directory.views import typed as forms
from directory.views.typed import Week
from directory.words import reader

LABELS = {
    "name": gettext_lazy("Name"),
    "email": gettext_lazy("Mail address"),
    "zone": gettext_lazy("Time zone"),
    "active": gettext_lazy("Can be booked"),
}
WEEKS = ("hours", "preferred")
SPARE = 2  # empty rows for further directions


@never_cache
@require_http_methods(["GET", "POST"])
@requires(Act.DIRECTORY_EDIT)
def new(request: ActingRequest) -> HttpResponse:
    """A new interpreter."""
    blank = {"zone": request.acting.authority.zone, "active": "on"}
    return _answer(request, None, blank, [Week.of("hours", {}, always=False), Week.of("preferred", None)], [])


@never_cache
@require_http_methods(["GET", "POST"])
@requires(Act.DIRECTORY_EDIT)
def edit(request: ActingRequest, public_id: UUID) -> HttpResponse:
    """An interpreter as entered; what is typed stays whatever the answer."""
    row = interpreters.by_id(public_id, request.acting)
    weeks = [Week.of(name, getattr(row.resource, name)) for name in WEEKS]
    return _answer(request, row, _stored(row), weeks, [Pair(p.source, p.target, p.modes) for p in row.pairs.all()])


@require_POST
@requires(Act.DIRECTORY_EDIT)
def account(request: ActingRequest, public_id: UUID) -> HttpResponse:
    """Ask somebody whether the interpreter is he, or take the question back."""
    row, by = interpreters.by_id(public_id, request.acting), request.acting
    try:
        version = version_typed(request.POST)
        if "withdraw" in request.POST:
            linking.withdraw(interpreter=row, by=by, version=version)
            messages.success(request, _("The question is taken back."))
        else:
            linking.ask(interpreter=row, by=by, version=version, account=request.POST.get("account", ""))
            messages.success(request, _("Asked. The account is linked when that person has agreed."))
    except Refusal as refusal:
        if refusal.status == 404:
            raise
        return _kept(request, interpreters.by_id(public_id, by), refusal)
    return redirect("directory:interpreter", public_id)


@require_POST
@acting_required
def agree(request: ActingRequest, public_id: UUID) -> HttpResponse:
    """The person who was asked agrees."""
    linking.agree(interpreter=public_id, by=request.acting)
    messages.success(request, _("Agreed. Your hearings are in your list from now on."))
    return redirect("directory:account")


def _kept(request: ActingRequest, row: Interpreter, refusal: Refusal) -> HttpResponse:
    """The interpreter as she is stored, with why her account was not linked."""
    weeks = [Week.of(name, getattr(row.resource, name)) for name in WEEKS]
    pairs = [Pair(p.source, p.target, p.modes) for p in row.pairs.all()]
    page = _page(request, row, _stored(row), weeks, pairs) | {"refusal": refusal}
    return render(request, "directory/interpreter.html", page, status=refusal.status)


def _answer(
    request: ActingRequest, row: Interpreter | None, stored: dict[str, str], weeks: list[Week], pairs: list[Pair]
) -> HttpResponse:
    if request.method == "GET":
        return render(request, "directory/interpreter.html", _page(request, row, stored, weeks, pairs))
    typed = {name: request.POST.get(name, "").strip() for name in LABELS}
    weeks, pairs = [Week.typed(name, request.POST) for name in WEEKS], _pairs(request.POST)
    if forms.only_rows(request.POST):
        page = _page(request, row, typed, weeks, pairs) | {"version": version_typed(request.POST)}
        return forms.fragment(request, weeks) or render(request, "directory/interpreter.html", page)
    try:
        saved = _save(request, row, typed, weeks, pairs)
    except Refusal as refusal:
        if refusal.status == 404:
            raise
        current = interpreters.by_id(row.public_id, request.acting) if row else None
        differences = forms.differences(refusal, LABELS, _stored(current) if current else {}, typed)
        page = _page(request, current, typed, weeks, pairs) | {"refusal": refusal, "differences": differences}
        return render(request, "directory/interpreter.html", page, status=refusal.status)
    messages.success(request, _("The interpreter is saved. Searches follow from now on."))
    return redirect("directory:interpreter", saved.public_id)


def _save(
    request: ActingRequest, row: Interpreter | None, typed: dict[str, str], weeks: list[Week], pairs: list[Pair]
) -> Interpreter:
    facts = Facts(
        name=typed["name"],
        email=typed["email"],
        zone=typed["zone"],
        hours=weeks[0].read(),
        preferred=weeks[1].read(),
        pairs=pairs,
        active=bool(typed["active"]),
    )
    if row is None:
        return interpreters.add(by=request.acting, facts=facts)
    version = version_typed(request.POST)
    return interpreters.change(interpreter=row, by=request.acting, version=version, facts=facts)


def _pairs(posted: QueryDict) -> list[Pair]:
    """Rows as `pair-N-source`, `-target`, `-modes`; those without any language do not count."""
    found = []
    for number in range(interpreters.MOST_PAIRS + SPARE):
        source, target = (posted.get(f"pair-{number}-{end}", "") for end in ("source", "target"))
        if source or target:
            found.append(Pair(source, target, posted.getlist(f"pair-{number}-modes")))
    return found


def _stored(row: Interpreter) -> dict[str, str]:
    active = "on" if row.resource.active else ""
    return {"name": row.name, "email": row.email, "zone": row.resource.zone, "active": active}


def _page(
    request: ActingRequest, row: Interpreter | None, typed: dict[str, str], weeks: list[Week], pairs: list[Pair]
) -> dict[str, Any]:
    offered = languages.offered(request.acting.authority.languages, locale=reader())
    return {
        "interpreter": row,
        "version": row.resource.version if row else 0,
        "typed": typed,
        "labels": LABELS,
        "weeks": weeks,
        "pairs": [_choices(pair, *offered) for pair in [*pairs, *[Pair("", "", ()) for _spare in range(SPARE)]]],
        "modes": InterpreterPair.Mode.choices,
        "linked": row.user if row and linking.acts(row) else None,
        "accounts": linking.candidates(request.acting) if row else (),
        "zones": editing.zone_choices(),
    }


def _choices(pair: Pair, first: list[Choice], others: list[Choice]) -> dict[str, Any]:
    """A row of the form: its modes, and for both its ends the languages, the one that is chosen marked."""
    ends = {end: _marked(getattr(pair, end), first, others) for end in ("source", "target")}
    return {"modes": pair.modes, **ends}


def _marked(chosen: str, first: list[Choice], others: list[Choice]) -> dict[str, list[tuple[str, str, bool]]]:
    """A variety, or a language that nobody speaks any more, is offered where it is chosen already."""
    known = {tag for tag, _word in (*first, *others)}
    more = [] if not chosen or chosen in known else [(chosen, languages.name(chosen, reader()))]
    lists = {"first": first, "others": [*more, *others]}
    return {name: [(tag, word, tag == chosen) for tag, word in rows] for name, rows in lists.items()}
