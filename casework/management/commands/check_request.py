"""`manage.py check_request FILE`: the rules of article 18 on a request's facts, as JSON in and JSON out."""

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from casework import facts, rules, words

LONGEST = 1_000_000  # bytes of a file of facts
BAD_INPUT, MUST_OPEN = 2, 1


class Command(BaseCommand):
    """Prints the findings. Ends with 0 where nothing blocks sending, 1 where a must is open, 2 for bad input."""

    help = "Check the facts of a request (a JSON object in FILE, or - for standard input) against article 18."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", help="a JSON object of facts; - reads standard input")
        parser.add_argument(
            "--reader",
            choices=[reader.value for reader in rules.Reader],
            default=rules.Reader.REQUESTING.value,
            help="whose findings: the requesting or the requested State's",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            read, problems = facts.read(_load(options["file"]))
        except ValueError as error:
            self._say({"code": "unreadable_file", "sentence": str(error)})
            sys.exit(BAD_INPUT)
        if problems:
            found = [{"field": p.field, "code": p.code, "sentence": words.problem(p)} for p in problems]
            self._say({"code": "bad_facts", "problems": found})
            sys.exit(BAD_INPUT)
        findings = rules.check(read, reader=rules.Reader(options["reader"]))
        open_musts = rules.musts(findings)
        self._say({"complete": not open_musts, "findings": [_plain(finding) for finding in findings]})
        sys.exit(MUST_OPEN if open_musts else 0)

    def _say(self, data: dict[str, Any]) -> None:
        # A lone surrogate in the input cannot be printed; it comes back as a question mark.
        self.stdout.write(json.dumps(data, ensure_ascii=False, indent=2).encode(errors="replace").decode())


def _load(name: str) -> object:
    """The JSON value in the file. Raises ValueError with a sentence."""
    try:
        data = sys.stdin.buffer.read(LONGEST + 1) if name == "-" else _read(Path(name))
        if len(data) > LONGEST:
            raise ValueError("The file is larger than a million bytes.")
        return json.loads(data, parse_constant=_not_a_number)
    except OSError as error:
        raise ValueError(f"The file cannot be read: {error.strerror}.") from error
    except RecursionError as error:
        raise ValueError("The file is nested too deeply.") from error
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise ValueError("The file is not JSON in UTF-8.") from error


def _read(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(LONGEST + 1)


def _not_a_number(word: str) -> object:
    raise ValueError(f"{word} is not JSON.")


def _plain(finding: rules.Finding) -> dict[str, str]:
    return {
        "rule": finding.rule,
        "level": finding.level.value,
        "field": finding.field,
        "sentence": finding.sentence,
        "paragraph": finding.paragraph,
    }
