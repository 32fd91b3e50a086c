"""`manage.py slots FILE`: a slot search's problem as JSON in, its answer as JSON out."""

import json
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from scheduler.solver.problem import ProblemError
from scheduler.solver.slots import solve


class Command(BaseCommand):
    help = "Find the times a hearing can take place: reads a problem as JSON, prints the answer as JSON."
    requires_system_checks = []  # a pure question: answered without tables, addresses or settings in order

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FILE", help="the problem; - reads standard input")

    def handle(self, *, file: str, **options: Any) -> None:
        """Exits 2 with one line on standard error where there is no readable, well-formed problem."""
        try:
            answer = solve(_read(file))
        except ProblemError as error:
            raise CommandError(str(error), returncode=2) from None
        self.stdout.write(json.dumps(answer, indent=2))


def _read(file: str) -> Any:
    try:
        text = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        raise CommandError(f"{file!r} cannot be read: {getattr(error, 'strerror', error)}", returncode=2) from None
    try:
        return json.loads(text, object_pairs_hook=_once, parse_constant=_refuse)
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise CommandError(f"{file!r} is not JSON: {error.msg} at {place}", returncode=2) from None
    except UnicodeDecodeError:
        raise CommandError(f"{file!r} is not JSON: it is not UTF-8 text", returncode=2) from None
    except RecursionError:
        raise CommandError(f"{file!r} is not JSON that can be read: it is nested too deeply", returncode=2) from None
    except ValueError as error:
        raise CommandError(f"{file!r} is not JSON that can be read: {error}", returncode=2) from None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object; JSON would let the second of two equal keys win in silence."""
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("an object has the same key twice")
    return found


def _refuse(word: str) -> None:
    raise ValueError(f"{word} is not a number of JSON")
