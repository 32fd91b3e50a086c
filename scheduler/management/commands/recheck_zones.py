"""`manage.py recheck_zones [DIRECTORY]`: which agreed times a change of the clocks' rules moves; courts are asked."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from directory import times
from scheduler import coming, zonerules
from scheduler.booking import questions, recheck
from scheduler.booking.questions import Shift
from scheduler.models import Sitting
from scheduler.zonerules import Rules


class Command(BaseCommand):
    help = (
        "Ask the clerks about agreed times that the house's tzdata now reads otherwise. With the zoneinfo directory "
        "of a release that is not installed yet: print what it moves, take its zones in and ask now, so that the "
        "answers are there when it is installed. With --look: print, and ask nobody."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("directory", nargs="?", type=Path, metavar="DIRECTORY", help="another release, compiled")
        parser.add_argument("--look", action="store_true", help="only print")

    def handle(self, *, directory: Path | None, look: bool = False, **options: Any) -> None:
        """Exits 2 with one line on standard error where the directory holds no tzdata."""
        rules = zonerules.installed()
        try:
            if directory:
                rules = zonerules.of(directory)
            if directory or look:
                self._look(rules)
            if directory and not look:
                coming.take_in(directory)
            if not look:
                self._ask(rules)
        except zonerules.NoRules as error:
            raise CommandError(str(error), returncode=2) from None
        except times.UnknownZone:
            raise CommandError(f"{directory} lacks a zone that a booking needs", returncode=2) from None

    def _look(self, rules: Rules) -> None:
        """Nothing is written before every zone that is needed has been found."""
        rows = recheck.outdated(rules, timezone.now()).select_related("booking__plan__request").order_by("during")
        asked = [questions.of(one, one.booking.plan, rules) for one in rows]
        for one in asked:
            for shift in one.shifts:
                self.stdout.write(_line(one.sitting, shift))
        self.stdout.write(f"tzdata {rules.version}: sittings that move: {sum(bool(one.shifts) for one in asked)}")

    def _ask(self, rules: Rules) -> None:
        asked = recheck.run(rules, timezone.now())
        self.stdout.write(f"tzdata {rules.version}: the clerks of {asked} bookings are asked")


def _line(one: Sitting, shift: Shift) -> str:
    again = f"{shift.again:%Y-%m-%d %H:%MZ}" if shift.again else "none"
    return (
        f"{one.booking.plan.code}  {shift.agreed} {shift.zone}  {one.start:%Y-%m-%d %H:%MZ} -> {again}"
        f"  (kept: {shift.shows})"
    )
