"""The demo's three cases, played once a module."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.test import override_settings

from config.story import cases
from tests.cast import Cast, enter
from tests.config import chairs


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the States' keys of this module's cases lie."""
    return tmp_path_factory.mktemp("keys")


@pytest.fixture(scope="module")
def played(django_db_setup: None, django_db_blocker: Any, keys: Path) -> Iterator[Cast]:
    """Each test rolls back to here, and the module to nothing."""
    quick = {
        "VAULT_DIR": keys,
        "PASSWORD_HASHERS": ["django.contrib.auth.hashers.MD5PasswordHasher"],
    }
    with override_settings(**quick), django_db_blocker.unblock(), transaction.atomic():
        cast = enter()
        cases.play(cast, today=datetime.now(UTC).date())
        yield cast
        transaction.set_rollback(True)


@pytest.fixture
def told(played: Cast, db: None, keys: Path, settings: Any) -> Cast:
    """Who takes part in the demo's cases, all of which have been played."""
    settings.VAULT_DIR = keys
    return played


@pytest.fixture
def things(told: Cast) -> dict[str, str]:
    """One of each kind of thing that has an address, by the word before its id."""
    chairs.furnish(told)
    return chairs.things(told)
