"""The minutes as a file: written from the log, digested, signed by both courts, told from a forgery."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.core.cache import cache
from django.db import transaction
from django.db.models import Max
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _
from procrastinate.contrib.django.models import ProcrastinateJob

from directory import audit, typeset
from directory.access import fetch
from directory.errors import Forbidden, NotFound, Refusal
from directory.models import Membership
from directory.roles import Act, permits
from sessions import minutes, presence
from sessions.acts import locked, side_of
from sessions.errors import PasswordWrong, TooManyTries, WrongState
from sessions.models import Hearing, Record, Signature
from sessions.signals import hearing_changed
from sessions.states import State

FIRST = "sessions.write_minutes"
"""The job that writes version 1."""
_STYLE = Path(__file__).parent / "minutes.css"
WRONG_PASSWORDS = 5
WITHIN = 15 * 60  # seconds


def write(*, hearing_id: UUID, by: Membership, language: str = "", at: datetime | None = None) -> Record:
    """Write the next version of the minutes of a closed hearing; `language` (BCP 47) defaults to the writer's."""
    hearing = fetch(Hearing.objects, by=by, act=Act.RECORD_WRITE, public_id=hearing_id)
    if hearing.state != State.CLOSED:
        raise WrongState(_("The minutes are written when the hearing is closed."))
    return _written(hearing, by=by, language=language or by.user.language, at=at or timezone.now())


def write_first(*, hearing_id: UUID, language: str, at: datetime | None = None) -> Record | None:
    """The house itself writes version 1 of a closed hearing; None where somebody already has."""
    hearing = Hearing.objects.filter(public_id=hearing_id, state=State.CLOSED, records=None).first()
    return _written(hearing, by=None, language=language, at=at or timezone.now()) if hearing else None


@dataclass(frozen=True)
class Pending:
    """The first version is on its way: how often it was tried, and when it is tried again (None: now, or no more)."""

    tries: int
    again: datetime | None
    given_up: bool


def pending(hearing: Hearing) -> Pending | None:
    """What the house is about to write; None where there is a version, or the hearing goes on."""
    if hearing.state != State.CLOSED or hearing.records.exists():
        return None
    jobs = ProcrastinateJob.objects.filter(task_name=FIRST, args__hearing_id=str(hearing.public_id))
    job = jobs.order_by("-id").first()
    if job is None:
        return None
    waits = job.scheduled_at if job.status == "todo" and job.attempts else None
    return Pending(job.attempts, waits, given_up=job.status == "failed")


def _written(hearing: Hearing, *, by: Membership | None, language: str, at: datetime) -> Record:
    """Set in type before the lock is taken: it takes a second, and nothing changes any more."""
    with translation.override(language):
        told = minutes.of(hearing, at)
        pdf = as_pdf(told, language)
    return _kept(hearing.public_id, told, pdf, language, by, at)


@transaction.atomic
def _kept(
    hearing_id: UUID, told: minutes.Minutes, pdf: bytes, language: str, by: Membership | None, now: datetime
) -> Record:
    hearing = locked(hearing_id, by=by)
    last = hearing.records.aggregate(last=Max("version"))["last"] or 0
    record = Record.objects.create(
        hearing=hearing,
        version=last + 1,
        language=language,
        pdf=pdf,
        digest=hashlib.sha256(pdf).hexdigest(),
        lines=told.lines,
        written_by=by,
        written_at=now,
    )
    _tell(hearing, "record_written", record, by)
    return record


@transaction.atomic
def sign(*, record_id: UUID, by: Membership, password: str, at: datetime | None = None) -> Signature:
    """Sign the newest version for one's own court; the password is asked once more.

    Refuses PasswordWrong, TooManyTries, `record_superseded`, `already_signed`, Forbidden.
    """
    record = Record.objects.select_related("hearing").filter(public_id=record_id).first()
    if record is None:
        raise NotFound
    hearing = locked(record.hearing.public_id, by=by)
    side = side_of(hearing, by)
    if side is None or not permits(by.role, Act.RECORD_SIGN):
        raise Forbidden
    if hearing.records.filter(version__gt=record.version).exists():
        raise Refusal(_("There is a newer version of these minutes. Sign that one."), code="record_superseded")
    if record.signatures.filter(side=side).exists():
        raise Refusal(_("Your court has signed this version already."), code="already_signed")
    _reauthenticated(by, password)
    signed = Signature.objects.create(
        record=record, side=side, by=by, at=at or timezone.now(), digest=_digest_of(record)
    )
    _tell(hearing, "record_signed", record, by)
    return signed


@transaction.atomic
def file(*, hearing_id: UUID, version: int, by: Membership) -> Record:
    """One version, for somebody who takes it away: that he did is written down. Raises NotFound."""
    hearing = presence.legible(fetch(Hearing.objects, by=by, act=Act.RECORD_READ, public_id=hearing_id), by)
    found = hearing.records.filter(version=version).first()
    if found is None:
        raise NotFound
    audit.append("hearing.record_fetched", by=by, about=hearing, facts={"version": version})
    return found


def verify(digest: str) -> Record | None:
    """The record with this SHA-256 (hex, any case), or None: such a file was never written here."""
    found = Record.objects.filter(digest=digest.strip().lower()).select_related("hearing__plan")
    return found.prefetch_related("signatures").first()


def as_pdf(told: minutes.Minutes, language: str) -> bytes:
    """The minutes set in type: serif, numbered pages."""
    html = render_to_string("evidence/minutes_file.html", {"minutes": told, "language": language})
    return typeset.pdf(html, style=_STYLE)


def _reauthenticated(by: Membership, password: str) -> None:
    """Counted in the cache, which a refusal does not roll back; counted first and then tried, lest two slip by."""
    tries = f"sign:{by.user.public_id}"
    cache.add(tries, 0, WITHIN)
    if cache.incr(tries) > WRONG_PASSWORDS:
        raise TooManyTries
    if not by.user.check_password(password):
        raise PasswordWrong
    cache.delete(tries)


def _digest_of(record: Record) -> str:
    return hashlib.sha256(bytes(record.pdf)).hexdigest()


def _tell(hearing: Hearing, what: str, record: Record, by: Membership | None) -> None:
    facts = {"record": str(record.public_id), "version": record.version, "digest": record.digest}
    audit.append(f"hearing.{what}", by=by, about=hearing, facts=facts)
    hearing_changed.send(sender=Hearing, hearing_id=hearing.public_id, what="record")
