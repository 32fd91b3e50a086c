"""Links that are a key, for those who have no account: signed, stored nowhere, written into a letter as it leaves.

A letter waits in the database with a mark, `{sealed:invitation:…}`; the signature comes in when the mail is built.
Whoever reads a copy of the database finds no link that opens anything.
"""

import re
from uuid import UUID

from django.core import signing

from directory.errors import NotFound

_MARK = re.compile(r"\{sealed:([a-z]+):([0-9a-f]{32})\}")


def mark(kind: str, public_id: UUID) -> str:
    """What stands in a letter's text until it leaves."""
    return f"{{sealed:{kind}:{public_id.hex}}}"


def fill(text: str) -> str:
    """The text with every mark turned into its token."""
    return _MARK.sub(lambda found: token(found[1], UUID(found[2])), text)


def token(kind: str, public_id: UUID) -> str:
    """The key to one row of one kind: its id and an HMAC under SECRET_KEY."""
    return signing.Signer(salt=f"sealed.{kind}", sep="~").sign(public_id.hex)


def opened(kind: str, sealed: str) -> UUID:
    """The id that the token opens. Raises NotFound for any other text."""
    try:
        return UUID(signing.Signer(salt=f"sealed.{kind}", sep="~").unsign(sealed))
    except (signing.BadSignature, ValueError) as error:
        raise NotFound from error
