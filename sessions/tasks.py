"""What the day leaves to be done by itself: the minutes are written, old figures of links forgotten."""

from datetime import UTC, datetime
from uuid import UUID

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from sessions import record, samples


@app.task(
    name=record.FIRST,
    # For weeks: until the machine has Pango, say. After a minute, then two minutes later, then three …
    retry=RetryStrategy(max_attempts=200, wait=60, linear_wait=60),
)
def write_minutes(hearing_id: str, language: str) -> None:
    """Write the first version. A second run of the job, or a clerk who was quicker, leaves it as it is."""
    record.write_first(hearing_id=UUID(hearing_id), language=language)


@app.periodic(cron="41 3 * * *")
@app.task(name="sessions.forget_samples", queueing_lock="sessions.forget_samples")
def forget_samples(timestamp: int) -> None:
    """Delete the figures of links that are older than a month."""
    samples.forget(datetime.fromtimestamp(timestamp, UTC))
