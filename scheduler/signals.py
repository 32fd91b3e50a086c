"""News for the rooms above, sent inside the transaction: a receiver that fails undoes the act.

booking_confirmed: booking, by            both sides have confirmed
booking_cancelled: booking, by, reason    a held or confirmed booking ended before its hearing
"""

from django.dispatch import Signal

booking_confirmed = Signal()
booking_cancelled = Signal()
