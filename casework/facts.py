"""The facts that the rules read: the fields of a request, and what the directory knows of the two States. ◆"""

from collections.abc import Callable, Mapping
from datetime import date
from types import MappingProxyType

from casework import sections, values
from casework.marks import mark as _
from casework.states import State
from casework.values import Problem

# What is not typed by the drafter: who asks whom, what the requested State has notified, what the pair has agreed.
AROUND: Mapping[str, type | tuple[type, ...]] = MappingProxyType(
    {
        "state": str,
        "today": str,
        "requesting_authority": str,
        "requested_state": str,
        "requested_code": str,
        "requested_is_central": bool,
        "several_central_authorities": bool,
        "transmission": list,
        "accepts_email": str,
        "accepted_languages": list,
        "common_treaties": list,
        "oral_hours": (int, float),
        "oral_hours_passed": (int, float),
        "court": str,
        "person": str,
        "identity_complete": bool,
        "measures": list,
        "measures_without_note": list,
        "texts_that_name": list,
        "conditions": list,
    }
)


def read(raw: object) -> tuple[dict[str, object], list[Problem]]:
    """Facts from JSON, checked one by one; what cannot be read is reported, and nothing is dropped in silence.

    Dates are "2026-12-09", instants carry their offset. A name nobody knows is a problem (`unknown_fact`).
    """
    if not isinstance(raw, Mapping):
        return {}, [Problem("", "not_an_object", _("The facts are a JSON object of names and values."))]
    facts, problems = values.read(sections.FIELDS.values(), raw)
    for name, value in raw.items():
        if name in sections.FIELDS or value is None:
            continue
        if problem := _around(str(name), value):
            problems.append(problem)
        else:
            facts[str(name)] = value
    if "today" in facts:
        facts["today"] = date.fromisoformat(str(facts["today"]))
    return facts, problems


def _around(name: str, value: object) -> Problem | None:
    kind = AROUND.get(name)
    if kind is None:
        return Problem(name, "unknown_fact", _("No rule knows this fact."))
    if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
        return Problem(name, "wrong_type", _("This value is of another type than the fact."))
    if isinstance(value, list) and not all(isinstance(item, str) for item in value):
        return Problem(name, "wrong_type", _("This list holds something else than texts."))
    wrong = _CHECKS[name](str(value)) if name in _CHECKS else None
    return Problem(name, wrong[0], wrong[1]) if wrong else None


def _state(value: str) -> tuple[str, str] | None:
    return None if value in set(State) else ("unknown_choice", _("This is not one of the states of a request."))


def _day(value: str) -> tuple[str, str] | None:
    try:
        date.fromisoformat(value)
    except ValueError:
        return "impossible_date", _("There is no such date. Write it like 2026-12-09.")
    return None


_CHECKS: Mapping[str, Callable[[str], tuple[str, str] | None]] = {"state": _state, "today": _day}
