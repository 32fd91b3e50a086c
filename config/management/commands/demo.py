"""`manage.py demo`: everything on one machine, with the demo case in it. `make demo` calls this."""

import os
import shutil
import sys
import time
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from config.processes import AlreadyRunning, House, Stopped, alone, ending_on_signals, port_is_free
from config.story import cases, people
from directory.errors import Refusal

TRY_FIRST = """
What to try first
  1. As the prosecutor: open the draft and press "Send": the writer says what is missing, and by which rule.
  2. As the clerk in Bogotá: Hearings, "Find a time"; hold one. In a second browser, as the clerk in Madrid: confirm it.
  3. As both technicians: run the connection test of the rehearsal; as the clerk: open the room and admit people;
     as the two judges, in two browsers: hear and see each other; go live, suspend, close, and read the minutes.
  Every letter that was sent stands in {url}/outbox/

Ctrl-C stops everything. DEMO_RESET=1 make demo starts afresh; PORT=9000 make demo listens elsewhere.
"""
TWICE = (
    "A demo is running already, on the data in {place}. End it there with Ctrl-C, or give this one a place and a port "
    "of its own: VAR_DIR=/tmp/second PORT=9000 make demo"
)


class Command(BaseCommand):
    help = "Starts web, worker and media with the demo case, and prints who can sign in."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with alone(settings.VAR_DIR):
                self._run(self._port())
        except AlreadyRunning:
            raise CommandError(TWICE.format(place=settings.VAR_DIR)) from None

    def _run(self, port: int) -> None:
        with ending_on_signals():
            house = House(port, {"DEMO": "1", "SITE_URL": f"http://localhost:{port}"})
            try:
                self._prepare()
                self._step("Starting web, worker and media")
                house.start()
                self._welcome(port)
                while True:
                    house.check()
                    time.sleep(1)
            except Stopped as stopped:
                self._farewell(str(stopped))
            finally:
                house.stop()

    def _port(self) -> int:
        value = os.environ.get("PORT", "8000")
        if not value.isdigit() or not 0 < int(value) < 65536:
            raise CommandError(f"PORT is {value!r}; say a number between 1 and 65535.")
        if not port_is_free(int(value)):
            raise CommandError(f"Port {value} is in use. Say another one: PORT=9000 make demo")
        return int(value)

    def _prepare(self) -> None:
        if os.environ.get("DEMO_RESET") not in (None, "", "0"):
            self._step("Starting afresh: forgetting the old demo")
            _forget()
        self._step("Migrating the database")
        call_command("migrate", verbosity=0)
        if not people.entered():
            self._step("Loading the directory and playing the demo case")
            call_command("story")
        elif not cases.rehearsal_ahead():
            self._step("The last rehearsal is over: booking another")
            self._rehearse()

    def _rehearse(self) -> None:
        try:
            cases.rehearsal(people.find())
        except Refusal:  # somebody has booked the practice rooms or their people meanwhile
            self.stdout.write("  No room for one today; DEMO_RESET=1 begins afresh.")

    def _step(self, words: str) -> None:
        self.stdout.write(f"{words} ...")
        self.stdout.flush()

    def _welcome(self, port: int) -> None:
        url = f"http://localhost:{port}"
        self.stdout.write(
            f"\nVivavoce is ready: {url}\n\nSign in with any of these; the password is {people.PASSWORD}\n"
        )
        for member in people.find().everyone():
            role = f"{member.get_role_display()}, {member.authority.name}"
            self.stdout.write(f"  {member.user.email:28} {role}")
        self.stdout.write(TRY_FIRST.format(url=url))
        self.stdout.flush()

    def _farewell(self, reason: str) -> None:
        if reason.startswith("SIG"):
            self.stdout.write("\nStopping everything ...")
        else:
            self.stderr.write(f"The {reason} process has ended by itself; the lines above say why. Stopping the rest.")
            sys.exit(1)


def _forget() -> None:
    """An empty database, no letters, no keys. Only the embedded engine's: a DATABASE_URL of your own is left alone."""
    if (
        str(settings.VAR_DIR) not in connection.settings_dict["HOST"]
        and "pgserver" not in connection.settings_dict["HOST"]
    ):
        raise CommandError("DEMO_RESET=1 empties the embedded database alone; DATABASE_URL names another one.")
    with connection.cursor() as cursor:
        cursor.execute("DROP SCHEMA public CASCADE")
        cursor.execute("CREATE SCHEMA public")
    for directory in (settings.VAR_DIR / "mail", settings.VAULT_DIR):
        shutil.rmtree(directory, ignore_errors=True)
