"""The reference data that ships, read into the tables; to be repeated as often as one likes.

Each authority keeps its source, how sure it is and which of its fields nobody has verified. What an authority has
confirmed itself is never overwritten by the file.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction

from directory.languages import DATA
from directory.models import Authority, Competence, LegalProfile, State, Weekend

Row = dict[str, str]


@dataclass(frozen=True)
class Loaded:
    """How many rows of each kind the files hold."""

    states: int
    authorities: int
    weekends: int


@transaction.atomic
def load() -> Loaded:
    """Read data/*.csv into the tables: new rows are added, known ones brought up to date."""
    rows, profiles = list(_rows("central_authorities")), list(_rows("legal_profiles"))
    for row in rows:
        _authority(row, _state(row))
    for row in profiles:
        _profile(row)
    weekends = [_weekend(row) for row in _rows("weekends") if _has_state(row)]
    return Loaded(states=len(profiles), authorities=len(rows), weekends=len(weekends))


def _rows(name: str) -> Iterator[Row]:
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _state(row: Row) -> State:
    facts = {"name": row["state"], "zone": row["zone"]}
    state, _ = State.objects.update_or_create(code=row["code"], defaults=facts)
    return state


def _authority(row: Row, state: State) -> None:
    known: dict[str, Any] = {"state": state, "kind": Authority.Kind.CENTRAL, "name": row["authority"]}
    if Authority.objects.filter(**known, confidence=Authority.Confidence.CONFIRMED).exists():
        return
    authority, _ = Authority.objects.update_or_create(**known, defaults=_facts(row))
    for treaty in _words(row["treaties"]):
        for stage in _words(row["stage"]):
            Competence.objects.get_or_create(authority=authority, treaty=treaty, stage=stage)


def _facts(row: Row) -> dict[str, Any]:
    return {
        "native_name": row["authority_native"],
        "city": row["city"],
        "zone": row["zone"],
        "languages": _words(row["languages"]),
        "transmission": _words(row["transmission"]),
        "urgent_channel": row["urgent_channel"],
        "accepts_email": row["accepts_email"],
        "source": row["source"],
        "source_url": row["source_url"],
        "confidence": row["confidence"],
        "unverified_fields": _words(row["unverified"]),
        "verify_before_use": row["verify_before_use"] == "yes",
    }


def _profile(row: Row) -> None:
    facts = {
        "languages": _words(row["languages"]),
        "languages_note": row["languages_note"],
        "languages_confidence": row["languages_confidence"],
        "video_link_hearing": row["video_link_hearing"],
        "conditions": row["conditions"],
    }
    LegalProfile.objects.update_or_create(state=State.objects.get(code=row["code"]), defaults=facts)


def _has_state(row: Row) -> bool:
    return State.objects.filter(code=row["code"]).exists()


def _weekend(row: Row) -> Weekend:
    facts = {
        "days": _words(row["days"]),
        "valid_until": date.fromisoformat(row["valid_until"]) if row["valid_until"] else None,
        "source": row["source"],
    }
    weekend, _ = Weekend.objects.update_or_create(
        state=State.objects.get(code=row["code"]),
        valid_from=date.fromisoformat(row["valid_from"]),
        defaults=facts,
    )
    return weekend


def _words(cell: str) -> list[str]:
    return [word.strip() for word in cell.split(";") if word.strip()]
