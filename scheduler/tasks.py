"""What happens by itself: holds run out, letters go out, replies come in, people are reminded, clocks change."""

from datetime import UTC, datetime

from django.conf import settings
from django.utils import timezone
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from scheduler import batches, coming, zonerules
from scheduler import booking as bookings
from scheduler.booking import recheck
from scheduler.letters import counters, imap, mailbox, mailing, reminding, strays

AGAIN = RetryStrategy(max_attempts=8, exponential_wait=4)  # a database that is away comes back within some hours


@app.periodic(cron="* * * * *")
@app.task(name="scheduler.expire_holds", queueing_lock="scheduler.expire_holds")
def expire_holds(timestamp: int) -> None:
    """Release the holds that have run out. Late is harmless: an expired hold stops nobody, see `booking.hold`."""
    bookings.expire_all()


@app.periodic(cron="7 * * * *")
@app.task(name="scheduler.recheck", queueing_lock="scheduler.recheck", lock="scheduler.recheck")
def recheck_zones(timestamp: int) -> None:
    """Ask the clerks about times that the house's tzdata reads otherwise than they were agreed; once a release."""
    coming.forget()
    recheck.run(zonerules.installed(), timezone.now())


@app.task(name="scheduler.place_batch", lock="scheduler.place_batch")
def place_batch(batch_id: int) -> None:
    """Find the times of many hearings together. One search at a time: each takes the machine for itself."""
    batches.run(batch_id)


@app.task(name="scheduler.tell", retry=AGAIN)
def tell(booking: int) -> None:
    """Write the letters that are missing about one booking; the argument is its number and nothing else."""
    mailing.tell(booking)


@app.task(name="scheduler.decline_counter", retry=AGAIN)
def decline_counter(proposal: int) -> None:
    """Tell a participant that his proposal is not taken up."""
    counters.tell(proposal)


@app.periodic(cron="*/15 * * * *")
@app.task(name="scheduler.remind", queueing_lock="scheduler.remind")
def remind(timestamp: int) -> None:
    """Write the reminders that are due."""
    reminding.remind(datetime.fromtimestamp(timestamp, UTC))


@app.periodic(cron="23 3 * * *")
@app.task(name="scheduler.forget_strays", queueing_lock="scheduler.forget_strays")
def forget_strays(timestamp: int) -> None:
    """Forget mail that nobody has decided on."""
    strays.forget(datetime.fromtimestamp(timestamp, UTC))


@app.periodic(cron="*/2 * * * *")
@app.task(name="scheduler.fetch_replies", queueing_lock="scheduler.fetch_replies", lock="scheduler.fetch_replies")
def fetch_replies(timestamp: int) -> None:
    """Fetch what came into the mailbox, where there is one."""
    if settings.IMAP_URL:
        imap.poll(settings.IMAP_URL, lambda data: mailbox.take(data, now=timezone.now()))
