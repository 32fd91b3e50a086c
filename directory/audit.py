"""The audit trail: one hash chain a subject, so that busy rooms do not wait for each other.

Every entry holds the SHA-256 of its own content and of the entry before; the subject's head holds the chain's
length and last digest. A trigger refuses UPDATE, DELETE and TRUNCATE to everybody. Whoever can switch triggers
off still leaves marks that `verify` finds: a changed entry no longer has its digest; a missing one leaves a gap in
the positions; a cut-off tail is shorter than the head says. Who cuts the tail *and* rewrites the head, or removes
a chain whole, is found out by an export kept elsewhere: `verify --against FILE` wants every exported digest back.

Memberships are ended, never altered, so an entry's author stays what he was.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from itertools import groupby
from typing import Any, ClassVar, Protocol
from uuid import UUID

from django.db import connection
from django.utils import timezone

from directory.models import AuditChain, AuditEntry, Membership

BEGIN = """
INSERT INTO directory_auditchain (kind, subject, length, digest) VALUES (%s, %s, 0, '')
ON CONFLICT (kind, subject) DO NOTHING RETURNING id
"""


class Subject(Protocol):
    """Any row with a public id."""

    _meta: ClassVar[Any]

    @property
    def public_id(self) -> UUID:
        """The id that the outside knows it by."""


@dataclass(frozen=True)
class Break:
    """Where a chain first does not hold. `why` is one of: altered, gap, cut, missing."""

    kind: str
    subject: UUID
    position: int
    why: str


def append(act: str, *, by: Membership | None, about: Subject, facts: Mapping[str, Any] | None = None) -> AuditEntry:
    """Write an entry in the caller's transaction (without one it raises TransactionManagementError).

    `by` None is the system. `facts` is JSON and holds no secret attribute: the trail is read by auditors.
    Two transactions about the same subject wait for each other from here to their end, so append last.
    """
    kind, subject = about._meta.label_lower, about.public_id
    chain = _head(kind, subject)
    entry = AuditEntry(
        chain=chain,
        position=chain.length + 1,
        at=timezone.now(),
        act=act,
        actor=by,
        facts=json.loads(json.dumps(dict(facts or {}), default=str, allow_nan=False)),
        previous=chain.digest,
    )
    entry.digest = digest(entry)
    entry.save(force_insert=True)
    chain.length, chain.digest = entry.position, entry.digest
    chain.save(update_fields=["length", "digest"])
    return entry


def _head(kind: str, subject: UUID) -> AuditChain:
    """The subject's head, which is this transaction's alone until it ends."""
    ours = AuditChain.objects.select_for_update().filter(kind=kind, subject=subject)
    known = ours.order_by().first()
    if known is not None:
        return known
    with connection.cursor() as cursor:
        cursor.execute(BEGIN, [kind, subject])
        new = cursor.fetchone()
    # Somebody else may have begun it meanwhile: then his entry is waited for.
    return AuditChain(pk=new[0], kind=kind, subject=subject) if new else ours.get()


def digest(entry: AuditEntry) -> str:
    """SHA-256, in hex, of everything the entry says and of the digest before it."""
    said = [
        entry.previous,
        entry.chain.kind,
        str(entry.chain.subject),
        entry.position,
        _utc(entry.at),
        entry.act,
        str(entry.actor.public_id) if entry.actor else None,
        _settled(entry.facts),
    ]
    text = json.dumps(said, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()


def verify(*, against: Iterable[str] = ()) -> Break | None:
    """The first chain that does not hold, or None. `against`: the lines of an export made earlier."""
    entries = AuditEntry.objects.select_related("chain", "actor").order_by("chain_id", "position")
    for _, run in groupby(entries.iterator(), key=lambda entry: entry.chain_id):
        if found := _broken(list(run)):
            return found
    return _emptied() or _forgotten(against)


def concerns(found: Break, by: Membership) -> bool:
    """Whether the member's State has a part in the broken chain: what other States' chains are about is theirs."""
    chain = {"chain__kind": found.kind, "chain__subject": found.subject}
    return AuditEntry.objects.visible_to(by).filter(**chain).exists()


def export() -> Iterator[str]:
    """Every entry as a line of JSON, oldest first in each chain; to be kept where the database is not."""
    entries = AuditEntry.objects.select_related("chain", "actor__authority__state")
    for entry in entries.order_by("chain_id", "position").iterator():
        yield json.dumps(_line(entry), ensure_ascii=False, sort_keys=True)


def _broken(run: list[AuditEntry]) -> Break | None:
    chain, previous = run[0].chain, ""
    for position, entry in enumerate(run, start=1):
        if entry.position != position:
            return _break(chain, position, "gap")
        if entry.previous != previous or entry.digest != digest(entry):
            return _break(chain, position, "altered")
        previous = entry.digest
    if (chain.length, chain.digest) != (len(run), previous):
        return _break(chain, len(run) + 1, "cut")
    return None


def _emptied() -> Break | None:
    """A head whose entries are all gone."""
    chain = AuditChain.objects.filter(length__gt=0, entries=None).first()
    return _break(chain, 1, "cut") if chain else None


def _forgotten(lines: Iterable[str]) -> Break | None:
    """An exported entry that is no longer there as it was."""
    for line in lines:
        row = json.loads(line)
        here = AuditEntry.objects.filter(
            chain__kind=row["kind"],
            chain__subject=row["subject"],
            position=row["position"],
            digest=row["digest"],
        )
        if not here.exists():
            return Break(row["kind"], UUID(row["subject"]), row["position"], "missing")
    return None


def _break(chain: AuditChain, position: int, why: str) -> Break:
    return Break(chain.kind, chain.subject, position, why)


def _line(entry: AuditEntry) -> dict[str, Any]:
    actor = entry.actor
    return {
        "kind": entry.chain.kind,
        "subject": str(entry.chain.subject),
        "position": entry.position,
        "at": _utc(entry.at),
        "act": entry.act,
        "actor": str(actor.public_id) if actor else None,
        "role": actor.role if actor else None,
        "state": actor.authority.state.code if actor else None,
        "facts": entry.facts,
        "previous": entry.previous,
        "digest": entry.digest,
    }


def _utc(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def _settled(value: Any) -> Any:
    """Facts as they come back from jsonb, which writes 1e22 and 100.0 its own way: whole floats become integers."""
    match value:
        case bool():
            return value
        case float() if value.is_integer():
            return int(Decimal(repr(value)))  # the digits written, not those of the binary value
        case dict():
            return {key: _settled(item) for key, item in value.items()}
        case list():
            return [_settled(item) for item in value]
        case _:
            return value
