"""Two web processes that serve one hearing: each knows what the other's clients do."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID, uuid4

import pytest

from signalling import bus, protocol, relay, switchboard
from signalling.errors import CloseCode
from signalling.outbox import Outbox
from signalling.rooms import Credential, Key, Peer
from tests.signalling.conftest import MediaDummy, until

JUDGE, DEFENCE = uuid4(), uuid4()


class Client(Peer):
    """A peer whose socket is a list."""

    def __init__(self, hearing: UUID, seat: UUID, receives: UUID) -> None:
        self.said: list[protocol.FromServer] = []
        self.code: CloseCode | None = None
        super().__init__(Credential(hearing, Key()), seat, Outbox(self._never, print), self._end, str)
        received = protocol.Received(seat=receives, kind=protocol.Kind.AUDIO, form=protocol.Form.CLEAR)
        self.scene = protocol.Scene(version=1, room="hearing", state="open", sends=[], receives=[received], seats=[])

    async def _never(self, frame: bytes) -> None:
        raise AssertionError

    def _end(self, code: CloseCode) -> None:
        self.code = code

    def say_frame(self, frame: bytes) -> None:
        self.said.append(DECODER.decode(frame))


DECODER = protocol.msgspec.json.Decoder(protocol.ServerMessage)


@pytest.fixture
async def processes(on_valkey: None, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[list[switchboard.Switchboard]]:
    """Two switchboards, as two web processes would have them; the hearing itself is not asked for."""

    async def unread(*_: Any) -> None:
        await asyncio.sleep(3600)

    monkeypatch.setattr(switchboard, "MediaClient", MediaDummy)
    boards = [switchboard.Switchboard(), switchboard.Switchboard()]
    for board in boards:
        board._reading = board.sweep._marking = unread
        await board.start()
    yield boards
    for board in boards:
        await board.stop()


async def listening(board: switchboard.Switchboard, hearing: UUID, processes: int = 1) -> None:
    """Wait until the broker counts so many processes among the listeners."""
    assert board.bus is not None
    async with asyncio.timeout(5):
        while (await board.bus._redis.pubsub_numsub(bus.channel(hearing)))[0][1] < processes:  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def test_what_a_client_switches_in_one_process_is_told_in_the_other(processes: Any) -> None:
    here, there = processes
    hearing = uuid4()
    judge, defence = Client(hearing, JUDGE, DEFENCE), Client(hearing, DEFENCE, JUDGE)
    here.join(judge, None)
    await listening(here, hearing)
    there.join(defence, None)
    await until(lambda: len(defence.said) == 1)
    here.news(judge, audio=False, video=True)
    await until(lambda: len(defence.said) == 2)
    assert defence.said == [
        protocol.Present(sender=JUDGE, sequence=1, here=True),
        protocol.Muted(sender=JUDGE, sequence=2, audio=False, video=True),
    ]


async def test_a_seat_opened_in_another_process_is_closed_here(processes: Any) -> None:
    here, there = processes
    hearing = uuid4()
    first, second = Client(hearing, JUDGE, DEFENCE), Client(hearing, JUDGE, DEFENCE)
    here.join(first, None)
    await listening(here, hearing)
    there.join(second, None)
    await until(lambda: first.code is not None)
    assert (first.code, second.code) == (CloseCode.REPLACED, None)


async def test_a_room_served_here_alone_is_not_published_and_one_that_is_shared_is(processes: Any) -> None:
    here, there = processes
    hearing = uuid4()
    judge = Client(hearing, JUDGE, DEFENCE)
    here.join(judge, None)
    await listening(here, hearing)
    here.elsewhere.ask(here.rooms[hearing])
    await until(lambda: not here.rooms[hearing].shared)
    told, tell = [], here.tell
    here.tell = lambda news, to=(): told.append(news)
    here.news(judge, audio=False, video=True)
    assert told == []
    here.tell = tell
    defence = Client(hearing, DEFENCE, JUDGE)
    there.join(defence, None)
    await until(lambda: here.rooms[hearing].shared)
    here.news(judge, audio=True, video=True)
    await until(lambda: len(defence.said) == 2)
    assert defence.said[-1] == protocol.Muted(sender=JUDGE, sequence=3, audio=True, video=True)
    there.leave(defence, for_good=True)
    await until(lambda: not here.rooms[hearing].shared)


async def test_who_comes_back_through_another_process_is_heard_there_from_the_first_word(processes: Any) -> None:
    here, there = processes
    hearing = uuid4()
    judge, defence = Client(hearing, JUDGE, DEFENCE), Client(hearing, DEFENCE, JUDGE)
    for board, client in ((here, defence), (there, judge)):
        board.join(client, None)
    await listening(here, hearing, 2)
    for audio in (False, True, False):
        there.news(judge, audio=audio, video=True)
    await until(lambda: bool(defence.said) and getattr(defence.said[-1], "sequence", 0) == 4)
    here.elsewhere.heard(bus.Told("a third process", hearing, JUDGE, True, True, False, 1))
    scene = defence.said[-1]
    assert isinstance(scene, protocol.Scene)
    assert scene.seats == []  # the dummy's own scene names nobody; what is known of the judge is new all the same
    assert (here.rooms[hearing].known[JUDGE].sequence, here.rooms[hearing].known[JUDGE].video) == (1, False)


async def test_a_gap_in_the_news_of_another_process_is_asked_about(processes: Any) -> None:
    here, there = processes
    hearing = uuid4()
    defence = Client(hearing, DEFENCE, JUDGE)
    there.join(defence, None)
    asked = []
    there.tell = lambda news, to=(): asked.append(news)
    there.elsewhere.heard(bus.Told(here.origin, hearing, JUDGE, True, True, True, 5))
    assert asked == [bus.Asked(there.origin, hearing)]


async def test_a_change_is_heard_by_every_process_and_without_a_broker_by_this_one(
    processes: Any, settings: Any
) -> None:
    hearing = uuid4()
    for board in processes:
        board.join(Client(hearing, uuid4(), JUDGE), None)
    await listening(processes[0], hearing, 2)
    await asyncio.sleep(0.1)  # both have begun, and read their rooms for the first time
    for url in (settings.VALKEY_URL, "unix:///nowhere/valkey.sock"):
        settings.VALKEY_URL = url
        heard: list[UUID] = []
        for board in processes:
            board.changed = lambda hearing, loud=False, heard=heard: heard.append(hearing)
        await asyncio.to_thread(relay.announce_change, hearing)
        await until(lambda heard=heard: len(heard) == 2)
        assert heard == [hearing, hearing]


def test_the_broker_never_learns_the_key_of_a_session() -> None:
    line = protocol.msgspec.json.encode(bus.SignedOut(bus.digest("k3y-of-a-session")))
    assert b"k3y" not in line
    assert len(bus.digest("k3y-of-a-session")) == 64
