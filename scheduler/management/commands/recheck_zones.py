"""`manage.py recheck_zones [DIRECTORY]`: which agreed times a change of the clocks' rules would move."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from directory import times
from scheduler.booking import recheck, zonerules
from scheduler.booking.recheck import Question
from scheduler.booking.zonerules import Rules


class Command(BaseCommand):
    help = (
        "Ask the clerks about agreed times that the house's tzdata now reads otherwise. With the zoneinfo directory "
        "of another release: only print what that one would move, and ask nobody."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("directory", nargs="?", type=Path, metavar="DIRECTORY", help="another release, compiled")

    def handle(self, *, directory: Path | None, **options: Any) -> None:
        """Exits 2 with one line on standard error where the directory holds no tzdata."""
        if directory is None:
            rules = zonerules.installed()
            asked = recheck.run(rules, timezone.now())
            self.stdout.write(f"tzdata {rules.version}: the clerks of {asked} bookings are asked")
            return
        try:
            self._look(zonerules.of(directory))
        except zonerules.NoRules as error:
            raise CommandError(str(error), returncode=2) from None
        except times.UnknownZone:
            raise CommandError(f"{directory} lacks a zone that a booking needs", returncode=2) from None

    def _look(self, rules: Rules) -> None:
        rows = recheck.outdated(rules, timezone.now()).select_related("booking__plan").order_by("during")
        moving = [found for one in rows if (found := recheck.question(one, rules))]
        for found in moving:
            self.stdout.write(_line(found))
        self.stdout.write(f"tzdata {rules.version}: sittings that would move: {len(moving)}")


def _line(found: Question) -> str:
    one = found.sitting
    again = f"{found.again:%Y-%m-%d %H:%MZ}" if found.again else "none"
    return f"{one.booking.plan.code}  {one.wall} {one.zone}  {one.start:%Y-%m-%d %H:%MZ} -> {again}"
