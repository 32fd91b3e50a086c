"""Why the sittings of one hearing cannot be had together: in words, and only as far as the reader's side may know."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from directory.models import Membership
from scheduler.models import PlanNeed, Side
from scheduler.search import Found
from scheduler.solver.several import Together
from scheduler.why import reasons


def why(found: Found, by: Membership, start: datetime | None = None) -> str:
    """Why no series begins at `start`, or at all; empty for a hearing of one sitting, and where no day is free."""
    prospect = found.prospect
    if not isinstance(prospect, Together) or not prospect.field.feasible:
        return ""
    most = prospect.most(start)
    if most < prospect.asked.count:
        return _too_few(prospect, most, start)
    if prospect.undecided:
        return _(
            "In the time it may take, the search could not tell whether the same people can come to all sittings with "
            "the rest they are owed. Choose fewer people, or a shorter span of dates, in the plan."
        )
    changing = _changing(found, prospect, start, by)
    if changing:
        sentence = _("Enough days are free, but nobody can be the same at all %(count)s sittings: %(who)s.")
        return sentence % {"count": prospect.asked.count, "who": reasons.listed(changing)}
    return _("Enough days are free, but the same people cannot come to all of them with the rest they are owed.")


def _too_few(prospect: Together, most: int, start: datetime | None) -> str:
    facts = {"most": most, "count": prospect.asked.count, "days": prospect.asked.spread}
    if start is None:
        sentence = ngettext(
            "At most %(most)s of %(count)s sittings fits within %(days)s days.",
            "At most %(most)s of %(count)s sittings fit within %(days)s days.",
            most,
        )
    else:
        sentence = ngettext(
            "From that day on only %(most)s of %(count)s sittings fits within %(days)s days.",
            "From that day on only %(most)s of %(count)s sittings fit within %(days)s days.",
            most,
        )
    return sentence % facts


def _changing(found: Found, prospect: Together, start: datetime | None, by: Membership) -> Sequence[str]:
    """The places which, if another might take them from one sitting to the next, would make it possible."""
    asked = prospect.asked
    rows = [need for need in found.needs if str(need.public_id) in asked.steady]
    rows = [need for need in rows if len(need.resources.all()) > need.count]
    freed = [need for need in rows if _possible(prospect, str(need.public_id), start)]
    return list(dict.fromkeys(_told(found, need, by) for need in freed))


def _possible(prospect: Together, label: str, start: datetime | None) -> bool:
    looser = replace(prospect, asked=replace(prospect.asked, steady=frozenset(prospect.asked.steady) - {label}))
    return bool(looser.at(start) if start else looser.best(1))


def _told(found: Found, need: PlanNeed, by: Membership) -> str:
    """The other side's bench is no more than its State; interpreters are nobody's."""
    plan = found.plan
    if need.side in (plan.side_of(by), Side.THIRD):
        return reasons.need_words(need)
    return reasons.state_words(
        plan.request.requesting.state if need.side == "requesting" else plan.request.requested.state
    )
