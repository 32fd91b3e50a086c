"""The way in: a letter to whom an authority has entered, with a link for who has no password yet."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from directory import audit, joining, post, sealed
from directory.errors import NotFound
from directory.models import Entrance, Membership, User
from directory.roles import Role
from directory.words import ROLE_WORDS

LINK_LASTS = timedelta(days=3)
_MAY_ENTER = Q(active=True) | Q(consent=Membership.Consent.ASKED, waits_since=None)


def welcome(row: Membership, by: Membership) -> None:
    """Tell the person that he acts for the authority, or ask him to; who has no password gets a link to set one."""
    _letter(row, None if row.user.has_usable_password() else _made(row.user, by))


def link(row: Membership, by: Membership) -> None:
    """A link to set a new password, for who lost his."""
    _letter(row, _made(row.user, by))


def enter_by(public_id: UUID) -> User:
    """Whose the entrance is, while it is open; else NotFound."""
    row = Entrance.objects.filter(public_id=public_id, used_at=None, expires_at__gt=timezone.now())
    found = row.select_related("user").first()
    if found is None or not found.user.is_active or not found.user.memberships.filter(_MAY_ENTER).exists():
        raise NotFound
    return found.user


@transaction.atomic
def used(*, user: User, by: Membership | None) -> None:
    """A password is set: the link opens nothing any more, and whom its authority has asked has agreed to it.

    So the letter says, and for who had no account there is no other way to say yes.
    """
    opened = list(user.entrances.filter(used_at=None).select_related("made_by"))
    user.entrances.filter(used_at=None).update(used_at=timezone.now())
    for row in joining.asked_of(user).filter(authority__in=[one.made_by.authority_id for one in opened]):
        joining.join(membership=row.public_id, user=user)
    audit.append("account.password_set", by=by, about=user)


def _made(user: User, by: Membership) -> Entrance:
    user.entrances.filter(used_at=None).delete()  # an older link ends with the newer one
    return Entrance.objects.create(user=user, made_by=by, expires_at=timezone.now() + LINK_LASTS)


def _letter(row: Membership, entrance: Entrance | None) -> None:
    """The link is a mark until the letter leaves: the database holds none that opens anything."""
    user = row.user
    with override(user.language):
        facts = {"authority": row.authority.name, "role": ROLE_WORDS[Role(row.role)]}
        lines = _asks(facts, entrance) if not row.known else _acts(facts, entrance)
        subject = _("Your way into Vivavoce")
    post.send(
        key=f"member:{row.public_id}:{entrance.public_id if entrance else row.version}",
        to=user.email,
        language=user.language,
        subject=subject,
        text="\n\n".join(lines),
    )


def _acts(facts: dict[str, object], entrance: Entrance | None) -> Sequence[str]:
    told = _("You act for %(authority)s: %(role)s.") % facts
    if entrance is None:
        return [told, _("Sign in with your password:"), settings.SITE_URL + reverse("home")]
    return [
        told,
        _("Set your password within three days; the link works once:"),
        _address(entrance),
        _("If you did not expect this letter, ask your authority. Nobody else needs this link."),
    ]


def _asks(facts: dict[str, object], entrance: Entrance | None) -> Sequence[str]:
    told = _("%(authority)s asks you to act for it: %(role)s.") % facts
    unless = _("Without you nothing happens: if you do not want it, leave this letter unanswered.")
    if entrance is None:
        where = settings.SITE_URL + reverse("directory:asked")
        return [told, _("Sign in with your password and say whether you agree:"), where, unless]
    agrees = _("You agree by setting your password within three days; the link works once:")
    return [told, agrees, _address(entrance), unless]


def _address(entrance: Entrance) -> str:
    address = reverse("welcome", args=[sealed.mark("entrance", entrance.public_id)])
    return settings.SITE_URL + address.replace("%7B", "{").replace("%7D", "}")
