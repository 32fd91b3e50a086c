"""Who calls the API: a bearer token (RFC 6750), and for whom he acts."""

from typing import Any, cast

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from ninja.security import HttpBearer

from directory import actors
from directory.errors import Refusal
from directory.models import ApiToken, Membership, User


class TokenAuth(HttpBearer):
    """Knows the token by its digest; sets `request.user` and `request.acting`.

    Who has several memberships says which one in the header `X-Acting-For` (its public id).
    """

    def authenticate(self, request: HttpRequest, token: str) -> User | None:
        """Who calls, or None: a token unknown, ended, of nobody active, older than the password."""
        user = _user_of(ApiToken.digest_of(token))
        if user is None:
            return None
        request.user = user
        cast(Any, request).acting = self.acting(user, request.headers.get("X-Acting-For", ""))
        return user

    def acting(self, user: User, wanted: str) -> Membership | None:
        """As which member he calls. Raises Refusal where that is not clear."""
        return _acting(user, wanted)


class PersonAuth(TokenAuth):
    """The same where the person himself is meant: who acts for nobody (yet) may call, and acts as nobody."""

    def acting(self, user: User, wanted: str) -> Membership | None:
        """As which member he calls; None for who acts for no authority."""
        return super().acting(user, wanted) if user.memberships.filter(active=True).exists() else None


def holder(digest: str, wanted: str) -> Membership | None:
    """Who holds the token with this digest, as the member `wanted` names; None where the API would refuse him."""
    user = _user_of(digest)
    try:
        return _acting(user, wanted) if user else None
    except Refusal:
        return None


def _user_of(digest: str) -> User | None:
    """Whose token that is: one that has not ended, of somebody active, no older than his password."""
    row = actors.token(digest, timezone.now())
    return row.user if row and row.stands else None


def _acting(user: User, wanted: str) -> Membership:
    active = actors.active(user)
    mine = actors.named(active, wanted) if wanted else active[0] if len(active) == 1 else None
    if mine:
        return mine
    raise Refusal(
        _("Say for which authority you act: X-Acting-For with the id of one of your memberships."),
        code="acting_for_unknown" if wanted else "acting_for_needed",
        status=403,
        facts={"memberships": [str(member.public_id) for member in active]},
    )
