"""How the links were: kept while the hearing runs, told as far as a reader may know, summed up in the minutes."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import Any
from uuid import UUID

from scheduler import sides
from scheduler.checks import RTT_STEP
from sessions.models import Hearing, Sample, Seat
from sessions.states import Side

KEPT = timedelta(days=30)
"""The minutes hold what counts of them; a dispute about the day itself is raised sooner than this."""
FIGURES = ("rtt_ms", "loss_up", "loss_down", "jitter_up_ms", "jitter_down_ms")


@dataclass(frozen=True)
class Summary:
    """A seat's link over the hearing: medians in ms, loss in per cent over all samples; None: nothing measured."""

    rtt_ms: float | None
    loss_up: float | None
    loss_down: float | None
    jitter_up_ms: float | None
    jitter_down_ms: float | None


def keep(rows: Mapping[UUID, Mapping[str, Any]], at: datetime) -> None:
    """One sample a seat, by its public id. A seat that is gone meanwhile is passed over."""
    seats = dict(Seat.objects.filter(public_id__in=rows).values_list("public_id", "pk"))
    Sample.objects.bulk_create(Sample(seat_id=seats[seat], at=at, **row) for seat, row in rows.items() if seat in seats)


def recent(seats: Iterable[Seat], since: datetime) -> dict[int, list[Sample]]:
    """The samples of these seats from then on, by the seat's key, in order."""
    found: dict[int, list[Sample]] = {seat.pk: [] for seat in seats}
    for sample in Sample.objects.filter(seat__in=found, at__gte=since):
        found[sample.seat_id].append(sample)
    return found


def summaries(hearing: Hearing) -> dict[int, Summary]:
    """Each seat's link over the whole hearing as both courts may read it in one file."""
    rows: dict[int, list[Sample]] = {}
    for sample in Sample.objects.filter(seat__hearing=hearing).select_related("seat"):
        rows.setdefault(sample.seat_id, []).append(sample)
    withheld = sides.place_withheld(hearing.plan)
    return {seat: _told(_summary(found), withheld and _far(found[0].seat)) for seat, found in rows.items()}


def forget(now: datetime) -> int:
    """Delete what is older than a month; how many there were."""
    return Sample.objects.filter(at__lt=now - KEPT).delete()[0]


def _far(seat: Seat) -> bool:
    return seat.side != Side.REQUESTING


def _summary(rows: Sequence[Sample]) -> Summary:
    values = {name: [value for row in rows if (value := getattr(row, name)) is not None] for name in FIGURES}
    return Summary(
        **{
            name: (sum(found) / len(found) if name.startswith("loss") else median(found)) if found else None
            for name, found in values.items()
        }
    )


def _told(found: Summary, hidden: bool) -> Summary:
    """How long a packet takes tells how far a hidden room is: it is told in steps, as the checks tell it."""
    if not hidden or found.rtt_ms is None:
        return found
    return Summary(**{**found.__dict__, "rtt_ms": float(math.ceil(found.rtt_ms / RTT_STEP) * RTT_STEP)})
