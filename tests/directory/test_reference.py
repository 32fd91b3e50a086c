"""The reference data: complete, sourced, honest about what nobody has verified."""

from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from directory import facts, languages, reference, times
from directory.errors import NotFound
from directory.models import AuditEntry, Authority, Competence, LegalProfile, State, Weekend


def tables() -> list[list[Any]]:
    return [
        list(model.objects.order_by("pk").values_list())
        for model in (State, LegalProfile, Authority, Competence, Weekend)
    ]


@pytest.fixture
def loaded(db: None) -> None:
    reference.load()


def test_loading_twice_changes_nothing(loaded: None) -> None:
    before = tables()
    reference.load()
    assert tables() == before


def test_the_command_says_what_it_loaded(db: None, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("load_directory")
    assert capsys.readouterr().out == "56 States, 60 central authorities, 1 exceptions to weekends.\n"


def test_a_changed_row_is_brought_up_to_date_and_keeps_its_id(loaded: None) -> None:
    spain = Authority.objects.get(state__code="ES")
    Authority.objects.filter(pk=spain.pk).update(city="Toledo")
    reference.load()
    assert Authority.objects.get(pk=spain.pk).city == "Madrid"
    assert Authority.objects.get(pk=spain.pk).public_id == spain.public_id


def test_every_state_has_an_authority_a_known_zone_and_a_profile(loaded: None) -> None:
    for state in State.objects.select_related("profile"):
        assert state.authorities.filter(kind=Authority.Kind.CENTRAL).exists()
        assert state.zone in times.zones()
        assert state.profile.languages != []


def test_every_authority_names_its_source_and_says_how_sure_it_is(loaded: None) -> None:
    for office in Authority.objects.all():
        assert office.source
        assert office.source_urls()
        assert office.confidence in {"sourced", "from memory"}
        if office.unverified_fields or office.confidence != "sourced":
            assert office.verify_before_use


def test_every_language_of_the_data_can_be_read_and_named(loaded: None) -> None:
    tags = {tag for row in Authority.objects.all() for tag in row.languages}
    tags |= {tag for row in LegalProfile.objects.all() for tag in row.languages}
    for tag in tags:
        assert languages.parse(tag) == tag
        assert languages.name(tag) != tag


def test_stages_of_a_case_go_to_different_authorities_in_poland(loaded: None) -> None:
    rows = Competence.objects.filter(authority__state__code="PL", treaty="UNTOC")
    assert sorted(rows.values_list("stage", "authority__name")) == [
        ("investigation", "National Public Prosecutor's Office"),
        ("trial", "Ministry of Justice"),
    ]


def test_what_an_authority_confirmed_is_not_overwritten_by_the_file(cast: Any) -> None:
    office = cast.spain.authority
    Authority.objects.filter(pk=office.pk).update(city="Toledo")
    facts.confirm(authority=Authority.objects.get(pk=office.pk), by=cast.spain)
    reference.load()
    kept = Authority.objects.get(pk=office.pk)
    assert (kept.city, kept.confidence, kept.verify_before_use, kept.unverified_fields) == (
        "Toledo",
        "confirmed",
        False,
        [],
    )
    assert AuditEntry.objects.get(act="authority.confirmed").actor == cast.spain


def test_nobody_confirms_another_authoritys_facts(cast: Any) -> None:
    with pytest.raises(NotFound):
        facts.confirm(authority=cast.spain.authority, by=cast.clerk)


def test_the_directory_is_searched_without_accents_and_in_both_languages(client: Client, cast: Any) -> None:
    client.force_login(cast.clerk.user)
    for typed in ("espana", "Spain", "MADRID", "subdireccion madrid"):
        found = client.get("/directory/", {"q": typed}).context["authorities"]
        assert cast.spain.authority in found, typed
        assert {row.state.code for row in found} == {"ES"}, typed


def test_a_search_without_a_hit_says_so(client: Client, cast: Any) -> None:
    client.force_login(cast.clerk.user)
    assert "No authority fits" in client.get("/directory/", {"q": "zzz"}).content.decode()


def test_a_search_by_htmx_gets_the_list_alone(client: Client, cast: Any) -> None:
    client.force_login(cast.clerk.user)
    page = client.get("/directory/", {"q": "kenya"}, headers={"HX-Request": "true", "HX-Target": "states"})
    assert page.content.decode().startswith('<section class="vv-panel" id="states"')


def test_an_authority_shows_its_source_and_what_is_not_verified(client: Client, cast: Any) -> None:
    client.force_login(cast.clerk.user)
    office = cast.spain.authority
    page = client.get(f"/directory/{office.public_id}/").content.decode()
    assert "Verify before use" in page
    for url in office.source_urls():
        assert url in page
    for phrase in office.unverified_fields:
        assert phrase in page


def test_another_states_courts_and_rooms_are_not_there(client: Client, cast: Any) -> None:
    client.force_login(cast.clerk.user)
    assert client.get(f"/directory/{cast.clerk_madrid.authority.public_id}/").status_code == 404
    assert "Witness room A" not in client.get(f"/directory/{cast.spain.authority.public_id}/").content.decode()
    assert {site.authority.state.code for site in client.get("/rooms/").context["sites"]} == {"CO"}
