"""News for the wire, sent inside the transaction: a receiver that fails undoes the act.

hearing_changed: hearing_id, what     what is one of state, seat, step, log, measure, ticket
"""

from django.dispatch import Signal

hearing_changed = Signal()
