"""The steps of a hearing that the record must tell, who may take each, when, and about whom."""

from dataclasses import dataclass

from sessions.states import Side, State

_DOORS_OPEN = frozenset({State.OPEN, State.IN_SESSION, State.SUSPENDED})
_LIVE = frozenset({State.IN_SESSION})
_JUDGE_OF_THE_REQUESTED = frozenset({("hearing.stop", Side.REQUESTED)})
_EITHER_JUDGE = _JUDGE_OF_THE_REQUESTED | {("hearing.conduct", Side.REQUESTING)}
_BENCH_OR_CLERK = _EITHER_JUDGE | {("hearing.run", Side.REQUESTING), ("hearing.run", Side.REQUESTED)}


def _(words: str) -> str:
    """Marks words for translation; the page translates them."""
    return words


@dataclass(frozen=True)
class Kind:
    """`takers` are (right, side) pairs, `about` the role of the seat it concerns, `once` false where it repeats."""

    name: str
    rule: str
    words: str
    takers: frozenset[tuple[str, Side]]
    when: frozenset[State]
    about: str
    once: bool = True


KINDS = {
    kind.name: kind
    for kind in (
        Kind("identity", "V-11", _("Confirm the identity"), _JUDGE_OF_THE_REQUESTED, _DOORS_OPEN, "witness"),
        Kind("rights", "V-16", _("Rights told, under both laws"), _EITHER_JUDGE, _DOORS_OPEN, "witness"),
        Kind("interpreter_oath", "V-15", _("Swear in"), _EITHER_JUDGE, _DOORS_OPEN, "interpreter"),
        Kind("oath", "V-17", _("Oath taken"), _BENCH_OR_CLERK, _LIVE, "witness"),
        Kind("affirmation", "V-17", _("Affirmation taken"), _BENCH_OR_CLERK, _LIVE, "witness"),
        Kind("declined", "V-18", _("Declines to answer"), _BENCH_OR_CLERK, _LIVE, "witness", once=False),
    )
}

LINES = {
    "objection": _("Objection"),
    "ruling": _("Ruling"),
    "privilege": _("Privilege"),
    "break": _("Break"),
    "note": _("Note"),
}
"""What a clerk writes into the log in his own words."""
