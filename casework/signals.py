"""News of a request, sent inside the transaction: a receiver that raises undoes the act."""

from django.dispatch import Signal

# request, by
granted = Signal()

# request, by, reason: help is no longer needed (18(24)); whatever was booked for it has to go
withdrawn = Signal()
