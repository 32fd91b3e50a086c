"""Why not: in words, and only as far as the reader's side may know.

The own side's rooms and people are named, interpreters are counted, the other side is never more than "not
free": another State's room, person or regional holiday must not show in a refusal.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from babel.lists import format_list
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from directory import times
from directory.models import Membership, Resource, State
from scheduler import availability, search
from scheduler.bits import Mask, members
from scheduler.ground import Ground, Why
from scheduler.models import Plan, PlanNeed, Role, Side
from scheduler.problem import Need


def taken(plan: Plan, ground: Ground | None, start: datetime, by: Membership) -> str:
    """The sentence of a refused hold; where the other side alone is in the way it gives no reason."""
    ours = _own_blocks(plan, availability.booked_needs(plan), ground, start, by) if ground else []
    return " ".join([*ours, _("Nothing was booked.")]) if ours else _("That time is no longer free.")


def blocks(found: search.Found, ground: Ground, start: datetime, by: Membership) -> list[str]:
    """One sentence for each need that cannot be met at this start, in the order of the plan. Empty: all can.

    The other side is spoken of only where it alone is in the way: asked hour by hour, a second answer beside the
    own one would draw the opening hours of the witness's room, and so its time zone.
    """
    number = ground.number(start)
    if number is None:
        return [_("That time lies outside the dates or the notice of this hearing.")]
    plan, short = found.plan, _short(found.needs, ground, ground.only(number))
    theirs = (_one(plan, ground, *pair, number, by) for pair in short)
    return _own_blocks(plan, found.needs, ground, start, by) or list(dict.fromkeys(theirs))


def _own_blocks(plan: Plan, needs: Sequence[PlanNeed], ground: Ground, start: datetime, by: Membership) -> list[str]:
    number = ground.number(start)
    short = _short(needs, ground, ground.only(number)) if number is not None else []
    ours = [pair for pair in short if _ours(plan, pair[0], by)]
    return list(dict.fromkeys(_one(plan, ground, *pair, number, by) for pair in ours if number is not None))


def day(found: search.Found, ground: Ground, within: Mask, by: Membership) -> str:
    """A few words for a day without a free window: the first need of the own side that no start meets."""
    plan, short = found.plan, _short(found.needs, ground, within)
    for need, row in sorted(short, key=lambda pair: not _ours(plan, pair[0], by)):
        if need.role == Role.INTERPRETER:
            free = ground.most(row, within)
            return _("%(free)s of %(count)s interpreters") % {"free": free, "count": need.count}
        if not _own(plan, need, by):
            return _("%(state)s: not free") % {"state": state_words(_state(plan, need))}
        return _own_day(need, ground, within)
    return _("No common time")


def single(found: search.Found, ground: Ground, start: datetime, by: Membership) -> PlanNeed | None:
    """The one need of the own side, or the interpreters, that is in the way; None where there are several, or none."""
    number = ground.number(start)
    short = _short(found.needs, ground, ground.only(number)) if number is not None else []
    ours = [need for need, _row in short if _ours(found.plan, need, by)]
    return ours[0] if len(ours) == 1 else None


def blockers(found: search.Found, by: Membership) -> list[tuple[str, int]]:
    """Where nothing is possible: the starts there would be without one need; the other side's is its State."""
    plan = found.plan
    rows: dict[str, int] = {}
    for one in found.blockers:
        words = need_words(one.need) if _ours(plan, one.need, by) else state_words(_state(plan, one.need))
        rows[words] = max(rows.get(words, 0), one.starts_without)
    return list(rows.items())


def state_words(state: State) -> str:
    """The State's name in the reader's language, by CLDR."""
    territories = times.locale_of(get_language() or "en").territories
    return str(territories.get(state.code) or state.name)


def listed(words: Iterable[str]) -> str:
    """Words as a list in the reader's language: "a, b and c"."""
    return str(format_list(list(words), locale=times.locale_of(get_language() or "en")))


def need_words(need: PlanNeed) -> str:
    """What a need is, without saying whom it means."""
    return str(Role(need.role).label)


def _short(needs: Sequence[PlanNeed], ground: Ground, within: Mask) -> list[tuple[PlanNeed, Need]]:
    known = {str(need.public_id): need for need in needs}
    return [(known[row.label], row) for row, _most in ground.short(within) if row.label in known]


def _own(plan: Plan, need: PlanNeed, by: Membership) -> bool:
    return need.side == plan.side_of(by)


def _ours(plan: Plan, need: PlanNeed, by: Membership) -> bool:
    """Whether the reader may know more than that it is not free: the own side, and interpreters, who are nobody's."""
    return need.side == Side.THIRD or _own(plan, need, by)


def _state(plan: Plan, need: PlanNeed) -> State:
    request = plan.request
    return request.requesting.state if need.side == Side.REQUESTING else request.requested.state


def _one(plan: Plan, ground: Ground, need: PlanNeed, row: Need, number: int, by: Membership) -> str:
    if need.role == Role.INTERPRETER:
        return _interpreters(plan, need, len(ground.available(row, number)))
    if not _own(plan, need, by):
        return _("Not everybody is free in %(state)s.") % {"state": state_words(_state(plan, need))}
    if not row.of:
        return _("%(what)s: nobody is entered for this court.") % {"what": need_words(need)}
    reasons = [_resource(need, one, ground, number) for one in need.resources.all() if str(one.pk) in row.of]
    return reasons[0] if len(reasons) == 1 else _("%(what)s: none is free.") % {"what": need_words(need)}


def _interpreters(plan: Plan, need: PlanNeed, free: int) -> str:
    if need.count == 1:
        return _("No interpreter is free.")
    sentence = ngettext(
        "Only %(free)s interpreter is free; a hearing of %(minutes)s minutes needs %(count)s.",
        "Only %(free)s interpreters are free; a hearing of %(minutes)s minutes needs %(count)s.",
        free,
    )
    none = _("No interpreter is free; a hearing of %(minutes)s minutes needs %(count)s.")
    facts = {"free": free, "minutes": plan.minutes, "count": need.count}
    return (sentence if free else none) % facts


def _what(need: PlanNeed, one: Resource) -> str:
    """A room by its name, a person by the function."""
    return one.label if one.kind == Resource.Kind.SITE else need_words(need)


def _resource(need: PlanNeed, one: Resource, ground: Ground, number: int) -> str:
    sentences = {
        Why.CLOSED: _("%(what)s is closed that day."),
        Why.HOURS: _("%(what)s is not open at that time, with the minutes before and after."),
        Why.BUSY: _("%(what)s is booked at that time."),
    }
    why = ground.why(str(one.pk), number) or Why.BUSY
    return sentences[why] % {"what": _what(need, one)}


def _own_day(need: PlanNeed, ground: Ground, within: Mask) -> str:
    pool = [one for one in need.resources.all() if str(one.pk) in ground.resources]
    what = _what(need, pool[0]) if len(pool) == 1 else need_words(need)
    causes = {ground.why(str(one.pk), ground.field.line.first + n) for one in pool for n in members(within).tolist()}
    if not pool or not within or causes <= {Why.CLOSED}:
        return _("%(what)s closed") % {"what": what}
    if Why.BUSY in causes:
        return _("%(what)s booked") % {"what": what}
    return _("%(what)s not open long enough") % {"what": what}
