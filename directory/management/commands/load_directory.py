from typing import Any

from django.core.management.base import BaseCommand

from directory import reference


class Command(BaseCommand):
    """States and central authorities, from the project's own files."""

    help = "Load or refresh the reference data: States, central authorities, weekends."

    def handle(self, *args: Any, **options: Any) -> None:
        loaded = reference.load()
        self.stdout.write(
            f"{loaded.states} States, {loaded.authorities} central authorities, "
            f"{loaded.weekends} exceptions to weekends."
        )
