"""What must be true before a hearing goes live, each gate with the paragraph that asks for it.

The oath of the person heard is no gate: it is taken as the first step of the session itself, so that it stands
in its log. Identity (V-11) and the right not to testify (V-16) come before: nobody may speak to the other State
who has not been identified and told.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

REACH = timedelta(minutes=60)
"""How long before its booked start a hearing may go live, and from when a join ticket is valid."""
UNKEPT = frozenset({"face_distortion", "voice_distortion"})
"""Measures whose shield the media process does not have yet: a hearing under them stays off the air."""


def _(sentence: str) -> str:
    """Marks a sentence for translation; the page translates it, since this module knows no language."""
    return sentence


@dataclass(frozen=True)
class Checked:
    """A connection check of one side: good, usable or unfit, and whether it still speaks for the link."""

    verdict: str
    holds: bool = True


@dataclass(frozen=True)
class Facts:
    """All a gate may ask about. Instants are aware; `present` holds the roles of the seats admitted now."""

    now: datetime
    granted: bool
    bound: bool
    confirmed: bool
    starts: datetime | None
    ends: datetime | None
    checks: Mapping[str, Checked]
    waived: frozenset[str]  # sides whose judge goes on without a fit check
    present: frozenset[str]
    identified: bool
    told: bool
    interpreters_planned: int
    interpreters_present: int
    interpreters_sworn: int
    measures: frozenset[str]
    consulting: int = 0  # seats in a private room


@dataclass(frozen=True)
class Gate:
    """`title` is what has to be true, `sentence` why it is not yet and how it clears, `who_clears` a role."""

    id: str
    rule: str
    clear: bool
    title: str
    sentence: str
    who_clears: str


@dataclass(frozen=True)
class _Rule:
    id: str
    rule: str
    who: str
    title: str
    holds: Callable[[Facts], bool]
    sentence: str | Callable[[Facts], str]
    resuming: bool = False


def _within_reach(f: Facts) -> bool:
    return f.starts is not None and f.ends is not None and f.starts - REACH <= f.now <= f.ends


def _fit(side: str) -> Callable[[Facts], bool]:
    def holds(f: Facts) -> bool:
        check = f.checks.get(side)
        return side in f.waived or (check is not None and check.verdict != "unfit" and check.holds)

    return holds


def _unfit(side: str) -> Callable[[Facts], str]:
    def sentence(f: Facts) -> str:
        check = f.checks.get(side)
        if check is None:
            return _("No connection check was made on this side. A technician runs one on the test page.")
        if not check.holds:
            return _("The connection check is more than three days old. A technician runs it again.")
        return _("The last connection check found the link not fit. Mend it, then run the check again.")

    return sentence


_RULES = (
    _Rule(
        "request_granted",
        "U18-18f",
        "central_authority",
        _("Request granted by the requested State"),
        lambda f: f.granted,
        _("The requested State has not permitted this hearing. Its central authority decides."),
    ),
    _Rule(
        "conditions_accepted",
        "U18-26b",
        "prosecutor",
        _("Conditions of the grant accepted"),
        lambda f: f.bound,
        _("The requesting State has not accepted the conditions. It does so on the page of the request."),
    ),
    _Rule(
        "booking_confirmed",
        "V-10",
        "clerk",
        _("Time confirmed by both courts"),
        lambda f: f.confirmed,
        _("Both clerks confirm the booking on its own page."),
    ),
    _Rule(
        "within_reach",
        "V-10",
        "clerk",
        _("The booked hour"),
        _within_reach,
        _("From 60 minutes before the booked start until its end. For another time, move the booking."),
    ),
    _Rule(
        "connection_requesting",
        "V-26",
        "technician",
        _("Link of the requesting court checked"),
        _fit("requesting"),
        _unfit("requesting"),
    ),
    _Rule(
        "connection_requested",
        "V-26",
        "technician",
        _("Link of the requested court checked"),
        _fit("requested"),
        _unfit("requested"),
    ),
    _Rule(
        "requesting_judge_present",
        "U18-18c",
        "clerk",
        _("Presiding judge present"),
        lambda f: "judge" in f.present,
        _("The judicial authority of the requesting State hears the person. The clerk admits the judge."),
        resuming=True,
    ),
    _Rule(
        "requested_authority_present",
        "V-11",
        "clerk",
        _("Attending judge present"),
        lambda f: "attending_judge" in f.present,
        _("A judge of the requested State is there throughout. The clerk admits the judge."),
        resuming=True,
    ),
    _Rule(
        "witness_present",
        "U18-18b",
        "clerk",
        _("Person to be heard present"),
        lambda f: "witness" in f.present,
        _("The person says “I am ready” on the page of the witness room; then the clerk admits the seat."),
        resuming=True,
    ),
    _Rule(
        "interpreter_present",
        "V-15",
        "clerk",
        _("Interpreter present"),
        lambda f: not f.interpreters_planned or f.interpreters_present > 0,
        _("An interpreter is planned. The clerk admits one from the waiting room."),
        resuming=True,
    ),
    _Rule(
        "interpreter_sworn",
        "V-15",
        "judge",
        _("Interpreters sworn"),
        lambda f: f.interpreters_sworn >= f.interpreters_present,
        _("The presiding judge swears in every interpreter who is present."),
        resuming=True,
    ),
    _Rule(
        "witness_identified",
        "V-11",
        "attending_judge",
        _("Witness identified"),
        lambda f: f.identified,
        _("The attending judge checks the document in the witness room and confirms the identity."),
    ),
    _Rule(
        "rights_told",
        "V-16",
        "attending_judge",
        _("Right not to testify told, under both laws"),
        lambda f: f.told,
        _("The attending judge tells the person the right not to testify under either law."),
    ),
    _Rule(
        "nobody_consults",
        "U24-2x",
        "judge",
        _("Nobody is in a private consultation"),
        lambda f: not f.consulting,
        _("Somebody is in a private consultation. They come back by themselves, or a judge calls them back."),
        resuming=True,
    ),
    _Rule(
        "shield_missing",
        "U24-2b",
        "judge",
        _("Every measure in force can be kept"),
        lambda f: not f.measures & UNKEPT,
        _("Face or voice masking is ordered and cannot be kept here yet. The judges choose another measure."),
        resuming=True,
    ),
)
RESUMING = frozenset(rule.id for rule in _RULES if rule.resuming)
"""What must be true again after a suspension: who is there throughout, and that nobody is shown unmasked."""


def check(facts: Facts) -> list[Gate]:
    """Every gate before going live, in the order in which a clerk works through them."""
    return [_gate(rule, facts) for rule in _RULES]


def unclear(gates: Iterable[Gate], *, resuming: bool = False) -> list[Gate]:
    """Those that still stand in the way: of all, or of the few that count after a suspension."""
    return [gate for gate in gates if not gate.clear and (not resuming or gate.id in RESUMING)]


def _gate(rule: _Rule, facts: Facts) -> Gate:
    sentence = rule.sentence if isinstance(rule.sentence, str) else rule.sentence(facts)
    return Gate(rule.id, rule.rule, rule.holds(facts), rule.title, sentence, rule.who)
