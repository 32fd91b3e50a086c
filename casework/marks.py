"""The mark that makes a sentence of a pure module visible to `makemessages`. ◆"""


def mark(message: str) -> str:
    """Return the sentence as it is; whoever shows it translates it (imported as `_`, as xgettext knows)."""
    return message
