"""The web process: pages and API through Django, WebSockets through Channels' router."""

import gc
import os
import sys
from typing import cast

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
# Each request has a thread of its own here, so no connection would outlive it; the other processes keep theirs.
os.environ.setdefault("DATABASE_POOL", "20")
django.setup(set_prefix=False)

from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402 (models must be ready first)
from channels.security.websocket import AllowedHostsOriginValidator  # noqa: E402 (as above)
from channels.sessions import CookieMiddleware  # noqa: E402 (as above)
from django.conf import settings  # noqa: E402 (as above)
from django.urls import get_resolver  # noqa: E402 (as above)

from config.handler import Handler  # noqa: E402 (as above)
from config.handshake import ReadableOrigin  # noqa: E402 (as above)
from config.limits import App, BodyLimit  # noqa: E402 (as above)
from signalling.routing import websocket_urlpatterns  # noqa: E402 (as above)

get_resolver().url_patterns  # noqa: B018 (the first request should not wait for the imports behind it)
# What the start has made stays. The collector need not look through all of it again while somebody waits; and what a
# request makes goes with its last reference, so its rounds for rings may be rare: one through all took longer than a
# search of a year, in the midst of every twentieth.
gc.collect()
gc.freeze()
# The loop of the wire gives the interpreter up at each write; with the default of 5 ms a thread that draws a page or
# reads a hearing would keep it that long each time.
sys.setswitchinterval(0.0005)
gc.set_threshold(10_000, 20, 50)

# Channels' session and sign-in would be read once, at the handshake, and kept; the wire reads them whenever they matter
# (signalling/callers.py), from the key in the cookie.
application = ProtocolTypeRouter(
    {
        "http": BodyLimit(cast(App, Handler()), limit=settings.MAX_BODY),
        "websocket": ReadableOrigin(AllowedHostsOriginValidator(CookieMiddleware(URLRouter(websocket_urlpatterns)))),
    }
)
