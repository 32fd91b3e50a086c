"""A wall time by two releases of tzdata, as they were when governments moved their clocks at short notice."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import CommandError, call_command

from scheduler import zonerules
from tests.scheduler import tzfiles
from tests.scheduler.tzfiles import BEIRUT

ALL = (
    tzfiles.MEXICO_2022E, tzfiles.MEXICO_2022F, tzfiles.BEIRUT_2023B, tzfiles.BEIRUT_2023C,
    tzfiles.AMMAN_2022D, tzfiles.AMMAN_2022E,
)  # fmt: skip


@pytest.fixture(scope="module")
def releases(tmp_path_factory):
    """Release → its rules, compiled once."""
    return {one: tzfiles.rules(one, tmp_path_factory.mktemp("tz")) for one in ALL}


@pytest.mark.parametrize(
    ("before", "after", "wall", "earlier", "later"),
    [
        # an hour later where summer time was abolished
        (tzfiles.MEXICO_2022E, tzfiles.MEXICO_2022F, "2027-06-09T08:30", "13:30", "14:30"),
        (tzfiles.MEXICO_2022E, tzfiles.MEXICO_2022F, "2027-01-13T08:30", "14:30", "14:30"),  # in winter as before
        # an hour earlier where it was made permanent
        (tzfiles.AMMAN_2022D, tzfiles.AMMAN_2022E, "2027-01-13T09:00", "07:00", "06:00"),
        (tzfiles.BEIRUT_2023B, tzfiles.BEIRUT_2023C, "2023-04-03T09:00", "07:00", "06:00"),
        (tzfiles.BEIRUT_2023C, tzfiles.BEIRUT_2023B, "2023-04-21T00:30", "21:30", None),  # the clocks jump over it
        # shown twice on the night that summer time ended: the reading that was agreed stands
        (tzfiles.MEXICO_2022F, tzfiles.MEXICO_2022E, "2027-10-31T01:30", "07:30", "07:30"),
    ],
)
def test_a_wall_time_by_two_releases(releases, before, after, wall, earlier, later):
    zone = before.zone
    first = zonerules.instant_of(wall, zone, datetime.fromisoformat(f"{wall}+00:00"), releases[before])
    again = zonerules.instant_of(wall, zone, first, releases[after])
    assert (f"{first:%H:%M}", again and f"{again:%H:%M}") == (earlier, later)


@pytest.mark.parametrize("release", ALL, ids=lambda one: f"{one.zone} {one.version}")
def test_the_files_written_by_hand_say_the_same(releases, release, tmp_path):
    """So that a machine without zic tests the same thing."""
    (tmp_path / "tzdata.zi").write_text(f"# version {release.version}\n")
    (tmp_path / release.zone).parent.mkdir()
    (tmp_path / release.zone).write_bytes(tzfiles.by_hand(release.footer))
    year = 2023 if release.zone == BEIRUT else 2027
    noons = [datetime(year, 1, 1, 12, tzinfo=UTC) + timedelta(days=day) for day in range(365)]
    mine, theirs = zonerules.of(tmp_path).zone(release.zone), releases[release].zone(release.zone)
    assert [at.astimezone(mine).utcoffset() for at in noons] == [at.astimezone(theirs).utcoffset() for at in noons]


def test_a_directory_without_rules_is_told_in_one_line(tmp_path):
    (tmp_path / "tzdata.zi").write_text("Zone UTC 0 - UTC\n")
    with pytest.raises(CommandError, match=r"^\S+ does not begin with its version$") as caught:
        call_command("recheck_zones", str(tmp_path))
    assert caught.value.returncode == 2
