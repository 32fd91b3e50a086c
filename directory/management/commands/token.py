from argparse import ArgumentTypeError
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from directory import audit
from directory.models import ApiToken, User

LONGEST = 366  # days


class Command(BaseCommand):
    """A key to the API for one person; it is printed once and kept only as a digest."""

    help = "Print a new API token for the user with this e-mail."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--days", type=_days, default=90, help="how long it lasts (90)")

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(email=options["email"].strip().lower(), is_active=True).first()
        if user is None:
            raise CommandError("No active user has this e-mail.")
        ends = timezone.now() + timedelta(days=options["days"])
        with transaction.atomic():
            secret = ApiToken.issue(user=user, expires_at=ends)
            audit.append("token.issued", by=None, about=user, facts={"expires_at": ends.isoformat()})
        self.stderr.write(f"Valid until {ends:%d %B %Y, %H:%M} UTC; it is not shown again.")
        self.stdout.write(secret)


def _days(text: str) -> int:
    if not text.isdigit() or not 1 <= int(text) <= LONGEST:
        raise ArgumentTypeError(f"from 1 to {LONGEST} days")
    return int(text)
