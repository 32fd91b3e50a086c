"""What happens by itself: holds run out, and times are read anew when the rules of the clocks change."""

from django.utils import timezone
from procrastinate.contrib.django import app

from scheduler import batches, booking, recheck, zonerules


@app.periodic(cron="* * * * *")
@app.task(name="scheduler.expire_holds", queueing_lock="scheduler.expire_holds")
def expire_holds(timestamp: int) -> None:
    """Release the holds that have run out. Late is harmless: an expired hold stops nobody, see `booking.hold`."""
    booking.expire_all()


@app.periodic(cron="7 * * * *")
@app.task(name="scheduler.recheck", queueing_lock="scheduler.recheck", lock="scheduler.recheck")
def recheck_zones(timestamp: int) -> None:
    """Ask the clerks about times that the house's tzdata reads otherwise than they were agreed; once a release."""
    recheck.run(zonerules.installed(), timezone.now())


@app.task(name="scheduler.place_batch", lock="scheduler.place_batch")
def place_batch(batch_id: int) -> None:
    """Find the times of many hearings together. One search at a time: each takes the machine for itself."""
    batches.run(batch_id)
