"""Who acts, and which version of a thing he has read: in the API (RFC 9110, section 13.1.1) and on pages."""

import re
from typing import Annotated, cast

from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.translation import gettext_lazy as _
from ninja import Header

from directory.access import ActingRequest
from directory.errors import Refusal, VersionMissing
from directory.models import Membership

Version = Annotated[str | None, Header(alias="If-Match")]
Key = Annotated[str | None, Header(alias="Idempotency-Key", max_length=200)]
_TAG = re.compile(r'(?:W/)?"?([0-9]{1,9})"?', re.ASCII)


def acting(request: HttpRequest) -> Membership:
    """The member for whom the token acts; the API's authentication has made sure of one."""
    return cast(ActingRequest, request).acting


def version_of(header: str | None) -> int:
    """The version in an If-Match header: 3, "3" or W/"3". Refuses `version_missing`, `precondition_malformed`."""
    if header is None:
        raise VersionMissing
    found = _TAG.fullmatch(header.strip())
    if found is None:
        sentence = _("If-Match names the version you have read, as its ETag does.")
        raise Refusal(sentence, code="precondition_malformed", status=422, field="If-Match")
    return int(found[1])


def version_typed(posted: QueryDict, field: str = "version") -> int:
    """The version a form was made from. Refuses `version_missing`."""
    text = posted.get(field, "")
    if not (text.isascii() and text.isdecimal() and len(text) < 10):
        raise VersionMissing
    return int(text)


def tell(response: HttpResponse, version: int) -> None:
    """Put the version that is there now into the ETag."""
    response["ETag"] = f'"{version}"'
