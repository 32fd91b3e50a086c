"""Which socket is where. Sessions, sign-in and origin are checked around this router, in config/asgi.py."""

from django.urls import path, re_path

from signalling.endpoint import hearing, nowhere
from signalling.trial import trial

websocket_urlpatterns = [
    path("ws/hearings/<uuid:hearing>/", hearing),  # type: ignore[arg-type]  # ASGI applications, not views
    path("ws/test/<uuid:hearing>/", trial),  # type: ignore[arg-type]  # as above
    path("ws/test/rooms/<uuid:room>/", trial),  # type: ignore[arg-type]  # as above
    path("ws/test/", trial),  # type: ignore[arg-type]  # as above
    re_path("", nowhere),  # type: ignore[arg-type]  # as above
]
