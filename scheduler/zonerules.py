"""The clocks' rules of one release of tzdata: the house's own, or another one's compiled files. Pure but for reading.

Governments move clocks at short notice, so a wall time agreed under one release can be another instant under the
next. Which of the two people meant, no program knows: see `scheduler.booking.recheck`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from zoneinfo import ZoneInfo

import tzdata  # type: ignore[import-untyped]  # its version is all that is asked of it

from directory import times


@dataclass(frozen=True)
class Rules:
    """A release by IANA's name for it (2026f), and its zones; `zone` raises UnknownZone."""

    version: str
    zone: Callable[[str], ZoneInfo]


class NoRules(ValueError):
    """The directory holds no compiled tzdata, or does not say which release it is."""


def installed() -> Rules:
    """The release that the house runs on."""
    return Rules(tzdata.IANA_VERSION, times.zone_of)


def of(directory: Path) -> Rules:
    """A release unpacked elsewhere: the `zoneinfo` directory of a tzdata package, or zic's output beside tzdata.zi.

    Raises NoRules.
    """
    return Rules(_version(directory), lambda name: _read(directory, name))


def instant_of(wall: str, zone: str, agreed: datetime, rules: Rules) -> datetime | None:
    """The instant at which the clocks of `zone` show `wall`, in UTC; None where they jump over it.

    Of a time shown twice it is the reading that was agreed, else the nearer one. `agreed` is aware.
    """
    try:
        return times.on_clock(datetime.fromisoformat(wall), rules.zone(zone))
    except times.WallTimeGap:
        return None
    except times.WallTimeOverlap as twice:
        return min((twice.first, twice.second), key=lambda one: abs(one - agreed)).astimezone(agreed.tzinfo)


def _version(directory: Path) -> str:
    """tzdata.zi begins with `# version 2026f`."""
    try:
        with (directory / "tzdata.zi").open(encoding="utf-8") as source:
            words = source.readline().split()
    except (OSError, UnicodeDecodeError) as error:
        raise NoRules(f"{directory} has no readable tzdata.zi") from error
    if words[:2] != ["#", "version"] or len(words) != 3:
        raise NoRules(f"{directory / 'tzdata.zi'} does not begin with its version")
    return words[2]


def _read(directory: Path, name: str) -> ZoneInfo:
    return zone(name, data_of(directory, name))


def data_of(directory: Path, name: str) -> bytes:
    """The zone's compiled file. Raises UnknownZone."""
    times.zone_of(name)  # one of the house's names, so that it leads nowhere else
    try:
        return (directory / name).read_bytes()
    except OSError as error:
        raise times.UnknownZone("unknown_zone") from error


@lru_cache(maxsize=1024)
def zone(name: str, data: bytes) -> ZoneInfo:
    """RFC 9636's bytes as a zone. Raises UnknownZone."""
    try:
        return ZoneInfo.from_file(BytesIO(data), key=name)
    except (OSError, ValueError) as error:
        raise times.UnknownZone("unknown_zone") from error
