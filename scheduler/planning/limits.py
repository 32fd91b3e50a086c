"""The rules for interpreters that hold in a hearing: the published ones, or the hearing court's own."""

from django.utils.translation import gettext as _

from directory import rows
from directory.models import Authority
from scheduler.models import Plan, TeamRule, WorkRule
from scheduler.solver.needs import TEAM_LIMITS, UNINTERPRETED, WORK_LIMIT, Mode, TeamLimit, WorkLimit


def team_limits(plan: Plan) -> dict[Mode, TeamLimit]:
    """Sizes of teams, turns and breaks, by mode; in minutes."""
    own = {Mode(rule.mode): _team(rule) for rule in TeamRule.objects.filter(authority=court_of(plan))}
    return {**TEAM_LIMITS, **own}


def work_limit(plan: Plan) -> WorkLimit:
    """What one interpreter may work on a date, and the rest between two; in minutes."""
    rule = _work_rule(plan)
    if rule is None:
        return WORK_LIMIT
    return WorkLimit(day=_or(rule.day_minutes, WORK_LIMIT.day), rest=_or(rule.rest_minutes, WORK_LIMIT.rest))


def work_source(plan: Plan) -> str:
    """Who says so: the court's own source, or where the published limits come from."""
    rule = _work_rule(plan)
    if rule is None:
        return _("AIIC Professional Standards; Directive 2003/88/EC, article 3")
    return rule.source or _("the hearing court")


def breaks_of(plan: Plan) -> TeamLimit:
    """The limit whose breaks the hearing takes: that of its interpreters, or the house's where there are none."""
    interpreted = plan.needs.filter(role="interpreter").exists()
    return team_limits(plan)[Mode(plan.mode)] if interpreted else UNINTERPRETED


def _work_rule(plan: Plan) -> WorkRule | None:
    return next(iter(rows.having(WorkRule, "authority_id", [court_of(plan).pk])), None)


def _team(rule: TeamRule) -> TeamLimit:
    usual = TEAM_LIMITS[Mode(rule.mode)]
    return TeamLimit(
        alone=rule.alone_minutes,
        pair=rule.pair_minutes,
        turn=_or(rule.turn_minutes, usual.turn),
        stretch=_or(rule.stretch_minutes, usual.stretch),
        rest=_or(rule.break_minutes, usual.rest),
    )


def _or(own: int | None, usual: int) -> int:
    return usual if own is None else own


def court_of(plan: Plan) -> Authority:
    """Whose rules hold: the court that hears, or until one is named the authority that asks."""
    return plan.request.court or plan.request.requesting
