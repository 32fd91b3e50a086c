"""Why not this time? A day and a start: all that stands in the way, what would help, and the nearest times."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from directory.models import Membership
from scheduler.models import Plan, PlanNeed, Role
from scheduler.planning import limits
from scheduler.search import Found
from scheduler.solver.ground import Ground
from scheduler.solver.needs import Mode
from scheduler.solver.prospect import Slot
from scheduler.why import apart, reasons
from scheduler.why.reasons import Reader, Reason


@dataclass(frozen=True)
class Answer:
    """`slot` is set where the time is possible after all; else `reasons` say why not, and `remedy` what would do."""

    start: datetime
    slot: Slot | None
    reasons: Sequence[Reason]
    remedy: str
    nearest: Sequence[Slot]


def explain(found: Found, start: datetime, by: Membership) -> Answer:
    """The answer for one start, as far as the reader's side may know it."""
    slot, nearest = found.prospect.at(start), found.prospect.nearest(start)
    if slot or found.ground is None:
        return Answer(start, slot, [] if slot else [_notice(_no_time(found.plan))], "", nearest)
    reader = Reader(found.basis, found.ground, by)
    return Answer(start, None, _reasons(found, reader, start), _remedy(found, reader, start), nearest)


def _notice(sentence: str) -> Reason:
    return Reason("", "", "notice", sentence, _("No time after the notice"))


def _reasons(found: Found, reader: Reader, start: datetime) -> list[Reason]:
    plan = found.plan
    if start.timestamp() % (plan.grid * 60):
        off = _("Hearings start at multiples of %(grid)s minutes.") % {"grid": plan.grid}
        return [Reason("", "", "off_grid", off)]
    if start < found.span[0]:
        return [_notice(_before(plan))]
    blocks = reader.at(start)
    together = apart.why(found, reader.by, start) if found.prospect.alone(start) else ""
    twice = _("Everybody needed is free, but one would have to be in two places at once.")
    return blocks or [Reason("", "", "apart", together or twice)]


def _before(plan: Plan) -> str:
    sentence = ngettext(
        "It lies before the first day, or less than %(days)s day ahead: the summons must reach the witness first.",
        "It lies before the first day, or less than %(days)s days ahead: the summons must reach the witness first.",
        plan.notice_days,
    )
    return sentence % {"days": plan.notice_days}


def _no_time(plan: Plan) -> str:
    sentence = _("Between the notice of %(days)s days and the last day there is no time left. Change the dates.")
    return sentence % {"days": plan.notice_days}


def _remedy(found: Found, reader: Reader, start: datetime) -> str:
    """What the one need of the own side would take, in words; nothing where several stand in the way."""
    need = reader.single(start)
    if need is None:
        return ""
    if need.role == Role.INTERPRETER:
        return _interpreters(found.plan, need, reader.ground, start)
    if need.role in (Role.ROOM, Role.WITNESS_ROOM):
        return _("It would take another room.")
    return _("It would take somebody else: %(role)s.") % {"role": reasons.need_words(need)}


def _interpreters(plan: Plan, need: PlanNeed, ground: Ground, start: datetime) -> str:
    row = next(one for one in ground.asked.needs if one.label == str(need.public_id))
    number = ground.number(start)
    free = len(ground.available(row, number)) if number is not None else 0
    more = need.count - free
    limit = limits.team_limits(plan)[Mode(plan.mode)]
    shorter = {1: limit.alone, 2: limit.pair}.get(free)
    one = ngettext(
        "It would take %(more)s more interpreter.",
        "It would take %(more)s more interpreters.",
        more,
    )
    if shorter is None or shorter >= plan.minutes:
        return one % {"more": more}
    both = ngettext(
        "It would take %(more)s more interpreter, or a hearing of %(minutes)s minutes.",
        "It would take %(more)s more interpreters, or a hearing of %(minutes)s minutes.",
        more,
    )
    return both % {"more": more, "minutes": shorter}
