"""News for the rooms above, sent inside the transaction: a receiver that fails undoes the act.

booking_confirmed: booking, by            both sides have confirmed
booking_cancelled: booking, by, reason    a held or confirmed booking ended before its hearing
booking_moved: booking, by, before        it has another time; `before`: its sittings as they were, (start, end) each
booking_replaced: booking, by, out, in_   a resource came in the place of another
booking_completed: booking, by, outcome   what became of it is written down; see Booking.Outcome
"""

from django.dispatch import Signal

booking_confirmed = Signal()
booking_cancelled = Signal()
booking_moved = Signal()
booking_replaced = Signal()
booking_completed = Signal()
