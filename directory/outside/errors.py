"""Why a calendar elsewhere could not be read: a code that is stored, a sentence for whoever reads the page."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SENTENCES: dict[str, Promise] = {
    "outside_address": _("This is no address of a calendar. It begins with https:// and names a server."),
    "outside_userinfo": _("Write the user name and the password in their own fields, not in the address."),
    "outside_forbidden": _(
        "This address leads into a private network. Calendars are read from the open internet only."
    ),
    "outside_unreachable": _("The calendar’s server does not answer."),
    "outside_certificate": _("The server’s certificate does not fit its name. Nothing was read from it."),
    "outside_refused": _("The server refuses the user name or the password, or does not show this calendar."),
    "outside_missing": _("There is no calendar at this address any more."),
    "outside_redirects": _("The server sends us to another server. Enter that one’s address if you trust it."),
    "outside_answer": _("The server answers with an error of its own."),
    "outside_too_large": _("The calendar is larger than 5 MB."),
    "outside_too_slow": _("The calendar takes too long to read."),
    "outside_too_many": _("The calendar repeats something every minute or second, or has more than 20,000 entries."),
    "outside_no_calendar": _("What is at this address is not a calendar."),
    "outside_partly": _("Some entries cannot be read. The others count."),
    "outside_locked": _("The password cannot be opened any more. Enter it again."),
}


class OutsideError(Exception):
    """The calendar was not read; its message is the code and nothing of what the other side said."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code
