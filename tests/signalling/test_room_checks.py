"""The link of a room, measured without a hearing: kept, drawn, told to its technicians, and to nobody else."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from directory.errors import NotFound
from directory.models import Letter, Site
from scheduler import roomchecks
from scheduler.models import RoomCheck
from signalling import connectivity
from signalling.rooms import Key
from tests.cast import Cast
from tests.signalling.conftest import signed_in
from tests.signalling.test_connectivity import WIRELESS

NOW = datetime(2026, 12, 9, 3, 0, tzinfo=UTC)
FIT = {
    "rtt_ms": 40,
    "loss_up": 0,
    "loss_down": 0,
    "jitter_up_ms": 2,
    "jitter_down_ms": 2,
    "r_factor": 92,
    "verdict": "good",
}
UNFIT = FIT | {"loss_up": 9, "r_factor": 60, "verdict": "unfit"}


@pytest.fixture
def room(cast: Cast) -> Site:
    found = Site.objects.filter(authority=cast.technician_madrid.authority).first()
    assert found is not None
    return found


def letters() -> list[str]:
    return list(Letter.objects.filter(key__startswith="room:").values_list("to", flat=True))


class TestWhoMeasuresAndReads:
    def test_a_technicians_machine_measures_the_own_courts_room_and_the_page_shows_it(
        self, cast: Cast, room: Site
    ) -> None:
        client = signed_in(cast.technician_madrid)
        tester = connectivity.admit_to_room(Key(client.session.session_key), room.public_id, "")
        assert tester is not None
        assert connectivity.store(tester, WIRELESS, None).stored is True
        page = client.get(f"/rooms/{room.public_id}/").content.decode()
        assert ("Link of the room" in page, "31 / 9 ms" in page) == (True, True)
        assert f"--room {room.public_id}" in page

    @pytest.mark.parametrize("name", ["technician", "defence", "prosecutor", "stranger", "spain"])
    def test_nobody_else_measures_it_or_reads_of_it(self, cast: Cast, room: Site, name: str) -> None:
        member = getattr(cast, name)
        client = signed_in(member)
        assert connectivity.admit_to_room(Key(client.session.session_key), room.public_id, "") is None
        with pytest.raises(NotFound):
            roomchecks.record(site=room, by=member, measured=FIT)
        assert client.get(f"/rooms/{room.public_id}/").status_code == 404


class TestARoomThatTurnsBad:
    def test_its_technicians_are_written_to_once_and_asked_on_their_home_page_until_it_is_mended(
        self, cast: Cast, room: Site
    ) -> None:
        by, now = cast.technician_madrid, timezone.now()
        for figures, ago in ((FIT, 3), (UNFIT, 2), (UNFIT, 1)):
            roomchecks.record(site=room, by=by, measured=figures, now=now - timedelta(hours=ago))
        assert letters() == [by.user.email]
        assert [task.url for task in roomchecks.tasks(by, now)] == [f"/rooms/{room.public_id}/#link"]
        assert roomchecks.tasks(cast.technician, now) == []
        assert room.name not in Letter.objects.get(key__startswith="room:").body
        roomchecks.record(site=room, by=by, measured=FIT, now=now)
        assert roomchecks.tasks(by, now) == []

    def test_what_was_measured_a_week_ago_asks_for_nothing(self, cast: Cast, room: Site) -> None:
        by = cast.technician_madrid
        roomchecks.record(site=room, by=by, measured=UNFIT, now=NOW)
        assert roomchecks.tasks(by, NOW + timedelta(days=6, hours=23)) != []
        assert roomchecks.tasks(by, NOW + timedelta(days=7)) == []


def test_the_newest_check_stands_at_the_right_edge_and_the_best_at_the_top() -> None:
    rows = [
        RoomCheck(taken_at=NOW - timedelta(days=ago), verdict="good", r_factor=r) for ago, r in ((0, 100), (15, 50))
    ]
    assert [(dot.x, dot.y) for dot in roomchecks.drawn(rows, NOW)] == [(300, 0), (150, 25)]
