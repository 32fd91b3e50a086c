import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from directory import audit

WHY = {
    "altered": "was altered",
    "gap": "is missing",
    "cut": "and what followed were cut off",
    "missing": "was exported once and is no longer there as it was",
}


class Command(BaseCommand):
    """The audit trail: does it hold, and a copy of it to keep elsewhere."""

    help = "verify: find the first broken link. export: print every entry as a line of JSON."

    def add_arguments(self, parser: CommandParser) -> None:
        acts = parser.add_subparsers(dest="act", required=True)
        verify = acts.add_parser("verify")
        verify.add_argument("--against", type=Path, help="an earlier export, kept elsewhere")
        acts.add_parser("export")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["act"] == "export":
            for line in audit.export():
                self.stdout.write(line)
            return
        self._verify(options["against"])

    def _verify(self, against: Path | None) -> None:
        try:
            found = audit.verify(against=against.read_text(encoding="utf-8").splitlines() if against else ())
        except (OSError, json.JSONDecodeError, KeyError) as error:
            raise CommandError(f"{against} is not an export: {type(error).__name__}.") from error
        if found:
            raise CommandError(f"{found.kind} {found.subject}: entry {found.position} {WHY[found.why]}.")
        self.stdout.write("The audit trail holds.")
