"""A hearing in Bogotá and Madrid, the web process that serves it, and clients that speak to it by hand."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import uvicorn
import websockets
from channels.db import database_sync_to_async
from django.test import Client

from casework.models import Request
from config import engines
from protection import people
from scheduler.models import Booking, Plan
from scheduler.models.bookings import Sitting
from sessions.models import Hearing, Seat
from signalling import protocol, switchboard
from signalling.line import Line
from signalling.media import control
from tests.cast import Cast, enter

IDENTITY = {"given_name": "Aïssatou", "family_name": "Traoré", "city": "Las Palmas", "zone": "Atlantic/Canary"}


class Court:
    """One hearing whose doors are open: two judges and the defence inside, the clerk of Madrid outside."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast
        request = self._request()
        today = datetime.now(UTC)
        plan = Plan.objects.create(request=request, minutes=90, earliest=today.date(), latest=today.date())
        self.booking = Booking.objects.create(
            plan=plan, state="confirmed", held_by=cast.clerk, expires_at=today + timedelta(days=1)
        )
        during = (today - timedelta(minutes=5), today + timedelta(minutes=90))
        Sitting.objects.create(booking=self.booking, during=during, wall="2026-12-09T08:30", zone="America/Bogota")
        self.hearing = Hearing.objects.create(
            public_id=plan.public_id, plan=plan, booking=self.booking, state="open", opened_at=today
        )
        self.judge = self.seat(cast.judge, "judge", "requesting")
        self.judge_madrid = self.seat(cast.judge_madrid, "attending_judge", "requested")
        self.defence = self.seat(cast.defence, "defence", "requesting")
        self.witness = Seat.objects.create(
            hearing=self.hearing, role="witness", side="requested", person=request.person, presence="admitted"
        )

    def _request(self) -> Request:
        cast, now = self.cast, datetime.now(UTC)
        request = Request.objects.create(
            reference="CO-2026-0311", requesting=cast.prosecutor.authority, requested=cast.spain.authority,
            court=cast.judge.authority, executing=cast.judge_madrid.authority, created_by=cast.prosecutor,
            created_at=now, changed_at=now, state="granted", submitted_at=now,
        )  # fmt: skip
        request.person = people.register(
            case=request.public_id, state=request.requested.state, identity=IDENTITY, by=cast.prosecutor
        )
        request.save(update_fields=["person"])
        concerned = [request.requested, request.court, request.executing]
        people.share(person=request.person, authorities=concerned, by=cast.prosecutor)
        return request

    def seat(self, member: Any, role: str, side: str, presence: str = "admitted") -> Seat:
        return Seat.objects.create(
            hearing=self.hearing, role=role, side=side, user=member.user, membership=member, presence=presence
        )

    @property
    def path(self) -> str:
        return f"/ws/hearings/{self.hearing.public_id}/"


@pytest.fixture
def court(transactional_db: None) -> Court:
    return Court(enter())


def signed_in(member: Any) -> Client:
    """A browser of Django's own kind, in which this member has signed in."""
    client = Client()
    client.force_login(member.user)
    return client


async def until(true: Callable[[], bool]) -> None:
    """Wait for something that another task does, five seconds at most."""
    async with asyncio.timeout(5):
        while not true():  # noqa: ASYNC110 (what is waited for has no event)
            await asyncio.sleep(0.01)


class MediaDummy:
    """In the place of the line to the media service: it keeps what is sent, and says what a test lets it say."""

    def __init__(self, *_: Any) -> None:
        self.sent: list[Any] = []
        self.connected = True

    def send(self, frame: Any) -> bool:
        if self.connected:
            self.sent.append(frame)
        return self.connected

    def listen(self, callback: Any) -> None:
        self.say = callback

    def on_up(self, callback: Any) -> None:
        self.up = callback

    def on_down(self, callback: Any) -> None:
        self.down = callback

    async def start(self) -> None:
        return None

    async def stop(self) -> None:
        return None

    def of(self, kind: type) -> list[Any]:
        return [frame for frame in self.sent if isinstance(frame, kind)]

    async def next(self, kind: type, number: int = 1) -> Any:
        """The frame of that kind with that number, once it has been sent."""
        await until(lambda: len(self.of(kind)) >= number)
        return self.of(kind)[number - 1]

    async def planned(self, seat: UUID, receives: int) -> control.Plan:
        """The newest plan, once it lets that seat receive so many tracks."""

        def there() -> bool:
            plans = self.of(control.Plan)
            return bool(plans) and str(seat) in plans[-1].seats and len(plans[-1].seats[str(seat)].receive) == receives

        await until(there)
        plan: control.Plan = self.of(control.Plan)[-1]
        return plan


class Wire:
    """A web process under uvicorn, as in production, on a port of its own."""

    def __init__(self, port: int, board: switchboard.Switchboard) -> None:
        self.port, self.board = port, board
        self.media: Any = board.media

    @asynccontextmanager
    async def open(self, path: str, browser: Client | None, **options: Any) -> AsyncIterator["Spoken"]:
        """A socket spoken to by hand, with the cookies of that browser."""
        headers = {"Cookie": f"sessionid={browser.cookies['sessionid'].value}"} if browser else {}
        url = f"ws://127.0.0.1:{self.port}{path}"
        options = {"origin": "http://localhost", "additional_headers": headers} | options
        async with websockets.connect(url, **options) as socket:
            yield Spoken(socket)

    @asynccontextmanager
    async def joined(self, path: str, browser: Client, link: str | None = None) -> AsyncIterator["Spoken"]:
        """The same, past hello and welcome, with its first scene."""
        async with self.open(path, browser) as spoken:
            await spoken.hello(link)
            yield spoken


class Spoken:
    """What a test says and hears on one socket."""

    def __init__(self, socket: Any) -> None:
        self.socket = socket
        self.welcome: dict[str, Any] = {}
        self.scene: dict[str, Any] = {}

    async def say(self, frame: Any) -> None:
        await self.socket.send(frame if isinstance(frame, str | bytes) else json.dumps(frame))

    async def hello(self, link: str | None = None) -> None:
        await self.say({"type": "hello", "version": protocol.VERSION, "link": link})
        self.welcome = await self.hear("welcome")
        self.scene = await self.hear("scene")

    async def hear(self, kind: str = "") -> dict[str, Any]:
        """The next message, of that type if one is named; others are passed over."""
        async with asyncio.timeout(5):
            while True:
                message: dict[str, Any] = json.loads(await self.socket.recv())
                if kind in ("", message["type"]):
                    return message

    async def heard(self) -> dict[str, Any] | None:
        """The next message; None once the server has closed."""
        try:
            return await self.hear()
        except websockets.ConnectionClosed:
            return None

    async def closed(self) -> int:
        """The closing code, once the server has closed."""
        async with asyncio.timeout(5):
            try:
                while True:
                    await self.socket.recv()
            except websockets.ConnectionClosed:
                return int(self.socket.close_code)


@pytest.fixture(scope="session")
def valkey(tmp_path_factory: pytest.TempPathFactory) -> str:
    return engines.start_valkey(Path(tmp_path_factory.mktemp("valkey")))


@pytest.fixture
def on_valkey(valkey: str, settings: Any) -> None:
    settings.VALKEY_URL = valkey
    settings.ALLOWED_HOSTS = ["localhost", "127.0.0.1", "testserver"]


@asynccontextmanager
async def serving() -> AsyncIterator[Wire]:
    """One web process under uvicorn."""
    from config.asgi import application

    config = uvicorn.Config(
        application, port=0, ws=Line, ws_max_size=protocol.FRAME_LIMIT, lifespan="off", log_level="error"
    )
    server = uvicorn.Server(config)
    running = asyncio.create_task(server.serve())
    await until(lambda: server.started)
    try:
        yield Wire(server.servers[0].sockets[0].getsockname()[1], await switchboard.here())
    finally:
        server.should_exit = True
        await running
        await switchboard.leave()


@pytest.fixture
async def wire(court: Court, on_valkey: None, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Wire]:
    """One web process; the media service is a dummy."""
    monkeypatch.setattr(switchboard, "MediaClient", MediaDummy)
    async with serving() as found:
        yield found


def later(function: Any, *args: Any, **facts: Any) -> Any:
    """Run a synchronous act of the house from a test of the loop."""
    return database_sync_to_async(function, thread_sensitive=False)(*args, **facts)
