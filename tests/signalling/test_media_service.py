"""The media service as a whole: a web process, the service, a child process a hearing, and browsers."""

import ast
import asyncio
import os
import re
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from signalling.media import children, hearing
from signalling.media import client as client_module
from signalling.media import service as service_module
from signalling.media.client import MediaClient
from signalling.media.control import (
    FRAME_LIMIT,
    Adopt,
    Answer,
    Attach,
    Close,
    Frame,
    Gone,
    Left,
    Offer,
    Plan,
    Receive,
    Refused,
    SeatPlan,
    State,
    decode_from_web,
    encode,
    parse_address,
)
from signalling.media.environment import Where, inherited, settings, where
from signalling.media.service import Service
from tests.signalling.browsers import Browser, until

SECRET = "known to both ends"
SEES = {"judge": "witness", "witness": "judge"}
PLAN = {
    seat: SeatPlan(send=["audio", "video"], receive=[Receive(other, "video", "clear")]) for seat, other in SEES.items()
}


class House:
    """A service on a socket of its own, and web processes that know the secret."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.service = Service(SECRET)
        self.clients: list[MediaClient] = []
        self.browsers: dict[str, Browser] = {}
        self.frames: list[Frame] = []
        self.news: list[str] = []
        self.tasks: list[asyncio.Task[None]] = []
        self.server: asyncio.Server | None = None

    async def open(self) -> None:
        self.server = await asyncio.start_unix_server(self.service.connected, str(self.path), limit=FRAME_LIMIT)

    async def web(self) -> MediaClient:
        client = MediaClient(f"unix:{self.path}", SECRET)
        client.listen(lambda frame: self.hear(client, frame))
        client.on_up(lambda: self.news.append("up"))
        client.on_down(lambda: self.news.append("down"))
        await client.start()
        await until(lambda: client.connected)
        self.clients.append(client)
        return client

    def hear(self, client: MediaClient, frame: Frame) -> None:
        self.frames.append(frame)
        if isinstance(frame, Offer) and frame.seat in self.browsers:
            self.tasks.append(asyncio.create_task(self.answer(client, frame)))

    async def answer(self, client: MediaClient, offer: Offer) -> None:
        sdp = await self.browsers[offer.seat].take(offer)
        client.send(Answer(offer.hearing, offer.seat, offer.link, sdp))

    def states(self, link: str) -> list[str]:
        return [f.state for f in self.frames if isinstance(f, State) and f.link == link]

    def children(self) -> list[int]:
        return [child._process.pid for child in self.service._children.values() if child._process]

    async def close(self) -> None:
        for client in self.clients:
            await client.stop()
        if self.server is not None:
            self.server.close()
        await self.service.close()
        for browser in self.browsers.values():
            await browser.close()


@pytest.fixture
async def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[House]:
    monkeypatch.setattr(service_module, "GRACE", 0.3)
    monkeypatch.setattr(client_module, "GRACE", 0.3)
    house = House(tmp_path / "m.sock")
    await house.open()
    yield house
    await house.close()


async def test_two_seats_of_two_web_processes_meet_and_a_child_that_hangs_is_killed_told_and_replaced(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://secret")
    monkeypatch.setenv("SECRET_KEY", "secret")
    bogota, madrid = await house.web(), await house.web()
    house.browsers = {"judge": Browser(60), "witness": Browser(200)}
    bogota.send(Plan("h", 1, PLAN))
    bogota.send(Attach("h", "judge", "1"))
    madrid.send(Attach("h", "witness", "2"))
    await until(lambda: all(browser.pictures for browser in house.browsers.values()), 20)
    (pid,) = house.children()
    environ = Path(f"/proc/{pid}/environ").read_bytes()  # noqa: ASYNC240
    assert b"secret" not in environ
    assert SECRET.encode() not in environ
    assert {line.partition(b"=")[0].decode() for line in environ.split(b"\0") if line} <= set(inherited(os.environ))
    limits = Path(f"/proc/{pid}/limits").read_text()  # noqa: ASYNC240
    for what, most in (("data size", hearing.MEMORY), ("open files", hearing.FILES), ("core file size", 0)):
        assert re.search(rf"^Max {what} +{most} +{most} ", limits, re.MULTILINE)
    monkeypatch.setattr(children, "PULSE", 1.5)
    os.kill(pid, signal.SIGSTOP)
    await until(lambda: [f for f in house.frames if isinstance(f, Gone)] == [Gone("h"), Gone("h")])
    for browser in house.browsers.values():
        await browser.close()
    house.browsers = {"judge": Browser(60), "witness": Browser(200)}
    bogota.send(Plan("h", 2, PLAN))
    bogota.send(Attach("h", "judge", "3"))
    madrid.send(Attach("h", "witness", "4"))
    await until(lambda: all(browser.pictures for browser in house.browsers.values()), 20)
    bogota.send(Close("h"))
    await until(lambda: house.states("3")[-1:] == ["closed"] and house.states("4")[-1:] == ["closed"])
    await until(lambda: not house.children())


async def test_a_web_process_that_stays_away_loses_its_links(house: House) -> None:
    bogota, madrid = await house.web(), await house.web()
    bogota.send(Plan("h", 1, PLAN))
    bogota.send(Attach("h", "judge", "1"))
    madrid.send(Attach("h", "witness", "2"))
    await until(lambda: len([f for f in house.frames if isinstance(f, Offer)]) == 2, 20)
    await madrid.stop()
    await until(lambda: "2" not in house.service._owned)
    assert "1" in house.service._owned


async def test_a_seat_that_comes_back_through_another_web_process_keeps_its_link_and_what_waits_for_its_answer(
    house: House,
) -> None:
    bogota, madrid = await house.web(), await house.web()
    bogota.send(Plan("h", 1, PLAN))
    bogota.send(Attach("h", "judge", "1"))
    await until(lambda: any(isinstance(f, Offer) for f in house.frames), 20)
    heard: list[Frame] = []
    madrid.listen(heard.append)
    for seat, link in (("witness", "1"), ("judge", "2"), ("judge", "1")):  # another's, none at all, its own
        madrid.send(Adopt("h", seat, link))
    await until(lambda: any(isinstance(f, Offer) for f in heard))
    states = [(f.seat, f.link, f.state) for f in heard if isinstance(f, State)]
    assert states == [("witness", "1", "closed"), ("judge", "2", "closed"), ("judge", "1", "connecting")]
    await bogota.stop()
    await asyncio.sleep(0.6)  # twice as long as a link outlives the process that speaks for it
    assert "1" in house.service._owned
    await madrid.stop()
    carthage = await house.web()
    left: list[Frame] = []
    carthage.listen(left.append)
    await until(lambda: left == [Left("h", "judge")])


async def test_a_service_that_must_stop_lets_go_of_what_does_not_end_in_time(house: House) -> None:
    bogota = await house.web()
    await asyncio.wait_for(house.service.drain(5), 1)  # nothing to wait for
    bogota.send(Attach("h", "judge", "1"))
    await until(lambda: any(isinstance(f, Offer) for f in house.frames), 20)
    await house.service.drain(0.2)
    await until(lambda: Gone("h") in house.frames and bogota.load.draining)


async def test_an_offer_goes_to_the_web_process_that_attached_and_to_no_other(house: House) -> None:
    bogota, madrid = await house.web(), await house.web()
    heard: list[Frame] = []
    madrid.listen(heard.append)
    bogota.send(Attach("h", "judge", "1"))
    await until(lambda: any(isinstance(f, Offer) for f in house.frames), 20)
    bogota.send(Answer("h", "judge", "1", "nonsense"))
    await until(lambda: any(isinstance(f, Refused) for f in house.frames))
    assert heard == []


async def test_who_does_not_know_the_secret_is_not_heard(house: House) -> None:
    for first in (b'{"type":"hello","secret":"wrong","web":"w"}\n', encode(Close("h")), b"\xff\n", b"{}\n"):
        reader, writer = await asyncio.open_unix_connection(str(house.path))
        writer.write(first)
        assert await reader.read() == b""
        writer.close()


async def test_a_new_service_is_noticed_and_everything_sent_before_forgotten(house: House) -> None:
    client = await house.web()
    assert house.news == ["up"]
    for connection in list(house.service._webs.values()):
        assert connection.connections == 1
    house.server.close()  # type: ignore[union-attr]
    house.service._secret = b"changed: the old line stays, a new one is refused"
    await client.stop()
    house.service = Service(SECRET)
    house.path.unlink(missing_ok=True)
    await house.open()
    await client.start()
    await until(lambda: house.news == ["up", "down", "up"])


@pytest.mark.parametrize(
    "line",
    [
        b"{",
        b"[]",
        b'{"type":"attach","hearing":"h","seat":"s"}',
        b'{"type":"attach","hearing":"h","seat":"s","link":"l","city":"Las Palmas"}',  # a field of no frame
        b'{"type":"plan","hearing":"h","version":1,"seats":{"s":{"send":["screen"]}}}',
        b'{"type":"candidate","hearing":"h"}',
    ],
)
def test_a_frame_that_is_not_declared_is_refused(line: bytes) -> None:
    import msgspec

    with pytest.raises(msgspec.DecodeError):
        decode_from_web(line)


def test_frames_come_back_as_they_went() -> None:
    plan = Plan("h", 7, PLAN)
    assert decode_from_web(encode(plan)) == plan


@pytest.mark.parametrize(
    ("environ", "sentence"),
    [
        ({"MEDIA_CONTROL": "unix:/x", "MEDIA_SECRET": "short"}, "at least 16"),
        ({"MEDIA_CONTROL": "/x", "MEDIA_SECRET": SECRET}, "host:port"),
        ({"MEDIA_CONTROL": "a:9100,b:9100", "MEDIA_SECRET": SECRET}, "host:port"),  # many are the web's to know
        ({"MEDIA_CONTROL": "unix:/x", "MEDIA_SECRET": SECRET, "MEDIA_DRAIN": "long"}, "seconds"),
        ({"MEDIA_CONTROL": "unix:/x", "MEDIA_SECRET": SECRET, "MEDIA_HOST": "media.example"}, "IP addresses"),
        ({"MEDIA_CONTROL": "unix:/x", "MEDIA_SECRET": SECRET, "MEDIA_PORTS": "9-1"}, "range"),
    ],
)
def test_a_wrong_setting_is_one_sentence(environ: dict[str, str], sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        settings(environ)


def test_the_settings_as_they_are_read() -> None:
    assert parse_address("unix:/run/m.sock") == "/run/m.sock"
    assert parse_address("127.0.0.1:8710") == ("127.0.0.1", 8710)
    environ = {"MEDIA_HOST": "10.0.0.2, 10.0.0.3", "MEDIA_PORTS": "40000-40999", "MEDIA_PUBLIC_HOST": "203.0.113.9"}
    assert where(environ) == Where(("10.0.0.2", "10.0.0.3"), range(40_000, 41_000), "203.0.113.9")


def test_the_command_becomes_the_service_with_nothing_but_what_it_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    from django.conf import settings as house
    from django.core.management import call_command

    became: list[tuple[list[str], dict[str, str]]] = []
    monkeypatch.setattr(os, "execve", lambda program, words, environ: became.append((words, environ)))
    for name in ("DATABASE_URL", "SECRET_KEY", "VAULT_KEYS", "VALKEY_URL", "EMAIL_URL", "TURN_SECRET"):
        monkeypatch.setenv(name, "must not be seen")
    monkeypatch.setenv("MEDIA_HOST", "192.0.2.7")
    call_command("media")
    ((words, environ),) = became
    assert words[1:] == ["-m", "signalling.media.service"]
    assert "must not be seen" not in environ.values()
    assert (environ["MEDIA_HOST"], environ["MEDIA_CONTROL"]) == ("192.0.2.7", house.MEDIA_CONTROL)
    assert settings(environ).secret == house.MEDIA_SECRET


def test_no_module_of_the_media_process_knows_django_or_the_house() -> None:
    foreign = {"django", "directory", "protection", "casework", "scheduler", "sessions", "config"}
    found = set()
    for path in Path(service_module.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            names = (
                [a.name for a in node.names] if isinstance(node, ast.Import) else [getattr(node, "module", "") or ""]
            )
            found |= {(path.name, name) for name in names if name.split(".")[0] in foreign}
            found |= {(path.name, n) for n in names if n.startswith("signalling.") and n[:17] != "signalling.media."}
    assert found - {("control.py", "signalling.media"), ("hearing.py", "signalling.media")} == set()
