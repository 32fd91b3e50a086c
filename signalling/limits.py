"""How much one client may send: a bucket of tokens a socket."""

from dataclasses import dataclass

RATE = 20.0
BURST = 60.0
"""Messages a second in the long run, and at once. A busy minute of a real client is two a second."""


@dataclass(slots=True)
class Bucket:
    """Tokens that come back with time. Times in seconds of a clock that never goes back."""

    last: float
    tokens: float = BURST

    def take(self, now: float) -> bool:
        """Take one token; False where none is left."""
        self.tokens = min(BURST, self.tokens + (now - self.last) * RATE)
        self.last = now
        if self.tokens < 1:
            return False
        self.tokens -= 1
        return True

    def put_back(self) -> None:
        """Give a token back that was taken for nothing."""
        self.tokens += 1
