"""The interpreters of a plan: one team that works directly, or two in relay through a third language.

Relay only where no direct team can be staffed: not enough people work between the two languages at all, or none of
them together at any time of the horizon. One pivot at most, both teams throughout (DESIGN: never shown as direct).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import zip_longest

from django.utils.translation import gettext_lazy as _

from directory.errors import Refusal
from directory.models import Interpreter, InterpreterPair, Resource
from scheduler.availability import Basis
from scheduler.models import Plan, PlanNeed, Role, Side
from scheduler.planning import limits
from scheduler.solver import needs
from scheduler.solver.field import Field
from scheduler.solver.needs import Mode, team_size
from scheduler.solver.problem import Need
from scheduler.solver.series import Search

SIGN = InterpreterPair.Mode.SIGN.value
Pairs = Mapping[frozenset[str], Sequence[Resource]]  # two languages → who works between them, both ways


@dataclass(frozen=True)
class Team:
    """`count` people who work between two languages, both ways; `pool` is who could."""

    language_in: str
    language_out: str
    count: int
    pool: tuple[Resource, ...]


def staff(plan: Plan, now: datetime) -> None:
    """Give the plan the teams it needs now: the same row for the first team, one more for the second of a relay.

    A clerk's choice among the people stands as long as the languages are the same and it is large enough.
    """
    pivot, wanted = teams(plan, now)
    if pivot != plan.pivot:
        Plan.objects.filter(pk=plan.pk).update(pivot=pivot)
        plan.pivot = pivot
    rows = PlanNeed._base_manager.filter(plan=plan, role=Role.INTERPRETER).order_by("position")
    for row, team in zip_longest(rows, wanted):
        if team:
            _fill(row or _new(plan), team)
        elif row:
            PlanNeed._base_manager.filter(pk=row.pk).update(given_up=True)


def teams(plan: Plan, now: datetime) -> tuple[str, list[Team]]:
    """The pivot (empty: none) and the teams. Where nothing at all can be staffed: the direct team, which blocks."""
    heard, spoken = _primary(plan.testimony_language), _primary(plan.court_language)
    if plan.request.interpreter_mode == "none" or not (heard and spoken) or heard == spoken:
        return "", []
    pairs, size = _pairs(plan.mode), _size(plan)
    direct = _team(plan.testimony_language, plan.court_language, size, pairs)
    if _staffed(plan, [direct], now):
        return "", [direct]
    for pivot in _pivots(pairs, heard, spoken, size):
        relay = [
            _team(plan.testimony_language, pivot, size, pairs),
            _team(pivot, plan.court_language, size, pairs),
        ]
        if _staffed(plan, relay, now):
            return pivot, relay
    return "", [direct]


class Why(StrEnum):
    """Why the interpreters that a plan needs cannot be had; a relay through any third language fails as well."""

    NOBODY = "nobody"  # works between the two languages
    FEW = "few"  # do, fewer than a team has
    NEVER = "never"  # all of a team free at once, in these dates


@dataclass(frozen=True)
class Lack:
    """`known` work between the languages in the plan's mode, `other` in the other one."""

    why: Why
    need: PlanNeed
    known: int
    other: int


def lack(plan: Plan, now: datetime) -> Lack | None:
    """What is missing for the teams the plan has; None where they can be had, or nobody interprets."""
    rows = list(plan.needs.filter(role=Role.INTERPRETER).prefetch_related("resources"))
    other = Mode.CONSECUTIVE if plan.mode == Mode.SIMULTANEOUS else Mode.SIMULTANEOUS
    for row in rows:
        known = between(plan, row.language_in, row.language_out)
        if len(known) < row.count:
            elsewhere = _pairs(other).get(_key(row.language_in, row.language_out), ())
            return Lack(Why.FEW if known else Why.NOBODY, row, len(known), len(elsewhere))
    pools = [(row, tuple(one for one in row.resources.all() if one.active)) for row in rows]
    wanted = [Team(row.language_in, row.language_out, row.count, pool) for row, pool in pools]
    if not rows or _staffed(plan, wanted, now):
        return None
    return Lack(Why.NEVER, rows[0], len(wanted[0].pool), 0)


def between(plan: Plan, language_in: str, language_out: str) -> list[Resource]:
    """Those who work both ways between the two languages in the plan's mode."""
    return list(_pairs(plan.mode).get(_key(language_in, language_out), ()))


def refuse_needless_relay(plan: Plan, now: datetime) -> None:
    """Refuse `direct_possible` where a relay is planned and a direct team can be staffed after all."""
    if plan.pivot and not teams(plan, now)[0]:
        sentence = _("Direct interpreters are free now. Look for interpreters again on the plan's page.")
        raise Refusal(sentence, code="direct_possible")


def _size(plan: Plan) -> int:
    return team_size(plan.minutes, Mode(plan.mode), limits.team_limits(plan))


def _new(plan: Plan) -> PlanNeed:
    place = {"position": plan.next_position(), "role": Role.INTERPRETER, "side": Side.THIRD}
    row: PlanNeed = PlanNeed.objects.create(plan=plan, given_up=True, **place)
    return row


def _fill(row: PlanNeed, team: Team) -> None:
    facts = {"language_in": team.language_in, "language_out": team.language_out, "count": team.count}
    kept = set(row.resources.values_list("pk", flat=True)) & {one.pk for one in team.pool}
    same = not row.given_up and (row.language_in, row.language_out) == (team.language_in, team.language_out)
    PlanNeed._base_manager.filter(pk=row.pk).update(given_up=False, **facts)
    if not same or len(kept) < team.count:
        row.resources.set(team.pool)


def _team(language_in: str, language_out: str, size: int, pairs: Pairs) -> Team:
    return Team(language_in, language_out, size, tuple(pairs.get(_key(language_in, language_out), ())))


def _pivots(pairs: Pairs, heard: str, spoken: str, size: int) -> list[str]:
    """Languages with enough people towards both ends, the one with the most first."""
    least = {
        pivot: min(len(pairs[_key(heard, pivot)]), len(pairs[_key(pivot, spoken)]))
        for pivot in {tag for pair in pairs for tag in pair} - {heard, spoken}
        if _key(heard, pivot) in pairs and _key(pivot, spoken) in pairs
    }
    return sorted((pivot for pivot in least if least[pivot] >= size), key=lambda pivot: (-least[pivot], pivot))


def _staffed(plan: Plan, teams: Sequence[Team], now: datetime) -> bool:
    """Whether these teams exist, and are all free at once at some time of the plan's horizon, for all its sittings.

    Where the notice leaves no time at all nothing can be said of that, and that they exist is enough.
    """
    people = {one.pk: one for team in teams for one in team.pool}
    if any(len(team.pool) < team.count for team in teams) or len(people) < sum(team.count for team in teams):
        return False
    asked = [
        Need(label=str(number), count=team.count, of=tuple(sorted(str(one.pk) for one in team.pool)))
        for number, team in enumerate(teams)
    ]
    basis = Basis.of(plan)
    facts = replace(basis.facts(), needs=tuple(asked))
    span = needs.horizon(facts, now)
    if span[1] - span[0] < timedelta(minutes=plan.minutes):
        return True
    bookables = basis.bookables(span, now, only=list(people.values()))
    field = Field(needs.problem(facts, bookables, span, 1))
    if plan.sittings == 1:
        return field.feasible > 0
    search = Search(field, basis.sittings(facts, bookables))
    # What could not be settled in time is no ground for a relay.
    return next(search.best(), None) is not None or bool(search.undecided)


def _pairs(mode: str) -> dict[frozenset[str], list[Resource]]:
    """All who can be booked, by the two languages they work between both ways in that mode.

    Between a signed and a spoken language there is but one mode, and it serves in either.
    """
    found: dict[frozenset[str], list[Resource]] = {}
    rows = Interpreter.objects.filter(resource__active=True).prefetch_related("pairs")
    for one in rows.select_related("resource__authority__state"):
        ways = {(_primary(p.source), _primary(p.target)) for p in one.pairs.all() if {mode, SIGN} & set(p.modes)}
        for pair in {frozenset(way) for way in ways if way[::-1] in ways}:
            found.setdefault(pair, []).append(one.resource)
    return found


def _key(one: str, other: str) -> frozenset[str]:
    return frozenset({_primary(one), _primary(other)})


def _primary(tag: str) -> str:
    """Interpreters are matched on the language; a region's variety matters to documents."""
    return tag.partition("-")[0].lower()
