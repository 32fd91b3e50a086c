"""The table of roles and acts."""

import pytest

from directory.roles import Act, Role, permits


def test_only_the_requested_authority_decides() -> None:
    assert [role for role in Role if permits(role, Act.REQUEST_DECIDE)] == [Role.CENTRAL_AUTHORITY]


def test_judges_and_central_authorities_lower_a_measure_and_open_an_identity() -> None:
    for act in (Act.MEASURE_LOWER, Act.IDENTITY_OPEN):
        assert [role for role in Role if permits(role, act)] == [Role.CENTRAL_AUTHORITY, Role.JUDGE]


def test_only_the_auditor_reads_the_trail_and_he_reads_nothing_of_a_case() -> None:
    assert [role for role in Role if permits(role, Act.AUDIT_READ)] == [Role.AUDITOR]
    assert [act for act in Act if permits(Role.AUDITOR, act)] == [Act.DIRECTORY_READ, Act.AUDIT_READ]


def test_every_act_is_somebodys() -> None:
    assert [act for act in Act if not any(permits(role, act) for role in Role)] == []


@pytest.mark.parametrize(("role", "act"), [("king", "audit.read"), ("judge", "case.burn"), ("", "")])
def test_a_role_or_act_that_nobody_knows_is_permitted_nothing(role: str, act: str) -> None:
    assert permits(role, act) is False


def test_words_from_the_database_are_as_good_as_names() -> None:
    assert permits("clerk", "booking.hold") is True
