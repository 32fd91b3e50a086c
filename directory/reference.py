"""The reference data that ships, read into the tables; to be repeated as often as one likes.

Each authority keeps its source, how sure it is and which of its fields nobody has verified. What an authority has
confirmed itself is never overwritten by the file.
"""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from django.db import models, transaction

from directory.languages import DATA
from directory.models import Authority, Competence, LegalProfile, State, Weekend

Row = dict[str, str]
M = TypeVar("M", bound=models.Model)


@dataclass(frozen=True)
class Loaded:
    """How many rows of each kind the files hold."""

    states: int
    authorities: int
    weekends: int


@transaction.atomic
def load() -> Loaded:
    """Read data/*.csv into the tables: new rows are added, known ones brought up to date."""
    rows, profiles, weekends = (list(_rows(name)) for name in ("central_authorities", "legal_profiles", "weekends"))
    states = _states(rows)
    _authorities(rows, states)
    _competences(rows)
    _profiles(profiles, states)
    weekends = [row for row in weekends if row["code"] in states]  # some have no authority here yet
    _weekends(weekends, states)
    return Loaded(states=len(states), authorities=len(rows), weekends=len(weekends))


def _rows(name: str) -> Iterator[Row]:
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _states(rows: list[Row]) -> dict[str, State]:
    """By code. A State with several central authorities has several rows with the same name and zone."""
    found = {row["code"]: State(code=row["code"], name=row["state"], zone=row["zone"]) for row in rows}
    _upsert(State.objects, found.values(), known_by=["code"], brought=["name", "zone"])
    return {state.code: state for state in State.objects.filter(code__in=found)}


def _authorities(rows: list[Row], states: dict[str, State]) -> None:
    central = Authority.Kind.CENTRAL
    confirmed = set(
        Authority.objects.filter(kind=central, confidence=Authority.Confidence.CONFIRMED).values_list(
            "state__code", "name"
        )
    )
    found = [
        Authority(state=states[row["code"]], kind=central, name=row["authority"], **_facts(row))
        for row in rows
        if (row["code"], row["authority"]) not in confirmed
    ]
    brought = list(_facts(rows[0]))
    _upsert(Authority.objects, found, known_by=["state", "kind", "name"], brought=brought)


def _competences(rows: list[Row]) -> None:
    central = Authority.objects.filter(kind=Authority.Kind.CENTRAL).select_related("state")
    offices = {(office.state.code, office.name): office for office in central}
    Competence.objects.bulk_create(
        (
            Competence(authority=offices[row["code"], row["authority"]], treaty=treaty, stage=stage)
            for row in rows
            for treaty in _words(row["treaties"])
            for stage in _words(row["stage"])
        ),
        ignore_conflicts=True,
    )


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


def _profiles(rows: list[Row], states: dict[str, State]) -> None:
    told = ["languages_note", "languages_confidence", "video_link_hearing", "conditions"]
    found = [
        LegalProfile(
            state=states[row["code"]],
            languages=_words(row["languages"]),
            **{name: row[name] for name in told},
        )
        for row in rows
    ]
    _upsert(LegalProfile.objects, found, known_by=["state"], brought=["languages", *told])


def _weekends(rows: list[Row], states: dict[str, State]) -> None:
    found = [
        Weekend(
            state=states[row["code"]],
            days=_words(row["days"]),
            valid_from=date.fromisoformat(row["valid_from"]),
            valid_until=date.fromisoformat(row["valid_until"]) if row["valid_until"] else None,
            source=row["source"],
        )
        for row in rows
    ]
    brought = ["days", "valid_until", "source"]
    _upsert(Weekend.objects, found, known_by=["state", "valid_from"], brought=brought)


def _upsert(table: models.Manager[M], rows: Iterable[M], *, known_by: list[str], brought: list[str]) -> None:
    table.bulk_create(rows, update_conflicts=True, unique_fields=known_by, update_fields=brought)


def _words(cell: str) -> list[str]:
    return [word.strip() for word in cell.split(";") if word.strip()]
