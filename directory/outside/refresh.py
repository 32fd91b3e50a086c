"""Read a calendar again: the child reads, this stores. What was read last stays until something better comes."""

import json
import subprocess
import sys
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction

from directory import locks, sealing
from directory.models import OutsideBusy, OutsideCalendar
from directory.outside.child import Job

AHEAD = timedelta(days=400)
BEHIND = timedelta(days=1)
REREAD = timedelta(days=30)  # unchanged calendars too: what repeats must be expanded further as time goes on
CPU_SECONDS = 10
WALL_SECONDS = 40
AFTER_FAILURE = timedelta(hours=1)  # at the earliest: a server in trouble is not helped by being asked


def refresh(calendar_id: int, now: datetime, *, cpu: int = CPU_SECONDS) -> str:
    """Read one calendar and keep when its resource is busy; returns the code of what went wrong, or nothing.

    Nothing is locked while the other server takes its time: what was edited or removed meanwhile is not written. Who
    holds the resource meanwhile does so by what was read last; what is written then blocks him no more.
    """
    found = OutsideCalendar.objects.select_related("resource").filter(pk=calendar_id).first()
    if found is None:
        return ""
    try:
        job = _job(found, now, cpu)
    except sealing.Unopened:
        result: dict[str, Any] = {"code": "outside_locked"}
    else:
        result = run(job)
    _store(found, result, now)
    return str(result["code"])


def run(job: Job) -> dict[str, Any]:
    """What the child says. It gets no secret of the house: a bare environment, and the job by its input."""
    command = [sys.executable, "-m", "directory.outside.child"]
    try:
        done = subprocess.run(  # noqa: S603 (this interpreter, a module of ours)
            command,
            input=json.dumps(asdict(job)).encode(),
            capture_output=True,
            timeout=WALL_SECONDS,
            cwd=settings.BASE_DIR,
            env={"LANG": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1"},
            check=False,
        )
        return dict(json.loads(done.stdout)) if done.returncode == 0 else {"code": _ended(done.returncode)}
    except subprocess.TimeoutExpired:
        return {"code": "outside_too_slow"}


def _ended(code: int) -> str:
    """Ended by a signal: its time was over. By itself: its memory was, or the file broke the reader."""
    return "outside_too_slow" if code < 0 else "outside_no_calendar"


def _job(found: OutsideCalendar, now: datetime, cpu: int) -> Job:
    still_far = found.read_until is not None and found.read_until - now > AHEAD - REREAD
    password = sealing.unseal(found.password, row=found, field="password") if found.password else ""
    return Job(
        kind=found.kind,
        url=sealing.unseal(found.address, row=found, field="address"),
        user=found.user_name,
        password=password,
        zone=found.resource.zone,
        first=(now - BEHIND).astimezone(UTC).isoformat(),
        past=(now + AHEAD).astimezone(UTC).isoformat(),
        own=f"hearing-*@{settings.MAIL_DOMAIN}",
        etag=found.etag if still_far else "",
        digest=found.digest if still_far else "",
        loopback=settings.OUTSIDE_LOOPBACK,
        cpu=cpu,
    )


@transaction.atomic
def _store(found: OutsideCalendar, result: dict[str, Any], now: datetime) -> None:
    if "busy" in result and not result["same"]:
        locks.take(locks.resources([found.resource_id]))  # first, as a hold does, which waits for nothing else
    locked = OutsideCalendar.objects.select_for_update().filter(pk=found.pk, version=found.version).first()
    if locked is None:
        return
    locked.failure, locked.last_tried = result["code"], now
    read = "busy" in result
    every = timedelta(minutes=locked.every_minutes)
    # A few seconds more for some than for others: calendars entered together are not asked together for ever.
    locked.next_due = now + (every if read else max(every, AFTER_FAILURE)) + timedelta(seconds=locked.pk % 60)
    if read:
        locked.last_good, locked.etag, locked.digest = now, result["etag"], result["digest"]
        if not result["same"]:
            locked.read_until = now + AHEAD
            _replace(locked, result["busy"])
    locked.save(
        update_fields=["failure", "last_tried", "next_due", "last_good", "etag", "digest", "read_until"],
    )


def _replace(calendar: OutsideCalendar, spans: list[tuple[int, int]]) -> None:
    calendar.busy.all().delete()
    rows = [
        OutsideBusy(
            calendar=calendar,
            resource_id=calendar.resource_id,
            during=tuple(datetime.fromtimestamp(at, UTC) for at in span),
        )
        for span in spans
    ]
    OutsideBusy.objects.bulk_create(rows, batch_size=1000)
