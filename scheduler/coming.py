"""A release of tzdata that is taken in before it is installed: every process reads its zones from the database."""

from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

from directory import times
from scheduler import zonerules
from scheduler.models import ComingZone
from scheduler.zonerules import Rules


def named(version: str) -> Rules:
    """The rules by which a sitting was read: of a newer release that is taken in, else the house's own."""
    own = zonerules.installed()
    return own if version <= own.version else Rules(version, partial(_zone, version))


def take_in(directory: Path) -> Rules:
    """Keep the zones of a release that is not installed yet, as far as it has the house's. Raises NoRules."""
    rules = zonerules.of(directory)
    there = [name for name in sorted(times.zones()) if (directory / name).is_file()]
    rows = [ComingZone(version=rules.version, name=one, data=zonerules.data_of(directory, one)) for one in there]
    ComingZone.objects.bulk_create(rows, ignore_conflicts=True)
    return rules


def forget() -> None:
    """What has been installed since need not be kept."""
    ComingZone.objects.filter(version__lte=zonerules.installed().version).delete()


def _zone(version: str, name: str) -> ZoneInfo:
    data = ComingZone.objects.filter(version=version, name=name).values_list("data", flat=True).first()
    return times.zone_of(name) if data is None else zonerules.zone(name, bytes(data))
