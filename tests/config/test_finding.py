"""Finding by a reference, a code, a pseudonym or a name: what the reader may see, and nothing else."""

import re
from typing import Any

import pytest
from django.test import Client

from directory.models import Membership
from scheduler.models import Plan


@pytest.fixture
def plan(told: Any) -> Plan:
    return Plan.objects.exclude(bookings=None).first()


def found(client: Client, member: Membership, query: str) -> list[str]:
    client.force_login(member.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    text = client.get("/find/", {"q": query}).content.decode()
    return re.findall(r'<li><a class="fw-semibold" href="[^"]+"><bdi>([^<]+)</bdi>', text)


def test_the_clerk_finds_the_request_and_the_hearing_by_a_part_of_what_stands_on_paper(client, told, plan):
    reference, pseudonym = plan.request.reference, plan.request.person.pseudonym
    assert found(client, told.clerk, reference[-4:]) == [reference]
    assert found(client, told.clerk, plan.code.lower()) == [plan.code]
    assert found(client, told.clerk, pseudonym) == [reference, plan.code]


def test_a_stranger_finds_nothing_of_the_case(client, told, plan):
    asked = [plan.request.reference, plan.code, plan.request.person.pseudonym, plan.request.subject.split()[0]]
    assert [found(client, told.stranger, query) for query in asked] == [[]] * len(asked)


def test_who_comes_from_outside_finds_a_hearing_by_its_code_and_not_by_the_pseudonym(client, told, plan):
    asked = [plan.code, plan.request.person.pseudonym, plan.request.reference]
    for member in (told.technician, told.technician_madrid):
        assert [found(client, member, query) for query in asked] == [[plan.code], [], []], member.role


def test_rooms_of_another_state_are_not_found(client, told):
    assert (
        found(client, told.clerk, "witness room"),
        "Witness room A" in found(client, told.clerk_madrid, "room a"),
    ) == (
        [],
        True,
    )


def test_an_authority_is_found_by_its_city_without_accents(client, told):
    assert any("Bogot" in one for one in found(client, told.clerk, "criminal bogota"))


def test_the_name_of_the_witness_finds_nothing(client, told):
    for name in ("Traoré", "Aïssatou"):
        assert {tuple(found(client, member, name)) for member in told.everyone()} == {()}


@pytest.mark.parametrize("query", ["", "%", "_", "'; --", "x" * 5000])
def test_whatever_is_typed_is_answered(client, told, query):
    client.force_login(told.clerk.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert client.get("/find/", {"q": query}).status_code == 200
