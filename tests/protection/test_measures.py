"""One person raises a measure at once; two, of two States, lower it."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from directory.errors import Refusal
from directory.models import AuditEntry
from protection import measures
from protection.models import Lowering, Measure
from protection.policy import NOTHING, Audience, InForce, MeasureKind, view
from protection.signals import measure_changed

FACE = MeasureKind.FACE_DISTORTION


def raised(witness, cast, kind=FACE, **facts):
    return measures.raise_(person=witness, kind=kind, by=cast.judge, **{"basis": "U24-2b", **facts})


def video(witness, audience=Audience.DEFENCE, at=None):
    return view(measures.in_force(witness, at), audience).video


def code(act, **facts):
    with pytest.raises(Refusal) as refused:
        act(**facts)
    return refused.value.code


def test_the_judge_raises_a_measure_alone_and_it_acts_at_once(cast, witness):
    assert video(witness) == "clear"
    raised(witness, cast)
    assert video(witness) == "card"


def test_every_reading_asks_the_database(cast, witness, django_assert_num_queries):
    for _ in range(2):
        with django_assert_num_queries(1):
            measures.in_force(witness)


def test_a_measure_ordered_for_tomorrow_does_not_act_today(cast, witness):
    tomorrow = timezone.now() + timedelta(days=1)
    raised(witness, cast, starts=tomorrow)
    assert (video(witness), video(witness, at=tomorrow)) == ("clear", "card")


@pytest.mark.parametrize("who", ["judge", "prosecutor", "clerk", "spain", "judge_madrid", "clerk_madrid"])
def test_who_in_the_case_can_raise(cast, witness, who):
    measures.raise_(person=witness, kind=FACE, by=getattr(cast, who), basis="V-13")
    assert video(witness) == "card"


@pytest.mark.parametrize("who", ["stranger", "defence", "interpreter", "technician", "auditor"])
def test_who_cannot_raise_is_told_that_there_is_nothing(cast, witness, who):
    by = getattr(cast, who)
    assert code(measures.raise_, person=witness, kind=FACE, by=by, basis="V-13") == "not_found"


@pytest.mark.parametrize(
    ("facts", "refusal"),
    [
        ({"kind": "invisibility"}, "order_broken"),
        ({"basis": "because"}, "order_broken"),
        ({"audiences": []}, "order_broken"),  # never an empty list
        ({"audiences": ["W"]}, "order_broken"),  # nor against the witness
        ({"audiences": ["Z"]}, "order_broken"),
        ({"ends": datetime(2031, 1, 1, tzinfo=UTC)}, "window_broken"),  # a mask does not run out
        ({"kind": "safe_conduct"}, "window_broken"),  # safe conduct does
        ({"kind": "safe_conduct", "ends": datetime(2020, 1, 1, tzinfo=UTC)}, "window_broken"),
        ({"kind": "delayed_broadcast"}, "delay_too_short"),
        ({"kind": "delayed_broadcast", "minutes": 29}, "delay_too_short"),
        ({"minutes": 30}, "delay_too_short"),  # only a broadcast has a delay
        ({"kind": "pseudonym", "audiences": ["D"]}, "counterbalances_missing"),
        ({"kind": "pseudonym", "audiences": ["D"], "counterbalances": ["a kind word"]}, "counterbalances_missing"),
    ],
)
def test_an_order_that_does_not_hold_together_is_refused(cast, witness, facts, refusal):
    before = Measure.objects.count()
    assert code(raised, witness=witness, cast=cast, **facts) == refusal
    assert Measure.objects.count() == before


def test_the_same_order_twice_is_refused_and_a_wider_one_is_not(cast, witness):
    raised(witness, cast, audiences=["A"])
    assert code(raised, witness=witness, cast=cast, audiences=["A"]) == "already_in_force"
    raised(witness, cast, audiences="everyone")
    assert video(witness, Audience.BENCH) == "card"


def test_an_order_for_a_later_day_does_not_stop_the_one_that_is_needed_now(cast, witness):
    measures.raise_(
        person=witness, kind=FACE, by=cast.clerk, basis="U24-2b", starts=timezone.now() + timedelta(days=3_000)
    )
    raised(witness, cast)
    assert video(witness) == "card"


def test_safe_conduct_ends_on_its_day(cast, witness):
    end = timezone.now() + timedelta(days=15)
    raised(witness, cast, kind=MeasureKind.SAFE_CONDUCT, basis="U18-27", ends=end)
    kinds = [{m.kind for m in measures.in_force(witness, at)} for at in (end - timedelta(seconds=1), end)]
    assert [MeasureKind.SAFE_CONDUCT in found for found in kinds] == [True, False]


def test_anonymity_towards_the_defence_acts_only_once_the_other_state_agrees(cast, witness):
    order = raised(witness, cast, kind=MeasureKind.PSEUDONYM, audiences=["D"], counterbalances=["questions_free"])
    assert view(measures.in_force(witness), Audience.DEFENCE).name
    assert code(measures.approve, measure=order, by=cast.judge) == "other_state_needed"
    assert code(measures.approve, measure=order, by=cast.clerk) == "other_state_needed"
    assert code(measures.approve, measure=order, by=cast.stranger) == "not_found"
    measures.approve(measure=order, by=cast.judge_madrid)
    assert not view(measures.in_force(witness), Audience.DEFENCE).name
    assert code(measures.approve, measure=order, by=cast.judge_madrid) == "not_open"


def test_a_measure_goes_on_acting_until_the_other_state_has_agreed(cast, witness):
    order = raised(witness, cast)
    lowering = measures.propose_lowering(measure=order, reason="risk_ended", by=cast.judge)
    assert video(witness) == "card"
    assert code(measures.agree_to_lowering, lowering=lowering, by=cast.judge) == "other_state_needed"
    assert video(witness) == "card"
    measures.agree_to_lowering(lowering=lowering, by=cast.judge_madrid)
    assert video(witness) == "clear"
    assert code(measures.agree_to_lowering, lowering=lowering, by=cast.judge_madrid) == "not_open"


@pytest.mark.parametrize("who", ["stranger", "defence", "clerk", "prosecutor"])
def test_who_cannot_lower_is_told_that_there_is_nothing(cast, witness, who):
    order = raised(witness, cast)
    by = getattr(cast, who)
    assert code(measures.propose_lowering, measure=order, reason="risk_ended", by=by) == "not_found"


def test_two_who_lower_include_a_judge(cast, witness):
    order = raised(witness, cast)
    lowering = measures.propose_lowering(measure=order, reason="risk_ended", by=cast.spain)
    measures.agree_to_lowering(lowering=lowering, by=cast.judge)
    assert video(witness) == "clear"


def test_a_second_proposal_waits_for_the_first(cast, witness):
    order = raised(witness, cast)
    measures.propose_lowering(measure=order, reason="risk_ended", by=cast.judge)
    by = cast.judge_madrid
    assert code(measures.propose_lowering, measure=order, reason="person_asked", by=by) == "already_proposed"


def test_a_proposal_without_a_reason_is_refused(cast, witness):
    order = raised(witness, cast)
    assert code(measures.propose_lowering, measure=order, reason="", by=cast.judge) == "order_broken"


def test_the_news_is_told_inside_the_transaction_so_that_a_hearing_in_session_can_refuse(cast, witness):
    order = raised(witness, cast)
    lowering = measures.propose_lowering(measure=order, reason="risk_ended", by=cast.judge)

    def in_session(*, raised, **_):
        if not raised:
            raise Refusal("Suspend the hearing first.", code="in_session")

    measure_changed.connect(in_session)
    try:
        assert code(measures.agree_to_lowering, lowering=lowering, by=cast.judge_madrid) == "in_session"
    finally:
        measure_changed.disconnect(in_session)
    assert video(witness) == "card"
    assert Lowering.objects.get().approved_at is None


def test_a_row_that_cannot_be_read_blinds_everybody(cast, witness):
    Measure.objects.create(
        person=witness, kind="from_a_newer_release", against=["A"], starts=timezone.now(), basis="V-13",
        ordered_by=cast.judge, ordered_at=timezone.now(),
    )  # fmt: skip
    assert InForce(None, frozenset()) in measures.in_force(witness)
    assert view(measures.in_force(witness), Audience.BENCH) == NOTHING


@pytest.mark.parametrize(
    "change", [{"kind": "screen"}, {"against": ["G"]}, {"starts": datetime(2040, 1, 1, tzinfo=UTC)}]
)
def test_the_database_refuses_to_change_an_order(cast, witness, change):
    order = raised(witness, cast)
    with pytest.raises(DatabaseError), transaction.atomic():
        Measure.objects.filter(pk=order.pk).update(**change)


def test_the_database_refuses_to_lower_what_two_have_not_agreed_on(cast, witness):
    order = raised(witness, cast)
    measures.propose_lowering(measure=order, reason="risk_ended", by=cast.judge)
    with pytest.raises(DatabaseError), transaction.atomic():
        Measure.objects.filter(pk=order.pk).update(lowered_at=timezone.now())


def test_the_database_refuses_two_of_one_state(cast, witness):
    order = raised(witness, cast)
    lowering = measures.propose_lowering(measure=order, reason="risk_ended", by=cast.judge)
    Lowering.objects.filter(pk=lowering.pk).update(approved_by=cast.clerk, approved_at=timezone.now())
    with pytest.raises(DatabaseError), transaction.atomic():
        Measure.objects.filter(pk=order.pk).update(lowered_at=timezone.now())


def test_the_database_keeps_every_measure(cast, witness):
    with pytest.raises(DatabaseError), transaction.atomic():
        Measure.objects.all().delete()


def test_each_step_is_in_the_audit_trail(cast, witness):
    order = raised(witness, cast)
    lowering = measures.propose_lowering(measure=order, reason="risk_ended", by=cast.judge)
    measures.agree_to_lowering(lowering=lowering, by=cast.judge_madrid)
    acts = AuditEntry.objects.order_by("id").values_list("act", "actor")
    assert list(acts)[-3:] == [
        ("measure.raised", cast.judge.pk),
        ("measure.lowering_proposed", cast.judge.pk),
        ("measure.lowered", cast.judge_madrid.pk),
    ]
