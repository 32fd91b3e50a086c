"""Closed days of the two sides, and how they are told without telling the witness's region."""

from collections.abc import Sequence
from datetime import date, timedelta

from django.utils.translation import gettext as _

from directory import calendars
from directory.calendars import Closure
from directory.models import Authority, State
from scheduler.availability import Basis
from scheduler.models import Plan, Side
from scheduler.why.reasonwords import state_words


def closed(basis: Basis, side: Side, days: Sequence[date]) -> dict[date, Closure]:
    """The calendar of the court, or of its whole State while the place is withheld."""
    first, last = days[0] - timedelta(days=2), days[-1] + timedelta(days=2)
    return calendars.closed(calendar_of(basis.plan, side, basis.withheld), first, last)


def calendar_of(plan: Plan, side: Side, withheld: bool) -> State | Authority:
    """Whose days of rest are told of that side: its court's, with its region's; of a withheld place its State's."""
    request = plan.request
    if side == Side.REQUESTING:
        return request.court or request.requesting
    if withheld or request.executing is None:
        return request.requested.state
    return request.executing


def words(plan: Plan, a: Closure | None, b: Closure | None) -> str:
    """One line for a day closed on the requesting side, the requested one, or both; empty if on neither."""
    names = {
        "a": state_words(plan.request.requesting.state),
        "b": state_words(plan.request.requested.state),
    }
    if a and b and a.kind == b.kind == "weekend":
        return _("Weekend in both States")
    if a and b and a.kind == b.kind == "holiday" and a.name == b.name:
        return _("Public holiday in %(a)s and in %(b)s: %(name)s") % {**names, "name": a.name}
    return "; ".join(one(closure, names[side]) for side, closure in (("a", a), ("b", b)) if closure)


def one(closure: Closure, state: str) -> str:
    """A closed day of a State in words, with its name."""
    words = {
        "weekend": _("Weekend in %(state)s"),
        "holiday": _("Public holiday in %(state)s: %(name)s"),
        "recess": _("Court recess in %(state)s: %(name)s"),
    }
    return words[closure.kind] % {"state": state, "name": closure.name}
