"""Acts on connections of their own, at the same moment."""

import threading
from collections.abc import Callable

from django.db import connection, connections

from directory.errors import Refusal
from scheduler.models import Booking

PATIENCE = 30  # seconds; a deadlock must not hang the run


def at_once(*acts: Callable[[], Booking | bool]) -> list[str]:
    """Run the acts in threads that start together; each answers with a state, True, or the code of its refusal."""
    answers, start = [""] * len(acts), threading.Barrier(len(acts), timeout=PATIENCE)

    def run(place: int, act: Callable[[], Booking | bool]) -> None:
        try:
            connection.ensure_connection()
            start.wait()
            done = act()
            answers[place] = done.state if isinstance(done, Booking) else str(done)
        except Refusal as refusal:
            answers[place] = refusal.code
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair, daemon=True) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    return answers


def overlaps() -> int:
    """Pairs of active reservations of one resource that overlap: there must be none, whatever happened."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM scheduler_reservation a JOIN scheduler_reservation b"
            " ON a.id < b.id AND a.resource_id = b.resource_id AND a.during && b.during AND a.active AND b.active"
        )
        return cursor.fetchone()[0]
