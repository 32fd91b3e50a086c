"""What happens by itself: holds run out."""

from procrastinate.contrib.django import app

from scheduler import batches, booking


@app.periodic(cron="* * * * *")
@app.task(name="scheduler.expire_holds", queueing_lock="scheduler.expire_holds")
def expire_holds(timestamp: int) -> None:
    """Release the holds that have run out. Late is harmless: an expired hold stops nobody, see `booking.hold`."""
    booking.expire_all()


@app.task(name="scheduler.place_batch", lock="scheduler.place_batch")
def place_batch(batch_id: int) -> None:
    """Find the times of many hearings together. One search at a time: each takes the machine for itself."""
    batches.run(batch_id)
