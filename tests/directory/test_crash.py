"""Workers are killed at random instants, and the letters that arrived are counted."""

import asyncio
import os
import random
import subprocess
import sys
from collections import Counter
from email import message_from_bytes
from pathlib import Path
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

import time_machine
from aiosmtpd.controller import Controller
from django.db import connection

from config.processes import free_port
from directory import post
from directory.models import Letter, Membership
from scheduler import booking
from scheduler.booking import sittings
from scheduler.letters import reminders
from scheduler.models import Booking, Invitation, Plan
from tests.cast import enter
from tests.scheduler.conftest import NOW, WEDNESDAY, planned

ROOT = Path(__file__).resolve().parent.parent.parent
LETTERS, REMINDED, ROUNDS = 33, 40, 16
SEVEN_DAYS_BEFORE = reminders.moment(WEDNESDAY, 7, ZoneInfo("UTC"))


class SlowBox:
    """A mail server that takes its time at every step, so that a kill meets each of them."""

    def __init__(self) -> None:
        self.taken: Counter[str] = Counter()
        self.chance = random.Random(7)

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        await asyncio.sleep(self.chance.uniform(0, 0.02))
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        await asyncio.sleep(self.chance.uniform(0, 0.02))
        self.taken[message_from_bytes(envelope.content)["Message-ID"].strip("<>").partition("@")[0]] += 1
        await asyncio.sleep(self.chance.uniform(0, 0.02))  # taken over, and the answer still on its way
        return "250 kept"


def test_no_letter_arrives_twice_and_none_is_missing_unseen(transactional_db: None) -> None:
    """Letters that wait, and those that jobs have yet to write: to each who is invited, and to each who is reminded."""
    with time_machine.travel(NOW, tick=False):
        held = booking.hold(plan=planned(cast := enter()), starts=[WEDNESDAY], by=cast.clerk)
        near = confirmed(planned(cast, "CO-2026-0312"), cast.clerk)
    before = Letter.objects.count()
    for number in range(LETTERS):
        post.send(key=f"{number}", to="clerk@madrid.example", language="en", subject="Hearing", text="Wednesday")
    box = SlowBox()
    server = Controller(box, hostname="127.0.0.1", port=free_port())
    server.start()
    try:
        subprocess.run(
            [sys.executable, "-m", "tests.directory.workers",
             "417", str(ROUNDS), f"{SEVEN_DAYS_BEFORE.timestamp():.0f}"],
            cwd=ROOT, check=True, timeout=60, capture_output=True,
            env={**os.environ, "DATABASE_URL": url(), "EMAIL_URL": f"smtp://127.0.0.1:{server.port}"},
        )  # fmt: skip
    finally:
        server.stop()
    invited = Counter(Letter.objects.filter(key__startswith="invitation:").values_list("to", flat=True))
    assert invited == Counter(held.invitations.values_list("address", flat=True))
    reminded = Counter(Letter.objects.filter(key__startswith="reminder:").values_list("to", flat=True))
    assert reminded == Counter(near.invitations.values_list("address", flat=True))
    assert (len(invited), len(reminded)) == (7, REMINDED)
    assert Letter.objects.count() - before == LETTERS + 7 + REMINDED
    states = {str(public_id): state for public_id, state in Letter.objects.values_list("public_id", "state")}
    assert set(states.values()) <= {"sent", "doubtful"}
    assert {number for number, times in box.taken.items() if times != 1} == set()
    missing = states.keys() - box.taken.keys()
    assert {states[number] for number in missing} <= {"doubtful"}  # listed for a person to look at
    # The kills met letters under way: more was begun than a quiet worker would have.
    assert sum(Letter.objects.values_list("attempts", flat=True)) + len(missing) > LETTERS


def confirmed(plan: Plan, by: Membership) -> Booking:
    """A hearing of which many have been told on the day."""
    found = Booking.objects.create(plan=plan, held_by=by, state=Booking.State.CONFIRMED, expires_at=WEDNESDAY)
    [sitting] = sittings.make(found, [WEDNESDAY])
    facts = {"booking": found, "sitting": sitting, "role": "defence", "side": "requesting"}
    Invitation.objects.bulk_create(
        Invitation(**facts, address=f"counsel-{number}@bar.example", stamp=NOW) for number in range(REMINDED)
    )
    return found


def url() -> str:
    """The test database as a libpq URI."""
    facts = connection.settings_dict
    who = f"{facts['USER']}:{quote(str(facts['PASSWORD']), safe='')}@" if facts["USER"] else ""
    host = str(facts["HOST"])
    where, query = ("", f"?host={quote(host, safe='')}") if host.startswith("/") else (host, "")
    port = f":{facts['PORT']}" if facts["PORT"] else ""
    return f"postgresql://{who}{where}{port}/{facts['NAME']}{query}"
