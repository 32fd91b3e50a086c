import asyncio
import getpass
import json
import os
import sys
from typing import Any

import av
from django.core.management.base import BaseCommand, CommandError, CommandParser

from signalling.headless import ticket, tracks, wire
from signalling.headless.participant import Participant
from signalling.headless.peer import Peer


class Command(BaseCommand):
    """A seat of a hearing held by this machine: a test pattern or a file goes in, lines of JSON come out.

    The exit code is 0 where sound or picture was connected at the end, 1 where not.
    """

    help = "Take part in a hearing without a browser, by a join link or, with a token, by the hearing's address."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "url", help="https://…/hearings/ID/ with VIVAVOCE_TOKEN, or a join link (it asks for the code)"
        )
        parser.add_argument("--file", default="", help="send this file's sound and picture, again and again")
        parser.add_argument("--grey", type=int, default=128, help="the test pattern's level, 0 to 255")
        parser.add_argument(
            "--seconds", type=float, default=None, help="leave after so long; else when the hearing ends"
        )
        parser.add_argument("--every", type=float, default=5.0, help="seconds between two lines of figures")
        parser.add_argument("--acting-for", default="", help="the id of one of several memberships")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            connected = asyncio.run(self._take_part(options, *_entry(options)))
        except (ValueError, OSError, av.FFmpegError, wire.Closed, ticket.Refused) as error:
            raise CommandError(str(error) or type(error).__name__) from None
        except KeyboardInterrupt:
            connected = True
        sys.exit(not connected)

    async def _take_part(self, options: Any, url: str, key: dict[str, str]) -> bool:
        sent = tracks.of_file(options["file"]) if options["file"] else tracks.pattern(options["grey"])
        participant = Participant(url, Peer(sent), self._line, **key)
        return await participant.run(options["seconds"], options["every"])

    def _line(self, facts: dict[str, Any]) -> None:
        self.stdout.write(json.dumps(facts))
        self.stdout.flush()


def _entry(options: Any) -> tuple[str, dict[str, str]]:
    """The socket, and what opens it. A code or a token never stands on the command line, where everybody reads it."""
    if "#" in options["url"]:
        path, cookie = ticket.redeem(options["url"], os.environ.get("VIVAVOCE_PIN") or getpass.getpass("Code: "))
        return wire.socket_url(options["url"], path), {"cookie": cookie}
    token = os.environ.get("VIVAVOCE_TOKEN", "")
    if not token:
        raise ValueError("Put an API token into VIVAVOCE_TOKEN, or give a join link.")
    hearing = options["url"].rstrip("/").partition("/hearings/")[2].partition("/")[0]
    if not hearing:
        raise ValueError("The address of a hearing is https://…/hearings/ID/.")
    return wire.socket_url(options["url"], f"/ws/hearings/{hearing}/"), {
        "token": token,
        "acting": options["acting_for"],
    }
