"""Write what is generated from signalling/protocol.py."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from signalling import javascript, reference

ROOT = Path(__file__).resolve().parents[2]


def generated() -> dict[Path, str]:
    """Return each generated file and what must stand in it."""
    return {
        ROOT / "PROTOCOL.md": reference.markdown(),
        ROOT / "static/signalling/messages.js": javascript.module(),
    }


class Command(BaseCommand):
    help = "Write PROTOCOL.md and messages.js from the declaration of the wire."

    def handle(self, *args: Any, **options: Any) -> None:
        for path, text in generated().items():
            path.write_text(text, encoding="utf-8")
            self.stdout.write(str(path.relative_to(ROOT.parent)))
