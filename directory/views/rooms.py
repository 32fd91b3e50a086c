"""The rooms of one's own State. Another State's are never listed, not even counted."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from directory.access import ActingRequest, requires
from directory.models import Site
from directory.roles import Act, permits


@require_safe
@requires(Act.SITE_READ)
def rooms(request: ActingRequest) -> HttpResponse:
    """Rooms by authority, one's own authority first."""
    own = request.acting.authority_id
    rows = Site.objects.visible_to(request.acting).filter(resource__active=True)
    rows = rows.select_related("authority", "resource").prefetch_related("endpoints")
    ordered = sorted(rows, key=lambda site: (site.authority_id != own, site.authority.name, site.name))
    may_edit = permits(request.acting.role, Act.DIRECTORY_EDIT)
    facts = {"sites": ordered, "now": timezone.now(), "own": own, "may_edit": may_edit}
    return render(request, "directory/rooms.html", facts)
