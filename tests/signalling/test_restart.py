"""A browser whose network changes keeps its link: another way is found, no key is agreed on again (RFC 8445, 9)."""

import asyncio
import re

import pytest
from aiortc import RTCCertificate, RTCDtlsFingerprint, RTCDtlsParameters, RTCIceParameters

from signalling.media import link as link_module
from signalling.media.control import Attach, Offer, Restart
from signalling.media.environment import Where
from signalling.media.patches import SeatTransport
from signalling.media.patches_ice import SeatGatherer
from signalling.media.rtp import HEADER
from tests.signalling.browsers import Browser, until
from tests.signalling.test_media_room import Stage, hears, stage

__all__ = ["stage"]


def attribute(sdp: str, name: str) -> str:
    found = re.search(rf"^a={name}:(\S.*?)\r?$", sdp, re.MULTILINE)
    assert found is not None
    return found[1]


class Road(asyncio.DatagramProtocol):
    """Between a browser and the media process: datagrams pass until the network is gone."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport: asyncio.DatagramTransport = transport  # type: ignore[assignment]  # always one of datagrams
        self.other: Road | None = None
        self.far: tuple[str, int] | None = None

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self.far = self.far or addr
        if self.other is not None and self.other.far is not None:
            self.other.transport.sendto(data, self.other.far)


class Traveller(Browser):
    """A browser that can restart ICE, which aiortc's cannot: one stream of sound, its own, and the way it takes."""

    def __init__(self) -> None:
        super().__init__()
        self._gatherer = SeatGatherer(Where(("127.0.0.1",)))
        self.agent = self._gatherer.agent
        self.agent.ice_controlling = False
        self.transport = SeatTransport(self._gatherer, RTCCertificate.generateCertificate(), self)
        self.roads: list[Road] = []
        self.heard = 0
        self.ufrags: list[str] = []
        self._task: asyncio.Task[None] | None = None

    async def take(self, offer: Offer) -> str:
        ufrag, password = attribute(offer.sdp, "ice-ufrag"), attribute(offer.sdp, "ice-pwd")
        if self._task is None:
            await self._gatherer.gather()
            self._task = asyncio.create_task(self._connect(offer.sdp, ufrag, password))
        elif ufrag != self.ufrags[-1]:
            self.agent.restart()
            self.agent.restarted(ufrag, password)
            await self._go(offer.sdp)
        if not self.ufrags or ufrag != self.ufrags[-1]:
            self.ufrags.append(ufrag)
        ours = self._gatherer.getLocalParameters()
        fingerprint = next(f.value for f in self.transport.getLocalParameters().fingerprints if "256" in f.algorithm)
        kept = [x for x in offer.sdp.split("\r\n") if not x.startswith(("a=candidate", "a=ssrc", "a=end-of"))]
        text = "\r\n".join(kept)
        text = re.sub("a=ice-ufrag:.*?\r", f"a=ice-ufrag:{ours.usernameFragment}\r", text)
        text = re.sub("a=ice-pwd:.*?\r", f"a=ice-pwd:{ours.password}\r", text)
        text = re.sub("a=fingerprint:.*?\r", f"a=fingerprint:sha-256 {fingerprint}\r", text)
        turned = {"a=sendonly": "a=recvonly", "a=recvonly": "a=sendonly", "a=setup:actpass": "a=setup:active"}
        return re.sub("a=(sendonly|recvonly|setup:actpass)", lambda found: turned[found[0]], text)

    async def _connect(self, sdp: str, ufrag: str, password: str) -> None:
        await self._go(sdp)
        await self.agent.add_remote_candidate(None)
        await self.transport.transport.start(RTCIceParameters(ufrag, password))
        self.transport._set_role("client")
        fingerprint = RTCDtlsFingerprint("sha-256", attribute(sdp, "fingerprint").removeprefix("sha-256 "))
        await self.transport.start(RTCDtlsParameters([fingerprint]))

    async def _go(self, sdp: str) -> None:
        """Take a road of its own to the media process: another address than before, as after a change of network."""
        from aioice.candidate import Candidate

        host, port = re.findall(r"a=candidate:\S+ 1 udp \d+ (\S+) (\d+) typ host", sdp)[0]
        loop = asyncio.get_running_loop()
        _, near = await loop.create_datagram_endpoint(Road, local_addr=("127.0.0.1", 0))
        _, far = await loop.create_datagram_endpoint(Road, local_addr=("127.0.0.1", 0))
        near.other, far.other, far.far = far, near, (host, int(port))
        near.far = self._gatherer.agent._protocols[0].transport.get_extra_info("sockname")
        self.roads += [near, far]
        by = near.transport.get_extra_info("sockname")
        remote = Candidate("1", 1, "udp", 1, by[0], by[1], "host")
        self.agent._remote_candidates.append(remote)
        if self.transport.state == "connected":
            self.agent._pair_remote_candidate(remote)
            self.agent.check_start_task(self.agent._check_list[-1])

    def leave_the_network(self) -> None:
        for road in self.roads:
            road.transport.close()

    def rtp(self, data: bytes) -> None:
        self.heard += 1

    def rtcp(self, data: bytes) -> None:
        """Reports are not read."""

    def speak(self, number: int) -> None:
        self.transport.send_rtp(HEADER.pack(0x80, 111, number, number * 960, 77) + b"sound")

    async def close(self) -> None:
        await self.transport.stop()
        await self.transport.transport.stop()
        self.leave_the_network()


@pytest.fixture
async def traveller(stage: Stage) -> Traveller:
    stage.plan(judge=hears("witness"), witness=hears("judge"))
    stage.browsers["judge"] = found = Traveller()
    await stage.room.attach(Attach("h", "judge", "1"))
    await stage.enter("witness")
    await until(lambda: found.heard > 20)
    return found


async def test_after_a_change_of_network_the_same_link_goes_on_another_way(stage: Stage, traveller: Traveller) -> None:
    link = stage.room.links["judge"]
    way, keys = link.transport.connection.way, link.transport._tx_srtp
    traveller.leave_the_network()
    await asyncio.sleep(0.1)  # what was under way has arrived
    before = traveller.heard
    stage.room.restart(Restart("h", "judge", "1"))
    await until(lambda: traveller.heard > before + 20)
    now = link.transport.connection.way
    assert now is not None
    assert way is not None
    assert now[1] != way[1]
    assert link.transport._tx_srtp is keys
    heard = link.sources["audio"].counter.received
    for number in range(5):
        traveller.speak(number)
    await until(lambda: link.sources["audio"].counter.received >= heard + 5)
    assert (stage.states("judge"), len(set(traveller.ufrags))) == (["connecting", "connected"], 2)
    traveller.leave_the_network()  # and once more
    before = traveller.heard
    stage.room.restart(Restart("h", "judge", "1"))
    await until(lambda: traveller.heard > before + 20)


async def test_silence_asks_for_another_way_by_itself(
    stage: Stage, traveller: Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(link_module, "SILENCE", 0.6)
    monkeypatch.setattr(link_module, "DOUBT", 0.2)
    traveller.leave_the_network()
    await until(lambda: stage.states("judge")[-1] == "reconnecting")
    await until(lambda: stage.states("judge")[-1] == "connected")
    assert stage.states("judge") == ["connecting", "connected", "reconnecting", "connected"]


async def test_a_client_that_cannot_restart_keeps_what_it_has(stage: Stage) -> None:
    """aiortc, and so the headless participant, answers with the credentials that it had."""
    stage.plan(judge=hears("witness"), witness=hears("judge"))
    judge, _ = await stage.enter("judge"), await stage.enter("witness")
    await until(lambda: judge.pictures.get("witness") and "connected" in stage.states("judge"))
    offers = len(stage.offers("judge"))
    stage.room.restart(Restart("h", "judge", "1"))
    stage.room.restart(Restart("h", "judge", "1"))  # one is out already
    await until(lambda: len(stage.answers["judge"]) == offers + 1)
    judge.pictures.clear()
    await until(lambda: judge.pictures.get("witness"))
    ufrags = [attribute(offer.sdp, "ice-ufrag") for offer in stage.offers("judge")]
    assert len(set(ufrags)) == 2
    stage.plan(judge=hears(), witness=hears("judge"))  # a later offer speaks of the way that stands
    await until(lambda: len(stage.offers("judge")) == offers + 2)
    assert attribute(stage.offers("judge")[-1].sdp, "ice-ufrag") == ufrags[0]
    assert [f for f in stage.frames if type(f).__name__ == "Refused"] == []
