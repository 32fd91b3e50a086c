"""Settings that are wrong stop the process with a sentence."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from config import env

ROOT = Path(__file__).resolve().parent.parent.parent
PRODUCTION = {
    "PRODUCTION": "1",
    "SECRET_KEY": "abcdefgh12" * 7,
    "ALLOWED_HOSTS": "vivavoce.example",
    "DATABASE_URL": "postgresql://vivavoce:secret@db.example/vivavoce",
    "VALKEY_URL": "redis://valkey.example/0",
    "EMAIL_URL": "smtp+tls://mail:secret@mail.example",
    "EMAIL_FROM": "hearings@vivavoce.example",
    "MEDIA_CONTROL": "127.0.0.1:9100",
    "MEDIA_SECRET": "m" * 40,
    "VAULT_KEYS": "ES=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
}


def check(tmp_path: Path, *options: str, **changes: str) -> subprocess.CompletedProcess[str]:
    """`manage.py check` in an environment of its own, as a container would start it."""
    environment = {"PATH": os.environ["PATH"], "VAR_DIR": str(tmp_path), **changes}
    command = [sys.executable, "manage.py", "check", *options]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


def test_production_settings_pass_djangos_deployment_check(tmp_path: Path) -> None:
    done = check(tmp_path, "--deploy", "--fail-level", "WARNING", **PRODUCTION)
    assert (done.returncode, done.stdout) == (0, "System check identified no issues (0 silenced).\n"), done.stderr


def test_production_names_everything_that_is_missing_at_once(tmp_path: Path) -> None:
    done = check(tmp_path, PRODUCTION="1", SECRET_KEY="x" * 60, ALLOWED_HOSTS="vivavoce.example")
    assert done.returncode == 1
    last = done.stderr.strip().splitlines()[-1]
    assert last.endswith(
        "PRODUCTION=1 also needs DATABASE_URL, VALKEY_URL, EMAIL_URL, EMAIL_FROM, MEDIA_CONTROL, MEDIA_SECRET, "
        "VAULT_KEYS in the environment."
    )


def test_a_switch_is_on_or_off_and_nothing_between(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEMO", "perhaps")
    with pytest.raises(ImproperlyConfigured, match="DEMO is 'perhaps'; say 1 or 0"):
        env.flag("DEMO")


def test_another_database_is_refused_by_name() -> None:
    with pytest.raises(ImproperlyConfigured, match="must begin with postgresql://"):
        env.database("mysql://localhost/vivavoce")


def test_a_socket_directory_and_a_password_are_read_from_the_uri() -> None:
    read = env.database("postgresql://clerk:p%40ss@/evidence?host=/run/postgresql")
    assert (read["NAME"], read["USER"], read["PASSWORD"], read["HOST"]) == (
        "evidence",
        "clerk",
        "p@ss",
        "/run/postgresql",
    )


def test_a_web_process_keeps_its_connections_and_a_wrong_number_of_them_is_refused() -> None:
    url = "postgresql://clerk@db.example/evidence?sslmode=require"
    assert env.database(url)["OPTIONS"] == {"sslmode": "require"}
    pooled = env.database(url, "20")
    assert pooled["OPTIONS"] == {"sslmode": "require", "pool": {"min_size": 1, "max_size": 20, "timeout": 5.0}}
    with pytest.raises(ImproperlyConfigured, match="DATABASE_POOL is 'many'; say how many connections"):
        env.database(url, "many")


def test_the_secret_of_a_laptop_is_made_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    path = tmp_path / "new" / "secret"
    first = env.kept_secret(path)
    assert (env.kept_secret(path), len(first) >= 64, oct(path.stat().st_mode & 0o777)) == (first, True, "0o600")
