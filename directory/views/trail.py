"""The audit trail, for the auditor."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache

from directory import audit
from directory.access import ActingRequest, requires
from directory.models import AuditEntry
from directory.roles import Act

A_PAGE = 50


@never_cache
@requires(Act.AUDIT_READ)
def trail(request: ActingRequest) -> HttpResponse:
    """The acts of one's own State, newest first; a POST also checks the whole trail."""
    rows = AuditEntry.objects.visible_to(request.acting).order_by("-at", "-id")
    rows = rows.select_related("chain", "actor__authority__state")
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    checked = request.method == "POST"
    found = audit.verify() if checked else None
    context = {
        "page": page,
        "checked": checked,
        "found": found,
        "ours": found and audit.concerns(found, request.acting),
    }
    return render(request, "directory/audit.html", context)
