"""The words of a reason: what is short, why, and by how many."""

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from babel.lists import format_list
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from directory import times
from directory.models import Resource, State
from scheduler.models import PlanNeed, Role
from scheduler.planning import planwords
from scheduler.solver.ground import Why
from scheduler.why.shortage import Kept, Shortage

CODES = {Why.CLOSED: "closed", Why.HOURS: "hours", Why.BUSY: "booked"}


class Told(NamedTuple):
    """A reason's code, its sentence, and a few words for a narrow place."""

    code: str
    sentence: str
    note: str


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


def of(one: Shortage, minutes: int, *, whole_day: bool, languages: bool) -> Told:
    """The shortage in words, for one start or for a whole day; `languages`: whether the reader may know them."""
    interpreters = one.need.role == Role.INTERPRETER
    if len(one.pool) < one.need.count:
        return _not_staffed(one, languages) if interpreters else _not_entered(one)
    if interpreters:
        return _interpreters(one, minutes, whole_day)
    if one.need.count > 1:
        return _quorum(one)
    same = {(kept.why, kept.closure) for kept in one.pool}
    return _kept(one, one.pool[0], whole_day) if len(same) == 1 else _none(one, whole_day)


def _not_staffed(one: Shortage, languages: bool) -> Told:
    need = one.need
    facts = {"there": len(one.pool), "count": need.count, "pair": ""}
    if languages and need.language_in and need.language_out:
        facts["pair"] = f"{planwords.language(need.language_in)}–{planwords.language(need.language_out)}"
        sentence = _("%(pair)s is not staffed: %(there)s of %(count)s interpreters are entered.")
        return Told("not_staffed", sentence % facts, _("%(pair)s not staffed") % facts)
    sentence = _("The language pair is not staffed: %(there)s of %(count)s interpreters are entered.")
    return Told("not_staffed", sentence % facts, _("Language pair not staffed"))


def _not_entered(one: Shortage) -> Told:
    facts = {"what": need_words(one.need), "there": len(one.pool), "count": one.need.count, "short": one.missing}
    if not one.pool:
        note = _("%(what)s: nobody entered") % facts
        return Told("nobody", _("%(what)s: nobody is entered for this court.") % facts, note)
    sentence = _("%(what)s: %(there)s of %(count)s are entered, so the quorum is short by %(short)s.")
    return Told("quorum", sentence % facts, _("%(what)s: short by %(short)s") % facts)


def _interpreters(one: Shortage, minutes: int, whole_day: bool) -> Told:
    facts = {"free": one.free, "minutes": minutes, "count": one.need.count}
    note = _("%(free)s of %(count)s interpreters") % facts
    if one.need.count == 1:
        none = _("No interpreter is free that day.") if whole_day else _("No interpreter is free.")
        return Told("interpreters", none, note)
    some = ngettext(
        "Only %(free)s interpreter is free; a hearing of %(minutes)s minutes needs %(count)s.",
        "Only %(free)s interpreters are free; a hearing of %(minutes)s minutes needs %(count)s.",
        one.free,
    )
    none = _("No interpreter is free; a hearing of %(minutes)s minutes needs %(count)s.")
    return Told("interpreters", (some if one.free else none) % facts, note)


def _quorum(one: Shortage) -> Told:
    facts = {"what": need_words(one.need), "free": one.free, "count": one.need.count, "short": one.missing}
    sentence = _("%(what)s: %(free)s of %(count)s are free, so the quorum is short by %(short)s.")
    return Told("quorum", sentence % facts, _("%(what)s: short by %(short)s") % facts)


def _kept(one: Shortage, kept: Kept, whole_day: bool) -> Told:
    """All of the pool, often one, are kept by the same thing."""
    room = kept.resource.kind == Resource.Kind.SITE
    what = kept.resource.label if room and len(one.pool) == 1 else need_words(one.need)
    if kept.why == Why.CLOSED:
        return _closed(kept, what, room)
    if kept.why == Why.HOURS:
        return _hours(what, room, whole_day)
    whole = _("%(what)s is booked that day whenever it could be.")
    sentence = whole if whole_day else _("%(what)s is booked at that time.")
    return Told("booked", sentence % {"what": what}, _("%(what)s booked") % {"what": what})


def _closed(kept: Kept, what: str, room: bool) -> Told:
    facts = {"what": what, "name": kept.closure.name if kept.closure else ""}
    sentences = {
        "weekend": (_("%(what)s is closed that day: weekend."), _("%(what)s does not work that day: weekend.")),
        "holiday": (
            _("%(what)s is closed that day: public holiday, %(name)s."),
            _("%(what)s does not work that day: public holiday, %(name)s."),
        ),
        "recess": (
            _("%(what)s is closed that day: court recess, %(name)s."),
            _("%(what)s does not work that day: court recess, %(name)s."),
        ),
        "closed": (_("%(what)s is closed that day."), _("%(what)s does not work that day.")),
    }
    code = kept.closure.kind if kept.closure else "closed"
    note = _("%(what)s closed") if room else _("%(what)s: not at work")
    return Told(code, sentences[code][not room] % facts, note % facts)


def _hours(what: str, room: bool, whole_day: bool) -> Told:
    if room:
        sentence = _("%(what)s is not open at that time, with the minutes before and after.")
        whole, note = _("%(what)s is not open long enough that day."), _("%(what)s not open long enough")
    else:
        sentence = _("%(what)s does not work at that time.")
        whole, note = _("%(what)s does not work long enough that day."), _("%(what)s not there long enough")
    return Told("hours", (whole if whole_day else sentence) % {"what": what}, note % {"what": what})


def _none(one: Shortage, whole_day: bool) -> Told:
    """Several could serve, and each is kept by something else."""
    whys = Counter(kept.why for kept in one.pool)
    words = {
        Why.BUSY: _("%(n)s booked"),
        Why.CLOSED: _("%(n)s closed"),
        Why.HOURS: _("%(n)s not open long enough") if whole_day else _("%(n)s not open then"),
    }
    causes = listed(text % {"n": whys[why]} for why, text in words.items() if whys[why])
    facts = {"what": need_words(one.need), "pool": len(one.pool), "causes": causes}
    sentence = _("%(what)s: none of %(pool)s is free: %(causes)s.")
    code = next(CODES[why] for why in (Why.BUSY, Why.HOURS, Why.CLOSED) if whys[why])
    return Told(code, sentence % facts, _("%(what)s: none free") % facts)
