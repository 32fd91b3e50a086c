"""The court's own rules for its interpreters: a page and its form."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from directory.access import ActingRequest, requires
from directory.errors import Refusal
from directory.preconditions import version_typed
from directory.roles import Act
from directory.views import typed as forms
from scheduler.planning import rules
from scheduler.planning.rules import TEAM, WORK, Rules
from scheduler.solver.needs import TEAM_LIMITS, WORK_LIMIT, Mode

MODES = {Mode.CONSECUTIVE: gettext_lazy("Consecutive"), Mode.SIMULTANEOUS: gettext_lazy("Simultaneous")}
WORDS = {
    "alone_minutes": gettext_lazy("One works alone up to"),
    "pair_minutes": gettext_lazy("Two work up to; beyond, three"),
    "turn_minutes": gettext_lazy("They change every"),
    "stretch_minutes": gettext_lazy("Hearing between two breaks"),
    "break_minutes": gettext_lazy("A break takes"),
    "day_minutes": gettext_lazy("At most on one date"),
    "rest_minutes": gettext_lazy("Rest between two dates"),
}
PUBLISHED = {
    mode: dict(zip(TEAM, (limit.alone, limit.pair, limit.turn, limit.stretch, limit.rest), strict=True))
    for mode, limit in TEAM_LIMITS.items()
}
PUBLISHED_WORK = {"day_minutes": WORK_LIMIT.day, "rest_minutes": WORK_LIMIT.rest}


@never_cache
@require_http_methods(["GET", "POST"])
@requires(Act.DIRECTORY_EDIT)
def edit(request: ActingRequest) -> HttpResponse:
    """What the authority asks of its interpreters' work; an empty line holds as published."""
    stored = rules.of(request.acting.authority)
    if request.method == "GET":
        return render(request, "scheduler/rules.html", _page(request, _stands(stored), stored.version))
    typed = {name: request.POST.get(name, "").strip() for name in (*_names(), "source")}
    try:
        rules.change(rules=_read(typed, version_typed(request.POST)), by=request.acting)
    except Refusal as refusal:
        if refusal.status == 404:
            raise
        stored = rules.of(request.acting.authority)
        differences = forms.differences(refusal, _labels(), _stands(stored), typed)
        page = _page(request, typed, stored.version) | {"refusal": refusal, "differences": differences}
        return render(request, "scheduler/rules.html", page, status=refusal.status)
    messages.success(request, _("Kept. Every search from now on goes by it; what is held stands."))
    return redirect("scheduler:rules")


def _names() -> list[str]:
    return [*(f"{mode}-{name}" for mode in Mode for name in TEAM), *WORK]


def _stands(found: Rules) -> dict[str, str]:
    numbers = {f"{mode}-{name}": number for mode, each in found.teams.items() for name, number in each.items()}
    told = {name: "" if number is None else str(number) for name, number in {**numbers, **found.work}.items()}
    return told | {"source": found.source}


def _labels() -> dict[str, str]:
    lines = {f"{mode}-{name}": f"{word}: {WORDS[name]}" for mode, word in MODES.items() for name in TEAM}
    return lines | {name: str(WORDS[name]) for name in WORK} | {"source": _("Who says so")}


def _read(typed: dict[str, str], version: int) -> Rules:
    teams = {mode: {name: _number(typed, f"{mode}-{name}") for name in TEAM} for mode in Mode}
    return Rules(teams, {name: _number(typed, name) for name in WORK}, typed["source"][: rules.LONGEST_SOURCE], version)


def _number(typed: dict[str, str], name: str) -> int | None:
    text = typed[name]
    if not text:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) <= 6):
        raise Refusal(_("Write a whole number of minutes, or nothing."), code="rule_broken", status=422, field=name)
    return int(text)


def _page(request: ActingRequest, typed: dict[str, str], version: int) -> dict[str, Any]:
    groups = [
        (str(word), [(f"{mode}-{name}", WORDS[name], typed[f"{mode}-{name}"], PUBLISHED[mode][name]) for name in TEAM])
        for mode, word in MODES.items()
    ]
    work = [(name, WORDS[name], typed[name], PUBLISHED_WORK[name]) for name in WORK]
    groups.append((_("One interpreter’s day and night"), work))
    facts = {"groups": groups, "source": typed["source"], "version": version}
    return facts | {"authority": request.acting.authority}
