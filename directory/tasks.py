"""Jobs of the directory, run by the worker."""

from datetime import UTC, datetime

from django.db import transaction
from django.utils import timezone
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued
from procrastinate.jobs import Status

from directory import delivery
from directory.outside import calendars, refresh

A_MINUTE = 20  # calendars put into the queue a minute: six hundred at half an hour each


@app.task(
    name="directory.deliver_letter",
    retry=RetryStrategy(max_attempts=delivery.MAX_ATTEMPTS, exponential_wait=4),
)
def deliver_letter(letter_id: int) -> None:
    """Deliver one letter; the argument is its number and nothing else."""
    delivery.deliver(letter_id)


@app.periodic(cron="* * * * *")
@app.task(name="directory.revive_letters", queueing_lock="directory.revive_letters")
def revive_letters(timestamp: int) -> None:
    """Take up the letters over which a worker died."""
    delivery.revive(datetime.fromtimestamp(timestamp, UTC))


@app.periodic(cron="* * * * *")
@app.task(name="directory.revive_jobs", queueing_lock="directory.revive_jobs")
async def revive_jobs(timestamp: int) -> None:
    """Run anew what a worker left unfinished when it died: every job of the house may be run twice.

    A job with a queueing lock comes again by itself, every minute or so; what is left of it is put away.
    """
    for job in await app.job_manager.get_stalled_jobs():
        if job.queueing_lock is None:
            await app.job_manager.retry_job(job)
        else:
            await app.job_manager.finish_job(job, status=Status.FAILED, delete_job=True)


@app.periodic(cron="* * * * *")
@app.task(name="directory.outside_due", queueing_lock="directory.outside_due")
def outside_due(timestamp: int) -> None:
    """Queue the calendars whose time has come."""
    for calendar_id in calendars.due(datetime.fromtimestamp(timestamp, UTC), A_MINUTE):
        enqueue_outside(calendar_id)


# One lock for all of them: a slow server keeps one worker busy, and never those that deliver letters.
@app.task(name="directory.read_outside", lock="directory.read_outside")
def read_outside(calendar_id: int) -> None:
    """Read one calendar kept elsewhere; what goes wrong is told on its page, and tried again when it is due."""
    refresh.refresh(calendar_id, timezone.now())


def enqueue_outside(calendar_id: int) -> None:
    """Have the calendar read by the worker; once it waits in the queue, a second time changes nothing."""
    try:
        with transaction.atomic():  # a refused INSERT would break the caller's transaction
            read_outside.configure(queueing_lock=f"directory.read_outside.{calendar_id}").defer(calendar_id=calendar_id)
    except AlreadyEnqueued:
        return
