"""The whole house, running, and real Chromium in front of it."""

import os
import shutil
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.core.management import call_command
from django.test import override_settings
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from config import engines
from config.processes import House, free_port
from config.story.people import EMAILS, PASSWORD
from tests import template

ROOT = Path(__file__).resolve().parent.parent.parent
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome") or ""
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--use-fake-device-for-media-stream=fps=5", "--use-fake-ui-for-media-stream",
    "--autoplay-policy=no-user-gesture-required", "--mute-audio",
]  # fmt: skip
expect.set_options(timeout=30_000)  # ms; a laptop that does something else besides is slow, not wrong


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Everything in this folder is end to end, and needs a browser."""
    ours = [item for item in items if Path(item.fspath).is_relative_to(ROOT / "tests" / "e2e")]
    for item in ours:
        item.add_marker(pytest.mark.e2e)
        if not CHROMIUM:
            item.add_marker(pytest.mark.skip(reason="LANE SKIPPED: no Chromium here; install it or set CHROMIUM"))


@dataclass(frozen=True)
class Running:
    """A house that answers at `url`, whose letters are in `mail`."""

    url: str
    var: Path
    environment: dict[str, str]

    def token(self, email: str) -> str:
        """A key to the API for one of the cast, as `manage.py token` prints it."""
        with ThreadPoolExecutor(1) as aside:  # Playwright has a loop on this thread, where Django refuses to work
            return aside.submit(self._token, email).result()

    def _token(self, email: str) -> str:
        printed = StringIO()
        with template.connected(self.environment["DATABASE_URL"]):
            call_command("token", email, stdout=printed, stderr=StringIO())
        return printed.getvalue().strip()


@dataclass(frozen=True)
class Told:
    """The demo's story, told once: a database to copy, and the folder with the keys to what is sealed in it."""

    server: str
    database: str
    var: Path


@pytest.fixture(scope="session")
def told(tmp_path_factory: pytest.TempPathFactory, django_db_blocker: Any) -> Iterator[Told]:
    """The story, played by the command that the demo plays it with."""
    var, name = tmp_path_factory.mktemp("told"), f"e2e_{uuid.uuid4().hex}"
    url = os.environ.get("TEST_DATABASE_URL")
    server = url or engines.start_postgres(engines.var_dir() / "postgres-test", fsync="off", max_connections="200")
    with django_db_blocker.unblock(), _database(server, name, template.migrated(server)):
        with template.connected(template.named(server, name)), override_settings(VAR_DIR=var, VAULT_DIR=var / "keys"):
            call_command("story")
        yield Told(server, name, var)


@pytest.fixture(scope="session")
def house(told: Told, tmp_path_factory: pytest.TempPathFactory, django_db_blocker: Any) -> Iterator[Running]:
    """Web, worker and media with the demo's cases. Tests share it: each takes a case of its own."""
    var, name, port = tmp_path_factory.mktemp("var"), f"e2e_{uuid.uuid4().hex}", free_port()
    shutil.copytree(told.var, var, dirs_exist_ok=True, ignore=shutil.ignore_patterns("valkey*", "*.sock"))
    environment = _environment(told, name, var, port)
    with _database(told.server, name, told.database):
        house = House(port, environment, log=var)
        try:
            house.start()
            with django_db_blocker.unblock():
                yield Running(f"http://localhost:{port}", var, environment)
        finally:
            house.stop()
            for process in ("web", "worker", "media"):
                print(f"-- {process}.log\n{(var / f'{process}.log').read_text()[-4000:]}")


def _environment(told: Told, database: str, var: Path, port: int) -> dict[str, str]:
    return {
        **os.environ, "DEMO": "1", "VAR_DIR": str(var), "PYTHONTZPATH": "",
        "DATABASE_URL": template.named(told.server, database),
        "VALKEY_URL": engines.start_valkey(var), "SITE_URL": f"http://localhost:{port}",
    }  # fmt: skip


@contextmanager
def _database(server: str, name: str, original: str) -> Iterator[None]:
    """A database that lives as long as the block."""
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {original}".encode())
    try:
        yield
    finally:
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)".encode())


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def new_context(house: Running, chromium: Browser) -> Iterator[Callable[..., BrowserContext]]:
    """A browser of one's own: no cookie is shared. What goes wrong in it, or in the house behind it, fails the test."""
    contexts: list[BrowserContext] = []
    wrong: list[str] = []

    def make(**options: Any) -> BrowserContext:
        settings = {"base_url": house.url, "permissions": ["camera", "microphone"], **options}
        context = chromium.new_context(**settings)
        context.set_default_timeout(30_000)
        _listen(context, wrong)
        contexts.append(context)
        return context

    yield make
    for context in contexts:
        context.close()
    assert wrong == []


def _listen(context: BrowserContext, wrong: list[str]) -> None:
    """Write down what goes wrong in this browser; that a refusal has the status of one is not wrong."""
    context.on("weberror", lambda error: wrong.append(str(error.error)))
    context.on("response", lambda answer: answer.status >= 500 and wrong.append(f"{answer.status} {answer.url}"))
    context.on(
        "console",
        lambda line: line.type == "error" and "Failed to load" not in line.text and wrong.append(line.text),
    )


@pytest.fixture(scope="session")
def keys() -> dict[str, Any]:
    """The cookies of who has signed in before: a browser of his own begins with them."""
    return {}


@pytest.fixture
def signed_in(new_context: Callable[..., BrowserContext], keys: dict[str, Any]) -> Callable[..., Page]:
    """A page in a fresh browser in which one of the cast has signed in: with the password the first time."""

    def sign_in(name: str, **options: Any) -> Page:
        page = new_context(storage_state=keys.get(name), **options).new_page()
        if name in keys:
            page.goto("/")
            return page
        page.goto("/account/login/")
        page.locator("input[name=login]").fill(EMAILS[name])
        page.locator("input[name=password]").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url("**/")
        keys[name] = page.context.storage_state()
        return page

    return sign_in
