"""A migrated database that every run copies: migrating takes seconds, copying a tenth of one."""

import hashlib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from django.core.management import call_command
from django.db import connections, transaction

from config import env

ROOT = Path(__file__).resolve().parent.parent
PREFIX = "migrated_"
_MIGRATED = ("django_migrations", "django_content_type", "auth_permission")
_FORGET = """
DO $$ DECLARE one text; BEGIN
  FOR one IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> ALL (%s) LOOP
    EXECUTE format('DELETE FROM %%I', one);
  END LOOP;
END $$
"""
_LOCK = 5417_2026  # of this house alone, on the test server


def migrated(server: str) -> str:
    """The name of a database on that server in which all migrations have run; made by the first who asks."""
    name = PREFIX + _digest()
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
        there = [row[0] for row in connection.execute("SELECT datname FROM pg_database")]
        if name not in there:
            _make(connection, server, name, [one for one in there if one.startswith(PREFIX)])
    return name


def named(server: str, database: str) -> str:
    """The URI of another database on the same server."""
    return re.sub(r"(//[^/]*/)[^?]*", rf"\g<1>{database}", server, count=1)


def _digest() -> str:
    """What the database would look like: all migrations, of packages too, by the lock that names them."""
    files = [ROOT / "requirements.txt", *sorted(ROOT.glob("*/migrations/*.py"))]
    return hashlib.sha256(b"\0".join(file.read_bytes() for file in files)).hexdigest()[:16]


def _make(connection: psycopg.Connection, server: str, name: str, old: list[str]) -> None:
    """Under its name only once it is whole; the ones of earlier migrations go."""
    making = f"making_{name}"
    for one in [*old, making]:
        connection.execute(f'DROP DATABASE IF EXISTS "{one}"'.encode())
    connection.execute(f'CREATE DATABASE "{making}"'.encode())
    with connected(named(server, making)):
        call_command("migrate", verbosity=0)
    connection.execute(f'ALTER DATABASE "{making}" RENAME TO "{name}"'.encode())


@contextmanager
def connected(url: str) -> Iterator[None]:
    """This process, which has loaded Django already, works in that database within the block."""
    connection = connections["default"]
    before = {**connection.settings_dict}
    connection.settings_dict.update(env.database(url))
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict.update(before)


def forget() -> None:
    """Delete every row of this process's database, but for what the migrations wrote.

    Past the triggers, as the superuser: the append-only tables would refuse.
    """
    with transaction.atomic(), connections["default"].cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(_FORGET, [[*_MIGRATED]])
