"""Calendars to subscribe to: one's own page of them, the file, and the little server behind it."""

from urllib.parse import unquote, urlsplit
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from directory.access import ActingRequest, acting_required
from directory.errors import NotFound, Refusal
from scheduler.letters import caldav, feeds
from scheduler.letters.caldav import Item, Places
from scheduler.models import Feed


@never_cache
@require_safe
@acting_required
def calendars(request: ActingRequest) -> HttpResponse:
    """One's own calendars."""
    return _page(request)


@never_cache
@require_POST
@acting_required
def make(request: ActingRequest) -> HttpResponse:
    """A new one."""
    try:
        secret = feeds.make(user=request.user, by=request.acting, busy_only=request.POST.get("busy_only") == "1")
    except Refusal as refusal:
        return _page(request, status=refusal.status, refusal=refusal)
    return _page(request, address=_address(secret), server=_server(secret))


@never_cache
@require_POST
@acting_required
def rotate(request: ActingRequest, feed: UUID) -> HttpResponse:
    """Another address for it."""
    secret = feeds.rotate(feed=feeds.own(feed, request.user), by=request.acting)
    return _page(request, address=_address(secret), server=_server(secret))


@require_POST
@acting_required
def revoke(request: ActingRequest, feed: UUID) -> HttpResponse:
    """No address for it any more."""
    feeds.revoke(feed=feeds.own(feed, request.user), by=request.acting)
    messages.success(request, _("Revoked. Calendars that subscribed to it find nothing from now on."))
    return redirect("scheduler:calendars")


@require_safe
def feed(request: HttpRequest, secret: str) -> HttpResponse:
    """All events in one file; a client that has it already is told so."""
    now = timezone.now()
    return _file(request, feeds.calendar(feeds.opened(secret, now), now))


@csrf_exempt
def dav(request: HttpRequest, secret: str, name: str = "") -> HttpResponse:
    """The same events for a client that speaks CalDAV. Nobody can write: there is nothing to forge."""
    now = timezone.now()
    opened = feeds.opened(secret, now)
    places = Places(reverse("scheduler:dav", args=[secret]), reverse("scheduler:dav", args=[secret, "hearings/"]))
    if name not in ("", "hearings/") and not (name.startswith("hearings/") and name.endswith(".ics")):
        raise NotFound
    match request.method:
        case "OPTIONS":
            return _spoken(HttpResponse())
        case "PROPFIND":
            return _propfind(request, opened, name, places)
        case "REPORT" if name == "hearings/":
            return _report(request, opened, places)
        case "GET" | "HEAD":
            return _get(request, opened, name, places)
        case _:
            answer = HttpResponse(status=403 if request.method in {"PUT", "DELETE", "PROPPATCH", "MKCALENDAR"} else 405)
            answer["Allow"] = caldav.METHODS
            return answer


def _propfind(request: HttpRequest, opened: Feed, name: str, places: Places) -> HttpResponse:
    try:
        names = caldav.propfind(request.body)
    except caldav.Malformed:
        return HttpResponse(status=400)
    items = _items(opened, places)
    here = {"": items[:1], "hearings/": items[1:2]}.get(name, [one for one in items[2:] if one.href.endswith(name)])
    if not here:
        raise NotFound
    below = {"": items[1:2], "hearings/": items[2:]}.get(name, []) if request.headers.get("Depth") == "1" else []
    return _multistatus(caldav.multistatus([*here, *below], names, places))


def _report(request: HttpRequest, opened: Feed, places: Places) -> HttpResponse:
    try:
        asked = caldav.report(request.body)
    except caldav.Malformed:
        return HttpResponse(status=400)
    events = _items(opened, places)[2:]
    if asked.hrefs is None:
        return _multistatus(caldav.multistatus(filter(asked.wants, events), asked.names, places))
    known = {one.href: one for one in events}
    paths = [unquote(urlsplit(href).path) for href in asked.hrefs]  # RFC 4918, 8.3: whole addresses, or paths
    found = [known[path] for path in paths if path in known]
    return _multistatus(caldav.multistatus(found, asked.names, places, [path for path in paths if path not in known]))


def _get(request: HttpRequest, opened: Feed, name: str, places: Places) -> HttpResponse:
    now = timezone.now()
    if name in ("", "hearings/"):
        return _file(request, feeds.calendar(opened, now))
    found = [one for one in feeds.entries(opened, now) if name == f"hearings/{one.name}"]
    if not found:
        raise NotFound
    return _file(request, found[0].data)


def _items(opened: Feed, places: Places) -> list[Item]:
    """Home, calendar and events, in this order."""
    entries = feeds.entries(opened, timezone.now())
    tag = feeds.etag("".join(one.etag for one in entries).encode())
    with override(opened.user.language):
        name = feeds.name(opened)
    events = [
        Item(f"{places.calendar}{one.name}", "event", "", one.etag, one.data, one.start, one.end) for one in entries
    ]
    return [Item(places.home, "home", "Vivavoce"), Item(places.calendar, "calendar", name, tag), *events]


def _multistatus(body: bytes) -> HttpResponse:
    return _spoken(HttpResponse(body, status=207, content_type="application/xml; charset=utf-8"))


def _spoken(answer: HttpResponse) -> HttpResponse:
    answer["DAV"], answer["Allow"] = "1, calendar-access", caldav.METHODS
    patch_cache_control(answer, private=True, no_cache=True)
    return answer


def _file(request: HttpRequest, data: bytes) -> HttpResponse:
    tag = feeds.etag(data)
    same = tag in [one.strip().removeprefix("W/") for one in request.headers.get("If-None-Match", "").split(",")]
    answer = HttpResponse(status=304) if same else HttpResponse(data, content_type="text/calendar; charset=utf-8")
    answer["ETag"] = tag
    patch_cache_control(answer, private=True, no_cache=True)
    return answer


def _page(request: ActingRequest, *, status: int = 200, **shown: object) -> HttpResponse:
    """The page itself answers a form: the address of a calendar just made is shown this once, and kept nowhere."""
    shown = {"feeds": feeds.of(request.user), **shown}
    return render(request, "scheduler/calendars.html", shown, status=status)


def _address(secret: str) -> str:
    return f"{settings.SITE_URL}{reverse('scheduler:feed', args=[secret])}"


def _server(secret: str) -> str:
    return f"{settings.SITE_URL}{reverse('scheduler:dav', args=[secret])}"
