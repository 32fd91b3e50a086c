"""Who acts, read for every request: a membership or a key that ended a second ago acts no more."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from directory.models import ApiToken, Authority, Membership, State, User
from directory.rows import Columns, Statement

TOKEN, OWNER = Columns(ApiToken, "token"), Columns(User, "owner")
KEYS = Statement(
    """
    FROM directory_apitoken token JOIN directory_user owner ON owner.id = token.user_id
    WHERE token.digest = %s AND token.expires_at > %s AND token.revoked_at IS NULL AND owner.is_active
    """,
    TOKEN,
    OWNER,
)
MEMBER, AUTHORITY, STATE = Columns(Membership, "member"), Columns(Authority, "authority"), Columns(State, "state")
SEATS = Statement(
    """
    FROM directory_membership member
    JOIN directory_authority authority ON authority.id = member.authority_id
    JOIN directory_state state ON state.id = authority.state_id
    WHERE member.user_id = %s AND member.active ORDER BY member.id
    """,
    MEMBER,
    AUTHORITY,
    STATE,
)


def token(digest: str, now: datetime) -> ApiToken | None:
    """The key to the API with this digest, and its user: one that has not ended, of somebody active."""
    answer = KEYS.ask(digest, now)
    for found, owner in zip(answer.each(TOKEN), answer.each(OWNER), strict=True):
        found.user = owner
        return found
    return None


def active(user: User) -> list[Membership]:
    """The user's memberships in force, the first one first, each with its authority and State."""
    answer = SEATS.ask(user.pk)
    found = answer.each(MEMBER)
    for one, authority, state in zip(found, answer.each(AUTHORITY), answer.each(STATE), strict=True):
        one.user, one.authority, authority.state = user, authority, state
    return found


def named(found: Sequence[Membership], public_id: str) -> Membership | None:
    """The one of these with that public id, however it is written; None for what is no id, or nobody's."""
    try:
        wanted = UUID(public_id)
    except ValueError:
        return None
    return next((member for member in found if member.public_id == wanted), None)
