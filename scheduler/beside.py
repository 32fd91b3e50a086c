"""What is worth knowing of the days beside a sitting or a deadline: public holidays by name, and clocks that change.

Told of the two States, at their official clocks. While the place is withheld the requested State's own holidays are
told and no region's: see `scheduler.why.closures.calendar_of`.
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from directory import calendars, times
from directory.calendars import Closure
from scheduler import sides
from scheduler.availability import local_day
from scheduler.desk import clockchanges
from scheduler.models import Plan, Side
from scheduler.why import closures
from scheduler.why.reasonwords import state_words

DAY = timedelta(days=1)
Days = Mapping[date, Closure]


def sitting(plan: Plan, start: datetime, end: datetime, since: datetime, *, withheld: bool) -> list[str]:
    """Sentences on the holidays of its dates and of the days next to them, and on a change of clocks before it.

    A change is told if the clocks of the two States are not as far apart at `start` as they were at `since`.
    """
    zones = sides.zones(plan, withheld)
    turn = clockchanges.told((zones[Side.REQUESTED], zones[Side.REQUESTING]), since, start)
    return [*_holidays(plan, start, end + DAY, withheld), *([turn] if turn else [])]


def deadline(plan: Plan, at: datetime, *, withheld: bool) -> list[str]:
    """Sentences on the holidays of its date in each State, and of the day before: then nobody is there to keep it."""
    return _holidays(plan, at, at, withheld)


def _holidays(plan: Plan, first: datetime, last: datetime, withheld: bool) -> list[str]:
    """From the day before `first` to the day of `last`, each by the date of the State that has the holiday."""
    zones, found = sides.zones(plan, withheld), {}
    for side in (Side.REQUESTING, Side.REQUESTED):
        where = closures.calendar_of(plan, side, withheld)
        days = local_day(first, zones[side]) - DAY, local_day(last, zones[side])
        found[side] = calendars.public_holidays(where, *days), calendars.uncertain(where, *days)
    (ours, ours_perhaps), (theirs, theirs_perhaps) = found.values()
    certain = [_sentence(plan, day, ours.get(day), theirs.get(day)) for day in sorted({*ours, *theirs})]
    return certain + _perhaps(plan, Side.REQUESTING, ours_perhaps) + _perhaps(plan, Side.REQUESTED, theirs_perhaps)


def _sentence(plan: Plan, day: date, a: Closure | None, b: Closure | None) -> str:
    """ "Tuesday 8 December: public holiday in Colombia and in Spain, Immaculate Conception." """
    request = plan.request
    facts = {"day": _day(day), "a": state_words(request.requesting.state), "b": state_words(request.requested.state)}
    if a and b and a.name == b.name:
        return _("%(day)s: public holiday in %(a)s and in %(b)s, %(name)s.") % {**facts, "name": a.name}
    if a and b:
        names = {"first": a.name, "second": b.name}
        return _("%(day)s: public holiday in %(a)s, %(first)s, and in %(b)s, %(second)s.") % {**facts, **names}
    one, state = (a, facts["a"]) if a else (b, facts["b"])
    assert one is not None
    return _("%(day)s: public holiday in %(state)s, %(name)s.") % {**facts, "state": state, "name": one.name}


def _perhaps(plan: Plan, side: Side, days: Days) -> list[str]:
    """Holidays whose date is estimated, most of them by the moon."""
    request = plan.request
    state = state_words((request.requesting if side == Side.REQUESTING else request.requested).state)
    words = _("%(day)s: may be a public holiday in %(state)s, %(name)s.")
    return [words % {"day": _day(day), "state": state, "name": one.name} for day, one in days.items()]


def _day(day: date) -> str:
    return times.date_words(day, get_language() or "en", year=False)
