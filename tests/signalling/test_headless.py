"""Participants without a browser, against the whole of the wire: web, media service, a hearing's process."""

import asyncio
import io
import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from config.processes import free_port
from directory.models import ApiToken
from scheduler.models import ConnectionCheck
from sessions import tickets
from signalling.errors import CloseCode
from signalling.headless import ticket
from signalling.headless import wire as lines
from signalling.headless.participant import Participant
from signalling.headless.peer import Peer
from signalling.headless.tracks import Picture, Tone
from signalling.media.control import FRAME_LIMIT
from signalling.media.service import Service
from tests.signalling.browsers import until
from tests.signalling.conftest import Court, Wire, later, serving

SECRET = "known to both of the ends"


def token_of(member: Any) -> str:
    return ApiToken.issue(user=member.user, expires_at=timezone.now() + timedelta(hours=1))


@pytest.fixture
async def house(court: Court, on_valkey: None, settings: Any, tmp_path: Path) -> AsyncIterator[Wire]:
    """A web process and a media service that serves it."""
    settings.MEDIA_CONTROL, settings.MEDIA_SECRET = f"unix:{tmp_path}/media.sock", SECRET
    service = Service(SECRET)
    async with await asyncio.start_unix_server(service.connected, f"{tmp_path}/media.sock", limit=FRAME_LIMIT):
        async with serving() as found:
            yield found
        await service.close()


class Seat:
    """A participant and what it told."""

    def __init__(self, house: Wire, court: Court, token: str, *, port: int = 0) -> None:
        self.told: list[dict[str, Any]] = []
        self.greys: set[int] = set()
        peer = Peer({"audio": Tone(), "video": Picture(200, width=64, height=96, rate=10)}, self._watch)
        url = f"ws://localhost:{port or house.port}{court.path}"
        self.participant = Participant(url, peer, self.told.append, token=token)
        self.running = asyncio.create_task(self.participant.run(60, every=0.5))

    def _watch(self, seat: str, frame: Any) -> None:
        if hasattr(frame, "width"):
            self.greys.add(int(frame.to_ndarray(format="gray").mean()))

    @property
    def frames(self) -> int:
        """Pictures that arrived, of anybody."""
        return sum(one.frames for (_seat, kind), one in self.participant.peer.arrived.items() if kind == "video")

    def of(self, what: str) -> list[dict[str, Any]]:
        return [line for line in self.told if line["what"] == what]


async def left(*seats: Seat) -> None:
    """They go."""
    for seat in seats:
        seat.running.cancel()
    await asyncio.gather(*(seat.running for seat in seats), return_exceptions=True)


@contextmanager
def web_process(port: int, settings: Any) -> Iterator[subprocess.Popen[bytes]]:
    """A web process of its own, as a ministry runs several."""
    database = settings.DATABASES["default"]
    where = f"{database['HOST']}&port={database['PORT']}" if database["PORT"] else database["HOST"]
    environment = {
        **os.environ,
        "DEMO": "1",
        "DATABASE_URL": f"postgresql://{database['USER']}@/{database['NAME']}?host={where}",
        "VALKEY_URL": settings.VALKEY_URL,
        "MEDIA_CONTROL": settings.MEDIA_CONTROL,
        "MEDIA_SECRET": SECRET,
    }
    command = [sys.executable, "-m", "uvicorn", "config.asgi:application", "--port", str(port)]
    with subprocess.Popen(
        [*command, "--ws", "signalling.line:Line", "--lifespan", "off", "--log-level", "error"], env=environment
    ) as process:
        yield process
        process.kill()


async def listening(port: int) -> None:
    """Wait until somebody answers there."""
    async with asyncio.timeout(40):
        while True:
            with suppress(OSError):
                _reader, writer = await asyncio.open_connection("127.0.0.1", port)
                writer.close()
                return
            await asyncio.sleep(0.1)


async def test_programs_hear_and_see_each_other_and_a_killed_web_process_costs_a_reconnect_and_not_the_hearing(
    house: Wire, court: Court, settings: Any
) -> None:
    other = free_port()
    with web_process(other, settings) as process:
        await listening(other)
        judge = Seat(house, court, await later(token_of, court.cast.judge), port=other)
        madrid = Seat(house, court, await later(token_of, court.cast.judge_madrid))
        try:
            await until(lambda: all(seat.frames > 3 for seat in (judge, madrid)))
            assert all(185 < grey < 215 for seat in (judge, madrid) for grey in seat.greys)
            links = [seat.participant.peer.link for seat in (judge, madrid)]
            judge.participant.url = madrid.participant.url  # what stands before them sends it to one that lives
            process.kill()
            await until(lambda: len(judge.of("welcome")) == 2)
            assert [line["kept"] for line in judge.of("welcome")] == [False, True]
            seen = [seat.frames for seat in (judge, madrid)]
            await until(lambda: all(s.frames > before + 5 for s, before in zip((judge, madrid), seen, strict=True)))
            assert [seat.participant.peer.link for seat in (judge, madrid)] == links
            assert (len(madrid.of("welcome")), judge.participant.state) == (1, "connected")
            await until(lambda: bool(judge.of("heard")))
            heard = [one for one in judge.of("heard")[-1]["heard"] if one["frames"]]
            assert {(one["seat"], one["kind"], one["lost"]) for one in heard} == {
                (str(court.judge_madrid.public_id), kind, 0) for kind in ("audio", "video")
            }
        finally:
            await left(judge, madrid)


async def test_a_technician_measures_without_a_browser_and_the_result_stays_with_the_hearing(
    house: Wire, court: Court, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VIVAVOCE_TOKEN", await later(token_of, court.cast.technician_madrid))
    out, err = io.StringIO(), io.StringIO()
    address = f"http://localhost:{house.port}"
    command = partial(call_command, "probe", address, hearing=str(court.hearing.public_id), stdout=out, stderr=err)
    with pytest.raises(SystemExit) as ended:
        await asyncio.to_thread(command)
    told = json.loads(out.getvalue())
    assert (ended.value.code, told["verdict"], told["stored"]) == (0, "good", True)
    assert [stage for stage in ("connecting", "measuring", "reporting") if stage in err.getvalue()] == [
        "connecting",
        "measuring",
        "reporting",
    ]
    check = await later(ConnectionCheck.objects.get)
    assert (check.side, check.verdict, check.loss_up, check.loss_down) == ("requested", "good", 0, 0)


@pytest.mark.parametrize(
    ("command", "url", "token", "sentence"),
    [
        ("probe", "https://localhost", "", "Put an API token into VIVAVOCE_TOKEN"),
        ("probe", "ftp://localhost", "one", "The address must begin with https://"),
        ("probe", "http://127.0.0.1:1", "one", "Nobody answers there"),
        ("peer", "http://127.0.0.1:1/hearings/x/", "", "or give a join link"),
        ("peer", "http://127.0.0.1:1/requests/", "one", "The address of a hearing is"),
        ("peer", "file:///w/#secret", "", "This is not a join link"),
    ],
)
def test_what_cannot_begin_says_why_in_a_sentence(
    monkeypatch: pytest.MonkeyPatch, command: str, url: str, token: str, sentence: str
) -> None:
    monkeypatch.setenv("VIVAVOCE_TOKEN", token)
    monkeypatch.setenv("VIVAVOCE_PIN", "123456")
    with pytest.raises(CommandError, match=sentence):
        call_command(command, url)


async def test_no_token_an_ended_one_and_a_strangers_open_nothing(wire: Wire, court: Court) -> None:
    ended = await later(token_of, court.cast.judge)
    await later(ApiToken.objects.update, revoked_at=timezone.now())
    for token in ("", "nonsense", ended, await later(token_of, court.cast.stranger)):
        with pytest.raises(lines.Closed) as closed:
            async with lines.opened(f"ws://localhost:{wire.port}{court.path}", token=token):
                pass
        assert closed.value.code == CloseCode.NOT_FOUND


async def test_a_join_link_and_its_code_become_a_seat_once(wire: Wire, court: Court) -> None:
    issued = await later(lambda: tickets.issue(seat_id=court.witness.public_id, by=court.cast.clerk_madrid))
    link = f"http://localhost:{wire.port}/w/#{issued.secret}"
    path, cookie = await asyncio.to_thread(ticket.redeem, link, issued.pin)
    assert path == court.path
    async with lines.opened(f"ws://localhost:{wire.port}{path}", cookie=cookie) as (_line, welcome):
        assert welcome.seat == court.witness.public_id
    with pytest.raises(ticket.Refused):
        await asyncio.to_thread(ticket.redeem, link, issued.pin)
