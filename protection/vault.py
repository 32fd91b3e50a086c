"""Identities: sealed before they reach the database, opened for a reason that is written down.

Each person has a random key of his own, and that key is wrapped by a key of the State that keeps the identity.
Purging destroys the wrapped key: the columns stay and say nothing any more.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext, override

from directory import audit, post
from directory.errors import NotFound, Refusal
from directory.models import Membership
from directory.reasons import legible
from directory.roles import Act, Role, permits
from directory.words import ROLE_WORDS
from protection import errors, keys, measures, mentions
from protection.envelope import STEP_BYTES, Place, Unopened, new_key, seal, unseal, unwrap, wrap
from protection.models import IDENTITY_FIELDS, Identity, Opening, ProtectedPerson
from protection.policy import Audience, audience_of, view

REAUTHENTICATION = timedelta(minutes=5)
OPEN_FOR = timedelta(minutes=10)
SHORTEST_SENTENCE = 12  # characters: long enough to be a reason, short enough to be written

# Why an identity may be opened; the page puts them into words.
REASONS = ("identify_in_person", "summon", "safety", "conflict_check", "correct_request")

_TABLE = "protection_identity"
_OPENERS = {Audience.HOST, Audience.HOST_REGISTRY, Audience.BENCH}


def keep(*, person: ProtectedPerson, identity: Mapping[str, str]) -> None:
    """Seal the identity under a new key of the person's own; an earlier one is overwritten.

    Keys are those of IDENTITY_FIELDS; what is not given is kept as empty, so that all rows look alike.
    Refuses `identity_unfit`.
    """
    state_key, data_key, data_key_id = keys.current(person.state.code), new_key(), uuid.uuid4()
    columns: dict[str, object] = {
        field: seal(data_key, _place(person, field, data_key_id), value) for field, value in _plain(identity).items()
    }
    columns |= {
        "state_key": state_key.id,
        "data_key": data_key_id,
        "wrapped_key": wrap(state_key.secret, _place(person, "wrapped_key", state_key.id), data_key),
    }
    Identity.objects.update_or_create(person=person, defaults=columns)


def found(public_id: uuid.UUID, by: Membership) -> ProtectedPerson:
    """The person, for who may open the identity; that anybody else asked is written down, and he reads NotFound."""
    person = ProtectedPerson.objects.filter(public_id=public_id).select_related("state").first()
    if person is None:
        raise NotFound
    if not entitled(person, by):
        refused(person=person, by=by, why="not_found")
        raise NotFound
    return person


def open_identity(
    *,
    person: ProtectedPerson,
    by: Membership,
    reason_code: str,
    sentence: str,
    reauthenticated_at: datetime | None,
    at: datetime | None = None,
) -> Opening:
    """Open the identity to this member for ten minutes; `read` then shows it to him and to nobody else.

    `reauthenticated_at` is when he last gave his password. The State that keeps the identity is told. A refusal
    is written down like an opening: `not_found` for who is not entitled, `reason_missing`, `names_identity`,
    `reauthentication_needed`, `identity_gone`.
    """
    at = at or timezone.now()
    try:
        _entitled(person, by)
        _reasoned(reason_code, sentence)
        _fresh(reauthenticated_at, at)
        _wordless(sentence, _unsealed(person))
    except Refusal as refusal:
        refused(person=person, by=by, why=refusal.code)
        raise
    return _opened(person, by, reason_code, sentence.strip(), at)


def refused(*, person: ProtectedPerson, by: Membership, why: str) -> None:
    """Write down that an identity stayed closed. Never inside a transaction that the refusal would undo."""
    with transaction.atomic(durable=True):
        audit.append("identity.refused", by=by, about=person, facts={"why": why})


def opening_of(*, person: ProtectedPerson, by: Membership, at: datetime | None = None) -> Opening | None:
    """The member's own opening that still runs, if he is still entitled to it."""
    if not entitled(person, by):
        return None
    return person.openings.filter(by=by, until__gt=at or timezone.now()).first()


@transaction.atomic
def read(*, opening: Opening, by: Membership, at: datetime | None = None) -> dict[str, str]:
    """The identity, to the member who opened it and while his ten minutes run. Each reading is written down."""
    person = opening.person
    if opening_of(person=person, by=by, at=at) != opening:
        raise NotFound
    audit.append("identity.read", by=by, about=person, facts={"opening": str(opening.public_id)})
    return _unsealed(person)


def mentioned(*, person: ProtectedPerson, text: str) -> bool:
    """Whether a text names the person. Only for texts of those who gave the identity: others could try names out."""
    try:
        return mentions.mentions(text, _unsealed(person))
    except errors.IdentityGone:
        return False


@transaction.atomic
def purge(*, person: ProtectedPerson, by: Membership | None) -> None:
    """Destroy the person's key. Nobody can open the identity again, here or in a later copy of the database."""
    Identity.objects.filter(person=person).update(wrapped_key=None)
    audit.append("identity.purged", by=by, about=person)


def entitled(person: ProtectedPerson, by: Membership) -> bool:
    """Whether the member may open this identity.

    Judge and central authority of the State that keeps it, and the requesting bench, each only as long as no
    measure in force withholds the name from them.
    """
    if not permits(by.role, Act.IDENTITY_OPEN) or not _concerned(person, by):
        return False
    side = "requested" if by.authority.state_id == person.state_id else "requesting"
    audience = audience_of(by.role, side)
    return audience in _OPENERS and view(measures.in_force(person), audience).name


def _concerned(person: ProtectedPerson, by: Membership) -> bool:
    return ProtectedPerson.objects.visible_to(by).filter(pk=person.pk).exists()


def _entitled(person: ProtectedPerson, by: Membership) -> None:
    if not entitled(person, by):
        raise NotFound


def _reasoned(reason_code: str, sentence: str) -> None:
    if reason_code not in REASONS:
        raise errors.ReasonMissing("reason")
    if len(legible(sentence)) < SHORTEST_SENTENCE:
        raise errors.ReasonMissing("sentence")


def _fresh(reauthenticated_at: datetime | None, at: datetime) -> None:
    if reauthenticated_at is None or not at - REAUTHENTICATION <= reauthenticated_at <= at:
        raise errors.ReauthenticationNeeded


def _wordless(sentence: str, identity: Mapping[str, str]) -> None:
    # Only the entitled get as far as this, so the answer tells a stranger nothing. The sentence is read by
    # auditors, who are not entitled.
    if mentions.mentions(sentence, identity):
        raise errors.InWords("sentence")


def _plain(identity: Mapping[str, str]) -> dict[str, bytes]:
    unknown = set(identity) - set(IDENTITY_FIELDS)
    if unknown:
        raise errors.IdentityUnfit(min(unknown))
    return {field: _bytes(field, identity.get(field, "")) for field in IDENTITY_FIELDS}


def _bytes(field: str, value: str) -> bytes:
    try:
        text = value.strip().encode()
    except UnicodeEncodeError:
        # Its message quotes the text.
        raise errors.IdentityUnfit(field) from None
    if len(text) >= STEP_BYTES:
        raise errors.IdentityUnfit(field)
    return text


def _unsealed(person: ProtectedPerson) -> dict[str, str]:
    identity = Identity.objects.filter(person=person).first()
    if identity is None or identity.wrapped_key is None:
        raise errors.IdentityGone
    try:
        key = _data_key(person, identity)
        return {
            field: unseal(key, _place(person, field, identity.data_key), sealed).decode()
            for field, sealed in identity.sealed().items()
        }
    except Unopened:
        raise errors.IdentityGone from None


def _data_key(person: ProtectedPerson, identity: Identity) -> bytes:
    state_key = keys.by_id(identity.state_key)
    place = _place(person, "wrapped_key", state_key.id)
    return unwrap(state_key.secret, place, bytes(identity.wrapped_key or b""))


def _place(person: ProtectedPerson, field: str, key_id: object) -> Place:
    return Place(_TABLE, str(person.public_id), field, str(key_id))


@transaction.atomic(durable=True)
def _opened(person: ProtectedPerson, by: Membership, reason: str, sentence: str, at: datetime) -> Opening:
    opening = Opening.objects.create(
        person=person, by=by, reason=reason, sentence=sentence, opened_at=at, until=at + OPEN_FOR
    )
    facts = {"opening": str(opening.public_id), "reason": reason, "until": opening.until.isoformat()}
    audit.append("identity.opened", by=by, about=person, facts=facts)
    _tell_the_keeper(opening)
    return opening


def _tell_the_keeper(opening: Opening) -> None:
    """A letter to everybody who acts for the case's central authority in the State that keeps the identity."""
    concerned = opening.person.parties.filter(state=opening.person.state)
    keepers = Membership.objects.filter(
        authority__in=concerned, role=Role.CENTRAL_AUTHORITY, active=True
    ).select_related("user")
    for user in {keeper.user for keeper in keepers}:
        with override(user.language):
            post.send(
                key=f"identity.opened {opening.public_id} {user.public_id}",
                to=user.email,
                language=user.language,
                subject=gettext("Notice from the vault"),
                text=_notice(opening),
            )


def _notice(opening: Opening) -> str:
    return gettext(
        "The identity of Witness %(pseudonym)s, which your State keeps, was opened on %(at)s (UTC). "
        "Who acted: %(role)s, %(state)s. Entry %(entry)s holds the reason."
    ) % {
        "pseudonym": opening.person.pseudonym,
        "at": f"{opening.opened_at.astimezone(UTC):%Y-%m-%d %H:%M}",
        "role": ROLE_WORDS[Role(opening.by.role)],
        "state": opening.by.authority.state.code,
        "entry": opening.public_id,
    }
