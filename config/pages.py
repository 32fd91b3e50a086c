"""What every page knows about the house, and the page for the proxy."""

from typing import Any

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import get_language_bidi
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from directory.roles import Act, permits

# Where a member may go, by the right that opens the room: nobody is shown a door that answers "nothing here".
NAV = (
    (_("Home"), "home", None),
    (_("Requests"), "casework:requests", Act.REQUEST_READ),
    (_("Hearings"), "scheduler:docket", Act.HEARING_READ),
    (_("Rooms"), "directory:rooms", Act.SITE_READ),
    (_("Directory"), "directory:states", Act.DIRECTORY_READ),
    (_("Audit trail"), "directory:audit", Act.AUDIT_READ),
)
OUTBOX = (_("Outbox"), "directory:outbox", None)  # of the demo, whose letters stay on the machine


@require_safe
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
    acting = getattr(request, "acting", None)
    for word, name, right in (*NAV, OUTBOX) if settings.DEMO else NAV:
        if right is None or (acting and permits(acting.role, right)):
            url = reverse(name)
            here = request.path == url if url == "/" else request.path.startswith(url)
            yield {"word": word, "url": url, "here": here}
