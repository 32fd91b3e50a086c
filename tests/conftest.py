"""What every test may use. The database is the embedded PostgreSQL, started at the first test that needs it."""

import copy
import gc
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest

# A busy machine is slow, not wrong; and what a property test finds, everybody finds.
hypothesis.settings.register_profile("house", deadline=None, derandomize=bool(os.environ.get("CI")))
hypothesis.settings.load_profile("house")


def pytest_collection_finish() -> None:
    """What is imported by now stays: the collector need not look through it again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 20, 100)


ROOT = Path(__file__).resolve().parent.parent
QUICK_HASHER = "django.contrib.auth.hashers.MD5PasswordHasher"


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_blocker: Any) -> None:
    """Point Django at a database of this run's own on the shared test server, copied from a migrated one."""
    from django.db import connections

    from config import engines, env
    from tests import template

    url = os.environ.get("TEST_DATABASE_URL")
    if not url:
        os.environ.setdefault("VAR_DIR", str(ROOT / "var"))
        url = engines.start_postgres(engines.var_dir() / "postgres-test", fsync="off", max_connections="200")
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    settings = connections["default"].settings_dict
    settings.update(env.database(url))
    with django_db_blocker.unblock():
        settings["TEST"] |= {"NAME": f"test_{os.getpid()}_{worker}", "TEMPLATE": template.migrated(url)}


@pytest.fixture(scope="session")
def django_db_use_migrations() -> bool:
    """The template has run them all, so the copy need not even look."""
    return False


@pytest.fixture(autouse=True)
def own_var(settings: Any, tmp_path: Path) -> None:
    """No test writes into the laptop's own keys and letters; the hasher is Django's quick one."""
    settings.VAR_DIR, settings.VAULT_DIR = tmp_path, tmp_path / "keys"
    settings.EMAIL_FILE_PATH = tmp_path / "mail"
    settings.PASSWORD_HASHERS = [QUICK_HASHER]


@pytest.fixture(autouse=True)
def own_counters() -> None:
    """Who has tried too often in one test has tried nothing in the next: counters live in the cache."""
    from django.core.cache import cache

    cache.clear()


@pytest.fixture(scope="module")
def entered(request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: Any) -> Iterator[Any]:
    """The cast, entered once a module: each test rolls back to here, and the module to nothing.

    None in a module whose tests commit: they forget everything, so that each enters its own.
    """
    from django.db import transaction
    from django.test import override_settings

    from tests.cast import enter

    if any(_commits(item) for item in request.session.items if item.path == request.path):
        yield None
        return
    with override_settings(PASSWORD_HASHERS=[QUICK_HASHER]), django_db_blocker.unblock(), transaction.atomic():
        yield enter()
        transaction.set_rollback(True)


@pytest.fixture
def cast(entered: Any, db: None) -> Any:
    """The people of the story: two States, their courts, and who works there."""
    from tests.cast import enter

    return copy.deepcopy(entered) or enter()


def _commits(item: pytest.Item) -> bool:
    marker = item.get_closest_marker("django_db")
    return "transactional_db" in getattr(item, "fixturenames", ()) or bool(marker and marker.kwargs.get("transaction"))


@pytest.fixture(autouse=True, scope="session")
def quick_forgetting() -> None:
    """After a test that committed, rows go; Django would truncate a hundred tables and write its permissions anew."""
    from django.test import TransactionTestCase

    from tests import template

    TransactionTestCase._fixture_teardown = lambda self: template.forget()  # type: ignore[attr-defined]
