"""Several media services: a hearing is on one of them, goes on elsewhere when that one dies, and is let go in peace."""

import asyncio
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from signalling.media import pool as pool_module
from signalling.media.children import ROOT
from signalling.media.control import Answer, Attach, Close, Frame, Gone, Load, Offer, Plan, State
from signalling.media.environment import inherited
from signalling.media.lease import Leases
from signalling.media.pool import MediaPool
from tests.signalling.browsers import Browser, until
from tests.signalling.test_media_service import PLAN, SECRET

HEARING = "7d1f5e0e-pool"


class Web:
    """A web process of one court: it plans and attaches anew whenever it is told to, as the house does."""

    def __init__(self, services: list[str], valkey: str, seat: str) -> None:
        self.pool = MediaPool(services, SECRET, valkey)
        self.pool.listen(self.hear)
        self.seat, self.frames, self.browser, self.attached = seat, list[Frame](), Browser(), 0
        self._tasks: set[asyncio.Task[None]] = set()

    async def start(self, services: int) -> None:
        await self.pool.start()
        await until(lambda: sum(1 for client in self.pool._clients if client.service) == services)

    def enter(self, hearing: str = HEARING) -> None:
        self.attached += 1
        if self.pool.send(Plan(hearing, self.attached, PLAN)):
            self.pool.send(Attach(hearing, self.seat, f"{self.seat}-{self.attached}"))

    def hear(self, frame: Frame) -> None:
        self.frames.append(frame)
        if isinstance(frame, Gone):
            self.enter(frame.hearing)
        elif isinstance(frame, Offer) and frame.seat == self.seat:
            task = asyncio.create_task(self.answer(frame))
            self._tasks.add(task)

    async def answer(self, offer: Offer) -> None:
        sdp = await self.browser.take(offer)
        self.pool.send(Answer(offer.hearing, offer.seat, offer.link, sdp))

    def where(self, hearing: str = HEARING) -> str:
        placed = self.pool._placed.get(hearing)
        return str(placed._address) if placed else ""

    def connected(self) -> list[str]:
        return [f.link for f in self.frames if isinstance(f, State) and f.state == "connected"]

    async def sees(self) -> None:
        self.browser.pictures.clear()
        await until(lambda: bool(self.browser.pictures), 30)


class Services:
    """Two media services, each a process with its own group of children."""

    def __init__(self, directory: Path) -> None:
        self.paths = [directory / "a.sock", directory / "b.sock"]
        self.processes: dict[str, Process] = {}

    async def start(self) -> None:
        for path in self.paths:
            environ = inherited(os.environ) | {"MEDIA_CONTROL": f"unix:{path}", "MEDIA_SECRET": SECRET}
            self.processes[str(path)] = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "signalling.media.service", cwd=ROOT, stderr=PIPE, start_new_session=True,
                env=environ | {"MEDIA_DRAIN": "60"},
            )  # fmt: skip
        await until(lambda: all(path.exists() for path in self.paths))

    @property
    def addresses(self) -> list[str]:
        return [f"unix:{path}" for path in self.paths]

    async def stop(self) -> None:
        for process in self.processes.values():
            if process.returncode is None:
                os.killpg(process.pid, signal.SIGKILL)
                await process.wait()


@pytest.fixture
async def services(tmp_path: Path) -> AsyncIterator[Services]:
    found = Services(tmp_path)
    await found.start()
    yield found
    await found.stop()


@pytest.fixture
async def courts(services: Services, valkey: str) -> AsyncIterator[tuple[Web, Web]]:
    pair = Web(services.addresses, valkey, "judge"), Web(services.addresses[::-1], valkey, "witness")
    for web in pair:
        await web.start(2)
    yield pair
    for web in pair:
        await web.pool.stop()
        await web.browser.close()


async def test_a_hearing_whose_service_is_killed_goes_on_at_the_other_and_a_drained_one_takes_none(
    services: Services, courts: tuple[Web, Web], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pool_module, "RENEW", 0.2)
    bogota, madrid = courts
    bogota.enter()
    madrid.enter()
    await asyncio.gather(bogota.sees(), madrid.sees())
    first = bogota.where()
    assert madrid.where() == first
    os.killpg(services.processes[first].pid, signal.SIGKILL)
    await asyncio.gather(bogota.sees(), madrid.sees())
    second = bogota.where()
    assert {first, second} == {str(path) for path in services.paths}
    assert madrid.where() == second
    # Asked to stop, it waits for them; asked twice, it does not. Either way it says nothing of it.
    last = services.processes[second]
    last.send_signal(signal.SIGTERM)
    await until(lambda: bogota.pool._placed[HEARING].load.draining)
    await bogota.sees()
    last.send_signal(signal.SIGTERM)
    async with asyncio.timeout(10):
        _, said = await last.communicate()
    assert (last.returncode, said) == (0, b"")


async def test_a_service_that_drains_takes_no_new_hearing_and_stops_when_its_last_one_is_over(
    services: Services, courts: tuple[Web, Web]
) -> None:
    bogota, madrid = courts
    madrid.enter("first")
    await until(lambda: any(isinstance(f, Offer) for f in madrid.frames))
    path = madrid.where("first")
    services.processes[path].send_signal(signal.SIGTERM)
    await until(lambda: bogota.pool._clients[[str(c._address) for c in bogota.pool._clients].index(path)].load.draining)
    bogota.enter("second")
    await until(lambda: bogota.where("second"))
    assert bogota.where("second") != path
    assert madrid.where("first") == path
    madrid.pool.send(Close("first"))
    async with asyncio.timeout(10):
        assert await services.processes[path].wait() == 0


async def test_the_lease_is_the_first_ones_until_it_is_let_go(valkey: str) -> None:
    leases = Leases(valkey)
    assert await leases.hold("lease-test", "one") == "one"
    assert await leases.hold("lease-test", "two") == "one"
    await leases.release("lease-test", "two")  # not its own
    assert await leases.hold("lease-test", "two") == "one"
    await leases.release("lease-test", "one")
    assert await leases.hold("lease-test", "two") == "two"
    await leases.close()


def ready(names: dict[str, Load], valkey: str = "") -> MediaPool:
    pool = MediaPool([f"unix:/nowhere/{name}" for name in names], SECRET, valkey)
    for client, (name, load) in zip(pool._clients, names.items(), strict=True):
        client.service, client.load, client.connected = name, load, True
    return pool


@pytest.mark.parametrize(
    ("loads", "chosen"),
    [
        ({"a": Load(90, 1.0, False), "b": Load(6, 1.0, False)}, "b"),
        ({"a": Load(90, 1.0, False), "b": Load(6, 80.0, False)}, "a"),  # idle, but its machine is not
        ({"a": Load(90, 1.0, False), "b": Load(0, 1.0, True)}, "a"),  # about to stop
        ({"a": Load(90, 1.0, True), "b": Load(6, 1.0, True)}, "b"),  # better than none
    ],
)
async def test_the_least_loaded_service_that_stays_is_chosen(loads: dict[str, Load], chosen: str) -> None:
    best = ready(loads)._best()
    assert best is not None
    assert best.service == chosen


async def test_without_the_broker_every_web_process_picks_the_same_service() -> None:
    loads = {name: Load(0, 1.0, False) for name in "abc"}
    forth, back = ready(loads, "redis://127.0.0.1:1"), ready(dict(reversed(loads.items())))
    for number in range(20):
        one, other = await forth._choose(str(number), 0.0), await back._choose(str(number), 0.0)
        assert one is not None
        assert other is not None
        assert one.service == other.service
