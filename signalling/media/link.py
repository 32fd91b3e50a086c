"""A link: the one connection of one seat, from its offer to its end.

connecting ─▶ connected ⇄ reconnecting        any of them ─▶ failed | closed | replaced
                  (nothing heard for 4 s)      (30 s unheard or never connected; bye; another tab)

The media process alone offers. One offer is out at a time; what changes meanwhile waits for its answer.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from contextlib import suppress
from dataclasses import replace
from typing import Final, Protocol

from aiortc import RTCCertificate, RTCDtlsFingerprint, RTCDtlsParameters, RTCIceParameters

from signalling.media.control import LinkState, SeatPlan, Track
from signalling.media.environment import Where
from signalling.media.feedback import Feedback
from signalling.media.forward import Source
from signalling.media.lines import UPLINK, Lines, tracks
from signalling.media.patches import SeatTransport
from signalling.media.patches_ice import SeatGatherer
from signalling.media.rtp import APT, KINDS
from signalling.media.sdp import Answer, Candidate, Local, SdpRefused, Section, read_answer, write_offer

DOUBT: Final = 1.5  # seconds without a packet: we ask; where no media flows, browsers speak every five seconds
SILENCE: Final = 4.0  # seconds without a packet or an answer: it is reconnecting, and ICE is restarted
GIVE_UP: Final = 30.0  # seconds until a link that was never made, is lost, or leaves an offer unanswered, is over
STANDING: Final = ("connected", "reconnecting")
OVER: Final = ("failed", "closed", "replaced")


class Told(Protocol):
    """Who hears of a link."""

    def offered(self, link: Link, sdp: str, carried: list[Track]) -> None: ...
    def changed(self, link: Link) -> None: ...
    def agreed(self, link: Link) -> None: ...


class Link:
    """One browser's connection. `want` is synchronous: what it takes away has stopped when it returns."""

    def __init__(self, *, seat: str, link: str, where: Where, told: Told, data: bool = False) -> None:
        self.seat, self.id = seat, link
        self.state: LinkState = "connecting"
        self.answer: Answer | None = None  # the last one taken
        self._told, self._data, self._cname = told, data, secrets.token_hex(8)
        self._gatherer = SeatGatherer(where)
        self.transport = SeatTransport(self._gatherer, RTCCertificate.generateCertificate(), self)
        control, our_ssrc = self.transport.send_rtcp, secrets.randbits(32)
        self.sources: dict[str, Source] = {
            kind: Source(kind=kind, our_ssrc=our_ssrc, control=control) for kind in UPLINK
        }
        self.feedback = Feedback(self, our_ssrc)
        self.lines = Lines(cname=self._cname, send=self.transport.send_rtp, control=control)
        self._local: Local | None = None
        self._origin, self._version = secrets.randbits(62), 0
        self._offered: list[Section] = []  # the last offer
        self._text = ""
        self._pending = False  # whether its answer is still to come
        self._restarting = self._restarted = False  # ICE: to be begun anew with the next offer; with the last one
        self._since = self._asked = time.monotonic()
        self._task: asyncio.Task[None] | None = None
        self._ping: asyncio.Task[float | None] | None = None

    async def open(self) -> None:
        """Listen on our addresses and make the first offer. Raises OSError where none can be bound."""
        await self._gatherer.gather()
        mine = self._gatherer.getLocalParameters()
        prints = self.transport.getLocalParameters().fingerprints
        self._local = Local(
            ufrag=str(mine.usernameFragment),
            password=str(mine.password),
            fingerprint=next(f.value for f in prints if f.algorithm == "sha-256"),
            candidates=tuple(
                Candidate(c.foundation, c.priority, c.ip, c.port) for c in self._gatherer.getLocalCandidates()
            ),
            cname=self._cname,
        )
        self._told.changed(self)
        self._offer()

    def want(self, plan: SeatPlan | None) -> None:
        """What this seat may send and shall receive from now on. None: nothing."""
        plan = plan or SeatPlan()
        self.feedback.video_kbps = self.sources["video"].kbps = plan.video_kbps
        self.lines.want(plan)
        self._offer()

    def _offer(self) -> None:
        """Put to the browser what there is to agree on, unless an answer is still to come."""
        sections = self.lines.sections()
        same = sections == self._offered and not self._restarting
        if self._local is None or self._pending or same or self.over:
            return
        self._restarted, self._restarting = self._restarting, False
        local = self._renewed(self._local) if self._restarted else self._local
        self._pending, self._asked = True, time.monotonic()
        self._offered, self._version = sections, self._version + 1
        self._text = write_offer(origin=self._origin, version=self._version, local=local, sections=self._with_data())
        self.repeat()

    def restart(self) -> None:
        """The browser's network has changed, or nothing is heard of it: offer another way (RFC 8445, 9).

        What it carries goes on meanwhile where it went, and no key is agreed on again.
        """
        if self.answer is not None and not self._restarting and not (self._pending and self._restarted):
            self._restarting = True
            self._offer()

    def _renewed(self, local: Local) -> Local:
        ufrag, password = self.transport.connection.restart()
        return replace(local, ufrag=ufrag, password=password)

    def repeat(self) -> None:
        """Say the offer that waits for an answer, if one does."""
        if self._pending:
            self._told.offered(self, self._text, tracks(self._offered, self.seat))

    def _with_data(self) -> list[Section]:
        """The offer's m-lines. Data comes last, so that a link with data must not grow."""
        return [*self._offered, Section("data", "application")] if self._data else self._offered

    def take_answer(self, text: str) -> None:
        """The browser's answer to the last offer. Raises SdpRefused, and nothing has changed then."""
        if not self._pending:
            raise SdpRefused("unexpected_answer", "No offer waits for an answer.")
        answer = read_answer(text, self._with_data())
        if self.answer is not None and not self._same(answer, self.answer):
            raise SdpRefused("sdp_ice", "The answer comes from another connection than the first one.")
        first, self.answer, self._pending = self.answer is None, answer, False
        if self._restarted and self._local is not None:
            local = self._renewed(self._local)
            if self.transport.connection.restarted(answer.ufrag, answer.password):
                self._local = local
            self._restarted = False
        self.lines.agree(self._offered, answer)
        if first:
            self._task = asyncio.create_task(self._connect(answer))
        self._told.agreed(self)
        self._offer()

    async def _connect(self, answer: Answer) -> None:
        """Meet the browser at the address from which its checks come (ICE, then DTLS)."""
        ice = self.transport.transport
        try:
            async with asyncio.timeout(GIVE_UP):
                await ice.start(RTCIceParameters(answer.ufrag, answer.password))
                if ice.state == "completed":
                    self.transport._set_role("server" if answer.setup == "active" else "client")
                    fingerprint = RTCDtlsFingerprint("sha-256", answer.fingerprint)
                    await self.transport.start(RTCDtlsParameters([fingerprint]))
        except TimeoutError:
            pass
        if self.transport.state != "connected":
            return self.end("failed")
        self.transport.on("statechange", self._ended)
        self._become("connected")
        self._told.agreed(self)

    def _ended(self) -> None:
        self.end("closed")  # the browser said goodbye, or consent ran out

    def rtp(self, data: bytes) -> None:
        """A packet from the browser; one that the plan does not let it send goes no further."""
        payload_type = data[1] & 0x7F
        source, apt = self.sources.get(KINDS.get(payload_type, "")), APT.get(payload_type)
        if source is None or source.kind not in self.lines.allowed:
            return
        if apt is None:
            source.rtp(data, time.monotonic())
        else:
            source.rtx(data, apt, time.monotonic())

    def rtcp(self, data: bytes) -> None:
        """A compound RTCP packet from the browser."""
        self.feedback.take(data, time.monotonic())

    def tick(self, now: float) -> None:
        """Thirty times a second: feedback, and whether the browser is still there and answers."""
        silent = now - max(self.transport.connection.heard, self._since)
        if self.stands:
            self.feedback.tick(now)
            if silent > DOUBT and (self._ping is None or self._ping.done()):
                self._ping = asyncio.create_task(self.transport.connection.ping())
            if silent > SILENCE and self.state == "connected":
                self.restart()
            self._become("reconnecting" if silent > SILENCE else "connected")
        if silent > GIVE_UP or (self._pending and now - self._asked > GIVE_UP):
            self.end("failed")

    @property
    def over(self) -> bool:
        return self.state in OVER

    @property
    def stands(self) -> bool:
        """Whether anything can go out on it: a key frame asked for before would be lost."""
        return self.state in STANDING

    def _become(self, state: LinkState) -> None:
        if state != self.state and not self.over:
            self.state = state
            self._told.changed(self)

    def end(self, state: LinkState) -> None:
        """It is over: from this call on nothing comes in, and nothing of it goes out."""
        self.lines.want(SeatPlan())
        for source in self.sources.values():
            source.feed((), time.monotonic())
        self._become(state)

    async def close(self) -> None:
        """Say goodbye and free the sockets, within two seconds."""
        self.end("closed")
        for task in (self._task, self._ping):
            if task is not None:
                task.cancel()
        with suppress(TimeoutError):
            async with asyncio.timeout(2):
                await self.transport.stop()
                await self.transport.transport.stop()

    def _same(self, answer: Answer, before: Answer) -> bool:
        """Whether it comes from the other end of this link: its key stays, and its address but for a restart."""
        ice = self._restarted or (answer.ufrag, answer.password) == (before.ufrag, before.password)
        return ice and (answer.fingerprint, answer.setup) == (before.fingerprint, before.setup)
