"""Witness W-…, who lives in Spain, of a case that concerns Colombia and Spain."""

from typing import Any
from uuid import uuid4

import pytest

from directory.models import State
from protection import people
from protection.models import ProtectedPerson

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
def witness(cast: Any) -> ProtectedPerson:
    """Registered by the prosecutor in Bogotá; Spain, which was let in, keeps the key."""
    spain = State.objects.get(code="ES")
    return people.register(case=uuid4(), state=spain, identity=IDENTITY, by=cast.prosecutor, parties=[spain])
