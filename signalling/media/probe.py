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

from signalling.media.control import (
    Frame,
    Probe,
    ProbeAnswer,
    ProbeFailed,
    ProbeOffer,
    ProbeProgress,
    ProbeResult,
    Receive,
    SeatPlan,
    Track,
)
from signalling.media.environment import Where
from signalling.media.link import Link
from signalling.media.room import TICK
from signalling.media.rtp import NAMES
from signalling.media.sdp import SdpRefused
from signalling.media.train import ARRIVAL, DOWN, UP, Tally, Train, arrivals, loss, pack, percentile, unpack

ECHO: Final = "echo"
AT_ONCE: Final = 8  # tests; more would measure each other
CONNECT: Final = 15.0  # seconds
PATIENCE: Final = 3.0  # seconds for what the browser owes us after the train
LATE: Final = 0.8  # seconds that the last datagram may take
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

    def __init__(self, *, link: str, where: Where, emit: Callable[[Frame], None], train: Train) -> None:
        self._emit, self._train = emit, train
        self.link = Link(seat=ECHO, link=link, where=where, told=self, data=True)
        self.link.want(_MIRROR)
        self._changed = asyncio.Event()
        self._channels: dict[str, Any] = {}
        self._up = Tally(train.count)
        self._rtts: list[float] = []
        self._heard: tuple[int, float, float] | None = None
        self._sent: dict[int, float] = {}  # our numbers → our clock
        self._browser_sent: int | None = None
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
        await asyncio.sleep(LATE)
        self._progress("reporting", 1.0)
        await self._until(lambda: self._browser_sent is not None or not self._up.received, PATIENCE, None)
        self._say({"type": "stop"})
        await self._until(lambda: self._report is not None, PATIENCE, "no_report")
        rates = {k: (s.octets - octets[k]) * 8 / 1000 / seconds for k, s in self.link.sources.items()}
        return self._result(time.monotonic() - began, rates)

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
            if number % 25 == 0:
                self._progress("measuring", number / train.count)

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
                self._browser_sent = msgspec.json.decode(data, type=_Sent).count
        self._changed.set()

    def _result(self, seconds: float, rates: dict[str, float]) -> ProbeResult:
        sent_up = max(self._browser_sent or 0, max(self._up.numbers, default=-1) + 1)
        if not self._up.received or not self._rtts:
            raise ProbeEnded("no_train", "None of the browser's datagrams arrived.")
        down = Tally(self._train.count)
        for number, came in arrivals(self._report or b""):
            if number in self._sent:
                down.add(number, self._sent[number], came)
        up_loss, down_loss = loss(sent_up, self._up.received), loss(len(self._sent), down.received)
        codecs = {k: NAMES.get(s.payload_type or 0) for k, s in self.link.sources.items()}
        return ProbeResult(
            link=self.link.id,
            seconds=round(seconds, 1),
            rtt_ms=round(percentile(self._rtts, 0.5), 1),
            rtt_p95_ms=round(percentile(self._rtts, 0.95), 1),
            sent_up=sent_up,
            received_up=self._up.received,
            sent_down=len(self._sent),
            received_down=down.received,
            loss_up=up_loss[0],
            loss_up_low=up_loss[1],
            loss_up_high=up_loss[2],
            loss_down=down_loss[0],
            loss_down_low=down_loss[1],
            loss_down_high=down_loss[2],
            jitter_up_ms=round(self._up.jitter, 1),
            jitter_down_ms=round(down.jitter, 1),
            codec_audio=codecs["audio"],
            codec_video=codecs["video"],
            audio_up_kbps=round(rates["audio"], 1),
            video_up_kbps=round(rates["video"], 1),
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
        for slot in link.lines.slots:
            if slot.leg and slot.agreed and slot.leg.source is None:
                source = link.sources[slot.section.kind]
                source.legs = (slot.leg,)
                slot.leg.begin(source, time.monotonic())

    def changed(self, link: Link) -> None:
        self._changed.set()


class _Sent(msgspec.Struct):
    type: Literal["sent"]
    count: int


def _ms() -> float:
    return time.monotonic() * 1000


class Probes:
    """The tests that run now, in this process."""

    def __init__(self, *, where: Where, emit: Callable[[Frame], None], train: Train | None = None) -> None:
        self._where, self._emit, self._train = where, emit, train or Train()
        self.running: dict[str, tuple[Run, asyncio.Task[None]]] = {}

    def begin(self, frame: Probe) -> None:
        """Start a test; its end is a ProbeResult or a ProbeFailed."""
        if len(self.running) >= AT_ONCE:
            self._emit(ProbeFailed(frame.link, "busy", "Too many connection tests run at once."))
        elif frame.link not in self.running:
            run = Run(link=frame.link, where=self._where, emit=self._emit, train=self._train)
            self.running[frame.link] = (run, asyncio.create_task(self._run(run)))

    async def _run(self, run: Run) -> None:
        ticker = asyncio.create_task(self._tick(run.link))
        try:
            self._emit(await run.measure())
        except ProbeEnded as ended:
            self._emit(ProbeFailed(run.link.id, ended.code, ended.sentence))
        finally:
            ticker.cancel()
            await run.link.close()
            self.running.pop(run.link.id, None)

    async def _tick(self, link: Link) -> None:
        while True:
            await asyncio.sleep(TICK)
            link.tick(time.monotonic())

    def answer(self, frame: ProbeAnswer) -> None:
        """The browser's answer; one that is refused ends the test."""
        run = self.running.get(frame.link)
        if run is not None:
            try:
                run[0].link.take_answer(frame.sdp)
            except SdpRefused as refused:
                self._emit(ProbeFailed(frame.link, "sdp_refused", refused.sentence))
                self.end(frame.link)

    def end(self, link: str) -> None:
        """The tester left: no result."""
        run = self.running.get(link)
        if run is not None:
            run[1].cancel()

    async def close(self) -> None:
        """Stop every test."""
        tasks = [task for _, task in self.running.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
