"""Which socket is where. Sessions, sign-in and origin are checked around this router, in config/asgi.py."""

from typing import Any

websocket_urlpatterns: list[Any] = []
