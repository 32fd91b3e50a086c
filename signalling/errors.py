"""Why the wire refuses a message or ends a connection: stable codes for programs, sentences for people."""

from enum import IntEnum


class CloseCode(IntEnum):
    """Why the server ends a connection (RFC 6455 section 7.4; 4000 and above are ours)."""

    DONE = 1000
    GOING_AWAY = 1001
    TOO_LARGE = 1009
    RESTART = 1012
    SLOW = 1013
    MALFORMED = 4400
    SIGNED_OUT = 4401
    SEAT_LOST = 4403
    NOT_FOUND = 4404
    SILENT = 4408
    REPLACED = 4409
    VERSION = 4426
    TOO_FAST = 4429


CLOSING: dict[CloseCode, tuple[str, bool]] = {
    CloseCode.DONE: ("All has been said: a connection test is over.", False),
    CloseCode.GOING_AWAY: ("The server stops.", True),
    CloseCode.TOO_LARGE: ("A frame was larger than 32 KiB.", False),
    CloseCode.RESTART: ("The server starts anew.", True),
    CloseCode.SLOW: ("More than 64 messages or 256 KiB waited for this client.", True),
    CloseCode.MALFORMED: ("Too many frames could not be understood.", False),
    CloseCode.SIGNED_OUT: ("The session behind this connection has ended.", False),
    CloseCode.SEAT_LOST: ("The seat was taken back.", False),
    CloseCode.NOT_FOUND: ("There is no such hearing, or none for you: the two look alike.", False),
    CloseCode.SILENT: ("Nothing was heard for too long.", True),
    CloseCode.REPLACED: ("The same seat was opened in another window.", False),
    CloseCode.VERSION: ("The client speaks another version: load the page again.", False),
    CloseCode.TOO_FAST: ("The client sent more than it may.", True),
}
"""Each closing code: why, and whether the client may come back by itself."""


def _(sentence: str) -> str:
    """Mark a sentence for translation; the endpoint translates it into the reader's language."""
    return sentence


ERRORS: dict[str, str] = {
    "malformed": _("This message could not be understood. Nothing was changed."),
    "unknown_type": _("There is no message of this type. Nothing was changed."),
    "hello_first": _("The first message of a connection is a hello."),
    "hello_again": _("The connection has already begun."),
    "not_in_hearing": _("You are not in the hearing room. Nothing was changed."),
    "not_permitted": _("Your role cannot do this. Nothing was changed."),
    "stale_link": _("This answer belongs to a link that has been replaced."),
    "media_away": _("The media service does not answer. Your seat is kept; the link comes back."),
    "test_failed": _("The test could not be finished. Nothing was stored. Run it again."),
    "test_not_connected": _(
        "No way to the media service was found. Nothing was stored. Ask for UDP to be opened at the firewall."
    ),
    "test_busy": _("Too many tests run at this moment. Nothing was stored. Run it again in a minute."),
    "internal": _("Something went wrong on our side. It has been written down; try again."),
}
"""Codes of `error` and their sentences. A refusal by a rule of the house passes its own code and sentence."""


class WireError(Exception):
    """A message that the wire does not accept; becomes an `error` to its sender."""

    def __init__(self, code: str, *, about: str | None = None, detail: str | None = None) -> None:
        self.code = code
        self.about = about
        self.detail = detail
        super().__init__(code)


class Ended(Exception):
    """The connection ends, with this closing code."""

    def __init__(self, code: CloseCode) -> None:
        self.code = code
        super().__init__(code.name)
