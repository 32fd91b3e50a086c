from argparse import ArgumentTypeError
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from directory import tokens
from directory.models import User

LONGEST = 366  # days


class Command(BaseCommand):
    """A key to the API for one person, printed once and kept only as a digest; or the end of all his keys."""

    help = "Print a new API token for the user with this e-mail, or end those he has."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--days", type=_days, default=90, help="how long it lasts (90)")
        parser.add_argument("--revoke", action="store_true", help="end all of them at once, and make none")

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(email=options["email"].strip().lower(), is_active=True).first()
        if user is None:
            raise CommandError("No active user has this e-mail.")
        if options["revoke"]:
            self.stderr.write(f"Ended: {tokens.revoke(user=user, by=None)}.")
            return
        ends = timezone.now() + timedelta(days=options["days"])
        secret = tokens.issue(user=user, ends=ends)
        self.stderr.write(f"Valid until {ends:%d %B %Y, %H:%M} UTC; it is not shown again.")
        self.stdout.write(secret)


def _days(text: str) -> int:
    if not text.isdigit() or not 1 <= int(text) <= LONGEST:
        raise ArgumentTypeError(f"from 1 to {LONGEST} days")
    return int(text)
