"""The connection test: a browser's link to the media process, measured by a train of datagrams both ways.

Its camera and microphone come back to it through the forwarder meanwhile, as in a hearing, so that the codec
and the picture are tried too and the line carries what it will have to carry. All arithmetic is done here
(train.py); the browser sends, notes when what arrived, and reports. The format stands there.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final, Literal

import msgspec
from aiortc import RTCDataChannel, RTCDataChannelParameters, RTCSctpTransport
from aiortc.rtcsctptransport import RTCSctpCapabilities

from signalling.media.control import Frame, ProbeOffer, ProbeProgress, ProbeResult, Receive, SeatPlan, Track
from signalling.media.environment import Where
from signalling.media.estimate import Through, loss, median, percentile
from signalling.media.filling import FilledLink, Row, down, up
from signalling.media.link import Link
from signalling.media.rtp import NAMES
from signalling.media.train import ARRIVAL, DOWN, UP, Fill, Tally, Train, arrivals, pack, unpack

ECHO: Final = "echo"
CONNECT: Final = 15.0  # seconds
PATIENCE: Final = 3.0  # seconds for what the browser owes us after the train
LATE: Final = 0.25  # seconds that the last datagram may take, beyond a round trip
PING_EVERY: Final = 6  # datagrams
FILLED: Final = 400  # rows of counters; more are not read
HELD: Final = 8  # datagrams waiting to leave: the next is not sent, rather than sent late
_MIRROR: Final = SeatPlan(
    send=["audio", "video"], receive=[Receive(ECHO, "audio", "clear"), Receive(ECHO, "video", "clear")]
)


class ProbeEnded(Exception):
    """The test cannot go on. `code` and sentence are those of ProbeFailed."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code, self.sentence = code, sentence


class Run:
    """One test, from its offer to its result."""

    def __init__(self, *, link: str, where: Where, emit: Callable[[Frame], None], train: Train, fill: Fill) -> None:
        self._emit, self._train, self._fill = emit, train, fill
        self.link = FilledLink(seat=ECHO, link=link, where=where, told=self)
        self.link.want(_MIRROR)
        self._changed = asyncio.Event()
        self._channels: dict[str, Any] = {}
        self._up = Tally(train.count)
        self._rtts: list[float] = []  # of the datagrams, with what waits in the queues of both ends
        self._pings: list[asyncio.Task[float | None]] = []  # of the line alone
        self._heard: tuple[int, float, float] | None = None
        self._sent: dict[int, float] = {}  # our numbers → our clock
        self._browser_sent: int | None = None
        self._carried: list[Row] | None = None
        self._filled = 0.0  # kbit/s that we sent while filling
        self._report: bytes | None = None

    async def measure(self) -> ProbeResult:
        """The whole test. Raises ProbeEnded."""
        try:
            await self.link.open()
        except OSError:
            raise ProbeEnded("not_connected", "The media service has no free port.") from None
        await self._until(lambda: self.link.state != "connecting", CONNECT, "not_connected")
        if self.link.state != "connected":
            raise ProbeEnded("not_connected", "No connection to the media service came about.")
        await self._open_channels()
        began = time.monotonic()
        octets = {kind: source.octets for kind, source in self.link.sources.items()}
        await self._run_train()
        seconds = time.monotonic() - began
        rates = {k: (s.octets - octets[k]) * 8 / 1000 / seconds for k, s in self.link.sources.items()}
        await asyncio.sleep(LATE + median(self._rtts or [0.0]).value / 1000)
        await self._until(lambda: self._browser_sent is not None or not self._up.received, PATIENCE, None)
        await self._fill_line()
        self._progress("reporting", 1.0)
        self._say({"type": "stop"})
        await self._until(lambda: self._report is not None, PATIENCE, "no_report")
        return self._result(time.monotonic() - began, rates)

    async def _fill_line(self) -> None:
        """Both ways at once; the picture does not come back meanwhile, it would fill the other way."""
        legs = {kind: source.legs for kind, source in self.link.sources.items()}
        for source in self.link.sources.values():
            source.legs = ()  # not `feed`: they come back as they were
        self._say({"type": "fill", "seconds": self._fill.seconds, "kbps": self._fill.kbps})
        self._progress("measuring", 0.8)
        self._filled = await self.link.fill(self._fill)
        for kind, source in self.link.sources.items():
            source.legs = legs[kind]
        # What says how much came waits behind what has filled the line.
        await self._until(lambda: self._carried is not None, PATIENCE, None)

    async def _open_channels(self) -> None:
        answer = self.link.answer
        if answer is None or answer.sctp_port is None:
            raise ProbeEnded("no_train", "The browser opened no data channel.")
        sctp = RTCSctpTransport(self.link.transport)
        for label, parameters in (
            ("train", RTCDataChannelParameters(label="train", ordered=False, maxRetransmits=0)),
            ("report", RTCDataChannelParameters(label="report")),
        ):
            channel = self._channels[label] = RTCDataChannel(sctp, parameters)
            channel.on("message", self._train_message if label == "train" else self._report_message)
            channel.on("open", self._changed.set)
        await sctp.start(RTCSctpCapabilities(maxMessageSize=65536), answer.sctp_port)
        await self._until(lambda: all(c.readyState == "open" for c in self._channels.values()), CONNECT, "no_train")
        t = self._train
        self._say({"type": "start", "count": t.count, "interval_ms": t.interval_ms, "size": t.size})

    async def _run_train(self) -> None:
        """Send ours, evenly; the browser's comes in meanwhile."""
        train, channel = self._train, self._channels["train"]
        began = time.monotonic()
        for number in range(train.count):
            await asyncio.sleep(began + number * train.interval_ms / 1000 - time.monotonic())
            self._going_on()
            if channel.bufferedAmount < HELD * train.size:
                self._sent[number] = _ms()
                channel.send(pack(direction=DOWN, number=number, now=_ms(), heard=self._heard, size=train.size))
            if number % PING_EVERY == 0:
                self._pings.append(asyncio.create_task(self.link.transport.connection.ping()))
            if number % 25 == 0:
                self._progress("measuring", 0.8 * number / train.count)

    def _train_message(self, data: object) -> None:
        got = unpack(data, UP) if isinstance(data, bytes) else None
        if got is None:
            return
        number, sent, echoed = got
        now = _ms()
        self._up.add(number, sent, now)
        self._heard = (number, sent, now)
        if echoed is not None and echoed[1] >= 0 and 0 <= now - echoed[0] - echoed[1] < 60_000:
            self._rtts.append(now - echoed[0] - echoed[1])

    def _report_message(self, data: object) -> None:
        """`sent` as text, then the arrivals as bytes; anything else is not heard."""
        if isinstance(data, bytes):
            self._report = data[: 2 * self._train.count * ARRIVAL.size]
        elif isinstance(data, str):
            with suppress(msgspec.DecodeError):
                self._told(msgspec.json.decode(data, type=_Sent | _Filled))
        self._changed.set()

    def _told(self, words: _Sent | _Filled) -> None:
        if isinstance(words, _Sent):
            self._browser_sent = words.count
        else:
            self._carried = words.carried[:FILLED]

    def _result(self, seconds: float, rates: dict[str, float]) -> ProbeResult:
        sent_up = max(self._browser_sent or 0, max(self._up.numbers, default=-1) + 1)
        if not self._up.received or not self._rtts:
            raise ProbeEnded("no_train", "None of the browser's datagrams arrived.")
        came = Tally(self._train.count)
        for number, arrived in arrivals(self._report or b""):
            if number in self._sent:
                came.add(number, self._sent[number], arrived)
        codecs = {k: NAMES.get(s.payload_type or 0) for k, s in self.link.sources.items()}
        carried = self._carried or []
        trips = [1000 * took for ping in self._pings if ping.done() and (took := ping.result()) is not None]
        return ProbeResult(
            link=self.link.id,
            seconds=round(seconds, 1),
            rtt_ms=median(trips or self._rtts).rounded(1),
            rtt_p95_ms=round(percentile(self._rtts, 0.95), 1),
            sent_up=sent_up,
            received_up=self._up.received,
            sent_down=len(self._sent),
            received_down=came.received,
            loss_up=loss(sent_up, self._up.received),
            loss_down=loss(len(self._sent), came.received),
            jitter_up_ms=self._up.jitter.rounded(1),
            jitter_down_ms=came.jitter.rounded(1),
            codec_audio=codecs["audio"],
            codec_video=codecs["video"],
            audio_up_kbps=round(rates["audio"], 1),
            video_up_kbps=round(rates["video"], 1),
            up=up(self.link.meter.came, carried, self._fill) if carried else Through(),
            down=down(carried, self._filled) if carried else Through(),
        )

    # waiting and telling

    async def _until(self, true: Callable[[], bool], seconds: float, code: str | None) -> None:
        """Wait for it; after so many seconds go on without, or end with this code."""
        try:
            async with asyncio.timeout(seconds):
                while not true():
                    self._going_on()
                    self._changed.clear()
                    await self._changed.wait()
        except TimeoutError:
            if code is not None:
                raise ProbeEnded(code, "The browser did not answer in time.") from None

    def _going_on(self) -> None:
        if self.link.over:
            raise ProbeEnded("closed", "The connection ended before the test did.")

    def _say(self, words: dict[str, object]) -> None:
        self._channels["report"].send(msgspec.json.encode(words).decode())

    def _progress(self, phase: Literal["connecting", "measuring", "reporting"], done: float) -> None:
        self._emit(ProbeProgress(self.link.id, phase, round(done, 2)))

    # what the link tells

    def offered(self, link: Link, sdp: str, carried: list[Track]) -> None:
        self._emit(ProbeOffer(link.id, sdp, carried))
        self._progress("connecting", 0.0)

    def agreed(self, link: Link) -> None:
        """Mirror: the browser's own packets go back to it."""
        for slot in link.lines.slots if link.stands else ():
            if slot.leg and slot.agreed and slot.leg.source is None:
                link.sources[slot.section.kind].feed((slot.leg,), time.monotonic())

    def changed(self, link: Link) -> None:
        self._changed.set()


class _Sent(msgspec.Struct, tag="sent"):
    count: int


class _Filled(msgspec.Struct, tag="filled"):
    carried: list[Row]


def _ms() -> float:
    return time.monotonic() * 1000
