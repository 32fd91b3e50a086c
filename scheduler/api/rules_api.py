"""A court's rules for its interpreters, over the API."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema

from directory import access
from directory.models import Membership
from directory.preconditions import Version, acting, tell, version_of
from directory.roles import Act
from scheduler.planning import rules
from scheduler.planning.rules import Rules
from scheduler.solver.needs import Mode

router = Router()


class TeamRuleIO(Schema, extra="forbid"):
    """Minutes; null: as published. One works up to `alone_minutes`, two up to `pair_minutes`, beyond that three."""

    alone_minutes: int | None = None
    pair_minutes: int | None = None
    turn_minutes: int | None = None
    stretch_minutes: int | None = None
    break_minutes: int | None = None


class RulesIO(Schema, extra="forbid"):
    """The caller's own authority's; minutes of one interpreter on one date, and of rest between the work of two."""

    consecutive: TeamRuleIO = TeamRuleIO()
    simultaneous: TeamRuleIO = TeamRuleIO()
    day_minutes: int | None = None
    rest_minutes: int | None = None
    source: str = ""


@router.get("/rules", response=RulesIO, operation_id="read_rules")
def read(request: HttpRequest, response: HttpResponse) -> dict[str, Any]:
    """What is written down in place of the published rules; the ETag is their version."""
    return _answer(access.check(acting(request), Act.DIRECTORY_EDIT), response)


@router.put("/rules", response=RulesIO, operation_id="change_rules")
def change(request: HttpRequest, response: HttpResponse, facts: RulesIO, version: Version = None) -> dict[str, Any]:
    """Write them down anew, all of them; null everywhere, and the published ones hold. 422 `rule_broken`."""
    by = access.check(acting(request), Act.DIRECTORY_EDIT)
    read = version_of(version)
    teams = {mode: getattr(facts, mode.value).dict() for mode in Mode}
    work = {name: getattr(facts, name) for name in rules.WORK}
    rules.change(rules=Rules(teams, work, facts.source[: rules.LONGEST_SOURCE], read), by=by)
    return _answer(by, response)


def _answer(by: Membership, response: HttpResponse) -> dict[str, Any]:
    found = rules.of(by.authority)
    tell(response, found.version)
    teams = {mode.value: dict(numbers) for mode, numbers in found.teams.items()}
    return teams | dict(found.work) | {"source": found.source}
