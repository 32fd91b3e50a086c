import asyncio
import json
import os
import sys
from typing import Any

import msgspec
from django.core.management.base import BaseCommand, CommandError, CommandParser

from signalling import protocol as p
from signalling.headless import probe, wire

CODES = {"good": 0, "usable": 1, "unfit": 2}
NO_VERDICT = 3


class Command(BaseCommand):
    """A connection test from this machine; the exit code is its verdict: 0 good, 1 usable, 2 unfit, 3 none."""

    help = "Measure the way from this machine to the media service; JSON on standard output, the exit code by verdict."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("url", help="where the service is: https://vivavoce.example")
        parser.add_argument("--hearing", default="", help="keep the result with this hearing (its id in the address)")
        parser.add_argument("--room", default="", help="keep it in the history of a room of your court (its id)")
        parser.add_argument("--acting-for", default="", help="the id of one of several memberships")
        parser.add_argument("--quiet", action="store_true", help="show no progress on standard error")

    def handle(self, *args: Any, **options: Any) -> None:
        token = os.environ.get("VIVAVOCE_TOKEN", "")
        if not token:
            raise CommandError("Put an API token into VIVAVOCE_TOKEN; `manage.py token EMAIL` makes one.", returncode=3)
        try:
            url = wire.socket_url(options["url"], _path(options["hearing"], options["room"]))
            tell = (lambda phase, done: None) if options["quiet"] else self._progress
            verdict = asyncio.run(probe.probe(url, token=token, acting=options["acting_for"], progress=tell))
        except (ValueError, OSError, wire.Closed, probe.Failed) as error:
            raise CommandError(_sentence(error), returncode=NO_VERDICT) from None
        self.stdout.write(_written(verdict))
        sys.exit(CODES[verdict.verdict])

    def _progress(self, phase: str, done: float) -> None:
        self.stderr.write(f"\r{phase:<12}{done:>4.0%}", ending="\n" if phase == "reporting" else "")


def _path(hearing: str, room: str) -> str:
    if hearing and room:
        raise ValueError("A result is kept with a hearing or with a room, not with both.")
    return f"/ws/test/rooms/{room}/" if room else f"/ws/test/{hearing}/" if hearing else "/ws/test/"


def _written(verdict: p.Verdict) -> str:
    told = msgspec.to_builtins(verdict)
    return json.dumps({name: told[name] for name in ("verdict", "stored", "figures")}, indent=2)


def _sentence(error: Exception) -> str:
    if isinstance(error, wire.Closed):
        known = {
            4404: "There is no such test for you: is the token right, and the hearing yours?",
            403: "Refused: is this the address under which the service is known?",
        }
        return known.get(error.code, f"The connection was {error}.")
    if isinstance(error, OSError):
        return f"Nobody answers there: {error.strerror or error}."
    return str(error)
