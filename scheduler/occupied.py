"""When resources are taken, read from the tables in one query a table, as whole seconds since the epoch."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import BigIntegerField, Count, F, Func, Q, QuerySet

from directory.models import Absence, OutsideBusy, Resource
from scheduler.models import Booking, Plan, Reservation
from scheduler.timegrid import Span, seconds


@dataclass(frozen=True)
class Occupied:
    """What each resource, by its primary key, is kept from: by other hearings, and by all else."""

    reservations: Mapping[int, Sequence[Span]]
    others: Mapping[int, Sequence[Span]]
    loads: Mapping[int, int]

    def reserved(self, one: Resource) -> Sequence[Span]:
        """Its other hearings, with the minutes around them."""
        return self.reservations.get(one.pk, ())

    def spans(self, one: Resource) -> Sequence[Span]:
        """All that it is taken by, in no order."""
        return [*self.reserved(one), *self.others.get(one.pk, ())]

    def load(self, one: Resource) -> int:
        """How many reservations it has, whenever they are."""
        return self.loads.get(one.pk, 0)


def known(plan: Plan, resources: Iterable[Resource], around: tuple[datetime, datetime], now: datetime) -> Occupied:
    """What touches `around`. The plan's own booking and holds that ran out keep nobody."""
    ids = [one.pk for one in resources]
    reserved = _rows(_active(plan, now).filter(resource__in=ids), around).annotate(load=Count("pk"))
    reservations = _spans(reserved, around)
    others: dict[int, list[Span]] = {}
    for table in (Absence, OutsideBusy):
        for resource, spans in _spans(_rows(table.objects.filter(resource__in=ids), around), around).items():
            others.setdefault(resource, []).extend(spans)
    return Occupied(reservations, others, {row["resource"]: row["load"] for row in reserved})


def _active(plan: Plan, now: datetime) -> QuerySet[Reservation]:
    run_out = Q(sitting__booking__state=Booking.State.HELD, sitting__booking__expires_at__lte=now)
    return Reservation.objects.filter(active=True).exclude(sitting__booking__plan=plan).exclude(run_out)


def _rows(found: QuerySet[Any], around: tuple[datetime, datetime]) -> QuerySet[Any]:
    """A row a resource: where its ranges begin and where they end, in two arrays of one order.

    Whole arrays, because ten thousand ranges take PostgreSQL's driver a tenth of a second as objects one by one.
    """
    near = Q(during__overlap=around)
    begins, ends = ArrayAgg(_edge("lower", "floor"), filter=near), ArrayAgg(_edge("upper", "ceil"), filter=near)
    rows: QuerySet[Any] = found.order_by().values("resource").annotate(begins=begins, ends=ends)
    return rows


def _edge(which: str, rounding: str) -> Func:
    """An end of the range to the second, rounded outwards, as the search counts; null where it is open."""
    # date_part counts in floats, exact for whole seconds and twice as fast as extract's decimals.
    template = f"{rounding}(date_part('epoch', {which}(%(expressions)s)))::bigint"
    return Func(F("during"), template=template, output_field=BigIntegerField(null=True))


def _spans(rows: QuerySet[Any], around: tuple[datetime, datetime]) -> dict[int, list[Span]]:
    first, past = (seconds(end) for end in around)
    return {
        row["resource"]: [
            (first if begins is None else begins, past if ends is None else ends)
            for begins, ends in zip(row["begins"] or (), row["ends"] or (), strict=True)
        ]
        for row in rows
    }
