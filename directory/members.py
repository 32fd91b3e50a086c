"""Who acts for an authority: enter somebody, agree to it, end it; and the way in for who has no password.

A membership is ended and never altered, so that the author of an act stays what he was. A role that opens
identities, lowers protection, enters people or reads the trail waits until a second person of the authority agrees:
else one clerk with a second mail address would be a judge.
"""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from directory import audit, editing, post, sealed
from directory.errors import NotFound, Refusal
from directory.hours import Hours
from directory.models import Entrance, Membership, Resource, User
from directory.roles import Act, Role, permits
from directory.signals import standing_changed
from directory.words import ROLE_WORDS

LINK_LASTS = timedelta(days=3)
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
    """Enter somebody for the member's own authority; a letter leads him in.

    Who has an account already gets no second one. Refuses `not_found`, `member_already`, `role_unknown` and what
    does not fit its field.
    """
    by = editing.editor(by)
    if person.role not in ROLE_WORDS:
        raise editing.wrong("role", _("Choose a role."), "role_unknown")
    user = _user(person)
    if Membership.objects.filter(user=user, authority=by.authority_id, role=person.role).exists():
        raise Refusal(_("This person has this role already."), code="member_already", status=422, field="email")
    waits = is_sensitive(person.role)
    row = Membership.objects.create(
        user=user,
        authority=by.authority,
        role=person.role,
        active=not waits,
        waits_since=timezone.now() if waits else None,
        entered_by=by,
    )
    if not waits:
        _welcome(row, by)
    audit.append("membership.added", by=by, about=row, facts={"user": user.public_id, "role": row.role})
    return row


@transaction.atomic
def agree(*, membership: Membership, by: Membership | None, version: int) -> Membership:
    """A second person agrees: the role acts from now on. Refuses `not_found`, `stale_version`."""
    if by is None or not may_agree(membership, by):
        raise NotFound
    editing.change(membership, version, active=True, waits_since=None)
    _welcome(membership, by)
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
    editing.change(membership, version, active=False, waits_since=None)
    Entrance.objects.filter(user=row.user_id, made_by__authority=by.authority_id, used_at=None).delete()
    standing_changed.send(sender=User, user=row.user)
    audit.append("membership.ended", by=by, about=row, facts={"role": row.role})
    return membership


@transaction.atomic
def resume(*, membership: Membership, by: Membership | None, version: int) -> Membership:
    """The person acts in this role again; a sensitive one waits for a second person once more.

    Refuses `not_found`, `stale_version`.
    """
    by = editing.editor(by)
    row = by_id(membership.public_id, by)
    waits = is_sensitive(row.role)
    since = timezone.now() if waits else None
    editing.change(membership, version, active=not waits, waits_since=since, entered_by=by)
    audit.append("membership.resumed", by=by, about=row, facts={"role": row.role, "waits": waits})
    return membership


@transaction.atomic
def send_link(*, membership: Membership, by: Membership | None) -> None:
    """A new letter with a link to set a password, for who never had one or lost it. Refuses `not_found`."""
    by = editing.editor(by)
    row = by_id(membership.public_id, by)
    if not row.active:
        raise NotFound
    _letter(row, by, link=_entrance(row.user, by))
    audit.append("membership.link_sent", by=by, about=row)


@transaction.atomic
def be_bookable(
    *, membership: Membership, by: Membership | None, version: int, hours: Hours | None, preferred: Hours | None
) -> Resource:
    """The person can be booked for hearings, at these hours of his own zone. `version` is the resource's, 0 for none.

    Refuses `not_found`, `stale_version`.
    """
    by = editing.editor(by)
    row = by_id(membership.public_id, by)
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


def enter_by(public_id: UUID) -> User:
    """Whose the entrance is, while it is open; else NotFound."""
    row = Entrance.objects.filter(public_id=public_id, used_at=None, expires_at__gt=timezone.now())
    found = row.select_related("user").first()
    if found is None or not found.user.is_active or not found.user.memberships.filter(active=True).exists():
        raise NotFound
    return found.user


def _user(person: Person) -> User:
    email = editing.email(person.email)
    known = User.objects.filter(email=email).first()
    if known is not None:
        return known
    name, zone = editing.words(person.full_name, "full_name"), editing.zone(person.zone)
    if person.language not in dict(settings.LANGUAGES):
        raise editing.wrong("language", _("Choose a language."))
    return User.objects.create_user(email, None, full_name=name, language=person.language, zone=zone)


def _welcome(row: Membership, by: Membership) -> None:
    link = None if row.user.has_usable_password() else _entrance(row.user, by)
    _letter(row, by, link=link)


def _entrance(user: User, by: Membership) -> Entrance:
    user.entrances.filter(used_at=None).delete()  # an older link ends with the newer one
    return Entrance.objects.create(user=user, made_by=by, expires_at=timezone.now() + LINK_LASTS)


def _letter(row: Membership, by: Membership, *, link: Entrance | None) -> None:
    """The link is a mark until the letter leaves: the database holds none that opens anything."""
    user = row.user
    with override(user.language):
        facts = {"authority": row.authority.name, "role": ROLE_WORDS[Role(row.role)]}
        lines = [_("You act for %(authority)s: %(role)s.") % facts]
        if link is None:
            lines += [_("Sign in with your password:"), settings.SITE_URL + reverse("home")]
        else:
            address = reverse("welcome", args=[sealed.mark("entrance", link.public_id)])
            lines += [
                _("Set your password within three days; the link works once:"),
                settings.SITE_URL + address.replace("%7B", "{").replace("%7D", "}"),
                _("If you did not expect this letter, ask your authority. Nobody else needs this link."),
            ]
        subject = _("Your way into Vivavoce")
    post.send(
        key=f"member:{row.public_id}:{link.public_id if link else row.version}",
        to=user.email,
        language=user.language,
        subject=subject,
        text="\n\n".join(lines),
    )
