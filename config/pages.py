"""What every page knows about the house, and the page for the proxy."""

from typing import Any

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.urls import NoReverseMatch, reverse
from django.utils.translation import get_language_bidi
from django.utils.translation import gettext_lazy as _

NAV = (
    (_("Home"), "home"),
    (_("Requests"), "casework:requests"),
    (_("Hearings"), "scheduler:docket"),
    (_("Rooms"), "directory:rooms"),
    (_("Directory"), "directory:states"),
)


def healthz(request: HttpRequest) -> HttpResponse:
    """For the proxy and the container: the process answers and its database does."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok", content_type="text/plain")


def house(request: HttpRequest) -> dict[str, Any]:
    """Context of every page: the navigation, the writing direction, who the reader acts for."""
    return {
        "nav": list(_nav(request)),
        "rtl": get_language_bidi(),
        "acting": getattr(request, "acting", None),
    }


def _nav(request: HttpRequest) -> Any:
    for word, name in NAV:
        try:
            url = reverse(name)
        except NoReverseMatch:
            continue
        here = request.path == url if url == "/" else request.path.startswith(url)
        yield {"word": word, "url": url, "here": here}
