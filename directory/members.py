"""Who acts for an authority: enter somebody, agree to it, end it.

A membership is ended and never altered, so that the author of an act stays what he was. A role that opens
identities, lowers protection, enters people or reads the trail waits until a second person of the authority agrees:
else one clerk with a second mail address would be a judge. And nobody acts for an authority who has not agreed to it
himself (`directory.joining`): until then it has the address that it typed, and learns nothing of an account.
"""

from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from directory import audit, editing, entrances
from directory.errors import NotFound, Refusal
from directory.hours import Hours
from directory.models import Entrance, Membership, Resource, User
from directory.roles import Act, permits
from directory.signals import standing_changed
from directory.words import ROLE_WORDS

Consent = Membership.Consent
AGREEING = (Act.IDENTITY_OPEN, Act.MEASURE_LOWER, Act.DIRECTORY_EDIT)
SENSITIVE = (*AGREEING, Act.AUDIT_READ)


@dataclass(frozen=True, kw_only=True)
class Person:
    """Whom to enter. Name, language and zone count for who has no account yet; afterwards they are his own."""

    full_name: str
    email: str
    role: str
    language: str = "en"
    zone: str = "UTC"


def by_id(public_id: UUID | str, by: Membership | None) -> Membership:
    """A membership of the member's own authority, for those who may edit or agree to it; else NotFound."""
    row = editing.one(Membership.objects.visible_to(by).select_related("user", "authority"), public_id)
    if by is None or not (permits(by.role, Act.DIRECTORY_EDIT) or may_agree(row, by)):
        raise NotFound
    return row


def is_sensitive(role: str) -> bool:
    """Whether a second person must agree before it acts."""
    return any(permits(role, act) for act in SENSITIVE)


def may_agree(row: Membership, by: Membership) -> bool:
    """Somebody else of the authority whose own role is one of these: neither who entered it, nor whom it is for."""
    others = {row.user_id, row.entered_by.user_id if row.entered_by else None}
    ours = row.authority_id == by.authority_id and by.user_id not in others
    return row.waits_since is not None and ours and any(permits(by.role, act) for act in AGREEING)


@transaction.atomic
def invite(*, by: Membership | None, person: Person) -> Membership:
    """Enter somebody for the member's own authority; a letter asks him, and leads him in.

    Who acts for it already is not asked again. Who has an account elsewhere gets no second one. Refuses `not_found`,
    `member_already`, `role_unknown` and what does not fit its field.
    """
    by = editing.editor(by)
    if person.role not in ROLE_WORDS:
        raise editing.wrong("role", _("Choose a role."), "role_unknown")
    user = _user(person, by)
    if Membership.objects.filter(user=user, authority=by.authority_id, role=person.role).exists():
        raise Refusal(_("This person has this role already."), code="member_already", status=422, field="email")
    waits, known = is_sensitive(person.role), _colleague(user, by)
    row = Membership.objects.create(
        user=user,
        authority=by.authority,
        role=person.role,
        active=known and not waits,
        waits_since=timezone.now() if waits else None,
        entered_by=by,
        consent=Consent.GIVEN if known else Consent.ASKED,
    )
    if not waits:
        entrances.welcome(row, by)
    audit.append("membership.added", by=by, about=row, facts={"role": row.role})
    return row


@transaction.atomic
def agree(*, membership: Membership, by: Membership | None, version: int) -> Membership:
    """A second person agrees: the role acts from now on, or once whose it is has agreed too.

    Refuses `not_found`, `stale_version`.
    """
    if by is None or not may_agree(membership, by):
        raise NotFound
    editing.change(membership, version, active=membership.known, waits_since=None)
    entrances.welcome(membership, by)
    audit.append("membership.agreed", by=by, about=membership, facts={"role": membership.role})
    return membership


@transaction.atomic
def end(*, membership: Membership, by: Membership | None, version: int) -> Membership:
    """From this moment the person no longer acts in this role: every request reads it afresh, open lines close.

    Refuses `not_found`, `own_membership`, `stale_version`.
    """
    by = editing.editor(by)
    row = by_id(membership.public_id, by)
    if row.pk == by.pk:
        raise Refusal(_("Nobody ends his own membership; a colleague does."), code="own_membership")
    consent = Consent.GIVEN if row.known else Consent.WITHDRAWN
    editing.change(membership, version, active=False, waits_since=None, consent=consent)
    Entrance.objects.filter(user=row.user_id, made_by__authority=by.authority_id, used_at=None).delete()
    standing_changed.send(sender=User, user=row.user)
    audit.append("membership.ended", by=by, about=row, facts={"role": row.role})
    return membership


@transaction.atomic
def resume(*, membership: Membership, by: Membership | None, version: int) -> Membership:
    """The person acts in this role again, or is asked again; a sensitive one waits for a second person once more.

    Refuses `not_found`, `stale_version`.
    """
    by = editing.editor(by)
    row = by_id(membership.public_id, by)
    waits, consent = is_sensitive(row.role), Consent.GIVEN if row.known else Consent.ASKED
    since = timezone.now() if waits else None
    acts = row.known and not waits
    editing.change(membership, version, active=acts, waits_since=since, entered_by=by, consent=consent)
    if not row.known and not waits:
        entrances.welcome(membership, by)
    audit.append("membership.resumed", by=by, about=row, facts={"role": row.role, "waits": waits})
    return membership


@transaction.atomic
def send_link(*, membership: Membership, by: Membership | None) -> Membership:
    """A new letter: to who acts, with a link for a new password; to who has not agreed, the question again.

    Refuses `not_found`.
    """
    by = editing.editor(by)
    row = by_id(membership.public_id, by)
    if row.active:
        entrances.link(row, by)
    elif row.unanswered and row.waits_since is None:
        Membership.objects.filter(pk=row.pk).update(consent=Consent.ASKED, version=F("version") + 1)
        row.refresh_from_db(fields=["consent", "version"])
        entrances.welcome(row, by)
    else:
        raise NotFound
    audit.append("membership.link_sent", by=by, about=row)
    return row


@transaction.atomic
def be_bookable(
    *, membership: Membership, by: Membership | None, version: int, hours: Hours | None, preferred: Hours | None
) -> Resource:
    """The person can be booked for hearings, at these hours of his own zone. `version` is the resource's, 0 for none.

    Refuses `not_found`, `stale_version`.
    """
    by = editing.editor(by)
    row = by_id(membership.public_id, by)
    if not row.known:
        raise NotFound
    user, values = row.user, {"hours": hours, "preferred": preferred, "zone": row.user.zone, "active": True}
    resource = user.resource
    if resource is None:
        resource = Resource.objects.create(
            authority=by.authority, kind=Resource.Kind.PERSON, label=user.full_name, **values
        )
        User.objects.filter(pk=user.pk).update(resource=resource)
        user.resource = resource
    else:
        editing.may_edit(resource, by)
        editing.change(resource, version, **values)
    audit.append("person.bookable", by=by, about=resource, facts={"hours": hours, "preferred": preferred})
    return resource


def _user(person: Person, by: Membership) -> User:
    """What was typed is looked at in the same way whether there is an account or not, unless he is a colleague."""
    email = editing.email(person.email)
    known = User.objects.filter(email=email).first()
    if known is not None and _colleague(known, by):
        return known
    name, zone = editing.words(person.full_name, "full_name"), editing.zone(person.zone)
    if person.language not in dict(settings.LANGUAGES):
        raise editing.wrong("language", _("Choose a language."))
    return known or User.objects.create_user(email, None, full_name=name, language=person.language, zone=zone)


def _colleague(user: User, by: Membership) -> bool:
    return user.memberships.filter(authority=by.authority_id, active=True).exists()
