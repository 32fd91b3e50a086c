"""What protection does by itself: a measure ordered for later begins, one with a last day ends."""

from datetime import UTC, datetime
from uuid import UUID

from procrastinate.contrib.django import app

from protection import beginnings, endings


@app.task(name="protection.begin")
def begin(measure: str) -> None:
    """Run at the measure's start; pages and media ask the database anyway, this moves those who are inside."""
    beginnings.begin(UUID(measure))


@app.periodic(cron="* * * * *")
@app.task(name="protection.end", queueing_lock="protection.end")
def end(timestamp: int) -> None:
    """Tell of the measures that have ended by their own date."""
    endings.end(datetime.fromtimestamp(timestamp, UTC))
