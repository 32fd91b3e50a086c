"""What can be done to a request: one function an act, one transaction, one entry in the audit trail.

Every act names the version it has read. Who comes second is told so (`stale_version`); who does the same thing
twice from the same version gets the same answer, and nothing happens twice.
"""

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone

from casework import drafts, errors, gathering, moves, rules, signals, words
from casework import grounds as law
from casework.models import Decision, Question, Request
from casework.speech import reasoned, said, tidy
from casework.states import Act
from directory.models import Authority, Membership
from protection import people

draft, edit, name_person, protect = drafts.draft, drafts.edit, drafts.name_person, drafts.protect
LONGEST_LIST = 50


@transaction.atomic
def submit(*, request: Request, by: Membership, version: int) -> Request:
    """Send the request. Refuses `request_incomplete` with every rule that is not met."""
    if not moves.allow(request, Act.SUBMIT, by, version):
        return request
    now = timezone.now()
    found = rules.check(gathering.facts_of(request, now=now), translate=words.translate, show=words.show)
    if musts := rules.musts(found):
        raise errors.Incomplete(musts)
    if moves.make(request, Act.SUBMIT, by=by, version=version, changes={"submitted_at": now}) and request.person:
        concerned = [request.requested, *([request.court] if request.court else [])]
        people.share(person=request.person, authorities=concerned, by=by)
    return request


@transaction.atomic
def acknowledge(*, request: Request, by: Membership, version: int) -> Request:
    """Say that the request has arrived and is being looked at."""
    if moves.allow(request, Act.ACKNOWLEDGE, by, version):
        moves.make(request, Act.ACKNOWLEDGE, by=by, version=version)
    return request


@transaction.atomic
def ask(*, request: Request, by: Membership, version: int, text: str) -> Question:
    """Ask for more information (18(16)); the clock pauses until it is answered."""
    asked = said(text, "text")
    if moves.allow(request, Act.ASK, by, version, asked) and moves.make(
        request, Act.ASK, by=by, version=version, text=asked
    ):
        return Question.objects.create(request=request, text=asked, asked_by=by, asked_at=request.changed_at)
    return request.questions.filter(asked_by=by).latest("asked_at")


@transaction.atomic
def answer(*, question: Question, by: Membership, version: int, text: str) -> Question:
    """Answer one question; `version` is the request's. Refuses `already_answered`."""
    answered, request = said(text, "text"), question.request
    if not moves.allow(request, Act.ANSWER, by, version, answered):
        question.refresh_from_db()
        return question
    if Question.objects.filter(pk=question.pk, answered_at__isnull=False).exists():
        raise errors.Answered
    left = request.questions.filter(answered_at=None).exclude(pk=question.pk).count()
    if moves.make(request, Act.ANSWER, by=by, version=version, text=answered, still_open=left):
        Question.objects.filter(pk=question.pk).update(answer=answered, answered_by=by, answered_at=request.changed_at)
    question.refresh_from_db()
    return question


@transaction.atomic
def consult(*, request: Request, by: Membership, version: int, text: str) -> Request:
    """Open the consultation (18(26)), or say more in it; there both sides speak."""
    spoken = said(text, "text")
    if moves.allow(request, Act.CONSULT, by, version, spoken):
        since = request.consulted_at or timezone.now()
        moves.make(request, Act.CONSULT, by=by, version=version, text=spoken, changes={"consulted_at": since})
    return request


@transaction.atomic
def grant(
    *,
    request: Request,
    by: Membership,
    version: int,
    conditions: Sequence[str] = (),
    executing: Authority | None = None,
) -> Request:
    """Permit the hearing, on conditions or without, and name the authority that attends it.

    `executing` is of the requested State; else `not_a_court_of_ours`. Receivers of `signals.granted` run inside.
    """
    terms = [said(text, "conditions") for text in conditions if text.strip()][:LONGEST_LIST]
    if executing is not None and executing.state_id != request.requested.state_id:
        raise errors.NotOurCourt("executing")
    text = "\n".join(terms)
    if moves.allow(request, Act.GRANT, by, version, text) and moves.make(
        request,
        Act.GRANT,
        by=by,
        version=version,
        text=text,
        changes={"executing": executing, "decided_at": timezone.now()},
        trail={"conditions": len(terms)},
    ):
        decide(request, by, Decision.Kind.GRANTED, conditions=terms)
        if executing is not None and request.person:
            people.share(person=request.person, authorities=[executing], by=by)
        signals.granted.send(sender=Request, request=request, by=by)
    return request


@transaction.atomic
def refuse(*, request: Request, by: Membership, version: int, grounds: Sequence[str], reasons: str) -> Request:
    """Refuse, on grounds of 18(21) by their ids, giving reasons (18(23)).

    Refuses itself: `consult_first`, `ground_missing`, `no_ground` (bank secrecy and fiscal matters never are one),
    `reasons_missing`.
    """
    if not moves.allow(request, Act.REFUSE, by, version, tidy(reasons)):
        return request
    given = sorted(set(grounds))
    if (wrong := law.never(given) or law.unknown(given)) is not None:
        raise errors.NoGround(wrong, wrong if wrong in law.NEVER else None)
    if not given:
        raise errors.GroundMissing
    why = reasoned(reasons, rule="U18-23")
    more: dict[str, Any] = {"changes": {"decided_at": timezone.now()}, "trail": {"grounds": given}}
    if moves.make(request, Act.REFUSE, by=by, version=version, text=why, **more):
        decide(request, by, Decision.Kind.REFUSED, grounds=given, reasons=why)
    return request


@transaction.atomic
def postpone(*, request: Request, by: Membership, version: int, reasons: str) -> Request:
    """Postpone, because it interferes with an ongoing case (18(25)); a consultation came before."""
    if not moves.allow(request, Act.POSTPONE, by, version, tidy(reasons)):
        return request
    why = reasoned(reasons, rule="U18-25")
    if moves.make(request, Act.POSTPONE, by=by, version=version, text=why):
        decide(request, by, Decision.Kind.POSTPONED, reasons=why)
    return request


@transaction.atomic
def accept(*, request: Request, by: Membership, version: int) -> Request:
    """Accept the conditions of the grant; from now on they bind (18(26))."""
    if moves.allow(request, Act.ACCEPT, by, version):
        moves.make(request, Act.ACCEPT, by=by, version=version, changes={"conditions_accepted_at": timezone.now()})
    return request


@transaction.atomic
def withdraw(*, request: Request, by: Membership, version: int, reason: str) -> Request:
    """Say that the help is no longer needed (18(24)). Receivers of `signals.withdrawn` run inside."""
    why = said(reason, "reason", rule="U18-24c")
    if moves.allow(request, Act.WITHDRAW, by, version, why) and moves.make(
        request, Act.WITHDRAW, by=by, version=version, text=why
    ):
        signals.withdrawn.send(sender=Request, request=request, by=by, reason=why)
    return request


def decide(request: Request, by: Membership, kind: str, **said_: Any) -> None:
    """Write the decision down beside the act."""
    Decision.objects.create(request=request, kind=kind, by=by, at=request.changed_at, **said_)
