"""What happens by itself: holds run out."""

from procrastinate.contrib.django import app

from scheduler import booking


@app.periodic(cron="* * * * *")
@app.task(name="scheduler.expire_holds", queueing_lock="scheduler.expire_holds")
def expire_holds(timestamp: int) -> None:
    """Release the holds that have run out. Late is harmless: an expired hold stops nobody, see `booking.hold`."""
    booking.expire_all()
