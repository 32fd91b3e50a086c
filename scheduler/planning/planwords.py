"""What follows from a plan, in words: its breaks, its notice, its interpreters and what they may work."""

from datetime import datetime, timedelta

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from directory import languages
from directory.models import Membership
from scheduler import sides
from scheduler.models import Plan, PlanNeed, Role
from scheduler.planning import limits, staffing
from scheduler.planning.staffing import Lack, Why
from scheduler.solver import needs
from scheduler.solver.needs import Mode


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


def unstaffed(plan: Plan, by: Membership, now: datetime) -> str:
    """Why the interpreters cannot be had, and what would help; empty where they can."""
    found = staffing.lack(plan, now)
    if found is None:
        return ""
    known = sides.may_know(plan, by).language
    facts = {
        "pair": f"{language(found.need.language_in)}–{language(found.need.language_out)}" if known else _("this pair"),
        "known": found.known,
        "count": found.need.count,
        "minutes": plan.minutes,
    }
    return " ".join(words % facts for words in _lack(plan, found))


def _lack(plan: Plan, found: Lack) -> list[str]:
    if found.why is Why.NEVER:
        direct = _(
            "The interpreters chosen are never free together in these dates, and no relay can be staffed either."
        )
        relay = _("The two teams of the relay are never free together in these dates.")
        return [relay if plan.pivot else direct, _("Tick more of them, or widen the dates.")]
    nobody = _("Nobody is entered who interprets %(pair)s in this mode, and no relay can be staffed.")
    few = ngettext(
        "Only %(known)s interpreter of %(pair)s is entered; %(minutes)s minutes need %(count)s. "
        "No relay can be staffed.",
        "Only %(known)s interpreters of %(pair)s are entered; %(minutes)s minutes need %(count)s. "
        "No relay can be staffed.",
        found.known,
    )
    sentences = [few if found.known else nobody]
    if found.other:
        there = _("consecutively") if plan.mode == Mode.SIMULTANEOUS else _("simultaneously")
        some = ngettext("%(n)s does so %(how)s.", "%(n)s do so %(how)s.", found.other)
        sentences.append(some % {"n": found.other, "how": there})
    limit = limits.team_limits(plan)[Mode(plan.mode)]
    longest = {1: limit.alone, 2: limit.pair}.get(found.known, 0)
    if 0 < longest < plan.minutes:
        sentences.append(_("A sitting of %(longest)s minutes would do with them.") % {"longest": longest})
    return sentences


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
