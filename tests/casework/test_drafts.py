"""A request while Bogotá's prosecutor writes it: numbered, saved, sealed, and refused where the law wants more."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest

from casework import lifecycle
from casework.models import Request
from casework.states import State
from config.story.cases import CASE, IDENTITY
from directory.errors import NotFound, Stale
from directory.models import Authority
from protection.models import Measure
from tests.casework.conftest import refusal

pytestmark = pytest.mark.django_db


def test_a_request_is_numbered_by_state_and_year(cast: Any) -> None:
    year = datetime.now(UTC).year
    first = lifecycle.draft(by=cast.prosecutor, requested=cast.spain.authority)
    second = lifecycle.draft(by=cast.prosecutor, requested=cast.spain.authority)
    assert [first.reference, second.reference] == [f"CO-{year}-0001", f"CO-{year}-0002"]


def test_the_same_form_posted_twice_is_one_draft(cast: Any) -> None:
    first = lifecycle.draft(by=cast.prosecutor, requested=cast.spain.authority)
    again = lifecycle.draft(by=cast.prosecutor, requested=cast.spain.authority, public_id=first.public_id)
    assert (again, Request.objects.count()) == (first, 1)


def test_the_same_id_with_other_words_is_refused_and_loses_nothing(cast: Any) -> None:
    facts: dict[str, Any] = {"by": cast.prosecutor, "requested": cast.spain.authority, "public_id": uuid4()}
    first = lifecycle.draft(**facts, subject="Smuggling of migrants")
    refused = refusal(lifecycle.draft, **facts, subject="Trafficking")
    assert (refused.code, refused.status, first.reference in str(refused.sentence)) == ("already_begun", 409, True)
    assert lifecycle.draft(**facts, subject="Smuggling of migrants") == first


def test_the_table_of_requests_holds_no_identity(cast: Any, written: Callable[..., Request]) -> None:
    request = written()
    row = " ".join(str(value) for value in Request.objects.filter(pk=request.pk).values().get().values())
    secrets = [IDENTITY[key] for key in ("given_name", "family_name", "city", "address", "phone", "email", "zone")]
    assert [word for word in secrets if word in row] == []
    assert (request.person.pseudonym[:2], request.identity_complete) == ("W-", True)


def test_a_refused_submission_names_each_rule(cast: Any) -> None:
    request = lifecycle.draft(by=cast.prosecutor, requested=cast.spain.authority, **CASE | {"absence_reason": ""})
    refused = refusal(lifecycle.submit, request=request, by=cast.prosecutor, version=1)
    assert (refused.code, refused.status) == ("request_incomplete", 422)
    assert [finding.rule for finding in refused.findings] == ["U18-15e", "U18-18d", "V-03"]
    assert Request.objects.get().state == State.DRAFT


def test_who_comes_second_overwrites_nobody(cast: Any) -> None:
    request = lifecycle.draft(by=cast.prosecutor, requested=cast.spain.authority)
    lifecycle.edit(request=request, by=cast.prosecutor, version=1, subject="Smuggling of migrants")
    with pytest.raises(Stale) as caught:
        lifecycle.edit(request=Request.objects.get(), by=cast.prosecutor, version=1, subject="Trafficking")
    assert (caught.value.status, caught.value.facts) == (412, {"version": 2})
    assert Request.objects.get().subject == "Smuggling of migrants"


def test_saving_what_is_saved_already_changes_nothing(cast: Any) -> None:
    request = lifecycle.draft(by=cast.prosecutor, requested=cast.spain.authority, subject="Smuggling")
    assert lifecycle.edit(request=request, by=cast.prosecutor, version=1, subject=" Smuggling ").version == 1


def test_what_cannot_be_read_is_named_and_nothing_is_saved(cast: Any) -> None:
    request = lifecycle.draft(by=cast.prosecutor, requested=cast.spain.authority)
    typed = {"subject": "x" * 301, "earliest": "2026-02-30", "nature": "trial"}
    refused = refusal(lifecycle.edit, request=request, by=cast.prosecutor, version=1, **typed)
    assert {found["field"]: found["code"] for found in refused.findings} == {
        "subject": "too_long",
        "earliest": "impossible_date",
    }
    assert Request.objects.get().nature == ""


def test_a_draft_is_known_to_its_drafters_alone(cast: Any, written: Callable[..., Request]) -> None:
    request = written()
    seen = {name: Request.objects.visible_to(getattr(cast, name)).count() for name in ("prosecutor", "spain", "clerk")}
    assert seen == {"prosecutor": 1, "spain": 0, "clerk": 0}
    assert list(request.person.parties.all()) == [cast.prosecutor.authority]
    with pytest.raises(NotFound):
        lifecycle.acknowledge(request=request, by=cast.spain, version=request.version)


def test_a_request_goes_to_the_central_authority_of_another_state(cast: Any) -> None:
    courts = {"requested": cast.judge_madrid.authority}
    assert refusal(lifecycle.draft, by=cast.prosecutor, **courts).code == "not_central"
    assert refusal(lifecycle.draft, by=cast.prosecutor, requested=cast.prosecutor.authority).code == "same_state"
    theirs = {"requested": cast.spain.authority, "court": cast.judge_madrid.authority}
    assert refusal(lifecycle.draft, by=cast.prosecutor, **theirs).code == "not_a_court_of_ours"


def test_a_sealed_identity_does_not_follow_to_another_state(cast: Any, written: Callable[..., Request]) -> None:
    request = written()
    kenya = Authority.objects.get(state__code="KE", kind=Authority.Kind.CENTRAL)
    refused = refusal(lifecycle.edit, request=request, by=cast.prosecutor, version=request.version, requested=kenya)
    assert refused.code == "identity_sealed"


def test_a_measure_is_asked_for_with_its_note_on_the_defence(cast: Any) -> None:
    request = lifecycle.draft(by=cast.prosecutor, requested=cast.spain.authority)
    facts = {"by": cast.prosecutor, "kind": "face_distortion", "basis": "U24-2b", "defence_access": ""}
    assert refusal(lifecycle.protect, request=request, version=1, **facts).code == "no_person"
    lifecycle.name_person(request=request, by=cast.prosecutor, version=1, identity={"given_name": "Aïssatou"})
    refused = refusal(lifecycle.protect, request=request, version=2, **facts)
    assert (refused.code, refused.rule) == ("defence_note_missing", "U24-2x")
    lifecycle.protect(request=request, version=2, **facts | {"defence_access": "Counsel sees the face."})
    assert request.asked_measures.get().defence_access == "Counsel sees the face."
    assert "face_distortion" in {measure.kind for measure in Measure.objects.filter(person=request.person)}


def test_every_field_can_be_typed_and_comes_back(cast: Any) -> None:
    request = lifecycle.draft(by=cast.prosecutor, requested=cast.spain.authority)
    lifecycle.edit(request=request, by=cast.prosecutor, version=1, **CASE, notice_days=0)
    assert {name: getattr(request, name) for name in CASE} == dict(CASE)
    assert request.notice_days == 0


def test_a_text_that_names_the_witness_is_not_stored(cast: Any, written: Callable[..., Request]) -> None:
    request = written()
    typed = {"facts": f"{IDENTITY['given_name']} kept the lists.", "subject": "Smuggling"}
    refused = refusal(lifecycle.edit, request=request, by=cast.prosecutor, version=request.version, **typed)
    assert (refused.code, refused.rule, refused.field) == ("names_identity", "U24-2a", "facts")
    assert IDENTITY["given_name"] not in str(refused.sentence)
    assert Request.objects.get().subject == CASE["subject"]


def test_a_text_typed_before_the_name_was_known_blocks_sending(cast: Any, written: Callable[..., Request]) -> None:
    request = written(facts=f"{IDENTITY['family_name']} kept the lists.")
    refused = refusal(lifecycle.submit, request=request, by=cast.prosecutor, version=request.version)
    assert [(finding.rule, finding.field) for finding in refused.findings] == [("U24-2a", "facts")]
