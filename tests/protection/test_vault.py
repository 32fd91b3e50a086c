"""An identity opens for ten minutes, to who is entitled, for a reason that is written down."""

from datetime import timedelta

import pytest
from django.utils import timezone

from directory.errors import NotFound, Refusal
from directory.models import AuditEntry, Letter
from protection import keys, measures, vault
from protection.models import Identity, Opening
from protection.policy import MeasureKind
from tests.protection.conftest import IDENTITY, known_to_the_case

SENTENCE = "The court has to summon the person."


def opened(witness, by, **facts):
    said = {"reason_code": "summon", "sentence": SENTENCE, "reauthenticated_at": timezone.now(), **facts}
    return vault.open_identity(person=witness, by=by, **said)


def refusal(witness, by, **facts):
    with pytest.raises(Refusal) as refused:
        opened(witness, by, **facts)
    return refused.value.code


def entries(act):
    return [entry.facts for entry in AuditEntry.objects.filter(act=act)]


@pytest.mark.parametrize("who", ["judge", "judge_madrid", "spain"])
def test_who_is_entitled_reads_what_was_registered(cast, witness, who):
    by = getattr(cast, who)
    assert vault.read(opening=opened(witness, by), by=by) == IDENTITY


@pytest.mark.parametrize(
    "who", ["prosecutor", "clerk", "clerk_madrid", "defence", "interpreter", "technician", "auditor", "stranger"]
)
def test_nobody_else_learns_that_there_is_an_identity(cast, witness, who):
    assert refusal(witness, getattr(cast, who)) == "not_found"
    assert entries("identity.refused") == [{"why": "not_found"}]


def test_a_bench_from_which_the_name_is_withheld_does_not_open_it(cast, witness):
    measures.raise_(person=witness, kind=MeasureKind.PSEUDONYM, by=cast.judge_madrid, basis="U24-2a", audiences=["J"])
    assert refusal(witness, cast.judge) == "not_found"


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"reason_code": "curiosity"}, "reason_missing"),
        ({"sentence": "because"}, "reason_missing"),
        ({"sentence": "  " * 20}, "reason_missing"),
        ({"sentence": "We must summon ZULMIRA soon."}, "names_identity"),  # auditors read the sentence
        ({"sentence": "A letter goes to Arrecife today."}, "names_identity"),
        ({"reauthenticated_at": None}, "reauthentication_needed"),
    ],
)
def test_a_reason_that_does_not_do_is_refused_and_written_down(cast, witness, facts, code):
    assert refusal(witness, cast.judge_madrid, **facts) == code
    assert entries("identity.refused") == [{"why": code}]
    assert not Opening.objects.exists()


@pytest.mark.parametrize(
    ("ago", "fresh"),
    [
        (timedelta(0), True),
        (timedelta(minutes=5), True),
        (timedelta(minutes=5, seconds=1), False),
        (timedelta(seconds=-1), False),  # a password given in the future
    ],
)
def test_the_password_counts_for_five_minutes(cast, witness, ago, fresh):
    now = timezone.now()
    facts = {"reauthenticated_at": now - ago, "at": now}
    if fresh:
        assert opened(witness, cast.judge_madrid, **facts)
    else:
        assert refusal(witness, cast.judge_madrid, **facts) == "reauthentication_needed"


def test_after_ten_minutes_it_is_closed_again(cast, witness):
    by = cast.judge_madrid
    opening = opened(witness, by)
    last = opening.until - timedelta(microseconds=1)
    assert vault.read(opening=opening, by=by, at=last) == IDENTITY
    with pytest.raises(NotFound):
        vault.read(opening=opening, by=by, at=opening.until)


def test_an_opening_is_of_use_to_nobody_but_its_owner(cast, witness):
    opening = opened(witness, cast.judge_madrid)
    with pytest.raises(NotFound):
        vault.read(opening=opening, by=cast.judge)


def test_a_measure_raised_while_it_is_open_closes_it(cast, witness):
    opening = opened(witness, cast.judge)
    measures.raise_(person=witness, kind=MeasureKind.PSEUDONYM, by=cast.spain, basis="U24-2a", audiences=["J"])
    with pytest.raises(NotFound):
        vault.read(opening=opening, by=cast.judge)


def test_opening_and_every_reading_are_written_down_without_the_identity(cast, witness):
    opening = opened(witness, cast.judge_madrid)
    vault.read(opening=opening, by=cast.judge_madrid)
    vault.read(opening=opening, by=cast.judge_madrid)
    assert [entry["reason"] for entry in entries("identity.opened")] == ["summon"]
    assert entries("identity.read") == [{"opening": str(opening.public_id)}] * 2
    assert not any(value in str(list(AuditEntry.objects.values())) for value in IDENTITY.values())


def test_the_state_that_keeps_the_identity_is_told_once_by_pseudonym(cast, witness):
    opened(witness, cast.judge)
    letter = Letter.objects.get()
    assert letter.to == cast.spain.user.email
    assert f"Witness {witness.pseudonym}" in letter.body
    assert not any(value in letter.body for value in IDENTITY.values())


def test_a_purged_identity_is_gone_for_good(cast, witness):
    vault.purge(person=witness, by=cast.judge_madrid)
    assert refusal(witness, cast.judge_madrid) == "identity_gone"
    assert Identity.objects.get().wrapped_key is None


def test_a_ciphertext_moved_to_another_witness_or_another_field_does_not_open(cast, witness):
    other = known_to_the_case(cast, case=witness.case)
    theirs = Identity.objects.get(person=other)
    Identity.objects.filter(person=witness).update(
        wrapped_key=theirs.wrapped_key, data_key=theirs.data_key, **theirs.sealed()
    )
    assert refusal(witness, cast.judge_madrid) == "identity_gone"
    Identity.objects.filter(person=other).update(city=theirs.family_name)
    assert refusal(other, cast.judge_madrid) == "identity_gone"


def test_another_states_key_does_not_open_it(cast, witness):
    keys.current("CO")
    Identity.objects.filter(person=witness).update(state_key="CO")
    assert refusal(witness, cast.judge_madrid) == "identity_gone"
