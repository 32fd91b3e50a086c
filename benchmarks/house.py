"""The house itself with a year of bookings: its database, its tables and its web process, for this bench alone."""

import os
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg

ROOT = Path(__file__).resolve().parent.parent
NOW = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
FIRST = (NOW + timedelta(days=15)).replace(hour=0)
ZONES = ("America/Bogota", "Europe/Madrid", "Africa/Casablanca", "Australia/Lord_Howe", "Asia/Kathmandu")
MOST = 10_000
WALL = {"wall": "", "zone": "UTC", "tzdata_version": ""}
WEEK = {day: [["08:00", "12:00"], ["13:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}


def prepare() -> str:
    """Start the engines under var/bench and make a fresh database; Django is ready afterwards. Returns its URL."""
    os.environ.update(DEMO="1", PYTHONTZPATH="", DJANGO_SETTINGS_MODULE="config.settings")
    os.environ["VAR_DIR"] = str(ROOT / "var" / "bench")
    from config import engines

    engines.ensure()
    server = os.environ["DATABASE_URL"]
    import django

    django.setup()
    from tests import template

    name = template.migrated(server)
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute("DROP DATABASE IF EXISTS bench WITH (FORCE)")
        connection.execute(f'CREATE DATABASE bench TEMPLATE "{name}"'.encode())
    url = template.named(server, "bench")
    os.environ["DATABASE_URL"] = url
    from django.db import connections

    from config import env

    connections["default"].settings_dict.update(env.database(url))
    return url


def year(cast: Any, resources: int = 40, days: int = 365, bookings: int = 10_000) -> Any:
    """A plan over `days` that draws on `resources` of its own, which other hearings keep `bookings` times."""
    from directory.models import Resource
    from scheduler.models import Plan
    from tests.scheduler.conftest import planned

    span = {"earliest": FIRST.date(), "latest": FIRST.date() + timedelta(days=days - 1)}
    plan, other = (planned(cast, f"CO-2026-{resources:04}-{one}", **span) for one in (1, 2))
    rows = Resource.objects.bulk_create(_resource(number, resources, cast) for number in range(resources))
    plan.needs.exclude(role__in=("room", "judge", "interpreter")).delete()
    parts = {"room": rows[: resources // 4], "judge": rows[resources // 4 : resources // 2]}
    for role, pool in {**parts, "interpreter": rows[resources // 2 :]}.items():
        need = plan.needs.get(role=role)
        need.resources.set(pool)
    plan.needs.filter(role="interpreter").update(count=2)
    _kept(other, rows, days, bookings)
    _settled()
    # A clerk's plan ends within a year of its first day: two years are searched here all the same.
    Plan.objects.filter(pk=plan.pk).update(latest=span["latest"])
    return Plan.objects.select_related("request").get(pk=plan.pk)


def _resource(number: int, count: int, cast: Any) -> Any:
    from directory.models import Resource

    court = (cast.judge, cast.judge_madrid)[number % 2].authority
    kind = Resource.Kind.INTERPRETER if number >= count // 2 else Resource.Kind.PERSON
    preferred = {day: [["09:00", "16:00"]] for day in WEEK}
    return Resource(
        kind=kind, label=f"R{count}-{number}", zone=ZONES[number % 5], hours=WEEK, preferred=preferred, authority=court
    )


def _kept(other: Any, rows: list[Any], days: int, bookings: int) -> None:
    """Two hours each, never twice at once, spread over the whole span."""
    import random

    from scheduler.booking import claims
    from scheduler.models import Booking, Reservation, Sitting

    chance, each = random.Random(18), bookings // len(rows)
    cells = [(row, cell) for row in rows for cell in chance.sample(range(days * 12), each)]
    facts = {"plan": other, "held_by": other.request.created_by, "state": "completed", "outcome": "took_place"}
    need = other.needs.first()
    for part in batched(cells, MOST):
        booking = Booking.objects.create(expires_at=NOW, **facts)
        sittings = Sitting.objects.bulk_create(
            Sitting(booking=booking, position=place, during=claims.span(FIRST + timedelta(hours=2 * cell), 120), **WALL)
            for place, (_row, cell) in enumerate(part, start=1)
        )
        Reservation.objects.bulk_create(
            Reservation(sitting=one, need=need, resource=row, during=one.during, role=need.role, side=need.side)
            for one, (row, _cell) in zip(sittings, part, strict=True)
        )


def _settled() -> None:
    """As PostgreSQL does by itself within a minute: only then its indexes answer without the table."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE) scheduler_reservation, scheduler_sitting, scheduler_booking")


def batched(cells: list[Any], most: int) -> Iterator[list[Any]]:
    """So many at a time: a sitting's place in its booking is a small number."""
    return (cells[first : first + most] for first in range(0, len(cells), most))


def token(member: Any) -> str:
    """A key to the API for an hour."""
    from directory.models import ApiToken

    return str(ApiToken.issue(user=member.user, expires_at=datetime.now(UTC) + timedelta(hours=1)))


def session(member: Any) -> str:
    """The cookie of somebody signed in."""
    from django.test import Client

    client = Client()
    client.force_login(member.user)
    return client.cookies["sessionid"].value


@contextmanager
def served(port: int) -> Iterator[str]:
    """The web process on loopback, until the block ends; its address."""
    from config.processes import web

    process = subprocess.Popen(web(port), cwd=ROOT, env=os.environ.copy(), start_new_session=True)
    try:
        address = f"http://127.0.0.1:{port}"
        deadline = time.monotonic() + 40
        while time.monotonic() < deadline:
            with suppress(OSError):
                urllib.request.urlopen(f"{address}/healthz", timeout=2)
                break
            time.sleep(0.2)
        yield address
    finally:
        process.terminate()
        process.wait(10)
