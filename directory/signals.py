"""News of who may come in, sent inside the transaction: a receiver that fails undoes the act.

standing_changed: user     a token, the password or a membership of his has ended or changed: whoever keeps a line
                           open for him asks again who he is
"""

from django.dispatch import Signal

standing_changed = Signal()
