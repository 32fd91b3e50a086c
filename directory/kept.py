"""What somebody typed and could not send, because the sign-in or the form had expired: kept until they are back.

It may hold who a witness is. So it is encrypted with a key that is in the cookie of that browser alone, the
ciphertext in the session alone; it opens for an hour, to the person who was last signed in here, and to nobody else.
"""

import re
import secrets
from base64 import b64decode, b64encode
from dataclasses import dataclass
from urllib.parse import urlsplit

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.contrib.auth import SESSION_KEY as SIGNED_IN
from django.contrib.auth.views import redirect_to_login
from django.core.signing import BadSignature, Signer
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

KEY_COOKIE, WHO_COOKIE = "kept", "who"
SESSION_KEY = "kept"
LIFETIME = 3600  # seconds
WHO_LIFETIME = 30 * 24 * 3600
LIMIT = 256 * 1024  # characters of a form; what is longer was no person's typing
_NONCE = 12  # bytes, NIST SP 800-38D 8.2.1
_NEVER = re.compile(r"csrfmiddlewaretoken|.*password.*")
_MACHINE = re.compile(r"[a-z0-9_:.+-]*|[0-9a-fA-F-]{36}|U\d\d-\w+|V-\d+\w?")  # ids, words of a list, numbers, rules

Text = tuple[str, str]
"""A label for people, and what was typed under it."""


@dataclass(frozen=True)
class Kept:
    """A form that was not sent: where it goes, and its fields in order."""

    user: int
    path: str
    fields: list[tuple[str, str]]

    @property
    def texts(self) -> list[Text]:
        """What a person wrote, without ids and choices."""
        return texts(self.fields)


def texts(fields: list[tuple[str, str]]) -> list[Text]:
    """The values that read like something a person wrote; what their fields are called nobody here knows."""
    return [("", value) for _name, value in fields if not _MACHINE.fullmatch(value.strip())]


def fields_of(posted: QueryDict) -> list[tuple[str, str]]:
    """Every field of a form but the passwords and the form's own token."""
    return [(name, value) for name, values in posted.lists() for value in values if not _NEVER.fullmatch(name)]


def lead(request: HttpRequest) -> HttpResponse:
    """To the sign-in and back; what a form held is kept on the way, if it is known whose it was."""
    if request.method != "POST":
        return _to(request, request.get_full_path())
    user, fields = who(request), fields_of(request.POST)
    if user is None or sum(len(name) + len(value) for name, value in fields) > LIMIT:
        return _to(request, _before(request))
    key = _keep(request, Kept(user, request.get_full_path(), fields))
    response = _to(request, reverse("directory:again"))
    _set(request, response, KEY_COOKIE, b64encode(key).decode(), LIFETIME)
    return response


def _keep(request: HttpRequest, kept: Kept) -> bytes:
    """Seals it in the session; returns the key, which the session must not know."""
    key, nonce = AESGCM.generate_key(256), secrets.token_bytes(_NONCE)
    sealed = nonce + AESGCM(key).encrypt(nonce, msgspec.json.encode(kept), None)
    request.session[SESSION_KEY] = b64encode(sealed).decode()
    return key


def opened(request: HttpRequest) -> Kept | None:
    """What was kept in this browser for the person who is signed in now."""
    try:
        sealed, key = (b64decode(text) for text in (request.session[SESSION_KEY], request.COOKIES[KEY_COOKIE]))
        kept = msgspec.json.decode(AESGCM(key).decrypt(sealed[:_NONCE], sealed[_NONCE:], None), type=Kept)
    except (KeyError, ValueError, InvalidTag):
        return None
    return kept if kept.user == request.user.pk else None


def who(request: HttpRequest) -> int | None:
    """Who is signed in here, or was last."""
    return int(request.user.pk) if request.user.is_authenticated else _last(request)


def remember(request: HttpRequest, response: HttpResponse) -> None:
    """Write down in the browser who is signed in, so that nobody else is shown what this person typed."""
    if SIGNED_IN in request.session and _last(request) != request.user.pk:
        _set(request, response, WHO_COOKIE, Signer(salt=WHO_COOKIE).sign(str(request.user.pk)), WHO_LIFETIME)


def _last(request: HttpRequest) -> int | None:
    try:
        return int(Signer(salt=WHO_COOKIE).unsign(request.COOKIES.get(WHO_COOKIE, "")))
    except BadSignature:
        return None


def _before(request: HttpRequest) -> str:
    """The page that the form was on."""
    url = request.headers.get("Referer", "")
    return urlsplit(url).path if url_has_allowed_host_and_scheme(url, {request.get_host()}) else "/"


def _to(request: HttpRequest, there: str) -> HttpResponse:
    away = redirect(there) if request.user.is_authenticated else redirect_to_login(there)
    if not getattr(request, "htmx", False):
        return away
    response = HttpResponse(status=204)
    response["HX-Redirect"] = away["Location"]
    return response


def _set(request: HttpRequest, response: HttpResponse, name: str, value: str, seconds: int) -> None:
    secure = request.is_secure()
    response.set_cookie(name, value, max_age=seconds, httponly=True, samesite="Lax", secure=secure)
