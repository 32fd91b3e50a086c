"""Two people at once: one wins, the other is told, and nothing is done twice."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from casework import lifecycle
from casework.models import Request
from directory.errors import Refusal
from directory.models import AuditEntry


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """What each act gave, or the code of its refusal; all of them start together, each on a connection of its own."""
    start, given = threading.Barrier(len(acts)), [None] * len(acts)

    def run(place: int, act: Callable[[], Any]) -> None:
        start.wait()
        try:
            given[place] = act()
        except Refusal as refusal:
            given[place] = refusal.code
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return given


@pytest.mark.django_db(transaction=True)
def test_the_row_decides_who_was_first(cast: Any, written: Callable[..., Request]) -> None:
    first, second = at_once(
        *[lambda: lifecycle.draft(by=cast.prosecutor, requested=cast.spain.authority).reference] * 2
    )
    assert first != second

    request = written()
    edits = [
        lambda subject=subject: (
            lifecycle.edit(
                request=Request.objects.get(pk=request.pk), by=cast.prosecutor, version=request.version, subject=subject
            ).subject
        )
        for subject in ("Smuggling of migrants", "Trafficking in persons")
    ]
    assert sorted(map(str, at_once(*edits)))[1:] == ["stale_version"]

    request.refresh_from_db()
    clicks = [
        lambda: (
            lifecycle.submit(
                request=Request.objects.get(pk=request.pk), by=cast.prosecutor, version=request.version
            ).state
        )
    ] * 2
    assert at_once(*clicks) == ["submitted", "submitted"]
    assert AuditEntry.objects.filter(chain__subject=request.public_id, act="request.submit").count() == 1
