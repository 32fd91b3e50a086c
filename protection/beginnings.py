"""Measures that begin by themselves: ordered for later, told to the rooms above at their hour as if ordered then."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils import timezone

from directory import audit
from directory.models import AuditEntry
from protection.models import Measure
from protection.signals import measure_changed


@transaction.atomic
def begin(measure_id: UUID) -> None:
    """Tell that the measure acts from now on; nothing where it was lowered before, or waits for the other State."""
    now = timezone.now()
    rows = Measure.objects.select_related("person", "ordered_by").filter(public_id=measure_id, starts__lte=now)
    measure = rows.filter(lowered_at=None).exclude(needs_approval=True, approved_at=None).first()
    if measure is None:
        return
    facts = {"measure": str(measure.public_id), "kind": measure.kind}
    if AuditEntry.objects.filter(act="measure.began", chain__subject=measure.person.public_id, facts=facts).exists():
        return  # the worker died after it had told, and the job was run anew
    audit.append("measure.began", by=None, about=measure.person, facts=facts)
    measure_changed.send(
        sender=Measure, person=measure.person, measure=measure, raised=True, by=measure.ordered_by
    )  # fmt: skip
