"""Who calls the API, and which version of a thing the caller has read (RFC 9110, section 13.1.1)."""

import re
from typing import Annotated, cast

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja import Header

from directory.access import ActingRequest
from directory.errors import Refusal
from directory.models import Membership

Version = Annotated[str, Header(alias="If-Match")]


def acting(request: HttpRequest) -> Membership:
    """The member for whom the token acts; the API's authentication has made sure of one."""
    return cast(ActingRequest, request).acting


def version_of(header: str) -> int:
    """The version in an If-Match header: 3, "3" or W/"3". Refuses `precondition_malformed`."""
    found = re.fullmatch(r'(?:W/)?"?([0-9]{1,9})"?', header.strip(), re.ASCII)
    if found is None:
        sentence = _("If-Match names the version you have read, as its ETag does.")
        raise Refusal(sentence, code="precondition_malformed", status=422, field="If-Match")
    return int(found[1])
