"""What the page of one request shows: built for one reader, from what that reader may have."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone

from casework import gathering, grounds, moves, rules, turn, words, writer
from casework.clock import clock
from casework.models import Passage, Request
from casework.states import NEEDS_CONSULTATION, Act, Side, State
from directory.models import Authority, Membership
from directory.roles import Act as Permission
from directory.roles import permits
from protection import display, policy

# Offered beside the one next act, in this order.
BESIDE = (Act.ASK, Act.CONSULT, Act.GRANT, Act.REFUSE, Act.POSTPONE, Act.WITHDRAW)

# The words of a decision stand in its own panel, and not again in the thread.
DECIDED = frozenset({Act.GRANT, Act.REFUSE, Act.POSTPONE})


@dataclass(frozen=True)
class Said:
    """One line of the thread."""

    mark: str
    sentence: str
    text: str
    at: datetime
    zone: str


def sheet(request: Request, by: Membership) -> dict[str, Any]:
    """The context of the page; nothing in it names the person, and the language only where policy grants it."""
    now = timezone.now()
    side = moves.side_of(request, by)
    facts = gathering.facts_of(request, now=now)
    reader = rules.Reader(side or Side.REQUESTING)
    found = rules.check(facts, reader=reader, translate=words.translate, show=words.show)
    upcoming = turn.next_act(request, by)
    offered = moves.offered(request, by)
    icon, kind = words.ICONS[State(request.state)]
    return (
        {
            "request_": request,
            "side": words.SIDES.get(side or "", "n"),
            "state_word": words.STATES[State(request.state)],
            "state_icon": icon,
            "state_kind": kind,
            "clock": clock(_moved(request), now),
            "thread": [_said(request, passage) for passage in request.passages.select_related("by")],
            "questions": list(request.questions.all()),
            "decisions": list(request.decisions.all()),
            "grounds": [(rule, words.ground(rule)) for rule in grounds.GROUNDS],
            "next": upcoming,
            "standing": words.STANDING[State(request.state)],
            "beside": [act for act in BESIDE if act in offered and act is not upcoming],
            "consult_first": _consult_first(request, by, offered),
            "courts": _courts(request) if Act.GRANT in offered else [],
            "duties": found if side is Side.REQUESTED else [],
            "shown": _shown(request, by),
            "may_open": permits(by.role, Permission.IDENTITY_OPEN),
        }
        | writer.titles(request)
        | writer.shown(request)
    )


def _consult_first(request: Request, by: Membership, offered: tuple[Act, ...]) -> bool:
    """Whether refusing is this reader's act, and only a consultation is missing."""
    waits = request.state in {State.ACKNOWLEDGED, State.MORE_INFORMATION}
    return waits and any(moves.may(request, act, by) and act not in offered for act in NEEDS_CONSULTATION)


def _said(request: Request, passage: Passage) -> Said:
    ours = passage.side == Side.REQUESTING
    authority = request.requesting if ours else request.requested
    sentence = str(words.DONE[passage.act]) % {"state": words.country(authority.state.code)}
    text = "" if passage.act in DECIDED else passage.text
    return Said("a" if ours else "b", sentence, text, passage.at, authority.zone)


def _moved(request: Request) -> list[tuple[datetime, State]]:
    return [(passage.at, State(passage.after)) for passage in request.passages.all()]


def _courts(request: Request) -> list[Authority]:
    """Who can attend the hearing: the judicial authorities of the requested State."""
    kinds = [Authority.Kind.COURT, Authority.Kind.PROSECUTION]
    return list(Authority.objects.filter(state=request.requested.state_id, kind__in=kinds))


def _shown(request: Request, by: Membership) -> dict[str, Any]:
    """The person, the language, and the court that attends, as protection grants them to this reader."""
    if request.person is None:
        return {}
    shown = display.shown(request.person, policy.audience_of(by.role, request.side_of(by)))
    language = request.testimony_language if shown.get("language") else ""
    # The court that attends is in the person's city, and often named after it.
    attends = request.executing.name if request.executing and shown.get("place") else ""
    return shown | {"testimony_language": words.show(language) if language else "", "attends": attends}
