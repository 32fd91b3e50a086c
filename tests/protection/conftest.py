"""Witness W-…, who lives in Spain, of a case that concerns Colombia and Spain."""

from uuid import UUID, uuid4

import pytest

from directory.models import State
from protection import people
from protection.models import ProtectedPerson
from tests.cast import Cast

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
