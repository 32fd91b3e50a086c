"""Each reach into aiortc's and aioice's private parts: that it does its work, and is noticed when they move."""

import asyncio
import socket
from typing import Any

import pytest
from aioice import stun
from aioice.ice import CandidatePair, Connection
from aiortc import RTCDtlsTransport

from signalling.media import patches, patches_ice
from signalling.media.control import Answer, Attach, Plan, SeatPlan
from signalling.media.environment import Where
from signalling.media.patches_ice import SeatConnection, SeatGatherer, SeatProtocol
from tests.signalling.browsers import until
from tests.signalling.test_media_room import Stage, hears, stage

__all__ = ["stage"]
HERE = Where(("127.0.0.1",))


def test_the_private_parts_are_those_we_know() -> None:
    patches.check()


def test_a_changed_private_part_stops_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    def arrived(self: object, data: bytes) -> None: ...

    monkeypatch.setattr(patches, "_SHAPES", ((arrived, ["self", "data", "arrival_time_ms"]),))
    with pytest.raises(RuntimeError, match="has changed"):
        patches.check()


async def test_no_stun_server_of_anyone_is_asked() -> None:
    agent = SeatGatherer(HERE).agent
    assert (agent.stun_server, agent.turn_server, agent.ice_controlling) == (None, None, True)


async def test_we_listen_where_we_are_told_and_announce_the_public_address() -> None:
    agent = SeatConnection(Where(("127.0.0.1",), range(40_100, 40_200), "203.0.113.9"))
    await agent.gather_candidates()
    candidate = agent.local_candidates[0]
    bound = agent._protocols[0].transport.get_extra_info("sockname")
    assert (candidate.host, candidate.port, candidate.type) == ("203.0.113.9", bound[1], "host")
    assert bound[0] == "127.0.0.1"
    assert bound[1] in range(40_100, 40_200)
    await agent.close()


async def test_without_a_free_port_it_says_so() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        with pytest.raises(OSError, match="No free UDP port"):
            await SeatConnection(Where(("127.0.0.1",), range(port, port + 1))).gather_candidates()


async def test_a_third_hosts_datagrams_end_neither_set_up_nor_call(stage: Stage) -> None:
    """DTLS, SRTP, STUN and noise from an address that never answered a check, from before the first answer on."""
    stage.plan(judge=hears("witness"), witness=hears("judge"))
    await stage.room.attach(Attach("h", "judge", "1"))
    port = stage.room.links["judge"].transport.connection.local_candidates[0].port
    forging = asyncio.create_task(_forge(port))
    try:
        from tests.signalling.browsers import Browser

        stage.browsers["judge"] = Browser()
        await stage.answer(stage.offers("judge")[0])
        await stage.enter("witness")
        await until(lambda: stage.browsers["judge"].pictures.get("witness"))
        assert stage.room.links["judge"].transport.connection.dropped > 20
        assert stage.states("judge") == ["connecting", "connected"]
    finally:
        forging.cancel()


async def _forge(port: int) -> None:
    alert = bytes([21, 254, 253, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 2, 40])  # DTLS: fatal handshake failure
    cut = stun.Message(message_method=stun.Method.BINDING, message_class=stun.Class.REQUEST)
    cut.attributes["PRIORITY"] = 1
    broken = bytearray(bytes(cut))
    broken[3] -= 2  # an attribute that ends too soon
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as third:
        while True:
            for data in (alert, b"\x80" * 40, bytes(broken[:-2]), b"\x03", b"", b"\xff" * 2000):
                third.sendto(data, ("127.0.0.1", port))
            await asyncio.sleep(0.01)


async def test_a_datagram_too_long_for_srtp_does_not_end_the_transport() -> None:
    agent = SeatConnection(HERE)
    await agent.gather_candidates()
    protocol, peer = agent._protocols[0], ("127.0.0.1", 9)
    agent.trusted[peer, protocol] = 0.0
    protocol.datagram_received(b"\x80" * 1501, peer)
    protocol.datagram_received(b"\x80" * 1500, peer)
    assert (agent.dropped, agent._queue.qsize()) == (1, 1)
    for _ in range(patches_ice.QUEUE_LIMIT + 5):
        protocol.datagram_received(b"\x80" * 20, peer)
    assert agent._queue.qsize() == patches_ice.QUEUE_LIMIT
    await agent.close()


async def test_one_browser_cannot_make_us_probe_the_world() -> None:
    agent = SeatConnection(HERE)
    await agent.gather_candidates()
    agent.remote_username, agent.remote_password = "peer", "p" * 22
    message = stun.Message(message_method=stun.Method.BINDING, message_class=stun.Class.REQUEST)
    message.attributes["PRIORITY"] = 1
    for port in range(1024, 1124):
        agent.check_incoming(message, ("127.0.0.1", port), agent._protocols[0])
    assert len(agent.remote_candidates) == patches_ice.REMOTES
    await agent.close()


async def test_a_worse_pair_does_not_replace_a_better_one_that_is_alive() -> None:
    agent = SeatConnection(HERE)
    await agent.gather_candidates()
    protocol = agent._protocols[0]
    direct, relayed = (_pair(protocol, port, priority) for port, priority in ((1, 2000), (2, 1000)))
    agent.check_complete(direct)
    agent.check_complete(relayed)
    assert agent.selected is direct
    agent.trusted[direct.remote_addr, protocol] -= 10  # unheard for long
    agent.check_complete(relayed)
    assert agent.selected is relayed
    await agent.close()


def _pair(protocol: Any, port: int, priority: int) -> CandidatePair:
    from aioice.candidate import Candidate

    remote = Candidate("f", 1, "udp", priority, "127.0.0.1", port, "prflx")
    pair = CandidatePair(protocol, remote)
    pair.state, pair.nominated = CandidatePair.State.SUCCEEDED, True
    return pair


async def test_an_error_in_the_forwarder_ends_nobodys_transport(stage: Stage) -> None:
    stage.plan(judge=hears("witness"), witness=hears("judge"))
    judge, _ = await stage.enter("judge"), await stage.enter("witness")
    await until(lambda: judge.pictures.get("witness"))
    link = stage.room.links["witness"]

    def broken(data: bytes) -> None:
        raise IndexError

    right, link.rtp = link.rtp, broken  # type: ignore[method-assign]
    await until(lambda: link.transport.broken > 5)
    link.rtp = right  # type: ignore[method-assign]
    before = len(judge.pictures["witness"])
    await until(lambda: len(judge.pictures["witness"]) > before)


async def test_the_hook_still_overrides_what_aiortc_calls() -> None:
    """aiortc passes `arrival_time_ms` by keyword; a renamed method would leave ours uncalled."""
    assert "await self._handle_rtp_data(data, arrival_time_ms=arrival_time_ms)" in _source(RTCDtlsTransport._recv_next)
    assert "await self._handle_rtcp_data(data)" in _source(RTCDtlsTransport._recv_next)
    assert "self.check_incoming(message, addr, protocol)" in _source(Connection.request_received)
    assert issubclass(SeatProtocol, asyncio.DatagramProtocol)


def _source(function: Any) -> str:
    import inspect

    return inspect.getsource(function)


async def test_a_room_without_a_free_port_says_that_the_link_failed() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        crowded = Stage()
        crowded.room._where = Where(("127.0.0.1",), range(port, port + 1))
        crowded.room.plan(Plan("h", 1, {"judge": SeatPlan()}))
        await crowded.room.attach(Attach("h", "judge", "1"))
        crowded.room.answer(Answer("h", "judge", "1", ""))
        assert crowded.states("judge") == ["failed"]
        await crowded.room.close()


async def test_srtp_is_read_where_it_arrives_once_there_are_keys_and_waits_before() -> None:
    agent = SeatConnection(HERE)
    await agent.gather_candidates()
    protocol, peer = agent._protocols[0], ("127.0.0.1", 9)
    agent.trusted[peer, protocol] = 0.0
    protocol.datagram_received(b"\x80first", peer)
    read: list[bytes] = []
    agent.inlet = read.append
    for data in (b"\x80second", b"\x16dtls"):
        protocol.datagram_received(data, peer)
    protocol.datagram_received(b"\x80forged", ("127.0.0.1", 10))
    assert (read, agent._queue.qsize(), agent.dropped) == ([b"\x80second"], 2, 1)
    await agent.close()
