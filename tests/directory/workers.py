"""Real workers that are killed at random instants: forked from here, because starting Django takes a second each.

`python -m tests.directory.workers SEED ROUNDS TIMESTAMP`, with DATABASE_URL and EMAIL_URL in the environment. Each
worker finds the quarter of an hour of TIMESTAMP in which people are reminded.
"""

import asyncio
import os
import random
import signal
import sys
import time
from contextlib import suppress
from datetime import timedelta

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.utils import timezone  # noqa: E402 (Django first)
from procrastinate import App  # noqa: E402 (Django first)
from procrastinate.contrib.django import app  # noqa: E402 (Django first)
from procrastinate.exceptions import AlreadyEnqueued  # noqa: E402 (Django first)
from procrastinate.jobs import Status  # noqa: E402 (Django first)

from directory import delivery  # noqa: E402 (Django first)
from scheduler.tasks import remind  # noqa: E402 (Django first)


def child(at: int) -> int:
    """A worker in a process of its own, which ends when there is nothing left to do."""
    if pid := os.fork():
        return pid
    delivery.revive(timezone.now())
    with app.replace_connector(app.connector.get_worker_connector()) as worker:
        asyncio.run(again(worker))
    with suppress(AlreadyEnqueued):
        remind.defer(timestamp=at)
    with app.replace_connector(app.connector.get_worker_connector()) as worker:
        worker.run_worker(wait=False, install_signal_handlers=False, listen_notify=False, concurrency=3)
    os._exit(0)


async def again(worker: App) -> None:
    """What `directory.revive_jobs` does after half a minute: jobs whose worker is dead are run anew, or come again."""
    async with worker.open_async():
        for job in await worker.job_manager.get_stalled_jobs(seconds_since_heartbeat=0):
            if job.queueing_lock is None:
                await worker.job_manager.retry_job(job)
            else:
                await worker.job_manager.finish_job(job, status=Status.FAILED, delete_job=True)


def main(seed: int, rounds: int, at: int) -> None:
    delivery.LEASE = timedelta(milliseconds=1)  # whoever is dead is dead at once
    chance = random.Random(seed)
    for _ in range(rounds):
        pid = child(at)
        time.sleep(chance.uniform(0.02, 0.4))
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
    for _ in range(3):  # what a first pass finds left behind, the next one sends
        os.waitpid(child(at), 0)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
