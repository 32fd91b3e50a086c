"""The pages of a request, clicked by Bogotá's prosecutor and Madrid's ministry."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from casework import lifecycle, sections
from casework.models import Request
from casework.states import State
from config.story.cases import IDENTITY
from directory.models import Authority
from tests.casework.conftest import as_, calling

pytestmark = pytest.mark.django_db
SECRETS = [IDENTITY[key] for key in ("given_name", "family_name", "address", "city", "phone", "email", "zone")]


def address(request: Request, step: str = "") -> str:
    return f"/requests/{request.public_id}/{f'{step}/' if step else ''}"


def test_a_stranger_and_a_guest_find_nothing(cast: Any, client: Any, sent: Request) -> None:
    assert as_(cast.stranger).get(address(sent)).status_code == 404
    assert as_(cast.defence).get(address(sent)).status_code == 404
    assert as_(cast.spain).get(f"/requests/{uuid4()}/").status_code == 404
    assert client.get(address(sent)).status_code == 302


def test_spain_sees_a_request_once_it_is_sent(cast: Any, written: Callable[..., Request]) -> None:
    request, spain = written(), as_(cast.spain)
    assert request.reference not in spain.get("/requests/").text
    assert spain.get(address(request)).status_code == 404
    lifecycle.submit(request=request, by=cast.prosecutor, version=request.version)
    assert request.reference in spain.get("/requests/").text
    assert spain.get(address(request)).status_code == 200
    assert spain.get(address(request, "case")).status_code == 404  # the writer is the drafter's


def test_two_clicks_on_begin_make_one_draft(cast: Any) -> None:
    prosecutor = as_(cast.prosecutor)
    form = {"public_id": str(uuid4()), "requested": str(cast.spain.authority.public_id)}
    first, second = prosecutor.post("/requests/new/", form), prosecutor.post("/requests/new/", form)
    assert (first.status_code, first.url) == (302, f"/requests/{form['public_id']}/authorities/")
    assert (second.url, Request.objects.count()) == (first.url, 1)
    nobody = prosecutor.post("/requests/new/", {"public_id": "x", "requested": ""})
    assert (nobody.status_code, "requested_missing" in nobody.text) == (422, True)


def test_every_step_opens_on_an_empty_and_on_a_full_draft(cast: Any, written: Callable[..., Request]) -> None:
    prosecutor, empty = as_(cast.prosecutor), lifecycle.draft(by=cast.prosecutor, requested=cast.spain.authority)
    for request in (empty, written()):
        pages = {section.slug: prosecutor.get(address(request, section.slug)) for section in sections.SECTIONS}
        assert {slug: page.status_code for slug, page in pages.items()} == dict.fromkeys(pages, 200)
        assert [word for page in pages.values() for word in SECRETS if word in page.text] == []


def test_a_step_saved_as_it_was_shown_changes_nothing(cast: Any, written: Callable[..., Request]) -> None:
    request, prosecutor = written(), as_(cast.prosecutor)
    beside = {"requested": str(request.requested.public_id), "court": str(request.court.public_id)}
    for section in sections.SECTIONS[:-1]:
        page = prosecutor.get(address(request, section.slug))
        form = beside | {"version": request.version, "go": section.slug} | as_shown(page.context["fields"].values())
        assert (section.slug, prosecutor.post(address(request, section.slug), form).status_code) == (section.slug, 302)
    assert Request.objects.get().version == request.version


def as_shown(fields: Any) -> dict[str, Any]:
    """What a browser sends back of the fields that nobody touched."""
    form: dict[str, Any] = {}
    for field in fields:
        if field.kind == "yes":
            form |= {field.name: "on"} if field.checked else {}
        elif field.choices:
            form[field.name] = [word for word, _label, chosen in (*field.likely, *field.choices) if chosen]
        else:
            form[field.name] = field.value
    return form


def test_what_was_typed_is_there_again_when_it_cannot_be_saved(cast: Any) -> None:
    request = lifecycle.draft(by=cast.prosecutor, requested=cast.spain.authority)
    form = {"version": 1, "wanted_minutes": "a while", "earliest": "2026-02-30", "technical_contact": "Our technicians"}
    page = as_(cast.prosecutor).post(address(request, "technical"), form)
    assert page.status_code == 422
    shown = {name: (field.value, bool(field.problem)) for name, field in page.context["fields"].items()}
    assert shown["wanted_minutes"] == ("a while", True)
    assert shown["earliest"] == ("2026-02-30", True)
    assert shown["technical_contact"] == ("Our technicians", False)
    assert Request.objects.get().technical_contact == ""


def test_a_wall_time_that_the_clocks_jump_over_is_explained(cast: Any) -> None:
    cast.prosecutor.user.zone = "Europe/Madrid"
    cast.prosecutor.user.save(update_fields=["zone"])
    request = lifecycle.draft(by=cast.prosecutor, requested=cast.spain.authority)
    form = {"version": 1, "oral_made_at": "2027-03-28T02:30", "requested": str(cast.spain.authority.public_id)}
    page = as_(cast.prosecutor).post(address(request, "authorities"), form)
    assert (page.status_code, page.context["refusal"].code) == (422, "wall_time_gap")
    assert page.context["fields"]["oral_made_at"].value == "2027-03-28T02:30"


def test_both_versions_are_shown_where_two_people_wrote(cast: Any) -> None:
    request = lifecycle.draft(by=cast.prosecutor, requested=cast.spain.authority)
    lifecycle.edit(request=request, by=cast.prosecutor, version=1, subject="Smuggling of migrants")
    form = {"version": 1, "subject": "Trafficking in persons"}
    page = as_(cast.prosecutor).post(address(request, "case"), form)
    assert page.status_code == 412
    both = [(one.label, one.theirs, one.mine) for one in page.context["differences"]]
    assert both == [("Subject matter of the proceeding", "Smuggling of migrants", "Trafficking in persons")]
    assert 'name="version" value="2"' in page.text
    kept = as_(cast.prosecutor).post(address(request, "case"), form | {"version": 2})
    assert (kept.status_code, Request.objects.get().subject) == (302, "Trafficking in persons")


def test_the_identity_goes_into_the_vault_and_never_comes_back(cast: Any) -> None:
    request, prosecutor = lifecycle.draft(by=cast.prosecutor, requested=cast.spain.authority), as_(cast.prosecutor)
    form = {"version": 1, "capacity": "witness", "testimony_language": "fr"}
    form |= {f"identity-{key}": IDENTITY[key] for key in ("given_name", "family_name", "nationality", "city")}
    assert prosecutor.post(address(request, "person"), form).status_code == 302
    request.refresh_from_db()
    page = prosecutor.get(address(request, "person")).text
    assert [word for word in SECRETS if word in page] == []
    assert request.person.pseudonym in page
    assert "identity sealed" in page
    assert request.identity_complete is True


def test_a_measure_without_its_note_keeps_what_was_typed(cast: Any, written: Callable[..., Request]) -> None:
    request = written()
    form = {"version": request.version, "protection_reason": "Threats in September", "kind": "face_distortion"}
    page = as_(cast.prosecutor).post(address(request, "protection"), form | {"basis": "U24-2b"})
    assert (page.status_code, page.context["refusal"].code) == (422, "defence_note_missing")
    assert "Threats in September" in page.text
    assert request.asked_measures.count() == 0


def test_a_refused_submission_names_each_rule_on_the_page(cast: Any, written: Callable[..., Request]) -> None:
    request = written(absence_reason="", purpose="")
    page = as_(cast.prosecutor).post(address(request, "check"), {"version": request.version})
    assert page.status_code == 422
    assert [finding.rule for finding in page.context["refusal"].findings] == ["U18-15f", "U18-18d"]
    sent = as_(cast.prosecutor).post(address(written(), "check"), {"version": 2})
    assert sent.status_code == 302


def test_spain_decides_from_the_page(cast: Any, received: Request) -> None:
    spain, version = as_(cast.spain), received.version
    refused = spain.post(address(received, "acts/refuse"), {"version": version, "grounds": ["U18-21b"], "reasons": "x"})
    assert (refused.status_code, refused.context["refusal"].rule) == (409, "U18-26a")
    form = {"version": version, "conditions": "One.\n\nTwo.", "executing": str(cast.judge_madrid.authority.public_id)}
    granted = spain.post(address(received, "acts/grant"), form)
    assert (granted.status_code, granted.url) == (302, address(received))
    received.refresh_from_db()
    assert (received.state, received.executing) == (State.GRANTED, cast.judge_madrid.authority)
    assert received.decisions.get().conditions == ["One.", "Two."]
    assert as_(cast.prosecutor).get(address(received)).context["next"] == "accept"


def test_the_court_that_attends_is_told_to_those_alone_who_may_know_the_place(cast: Any, received: Request) -> None:
    court = cast.judge_madrid.authority
    lifecycle.grant(request=received, by=cast.spain, version=received.version, executing=court)
    told = {
        name: (
            court.name in as_(getattr(cast, name)).get(address(received)).text,
            calling(getattr(cast, name)).get(f"/api/v1/requests/{received.public_id}").json()["executing"] is not None,
        )
        for name in ("spain", "clerk_madrid", "judge_madrid", "judge", "prosecutor", "clerk")
    }
    knows, knows_not = (True, True), (False, False)
    assert told == {
        "spain": knows, "clerk_madrid": knows, "judge_madrid": knows, "judge": knows,
        "prosecutor": knows_not, "clerk": knows_not,
    }  # fmt: skip


def test_a_refused_act_keeps_what_was_typed(cast: Any, consulting: Request) -> None:
    form = {"version": consulting.version, "grounds": [], "reasons": "Our law forbids it."}
    page = as_(cast.spain).post(address(consulting, "acts/refuse"), form)
    assert (page.status_code, page.context["refusal"].code) == (422, "ground_missing")
    assert "Our law forbids it." in page.text


def test_an_act_nobody_knows_or_without_its_version_is_refused(cast: Any, sent: Request) -> None:
    spain = as_(cast.spain)
    assert spain.post(address(sent, "acts/annul"), {"version": 3}).status_code == 404
    assert spain.post(address(sent, "acts/acknowledge"), {}).status_code == 428
    assert spain.post(address(sent, "acts/acknowledge"), {"version": "99999999999"}).status_code == 428
    assert spain.post(address(sent, "acts/acknowledge"), {"version": 1}).status_code == 412
    strange = {"version": sent.version, "question": "x", "text": "y"}
    assert as_(cast.prosecutor).post(address(sent, "acts/answer"), strange).status_code == 404


def test_a_court_of_another_state_cannot_be_chosen(cast: Any, received: Request) -> None:
    form = {"version": received.version, "executing": str(cast.stranger.authority.public_id)}
    page = as_(cast.spain).post(address(received, "acts/grant"), form)
    assert (page.status_code, page.context["refusal"].code) == (422, "not_a_court_of_ours")


def test_the_printed_request_is_a_pdf_named_by_its_reference(cast: Any, sent: Request) -> None:
    file = as_(cast.spain).get(f"{address(sent)}document.pdf")
    assert (file["Content-Type"], file.content[:5]) == ("application/pdf", b"%PDF-")
    assert file["Content-Disposition"] == f'inline; filename="{sent.reference}.pdf"'
    assert as_(cast.stranger).get(f"{address(sent)}document.pdf").status_code == 404


def test_the_home_page_says_what_waits(cast: Any, sent: Request) -> None:
    from casework.waiting import waiting

    assert [task.url for task in waiting(cast.spain)] == [address(sent)]
    assert [str(task.sentence) for task in waiting(cast.spain)] == [f"Acknowledge request {sent.reference} of Colombia"]
    assert (waiting(cast.prosecutor), waiting(cast.stranger)) == ([], [])


def test_the_list_can_be_cut_to_one_state(cast: Any, sent: Request) -> None:
    spain = as_(cast.spain)
    assert sent.reference in spain.get("/requests/?state=submitted").text
    assert sent.reference not in spain.get("/requests/?state=granted").text
    assert sent.reference in spain.get("/requests/?state=nonsense").text


def test_the_new_page_offers_central_authorities_of_other_states(cast: Any) -> None:
    offered = as_(cast.prosecutor).get("/requests/new/").context["centrals"]
    assert {one.kind for _state, one in offered} == {Authority.Kind.CENTRAL}
    assert "CO" not in {one.state.code for _state, one in offered}
    assert as_(cast.clerk).get("/requests/new/").status_code == 404


def test_a_court_chosen_beside_a_text_that_cannot_be_saved_stays_chosen(cast: Any) -> None:
    request = lifecycle.draft(by=cast.prosecutor, requested=cast.spain.authority)
    form = {"version": 1, "court": str(cast.judge.authority.public_id), "conductors": "x" * 1201}
    page = as_(cast.prosecutor).post(address(request, "procedure"), form)
    assert (page.status_code, page.context["chosen"]) == (422, form["court"])
    assert Request.objects.get().court is None


def test_a_step_posted_after_a_colleague_has_sent_the_request_shows_what_was_typed(cast: Any, sent: Request) -> None:
    prosecutor = as_(cast.prosecutor)
    page = prosecutor.post(address(sent, "case"), {"version": "1", "facts": "Two men came.", "subject": "smuggling"})
    assert (page.status_code, page["Cache-Control"]) == (409, "no-store")
    assert page.context["texts"] == [
        ("Subject matter of the proceeding", "smuggling"),
        ("Summary of the facts", "Two men came."),
    ]
    person = prosecutor.post(address(sent, "person"), {"identity-given_name": "zulmira"})
    assert person.context["texts"] == [("Given name", "zulmira")]


def test_words_typed_for_an_act_that_is_no_longer_possible_are_shown(cast: Any, received: Request) -> None:
    lifecycle.grant(request=received, by=cast.spain, version=received.version)
    form = {"version": str(received.version), "text": "May our judge attend?"}
    page = as_(cast.spain).post(address(received, "acts/consult"), form)
    assert (page.status_code, page.context["texts"]) == (409, [("", "May our judge attend?")])
    gone = as_(cast.spain).post(f"/requests/{uuid4()}/acts/consult/", form)
    assert (gone.status_code, gone.context["texts"]) == (404, [("", "May our judge attend?")])
