"""A request that was sent: Bogotá's prosecutor asks, Madrid's ministry decides."""

from collections.abc import Callable
from importlib import import_module
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from casework import lifecycle
from casework.models import Passage, Request
from casework.signals import granted, withdrawn
from casework.states import Act, State
from config.story.cases import IDENTITY
from directory.errors import Forbidden, NotFound, Refusal, Stale
from directory.models import AuditEntry, Letter
from tests.casework.conftest import refusal

pytestmark = pytest.mark.django_db


def acts_of(request: Request) -> list[str]:
    entries = AuditEntry.objects.filter(chain__subject=request.public_id).order_by("position")
    return [entry.act for entry in entries]


def test_a_complete_request_goes_from_bogota_to_madrid_and_is_granted(cast: Any, received: Request) -> None:
    request = received
    asked = lifecycle.ask(request=request, by=cast.spain, version=request.version, text="Which affirmation?")
    request.refresh_from_db()
    assert request.state == State.MORE_INFORMATION
    lifecycle.answer(question=asked, by=cast.prosecutor, version=request.version, text="That of article 389.")
    request.refresh_from_db()
    assert request.state == State.ACKNOWLEDGED
    lifecycle.consult(request=request, by=cast.spain, version=request.version, text="Our judge attends.")
    lifecycle.consult(request=request, by=cast.prosecutor, version=request.version, text="Agreed.")
    lifecycle.grant(
        request=request,
        by=cast.spain,
        version=request.version,
        conditions=["The judge may stop the hearing.", " "],
        executing=cast.judge_madrid.authority,
    )
    assert (request.state, request.binding) == (State.GRANTED, False)
    assert request.decisions.get().conditions == ["The judge may stop the hearing."]
    lifecycle.accept(request=request, by=cast.prosecutor, version=request.version)
    assert request.binding is True
    assert acts_of(request) == [
        "request.draft",
        "request.edit",
        "request.submit",
        "request.acknowledge",
        "request.ask",
        "request.answer",
        "request.consult",
        "request.consult",
        "request.grant",
        "request.accept",
    ]


def test_nothing_is_refused_before_a_consultation(cast: Any, received: Request) -> None:
    request = received
    facts = {"grounds": ["U18-21b"], "reasons": "ordre public", "by": cast.spain, "version": request.version}
    refused = refusal(lifecycle.refuse, request=request, **facts)
    assert (refused.code, refused.rule) == ("consult_first", "U18-26a")
    refused = refusal(lifecycle.postpone, request=request, reasons="x", by=cast.spain, version=request.version)
    assert (refused.code, refused.rule) == ("consult_first", "U18-26a")


def test_the_database_too_refuses_a_refusal_without_a_consultation(cast: Any, received: Request) -> None:
    request = received
    with pytest.raises(DatabaseError), transaction.atomic():
        Request.objects.filter(pk=request.pk).update(state=State.REFUSED, version=request.version + 1)


# Each row: the grounds and reasons given, and what is refused: its code and the rule behind it.
@pytest.mark.parametrize(
    ("grounds", "reasons", "code", "rule"),
    [
        ([], "no", "ground_missing", "U18-21a"),
        (["U18-21b"], "  ", "reasons_missing", "U18-23"),
        (["U18-08"], "bank secrecy", "no_ground", "U18-08"),
        (["U18-21a", "U18-22"], "fiscal", "no_ground", "U18-22"),
        (["U18-99"], "because", "no_ground", None),
    ],
)
def test_a_refusal_has_grounds_of_the_article_and_reasons(
    cast: Any, consulting: Request, grounds: list[str], reasons: str, code: str, rule: str | None
) -> None:
    request = consulting
    facts = {"by": cast.spain, "version": request.version, "grounds": grounds, "reasons": reasons}
    refused = refusal(lifecycle.refuse, request=request, **facts)
    assert (refused.code, refused.rule, Request.objects.get().state) == (code, rule, State.CONSULTING)


def test_after_a_consultation_spain_may_refuse_or_postpone(cast: Any, consulting: Request) -> None:
    request = consulting
    lifecycle.postpone(request=request, by=cast.spain, version=request.version, reasons="An ongoing trial.")
    assert request.state == State.POSTPONED
    lifecycle.consult(request=request, by=cast.prosecutor, version=request.version, text="When could it be?")
    facts = {"grounds": ["U18-21d", "U18-21b"], "reasons": "Contrary to our law.", "version": request.version}
    lifecycle.refuse(request=request, by=cast.spain, **facts)
    assert request.state == State.REFUSED
    assert request.decisions.last().grounds == ["U18-21b", "U18-21d"]


def test_a_second_click_answers_as_the_first_and_nothing_happens_twice(
    cast: Any, written: Callable[..., Request]
) -> None:
    request = written()
    version = request.version
    first = lifecycle.submit(request=request, by=cast.prosecutor, version=version)
    second = lifecycle.submit(request=Request.objects.get(), by=cast.prosecutor, version=version)
    assert (second.state, second.version) == (first.state, first.version)
    assert acts_of(request).count("request.submit") == 1
    assert Letter.objects.count() == 1


def test_sending_what_was_sent_is_refused_with_its_code(cast: Any, sent: Request) -> None:
    request = sent
    refused = refusal(lifecycle.submit, request=request, by=cast.prosecutor, version=request.version)
    assert (refused.code, refused.status) == ("already_submitted", 409)


def test_what_was_sent_is_seen_by_those_it_concerns(cast: Any, received: Request) -> None:
    request = received
    facts = {"by": cast.spain, "version": request.version, "executing": cast.judge_madrid.authority}

    def seen() -> list[str]:
        return [m for m in cast.__dataclass_fields__ if Request.objects.visible_to(getattr(cast, m)).exists()]

    assert seen() == ["prosecutor", "clerk", "judge", "spain"]
    lifecycle.grant(request=request, **facts)
    assert seen() == ["prosecutor", "clerk", "judge", "spain", "clerk_madrid", "judge_madrid"]


def test_the_person_is_known_to_each_authority_from_its_own_part_in_the_case_on(cast: Any, received: Request) -> None:
    def known() -> set[str]:
        return {party.name for party in request.person.parties.all()}

    request = received
    before = {cast.prosecutor.authority.name, cast.spain.authority.name, cast.judge.authority.name}
    assert known() == before
    attends = cast.judge_madrid.authority
    lifecycle.grant(request=request, by=cast.spain, version=request.version, executing=attends)
    assert known() == before | {attends.name}


def test_persons_entered_before_are_told_to_the_authorities_of_their_request(cast: Any, received: Request) -> None:
    lifecycle.grant(
        request=received, by=cast.spain, version=received.version, executing=cast.judge_madrid.authority
    )  # fmt: skip
    told = set(received.person.parties.values_list("pk", flat=True))
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica; DELETE FROM protection_personparty")
        cursor.execute("SET session_replication_role = DEFAULT")
        cursor.execute(import_module("casework.migrations.0003_parties").FILL)
    assert set(received.person.parties.values_list("pk", flat=True)) == told
    assert len(told) == 4


def test_an_act_of_the_other_side_or_of_another_role_is_forbidden(cast: Any, sent: Request) -> None:
    request = sent
    with pytest.raises(Forbidden):
        lifecycle.acknowledge(request=request, by=cast.prosecutor, version=request.version)
    with pytest.raises(Forbidden):
        lifecycle.withdraw(request=request, by=cast.clerk, version=request.version, reason="no longer needed")
    with pytest.raises(NotFound):
        lifecycle.acknowledge(request=request, by=cast.stranger, version=request.version)


def test_the_letters_say_nothing_but_that_there_is_news(cast: Any, sent: Request) -> None:
    request = sent
    letter = Letter.objects.get()
    assert letter.to == cast.spain.user.email
    assert letter.subject == f"News on request {request.reference}"
    assert letter.body == (
        f"There is news on request {request.reference}. Sign in to read it:\n"
        f"http://localhost:8000/requests/{request.public_id}/\n"
    )


def test_both_courts_hear_of_the_grant(cast: Any, received: Request) -> None:
    request = received
    Letter.objects.all().delete()
    lifecycle.grant(request=request, by=cast.spain, version=request.version, executing=cast.judge_madrid.authority)
    told = {letter.to for letter in Letter.objects.all()}
    assert told == {member.user.email for member in (cast.prosecutor, cast.clerk, cast.clerk_madrid)}


def test_a_receiver_that_fails_undoes_the_grant(cast: Any, received: Request) -> None:
    request = received

    def fail(**news: Any) -> None:
        raise Refusal(code="no_plan")

    granted.connect(fail)
    try:
        assert refusal(lifecycle.grant, request=request, by=cast.spain, version=request.version).code == "no_plan"
    finally:
        granted.disconnect(fail)
    assert (Request.objects.get().state, acts_of(request)[-1]) == (State.ACKNOWLEDGED, "request.acknowledge")


def test_a_request_no_longer_needed_is_withdrawn_with_a_reason(cast: Any, received: Request) -> None:
    request, heard = received, []

    def hear(**news: Any) -> None:
        heard.append((news["request"], news["reason"]))

    withdrawn.connect(hear)
    try:
        refused = refusal(lifecycle.withdraw, request=request, by=cast.prosecutor, version=request.version, reason=" ")
        assert (refused.code, refused.rule) == ("text_missing", "U18-24c")
        lifecycle.withdraw(
            request=request, by=cast.prosecutor, version=request.version, reason="The accused confessed."
        )
    finally:
        withdrawn.disconnect(hear)
    assert heard == [(request, "The accused confessed.")]
    late = refusal(lifecycle.grant, request=request, by=cast.spain, version=request.version)
    assert late.code == "not_possible_now"


def test_what_was_said_stays_said(sent: Request) -> None:
    with pytest.raises(DatabaseError), transaction.atomic():
        Passage.objects.update(text="never said")


def do(cast: Any, request: Request, act: Act) -> None:
    """One act by whoever may do it, from the version in the table; a refusal leaves everything as it was."""
    who = {"by": cast.spain if act in THEIRS else cast.prosecutor, "version": request.version}
    facts: dict[Act, dict[str, Any]] = {
        Act.EDIT: {"subject": f"Smuggling {request.version}"},
        Act.ASK: {"text": "What?"},
        Act.CONSULT: {"text": "Shall we?"},
        Act.REFUSE: {"grounds": ["U18-21a"], "reasons": "So."},
        Act.POSTPONE: {"reasons": "So."},
        Act.WITHDRAW: {"reason": "So."},
    }
    if act is Act.ANSWER:
        question = request.questions.filter(answered_at=None).first()
        if question:
            lifecycle.answer(question=question, text="That.", **who)
        return
    getattr(lifecycle, act.value)(request=request, **who, **facts.get(act, {}))


THEIRS = {Act.ACKNOWLEDGE, Act.ASK, Act.CONSULT, Act.GRANT, Act.REFUSE, Act.POSTPONE}
FEW = [act for act in Act if act is not Act.EDIT]


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(FEW), max_size=12))
def test_no_sequence_of_acts_refuses_without_a_consultation(cast: Any, sent: Request, sequence: list[Act]) -> None:
    with transaction.atomic():
        request = Request.objects.get(pk=sent.pk)
        versions = [request.version]
        for act in sequence:
            try:
                with transaction.atomic():
                    do(cast, request, act)
            except Refusal:
                pass
            request = Request.objects.get(pk=request.pk)
            versions.append(request.version)
        done = [passage.act for passage in request.passages.all()]
        transaction.set_rollback(True)
    assert versions == sorted(versions)
    decided = [index for index, act in enumerate(done) if act in {"refuse", "postpone"}]
    assert all("consult" in done[:index] for index in decided)


def test_the_prosecutor_does_not_name_the_witness_in_the_thread(cast: Any, consulting: Request) -> None:
    facts = {"by": cast.prosecutor, "version": consulting.version, "text": f"Ask {IDENTITY['given_name']}."}
    refused = refusal(lifecycle.consult, request=consulting, **facts)
    assert refused.code == "names_identity"
    assert Passage.objects.filter(text__contains=IDENTITY["given_name"]).exists() is False


def test_other_words_from_the_same_version_are_not_taken_for_a_second_click(cast: Any, consulting: Request) -> None:
    version = consulting.version
    lifecycle.consult(request=consulting, by=cast.spain, version=version, text="May it be recorded?")
    lifecycle.consult(request=consulting, by=cast.spain, version=version, text="May it be recorded?")
    with pytest.raises(Stale):
        lifecycle.consult(request=consulting, by=cast.spain, version=version, text="And who keeps the recording?")
    spoken = [passage.text for passage in consulting.passages.filter(act="consult")]
    assert spoken == ["May our judge attend?", "May it be recorded?"]


def test_both_courts_hear_that_a_granted_request_is_withdrawn(cast: Any, received: Request) -> None:
    facts = {"by": cast.spain, "version": received.version, "executing": cast.judge_madrid.authority}
    lifecycle.grant(request=received, **facts)
    Letter.objects.all().delete()
    lifecycle.withdraw(request=received, by=cast.prosecutor, version=received.version, reason="The accused confessed.")
    told = {letter.to for letter in Letter.objects.filter(key__startswith="request:")}
    assert told == {member.user.email for member in (cast.spain, cast.clerk, cast.clerk_madrid)}
