"""Measures that end by themselves, on the date that the order itself names: told to the rooms above, once each.

Pages and media ask the database and need no news; calendars and letters have been written and do. The entry in the
trail is written in the transaction that tells, so that a worker that dies between two of them tells neither twice
nor never.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from directory import audit
from directory.models import AuditEntry
from protection.models import Measure, ProtectedPerson
from protection.signals import measure_ended

REACH = timedelta(days=90)  # how long workers may stand still, and nothing is forgotten
ACT = "measure.ended"


def end(now: datetime) -> int:
    """Tell of the measures whose date has passed and that nobody was told of; how many there were."""
    past = Measure.objects.filter(ends__lte=now, ends__gt=now - REACH, lowered_at=None)
    told = {entry.facts["measure"] for entry in _entries().filter(at__gt=now - REACH)}
    return sum(_end(one) for one in past.select_related("person") if str(one.public_id) not in told)


@transaction.atomic
def _end(measure: Measure) -> bool:
    """Two workers at a time wait for each other at the person."""
    person = ProtectedPerson.objects.select_for_update().get(pk=measure.person_id)
    facts = {"measure": str(measure.public_id), "kind": measure.kind}
    if _entries().filter(chain__subject=person.public_id, facts__measure=facts["measure"]).exists():
        return False
    measure_ended.send(sender=Measure, person=person, measure=measure)
    audit.append(ACT, by=None, about=person, facts=facts)
    return True


def _entries() -> QuerySet[AuditEntry]:
    return AuditEntry.objects.filter(act=ACT)
