"""For whom the signed-in person acts, and in whose words the page is written."""

from collections.abc import Callable
from typing import Any, cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation

from directory import actors, kept
from directory.models import Membership, User

SESSION_KEY = "acting"


class ActingMiddleware:
    """Sets `request.acting`: the membership chosen in the session, else the first, else None.

    It is read from the database for every request: a membership that ended a second ago acts no more. Who has
    chosen no language on this machine reads his own, whatever the browser asks for.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        chosen = request.session.get(SESSION_KEY) if user.is_authenticated else None
        cast(Any, request).acting = membership_of(user, chosen) if isinstance(user, User) else None
        if isinstance(user, User) and settings.LANGUAGE_COOKIE_NAME not in request.COOKIES:
            translation.activate(user.language)
        response = self.get_response(request)
        kept.remember(request, response)
        return response


def membership_of(user: User, chosen: str | None) -> Membership | None:
    """The active membership with that public id, else the user's first one."""
    active = actors.active(user)
    return actors.named(active, chosen or "") or next(iter(active), None)
