"""Jobs of the directory, run by the worker."""

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from directory import post


@app.task(
    name="directory.deliver_letter",
    retry=RetryStrategy(max_attempts=post.MAX_ATTEMPTS, exponential_wait=4, retry_exceptions=[post.NotDelivered]),
)
def deliver_letter(letter_id: int) -> None:
    """Deliver one letter; the argument is its number and nothing else."""
    post.deliver(letter_id)
