"""Hearings whose sound and picture go through the relay alone, with a real coturn on this machine."""

import re
import shutil
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from directory.errors import Refusal
from directory.models import AuditEntry
from sessions import route
from sessions.models import Hearing
from signalling import connectivity
from signalling.rooms import Key
from tests.signalling.browsers import until
from tests.signalling.conftest import Court, Wire, later, signed_in
from tests.signalling.test_headless import Seat, house, left, token_of  # noqa: F401 (house is a fixture)

SECRET = "shared with the relay"
CANDIDATE = re.compile(r"^a=candidate:.* typ (\w+)", re.MULTILINE)


@pytest.fixture(scope="module")
def coturn(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A relay that knows the house's secret; its address."""
    if shutil.which("turnserver") is None:
        pytest.skip("LANE SKIPPED: no turnserver here; install coturn")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    folder: Path = tmp_path_factory.mktemp("coturn")
    options = (
        "-n --listening-ip=127.0.0.1 --relay-ip=127.0.0.1 --allow-loopback-peers --no-tls --no-dtls --no-cli "
        "--use-auth-secret --realm=vivavoce --log-file=stdout --simple-log"
    )
    command = ["turnserver", *options.split(), f"--static-auth-secret={SECRET}", f"--listening-port={port}"]
    command += [f"--pidfile={folder}/pid", f"--userdb={folder}/db"]
    with (folder / "log").open("wb") as log, subprocess.Popen(command, stdout=log, stderr=log) as relay:
        yield f"turn:127.0.0.1:{port}?transport=udp"
        relay.terminate()


async def test_a_judge_whose_network_lets_only_the_relay_through_hears_the_other_court(
    house: Wire,  # noqa: F811
    court: Court,
    coturn: str,
    settings: Any,
) -> None:
    settings.TURN_URLS, settings.TURN_SECRET = [coturn], SECRET
    await later(route.set_, hearing_id=court.hearing.public_id, relay_only=True, by=court.cast.technician)
    seats = [Seat(house, court, await later(token_of, who)) for who in (court.cast.judge, court.cast.judge_madrid)]
    try:
        await until(lambda: all(len(seat.participant.peer.arrived) == 2 for seat in seats))
        for seat in seats:
            assert seat.participant.peer.pc is not None
            kinds = CANDIDATE.findall(seat.participant.peer.pc.localDescription.sdp)
            assert set(kinds) == {"relay"}
        before = seats[0].participant.peer.link
        await later(route.set_, hearing_id=court.hearing.public_id, relay_only=False, by=court.cast.clerk_madrid)
        await until(lambda: seats[0].participant.peer.link not in (before, None))
        assert seats[0].participant.peer.pc is not None
    finally:
        await left(*seats)


class TestWhoSetsTheWay:
    @pytest.fixture(autouse=True)
    def relay(self, settings: Any) -> None:
        settings.TURN_URLS, settings.TURN_SECRET = ["turn:relay.example"], SECRET

    @pytest.mark.parametrize("name", ["clerk", "technician_madrid"])
    def test_clerks_and_technicians_of_both_courts_do_and_tests_take_the_same_way(
        self, court: Court, name: str
    ) -> None:
        page = signed_in(getattr(court.cast, name))
        address = f"/hearings/{court.hearing.public_id}/test/route/"
        assert page.post(address, {"route": "relay"}).status_code == 302
        assert Hearing.objects.get().relay_only is True
        assert AuditEntry.objects.filter(act="hearing.route_set").count() == 1
        key = Key(page.session.session_key)
        tester = connectivity.admit(key, court.hearing.public_id, "")
        assert tester is not None
        assert tester.relay_only is True
        assert "Through the relay alone" in page.get(f"/hearings/{court.hearing.public_id}/test/").content.decode()

    @pytest.mark.parametrize(("name", "status"), [("judge", 403), ("defence", 404), ("stranger", 404)])
    def test_others_do_not(self, court: Court, name: str, status: int) -> None:
        address = f"/hearings/{court.hearing.public_id}/test/route/"
        answer = signed_in(getattr(court.cast, name)).post(address, {"route": "relay"})
        assert (answer.status_code, Hearing.objects.get().relay_only) == (status, False)

    def test_without_a_relay_the_page_says_so(self, court: Court, settings: Any) -> None:
        settings.TURN_URLS = []
        with pytest.raises(Refusal) as refused:
            route.set_(hearing_id=court.hearing.public_id, relay_only=True, by=court.cast.clerk)
        assert refused.value.code == "no_relay"
