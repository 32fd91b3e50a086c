"""The version that a caller of the API has read, and the one that he is told."""

import re
from typing import Annotated, cast

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from ninja import Header

from directory.access import ActingRequest
from directory.errors import Refusal
from directory.models import Membership

Version = Annotated[str, Header(alias="If-Match")]
_TAG = re.compile(r'(?:W/)?"?([0-9]{1,9})"?', re.ASCII)


def version_of(header: str) -> int:
    """The version in an If-Match header: 3, "3" or W/"3". Refuses `precondition_malformed`."""
    found = _TAG.fullmatch(header.strip())
    if found is None:
        sentence = _("If-Match names the version you have read, as its ETag does.")
        raise Refusal(sentence, code="precondition_malformed", status=422, field="If-Match")
    return int(found[1])


def tell(response: HttpResponse, version: int) -> None:
    """Put the version into the ETag."""
    response["ETag"] = f'"{version}"'


def caller(request: HttpRequest) -> Membership:
    """For whom the request acts; the token has said it."""
    return cast(ActingRequest, request).acting
