"""`manage.py story`: the demo's people, rooms and cases into an empty database, by the acts that the pages call."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from config.story import cases, people


class Command(BaseCommand):
    help = "Enters the demo's people and rooms and plays its cases; does nothing where they are already there."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--people", action="store_true", help="enter the people and rooms alone")

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError("The demo's people have a password that everybody knows; not in production.")
        if people.entered():
            return
        with transaction.atomic():
            cast = people.enter()
            if not options["people"]:
                cases.play(cast)
