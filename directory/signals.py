"""News of people and their accounts, sent inside the transaction: a receiver that fails undoes the act.

standing_changed: user           a token, the password or a membership of his has ended or changed: whoever keeps a line
                                 open for him asks again who he is
account_linked: interpreter      an account is hers from now on, her first or another one
"""

from django.dispatch import Signal

standing_changed = Signal()
account_linked = Signal()
