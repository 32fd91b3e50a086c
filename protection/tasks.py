"""What protection does by itself: a measure ordered for later begins."""

from uuid import UUID

from procrastinate.contrib.django import app

from protection import beginnings


@app.task(name="protection.begin")
def begin(measure: str) -> None:
    """Run at the measure's start; pages and media ask the database anyway, this moves those who are inside."""
    beginnings.begin(UUID(measure))
