"""Witness W-…, who lives in Spain, of a case that concerns Colombia and Spain."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import transaction
from django.test import override_settings

from directory.models import State
from protection import people
from protection.models import ProtectedPerson
from tests.cast import Cast, enter

IDENTITY = {
    "given_name": "Zulmira",
    "family_name": "Ferreyra-Okonjo",
    "born": "1989-02-17",
    "nationality": "Cabo Verde",
    "address": "Calle Inventada 17, 3º",
    "city": "Arrecife",
    "zone": "Atlantic/Canary",
    "language": "kea",
    "phone": "+34 600 000 417",
    "email": "zulmira@nowhere.example",
}


@pytest.fixture(scope="module")
def entered(django_db_setup: None, django_db_blocker: Any) -> Iterator[Cast]:
    """The cast, entered once a module: each test rolls back to here, and the module to nothing."""
    hasher = "django.contrib.auth.hashers.MD5PasswordHasher"
    with override_settings(PASSWORD_HASHERS=[hasher]), django_db_blocker.unblock(), transaction.atomic():
        yield enter()
        transaction.set_rollback(True)


@pytest.fixture
def cast(entered: Cast, db: None) -> Cast:
    """The people of the story."""
    return entered


@pytest.fixture
def witness(cast: Cast) -> ProtectedPerson:
    """Registered by the prosecutor in Bogotá; Spain, which was let in, keeps the key."""
    return known_to_the_case(cast, case=uuid4())


def known_to_the_case(cast: Cast, case: UUID) -> ProtectedPerson:
    """A person whom the court, Spain's ministry and the court that attends have been told of."""
    spain = State.objects.get(code="ES")
    person = people.register(case=case, state=spain, identity=IDENTITY, by=cast.prosecutor)
    concerned = [member.authority for member in (cast.judge, cast.spain, cast.judge_madrid)]
    people.share(person=person, authorities=concerned, by=cast.prosecutor)
    return person
