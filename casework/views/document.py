"""The request as a file."""

from uuid import UUID

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from casework import writer
from casework.models import Request
from directory import access
from directory.access import ActingRequest, acting_required
from directory.roles import Act


@require_safe
@acting_required
def pdf(request: ActingRequest, public_id: UUID) -> HttpResponse:
    """The printed request; its file name is the reference, which says nothing of anybody."""
    found: Request = access.fetch(Request.objects, by=request.acting, act=Act.REQUEST_READ, public_id=public_id)
    response = HttpResponse(writer.pdf(found), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{found.reference}.pdf"'
    response["Cache-Control"] = "no-store"
    return response
