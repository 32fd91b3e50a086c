"""allauth's pages without those that this house does not have: each of them is the usual 404.

They stay routable by name because allauth's own views reverse them.
"""

from typing import NoReturn

from django.http import HttpRequest
from django.urls import include, path, re_path

from directory.errors import NotFound
from directory.views import entrance


def closed(request: HttpRequest) -> NoReturn:
    """Sign-up, e-mail changes and resets that one asks for oneself: the authority's business, not the account's."""
    raise NotFound


urlpatterns = [
    path("welcome/<str:sealed>/", entrance.welcome, name="welcome"),
    re_path(r"^(?:signup|email|confirm-email|password/reset(?!/key/)|password/set|login/code|2fa/webauthn)\b", closed),
    path("", include("allauth.urls")),
]
