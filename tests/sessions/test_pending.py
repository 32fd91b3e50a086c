"""Minutes that wait for a machine that can set them in type."""

from datetime import timedelta
from functools import partial

from django.db import connection
from django.test import Client
from django.urls import reverse
from procrastinate.jobs import Job

from directory.errors import Refusal
from sessions import record, tasks
from sessions.templatetags.evidence import when
from tests.sessions.conftest import Day, held

ZONES = ("America/Bogota", "Europe/Madrid")


def test_minutes_that_could_not_be_set_in_type_are_tried_again_and_the_page_says_so(day: Day, client: Client) -> None:
    """A machine without Pango, say."""
    held(day)
    client.force_login(day.cast.clerk.user)
    page = partial(client.get, reverse("evidence:record", args=[day.id]))
    assert "The house is setting them in type" in page().content.decode()
    later = day.start + timedelta(hours=2)
    tried = "UPDATE procrastinate_jobs SET attempts = 2, scheduled_at = %s, status = %s WHERE task_name = %s"
    with connection.cursor() as cursor:
        cursor.execute(tried, [later, "todo", record.FIRST])
        told = page().content.decode()
        assert ("it was tried 2 times" in told, f"tries again by itself: {when(later, ZONES)}" in told) == (True, True)
        cursor.execute(tried, [None, "failed", record.FIRST])
    assert "The house tries no more" in page().content.decode()
    record.write(hearing_id=day.id, by=day.cast.clerk)
    assert "it was tried" not in page().content.decode()


def test_the_job_that_writes_the_minutes_comes_back_whatever_stopped_it() -> None:
    job = Job(id=1, queue="default", lock=None, queueing_lock=None, task_name=record.FIRST, attempts=3)
    decision = tasks.write_minutes.get_retry_exception(Refusal(code="pdf_unavailable"), job)
    assert decision is not None
