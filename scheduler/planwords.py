"""What follows from a plan, in words: its breaks, its notice, its interpreters and what they may work."""

from datetime import datetime, timedelta

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from directory import languages
from directory.models import Membership
from scheduler import limits, needs, sides
from scheduler.models import Plan, PlanNeed, Role
from scheduler.needs import Mode


def notice_ends(plan: Plan, now: datetime) -> datetime:
    """Before this instant nothing begins: the summons leaves now at the earliest."""
    return now.replace(second=0, microsecond=0) + timedelta(days=plan.notice_days)


def breaks(plan: Plan) -> str:
    """How the wanted minutes hold their breaks; empty where there are none."""
    pauses = needs.breaks(plan.minutes, limits.breaks_of(plan))
    if not pauses:
        return ""
    facts = {
        "minutes": plan.minutes,
        "count": len(pauses),
        "each": pauses[0][1],
        "first": pauses[0][0],
        "left": plan.minutes - sum(length for _start, length in pauses),
    }
    sentence = ngettext(
        "The %(minutes)s minutes hold %(count)s break of %(each)s minutes, after %(first)s minutes: "
        "%(left)s are left for the testimony.",
        "The %(minutes)s minutes hold %(count)s breaks of %(each)s minutes, one after every %(first)s minutes or so: "
        "%(left)s are left for the testimony.",
        len(pauses),
    )
    return sentence % facts


def team(plan: Plan) -> str:
    """How many interpret, and how they take turns; empty where nobody does."""
    teams = list(plan.needs.filter(role=Role.INTERPRETER))
    if not teams:
        return ""
    size, limit = teams[0].count, limits.team_limits(plan)[Mode(plan.mode)]
    facts = {"size": size, "turn": limit.turn}
    if size == 1:
        return _("One interpreter works alone.")
    return _("%(size)s interpreters work as a team and change every %(turn)s minutes.") % facts


def relay(plan: Plan, by: Membership) -> str:
    """What a relay is, and through what; empty where interpreters work directly."""
    if not plan.pivot:
        return ""
    if not sides.may_know(plan, by).language:
        return _("Interpreted in relay, through a third language: two teams work throughout. Nothing is direct.")
    sentence = _(
        "Interpreted in relay, through %(pivot)s: no team works directly between %(heard)s and %(spoken)s in these "
        "dates. Two teams work throughout, and what is heard has been interpreted twice."
    )
    tags = {"pivot": plan.pivot, "heard": plan.testimony_language, "spoken": plan.court_language}
    return sentence % {what: language(tag) for what, tag in tags.items()}


def relayed(plan: Plan, *, known: bool) -> str:
    """ "By relay through English"; empty without a relay. `known`: whether the reader may know the language."""
    if not plan.pivot:
        return ""
    if not known:
        return _("By relay through a third language")
    return _("By relay through %(pivot)s") % {"pivot": language(plan.pivot)}


def work(plan: Plan) -> str:
    """What one interpreter may work, and who says so."""
    limit, source = limits.work_limit(plan), limits.work_source(plan)
    sentence = _(
        "One interpreter works at most %(day)s minutes on a date of his own zone and rests %(hours)s hours between "
        "the work of two dates. What is booked elsewhere counts. Source: %(source)s."
    )
    facts = {"day": limit.day, "hours": f"{limit.rest / 60:g}", "source": source}
    too_long = _("This hearing is longer than that: divide it into sittings.")
    return " ".join([sentence % facts, *([too_long] if plan.minutes > limit.day else [])])


def need(row: PlanNeed) -> str:
    """What the need is; of interpreters in relay, between which languages this team works."""
    role = str(Role(row.role).label)
    if row.role != Role.INTERPRETER or not row.language_in:
        return role
    return f"{role}, {language(row.language_in)}–{language(row.language_out)}"


def language(tag: str) -> str:
    """The language's name in the reader's own."""
    return languages.name(tag, get_language() or "en") if tag else ""
