import sys
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from scheduler.letters import mailbox, replies

TRY_AGAIN = 75  # EX_TEMPFAIL of sysexits.h: the mail server keeps the mail and comes again


class Command(BaseCommand):
    """For a mail server's pipe: exit code 0, taken or laid aside for a person; 75, try again later."""

    help = "Take one mail from standard input: a reply to an invitation, or a report that a letter came back."

    def handle(self, *args: Any, **options: Any) -> None:
        data = sys.stdin.buffer.read(replies.LARGEST_MAIL + 1)
        try:
            became = mailbox.take(data, now=timezone.now())
        except Exception as error:  # a trace would be mailed to the sender, as the reason why
            self.stderr.write(f"Not taken: {type(error).__name__}")
            sys.exit(TRY_AGAIN)
        self.stdout.write(became)
