"""`manage.py media`: become the media service, with nothing of this process but what it needs."""

import os
import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from signalling.media.environment import inherited


class Command(BaseCommand):
    help = "Run the media service: it forwards the sound and pictures of hearings, and runs the connection tests."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        """Replaces this process, so that no setting, key or database address stays in its memory."""
        environ = inherited(os.environ) | {
            "MEDIA_CONTROL": settings.MEDIA_CONTROL,
            "MEDIA_SECRET": settings.MEDIA_SECRET,
            "PYTHONPATH": str(settings.BASE_DIR),
        }
        os.execve(sys.executable, [sys.executable, "-m", "signalling.media.service"], environ)  # noqa: S606
