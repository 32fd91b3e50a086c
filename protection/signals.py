"""News of protection, sent inside the transaction: a receiver that raises undoes the change."""

from django.dispatch import Signal

# person, measure, raised (False: it was lowered), by
measure_changed = Signal()
# person, measure: its own date has passed. Nobody can refuse that.
measure_ended = Signal()
