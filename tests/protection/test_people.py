"""Registering a witness: from then on there is a pseudonym, and nothing else that anybody sees."""

import re
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, transaction

from directory.errors import NotFound, Refusal
from directory.models import AuditEntry, Authority, Membership, State, User
from directory.roles import Role
from protection import measures, people, vault
from protection.models import Identity, Lowering, Measure, PersonParty, ProtectedPerson
from protection.policy import Audience, MeasureKind, view
from protection.waiting import waiting
from tests.protection.conftest import IDENTITY


def test_a_witness_is_known_by_a_pseudonym(witness):
    assert re.fullmatch(r"Witness W-\d{4}", people.label(witness))


def test_a_witness_does_not_name_himself_in_a_log(witness):
    assert str(witness) == f"protectedperson {witness.public_id}"


def test_the_authorities_of_the_case_know_of_the_witness_and_a_third_state_does_not(cast, witness):
    knows = {
        name: ProtectedPerson.objects.visible_to(getattr(cast, name)).exists()
        for name in ("prosecutor", "judge", "spain", "judge_madrid", "stranger")
    }
    assert knows == {"prosecutor": True, "judge": True, "spain": True, "judge_madrid": True, "stranger": False}
    assert not ProtectedPerson.objects.visible_to(None).exists()


def test_a_draft_is_not_known_to_the_state_that_will_be_asked(cast, witness):
    draft = people.register(case=uuid4(), state=witness.state, identity=IDENTITY, by=cast.prosecutor)
    assert list(ProtectedPerson.objects.visible_to(cast.spain)) == [witness]
    assert list(ProtectedPerson.objects.visible_to(cast.judge)) == [witness]
    assert draft in ProtectedPerson.objects.visible_to(cast.prosecutor)


def test_a_text_that_names_the_witness_is_noticed(witness):
    texts = ["Zulmira kept the lists.", "The person kept the lists in an office of the town."]
    assert [people.mentions(person=witness, text=text) for text in texts] == [True, False]


def test_an_authority_learns_of_the_witness_when_it_is_let_in_and_once(cast, witness):
    for _ in range(2):
        people.share(person=witness, authorities=[cast.stranger.authority], by=cast.spain)
    assert ProtectedPerson.objects.visible_to(cast.stranger).get() == witness


@pytest.mark.parametrize("court_of", ["judge", "judge_madrid"])
def test_a_judge_of_another_court_of_either_state_is_a_stranger_to_the_witness(cast, witness, court_of):
    other = _another_court(getattr(cast, court_of).authority)
    assert not ProtectedPerson.objects.visible_to(other).exists()
    assert not vault.entitled(witness, other)
    with pytest.raises(NotFound):
        measures.raise_(person=witness, kind="screen", by=other, basis="V-13")
    for rows in (Measure.objects, Lowering.objects):
        assert not rows.visible_to(other).exists()


def test_what_waits_for_the_other_state_waits_for_its_authorities_in_the_case_alone(cast, witness):
    order = measures.raise_(
        person=witness, kind="pseudonym", by=cast.judge, basis="U24-2a", audiences=["D"],
        counterbalances=["bench_knows"],
    )  # fmt: skip
    distortion = measures.raise_(person=witness, kind="face_distortion", by=cast.judge, basis="U24-2b")
    measures.propose_lowering(measure=distortion, reason="risk_ended", by=cast.judge)
    other = _another_court(cast.judge_madrid.authority)
    assert (len(waiting(cast.judge_madrid)), waiting(other)) == (2, [])
    assert order.needs_approval


def _another_court(court):
    """A judge of a second court in the same State and city."""
    facts = {"kind": court.kind, "city": court.city, "zone": court.zone}
    second = Authority.objects.create(state=court.state, name="Another court", **facts)
    user = User.objects.create_user("other@court.example", full_name="Some Judge")
    return Membership.objects.create(user=user, authority=second, role=Role.JUDGE)


def test_the_database_refuses_to_take_a_party_back(cast, witness):
    with pytest.raises(DatabaseError), transaction.atomic():
        PersonParty.objects.filter(person=witness).delete()


def test_from_the_first_line_on_the_name_the_place_and_the_language_are_withheld(witness):
    kinds = {measure.kind for measure in measures.in_force(witness)}
    assert kinds == {MeasureKind.PSEUDONYM, MeasureKind.PLACE_WITHHELD, MeasureKind.LANGUAGE_WITHHELD}
    defence = view(measures.in_force(witness), Audience.DEFENCE)
    assert (defence.place, defence.language) == (False, False)


def test_two_witnesses_of_one_case_never_share_a_pseudonym(cast, witness, monkeypatch):
    drawn = iter([witness.pseudonym, witness.pseudonym, "W-9999"])
    monkeypatch.setattr(people, "_pseudonym", lambda: next(drawn))
    second = people.register(case=witness.case, state=witness.state, identity={}, by=cast.prosecutor)
    assert second.pseudonym == "W-9999"


def test_the_same_person_in_two_cases_leaves_nothing_equal_behind(cast, witness):
    again = people.register(case=uuid4(), state=witness.state, identity=IDENTITY, by=cast.prosecutor)
    one, other = Identity.objects.get(person=witness), Identity.objects.get(person=again)
    assert not set(one.sealed().values()) & set(other.sealed().values())


def test_the_database_never_holds_a_word_of_the_identity(witness):
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_jsonb(i)::text FROM protection_identity i")
        row = cursor.fetchone()[0]
    # Three letters stand in any long ciphertext now and then.
    words = [value for value in IDENTITY.values() if len(value) > 5]
    found = [value for value in words if value in row or value.encode().hex() in row]
    assert found == []


def test_every_row_of_the_vault_has_the_same_size_whatever_is_known(cast, witness):
    blank = people.register(case=uuid4(), state=witness.state, identity={}, by=cast.prosecutor)
    sizes = {len(s) for person in (witness, blank) for s in person.identity.sealed().values()}
    assert len(sizes) == 1


@pytest.mark.parametrize(
    ("identity", "field", "code"),
    [
        ({"address": "x" * 1024}, "address", "identity_unfit"),
        ({"city": "\ud800"}, "city", "identity_unfit"),  # a lone surrogate has no bytes, and the error would quote it
        ({"shoe_size": "44"}, "shoe_size", "identity_unfit"),
        ({"zone": "Atlantic/Arrecife"}, "zone", "unknown_zone"),
        ({"language": "Kriolu"}, "language", "unknown_language"),
    ],
)
def test_what_the_vault_cannot_keep_is_refused_without_being_repeated(cast, identity, field, code):
    with pytest.raises(Refusal) as refused:
        people.register(case=uuid4(), state=State.objects.get(code="ES"), identity=identity, by=cast.prosecutor)
    assert (refused.value.code, refused.value.field, refused.value.__cause__) == (code, field, None)
    assert not any(value in str(refused.value.sentence) for value in identity.values())
    assert not ProtectedPerson.objects.exists()


def test_a_corrected_identity_takes_the_place_of_the_first(cast, witness):
    before = witness.identity.sealed()
    people.amend(person=witness, identity=IDENTITY | {"city": "Teguise"}, by=cast.prosecutor)
    assert not set(Identity.objects.get(person=witness).sealed().values()) & set(before.values())


def test_the_audit_trail_tells_of_the_witness_by_pseudonym(witness):
    entry = AuditEntry.objects.get(act="person.registered")
    assert entry.facts == {"pseudonym": witness.pseudonym}


@pytest.mark.parametrize("change", [{"pseudonym": "W-1111"}, {"case": uuid4()}])
def test_the_database_refuses_to_rename_a_witness_and_says_nothing_of_the_row(witness, change):
    with pytest.raises(DatabaseError) as refused, transaction.atomic():
        ProtectedPerson.objects.filter(pk=witness.pk).update(**change)
    assert witness.pseudonym not in str(refused.value)
