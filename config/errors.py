"""A Refusal as a page, as a fragment or as problem details (RFC 9457); and the pages for what nobody raised."""

import sys
from collections.abc import Callable
from itertools import chain
from typing import Any

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from redis import RedisError

from directory import kept
from directory.errors import NotFound, Refusal, Sentence

View = Callable[[HttpRequest], HttpResponse]


class CharsetMiddleware:
    """Refuses a form that says it is not in UTF-8: of Python's codecs some (`rot13`) are no charsets."""

    def __init__(self, get_response: View) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if (request.encoding or "utf-8").lower().replace("_", "-") in ("utf-8", "utf8"):
            return self.get_response(request)
        request.encoding = "utf-8"
        sentence = _("This house reads UTF-8 alone. Nothing was changed.")
        return answer(request, Refusal(sentence, code="charset_unknown", status=415))


class ControlCharacter(Refusal):
    """A NUL, or half of a surrogate pair."""

    def __init__(self) -> None:
        sentence = _lazy("A character in this text cannot be stored. Nothing was changed.")
        super().__init__(sentence, code="control_character", status=400)


class RefusalMiddleware:
    """Catches what a view did not: the last place before Django would show a trace."""

    def __init__(self, get_response: View) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        return _only_a_form(request, response) if response.status_code == 405 else response

    def process_view(self, request: HttpRequest, *_view: Any) -> HttpResponse | None:
        """PostgreSQL has no NUL in its text: refused here once, or it would break whatever stores it."""
        typed = (value for data in (request.GET, _form(request)) for _name, values in data.lists() for value in values)
        told = chain(typed, request.headers.values())
        return answer(request, ControlCharacter()) if any("\0" in value for value in told) else None

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, RedisError):
            exception = AWAY
        return answer(request, exception) if isinstance(exception, Refusal) else None


AWAY = Refusal(
    _lazy("A part of the house does not answer, and without it this is not safe. Nothing was changed; try again soon."),
    code="part_away",
    status=503,
)
"""PostgreSQL; or Valkey, in which tries of passwords are counted: while they cannot be, none is taken."""
TOO_LARGE = Refusal(
    _lazy("This is too large to be sent at once. Nothing was changed."),
    code="body_too_large",
    status=413,
)


def _only_a_form(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """An address of a form, opened or loaded again: an empty page would lead nowhere. The API's own is not JSON."""
    if request.path.startswith("/api/"):
        sentence = _("This address does not take this method. Nothing was changed.")
    elif response.content:
        return response
    else:
        sentence = _("This address only takes a form. Nothing was changed. Go back to the page that the form is on.")
    told = answer(request, Refusal(sentence, code="method_not_allowed", status=405))
    told["Allow"] = response["Allow"]
    return told


def _form(request: HttpRequest) -> QueryDict:
    return QueryDict() if request.path.startswith("/api/") else request.POST


def answer(request: HttpRequest, refusal: Refusal, *, ours: bool = True) -> HttpResponse:
    """The refusal in the form of its request; with what was typed, unless another site's page may have sent it."""
    if request.path.startswith("/api/"):
        return problem(refusal)
    if getattr(request, "htmx", False):
        return render(request, "_refusal.html", {"refusal": refusal}, status=refusal.status)
    facts = {"refusal": refusal, "texts": _texts(request) if ours else []}
    page = render(request, "refusal.html", facts, status=refusal.status)
    page["Cache-Control"] = "no-store"
    return page


def _texts(request: HttpRequest) -> list[kept.Text]:
    """What the person wrote in the form that is refused: nothing of it is lost, whatever became of its page."""
    try:
        return kept.texts(kept.fields_of(request.POST)) if request.method == "POST" else []
    except SuspiciousOperation:  # it was too large to be read at all
        return []


def problem(refusal: Refusal) -> JsonResponse:
    body: dict[str, Any] = {
        "type": f"urn:vivavoce:{refusal.code}",
        "title": str(refusal.sentence),
        "status": refusal.status,
        "code": refusal.code,
    }
    body |= {name: value for name in ("rule", "field") if (value := getattr(refusal, name))}
    if refusal.findings:
        body["findings"] = [_plain(finding) for finding in refusal.findings]
    body |= {name: _text(value) for name, value in refusal.facts.items()}
    return JsonResponse(body, status=refusal.status, content_type="application/problem+json")


def _plain(finding: Any) -> Any:
    """A finding or a gate as JSON: the fields that every one of them has."""
    if isinstance(finding, dict):
        return {key: _text(value) for key, value in finding.items()}
    names = ("id", "rule", "level", "field", "sentence", "paragraph", "who")
    return {name: _text(getattr(finding, name)) for name in names if getattr(finding, name, None)}


def _text(value: Any) -> Any:
    return str(value) if isinstance(value, Promise) else value


def _refused(sentence: Sentence, code: str, status: int) -> Callable[..., HttpResponse]:
    def handler(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
        return answer(request, Refusal(sentence, code=code, status=status))

    return handler


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return answer(request, NotFound())


def broken(request: HttpRequest) -> HttpResponse:
    """No context and no database: whatever broke must not break this page too."""
    sentence = _("Something broke on our side. It is written down. Nothing was changed.")
    away = isinstance(sys.exc_info()[1], OperationalError | RedisError)
    refusal = AWAY if away else Refusal(sentence, code="internal", status=500)
    if request.path.startswith("/api/"):
        return problem(refusal)
    return render(request, "500.html", {"refusal": refusal}, status=refusal.status)


def too_many(request: HttpRequest) -> HttpResponse:
    """allauth's answer to somebody who tries again and again."""
    sentence = _("Too many attempts. Wait a few minutes, then try again.")
    return answer(request, Refusal(sentence, code="too_many_attempts", status=429))


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form is older than the sign-in: one of ours is offered again; of any other site's nothing is shown."""
    if request.headers.get("Origin") == f"{request.scheme}://{request.get_host()}" and not _of_sign_in(request):
        return kept.lead(request)
    sentence = _("This form has expired. Go back, load the page again and send it once more.")
    return answer(request, Refusal(sentence, code="form_expired", status=403), ours=False)


def _of_sign_in(request: HttpRequest) -> bool:
    return not request.user.is_authenticated and request.path.startswith("/account/")


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    if isinstance(exception, RequestDataTooBig):
        return answer(request, TOO_LARGE)
    sentence = _("This request cannot be read. Nothing was changed.")
    return answer(request, Refusal(sentence, code="bad_request", status=400))


forbidden = _refused("", "not_permitted", 403)
