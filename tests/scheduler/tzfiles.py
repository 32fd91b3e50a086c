"""Releases of tzdata as they were, before and after a government moved its clocks at short notice.

Compiled by `zic` from IANA's own lines where it is there. Else written by hand (RFC 9636): one type, and the rule
as a POSIX TZ string in the footer, which says the same for the year that the tests look at.
"""

import shutil
import struct
import subprocess
import zoneinfo
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import tzdata

from directory import times
from scheduler import zonerules
from scheduler.zonerules import Rules

MEXICO, AMMAN, BEIRUT = "America/Mexico_City", "Asia/Amman", "Asia/Beirut"


@dataclass(frozen=True)
class Release:
    """IANA's name, the zone that it changed, its rules as source and as a TZ string."""

    version: str
    zone: str
    source: str
    footer: str


def _mexico(version: str, last: str, footer: str) -> Release:
    source = f"""
Rule Mexico 2002 {last} - Apr Sun>=1  2:00 1:00 D
Rule Mexico 2002 {last} - Oct lastSun 2:00 0    S
Zone {MEXICO} -6:00 Mexico C%sT
"""
    return Release(version, MEXICO, source, footer)


def _beirut(version: str, spring: str, footer: str) -> Release:
    source = f"""
Rule Lebanon 1999 max  - Oct lastSun 0:00 0    -
Rule Lebanon 1993 2022 - Mar lastSun 0:00 1:00 S
{spring}
Zone {BEIRUT} 2:00 Lebanon EE%sT
"""
    return Release(version, BEIRUT, source, footer)


# 26 October 2022: Congress abolishes summer time, five days before it would have ended.
MEXICO_2022E = _mexico("2022e", "max", "CST6CDT,M4.1.0,M10.5.0")
MEXICO_2022F = _mexico("2022f", "2022", "CST6")
# 23 March 2023: the cabinet puts summer time off by four weeks, two days before it was to begin; and back again.
BEIRUT_2023B = _beirut(
    "2023b",
    "Rule Lebanon 2023 only - Apr 21 0:00 1:00 S\nRule Lebanon 2024 max - Mar lastSun 0:00 1:00 S",
    "EET-2EEST,J111/0,M10.5.0/0",
)
BEIRUT_2023C = _beirut("2023c", "Rule Lebanon 2023 max - Mar lastSun 0:00 1:00 S", "EET-2EEST,M3.5.0/0,M10.5.0/0")
# 5 October 2022: Jordan stays on summer time for good.
AMMAN_2022D = Release(
    "2022d",
    AMMAN,
    f"""
Rule Jordan 2014 max - Oct lastFri 0:00s 0    -
Rule Jordan 2022 max - Feb lastThu 24:00 1:00 S
Zone {AMMAN} 2:00 Jordan EE%sT
""",
    "EET-2EEST,M2.5.4/24,M10.5.5/1",
)
AMMAN_2022E = Release("2022e", AMMAN, f"Zone {AMMAN} 3:00 - %z\n", "<+03>-3")


def compiled(release: Release, into: Path) -> Path:
    """The release's directory, as the tzdata package has it."""
    directory = into / release.version
    shutil.copytree(Path(tzdata.__file__).parent / "zoneinfo", directory)
    source = directory / "tzdata.zi"
    source.write_text(f"# version {release.version}\n{release.source}")
    zic = shutil.which("zic") or shutil.which("zic", path="/usr/sbin")
    if zic:
        subprocess.run([zic, "-b", "fat", "-d", str(directory), str(source)], check=True)
    else:
        (directory / release.zone).write_bytes(by_hand(release.footer))
    return directory


@contextmanager
def house(directory: Path) -> Iterator[Rules]:
    """The house runs on that release: zones are read there first."""
    before = zoneinfo.TZPATH
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(tzdata, "IANA_VERSION", zonerules.of(directory).version)
        _read_from(directory)
        try:
            yield zonerules.installed()
        finally:
            _read_from(*before)


def _read_from(*directories: Path | str) -> None:
    zoneinfo.reset_tzpath([str(one) for one in directories])
    ZoneInfo.clear_cache()
    times._local.cache_clear()


def rules(release: Release, into: Path) -> Rules:
    """The release, compiled and read."""
    return zonerules.of(compiled(release, into))


def by_hand(footer: str) -> bytes:
    """TZif with no transition but those of the footer."""
    counts = struct.pack(">6L", 0, 0, 0, 0, 1, 4)
    block = b"TZif2" + bytes(15) + counts + struct.pack(">lBB", 0, 0, 0) + b"-00\0"
    return block + block + f"\n{footer}\n".encode()
