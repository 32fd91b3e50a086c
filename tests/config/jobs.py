"""The standing table of jobs, and what a job's arguments may hold by it."""

from pathlib import Path
from typing import Any
from uuid import UUID

from django.apps import apps
from django.conf import settings
from procrastinate.contrib.django.models import ProcrastinateJob

TABLE = Path(__file__).with_name("jobs.txt")
FLOORS = ("directory", "protection", "casework", "scheduler", "evidence")


def table() -> dict[str, tuple[dict[str, str], set[str]]]:
    """Task → (argument → what it may hold), the modules that defer it."""
    found = {}
    for line in TABLE.read_text().splitlines():
        if not line.startswith("#"):
            name, arguments, modules = line.split(" | ")
            found[name] = dict(one.split("=") for one in arguments.split()), set(modules.split())
    return found


def odd() -> list[str]:
    """The jobs whose arguments are not what the table allows: an id or a key of a row, a language, an instant."""
    allowed = table()
    return [str(job) for job in ProcrastinateJob.objects.all() if not fits(job.args, allowed[job.task_name][0])]


def fits(args: dict[str, Any], allowed: dict[str, str]) -> bool:
    return args.keys() == allowed.keys() and all(_may_hold(allowed[name], value) for name, value in args.items())


def _may_hold(what: str, value: Any) -> bool:
    if what == "seconds":
        return isinstance(value, int)
    if what == "language":
        return value in dict(settings.LANGUAGES)
    name, _, key = what.partition(".")
    kind = int if key == "pk" else UUID
    return str(kind(value)) == str(value) and model(name).objects.filter(**{key: value}).exists()


def model(name: str) -> Any:
    return next(m for floor in FLOORS for m in apps.get_app_config(floor).get_models() if m.__name__ == name)
