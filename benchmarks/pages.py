"""Real browsers in the star of the media bench: when the first picture stands, whether loss freezes it, and whether
a line that loses much gets fewer pictures while the other one gets all.

Two pages in Chromium run the client's own peer.js. Between a page and the media process lies a proxy that forgets
some datagrams of a hundred: three each way on both legs, or many on one way of one leg.
"""

import asyncio
import random
import re
import shutil
from pathlib import Path
from statistics import median
from typing import Any, Final

import msgspec
from playwright.async_api import BrowserContext, Page, Route, async_playwright

from benchmarks.report import Row
from benchmarks.star import Star, until
from signalling.media.control import Offer

STATIC: Final = Path(__file__).resolve().parent.parent / "signalling" / "static" / "signalling"
LOSS: Final = 0.03
NARROW: Final = 0.15  # what a line forgets that must do with fewer pictures
WATCHED: Final = 15.0  # seconds
OPENED: Final = 5  # times, for the first picture
SETTLING: Final = 5.0  # seconds until Chromium has found its rate; a freeze before that is a start
FLAGS: Final = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
    "--autoplay-policy=no-user-gesture-required",
    "--mute-audio",
]
SCRIPT: Final = """
import { Peer } from "/peer.js";
const stream = await navigator.mediaDevices.getUserMedia({ audio: true, video: { width: 640, height: 480 } });
let asked = 0;
window.first = 0;
const peer = new Peer({
  send: (message) => window.answered(message.link, message.sdp),
  stands: () => {},
  receives: (incoming) => {
    for (const { kind, track } of incoming) {
      if (kind !== "video" || document.querySelector("video")) continue;
      const video = document.body.appendChild(document.createElement("video"));
      video.muted = video.autoplay = true;
      video.srcObject = new MediaStream([track]);
      video.requestVideoFrameCallback(() => { window.first = performance.now() - asked; });
    }
  },
});
await peer.give("audio", stream.getAudioTracks()[0]);
await peer.give("video", stream.getVideoTracks()[0]);
window.offered = (offer) => { asked ||= performance.now(); return peer.answer(offer); };
window.figures = async () => {
  const found = [...(await peer.connection.getStats()).values()].filter((one) => one.type === "inbound-rtp");
  const { framesDecoded, freezeCount, totalFreezesDuration, packetsLost } = found.find((one) => one.kind === "video");
  return { framesDecoded, freezeCount, totalFreezesDuration, packetsLost };
};
"""


class Lossy(asyncio.DatagramProtocol):
    """One way of a proxy: what comes goes on through the other one, most of it."""

    def __init__(self, rate: float) -> None:
        self._rate = rate
        self.other: Lossy | None = None
        self.address: Any = None  # where what we send goes: fixed, or whoever spoke last
        self.passed = self.forgotten = 0

    def connection_made(self, transport: Any) -> None:
        self.transport = transport

    def datagram_received(self, data: bytes, addr: Any) -> None:
        if self.address is None or self.address[1] != addr[1]:
            self.address = addr
        if data[0] > 127 and random.random() < self._rate:  # set-up and consent have their own repetitions
            self.forgotten += 1
        elif self.other is not None and self.other.address is not None:
            self.passed += 1
            self.other.transport.sendto(data, self.other.address)


async def proxied(sdp: str, up: float, down: float) -> str:
    """The offer with the address of a proxy in the place of ours. It forgets these shares, from and to the page."""
    found = re.search(r"^a=candidate:\S+ 1 udp \d+ (\S+) (\d+)", sdp, re.MULTILINE)
    assert found is not None
    loop, here = asyncio.get_running_loop(), ("127.0.0.1", 0)
    _, front = await loop.create_datagram_endpoint(lambda: Lossy(up), local_addr=here)
    _, back = await loop.create_datagram_endpoint(lambda: Lossy(down), local_addr=here)
    front.other, back.other, back.address = back, front, (found[1], int(found[2]))
    return sdp.replace(f" {found[2]} typ", f" {front.transport.get_extra_info('sockname')[1]} typ")


class Theatre(Star):
    """A star whose seats are pages. `loss`: by seat, from and to its page; a seat without has a line of its own."""

    def __init__(self, context: BrowserContext, loss: dict[str, tuple[float, float]]) -> None:
        super().__init__()
        self._context, self._loss = context, loss
        self.pages: dict[str, Page] = {}
        self._offers: dict[str, Offer] = {}
        self._ports: dict[str, str] = {}

    async def open(self, seat: str) -> Page:
        page = self.pages[seat] = await self._context.new_page()
        await page.expose_function("answered", lambda link, sdp: self.answer(self._offers[seat], sdp))
        await page.goto("http://localhost/")
        await page.add_script_tag(content=SCRIPT, type="module")
        await page.wait_for_function("!!window.figures")
        return page

    def offered(self, offer: Offer) -> None:
        self.spawn(self._pass_on(offer))

    async def _pass_on(self, offer: Offer) -> None:
        self._offers[offer.seat] = offer
        if offer.link not in self._ports:
            loss = self._loss.get(offer.seat)
            self._ports[offer.link] = await proxied(offer.sdp, *loss) if loss else offer.sdp
        port = re.search(r"(\d+) typ host", self._ports[offer.link])
        assert port is not None
        sdp = re.sub(r"\d+ typ host", port[0], offer.sdp)
        told = {"link": offer.link, "sdp": sdp, "tracks": msgspec.to_builtins(offer.tracks), "servers": []}
        await self.pages[offer.seat].evaluate("offer => window.offered(offer)", told)

    async def two(self) -> tuple[Page, Page]:
        """The judge is there, the witness comes; both see each other when this returns."""
        judge, witness = await self.open("judge"), await self.open("witness")
        self.plan(["judge", "witness"])
        self.attach("judge")
        await until(lambda: self.states["judge"] == "connected")
        await asyncio.sleep(0.5)
        self.attach("witness")
        for page in (judge, witness):
            await page.wait_for_function("window.first > 0", timeout=30_000)
        return judge, witness


async def _serve(route: Route) -> None:
    name = route.request.url.rpartition("/")[2]
    if name in ("peer.js", "messages.js"):
        await route.fulfill(path=STATIC / name, content_type="text/javascript")
    else:
        await route.fulfill(body="<!doctype html><title>Bench</title><body>", content_type="text/html")


async def measured() -> list[Row]:
    """First picture on a clean line; freezes with loss on both legs."""
    program = shutil.which("chromium") or shutil.which("google-chrome")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=program, args=FLAGS)
        try:
            context = await browser.new_context()
            await context.route("**/*", _serve)
            return [await _first(context), *await _freezes(context), *await _narrow(context)]
        finally:
            await browser.close()


async def _first(context: BrowserContext) -> Row:
    found = []
    for _ in range(OPENED):
        async with Theatre(context, {}) as hearing:
            _judge, witness = await hearing.two()
            found.append(await witness.evaluate("window.first"))
            await _close(hearing)
    return Row(f"Chromium: offer to first picture shown, median of {OPENED}", median(found), "ms", "<= 400")


async def _freezes(context: BrowserContext) -> list[Row]:
    changes = await _watched(Theatre(context, dict.fromkeys(("judge", "witness"), (LOSS, LOSS))), SETTLING)
    return [
        Row("Chromium, 3 % loss on both legs: freezes", sum(c["freezeCount"] for c in changes), "", "<= 0"),
        Row("Chromium, 3 % loss on both legs: frozen", sum(c["totalFreezesDuration"] for c in changes), "s"),
        Row(
            "Chromium, 3 % loss on both legs: pictures", min(c["framesDecoded"] for c in changes) / WATCHED, "a second"
        ),
    ]


async def _narrow(context: BrowserContext) -> list[Row]:
    """The way to the judge forgets much; the witness's line is whole."""
    narrow, whole = await _watched(Theatre(context, {"judge": (0.0, NARROW)}), 3 * SETTLING)
    return [
        Row("Chromium, one leg loses 15 %: pictures there", narrow["framesDecoded"] / WATCHED, "a second", "<= 12"),
        Row("Chromium, one leg loses 15 %: freezes there", narrow["freezeCount"], ""),
        Row("Chromium, one leg loses 15 %: on the other", whole["framesDecoded"] / WATCHED, "a second", ">= 18"),
    ]


async def _watched(hearing: Theatre, settling: float) -> list[dict[str, float]]:
    """What both pages counted, the judge's first, over WATCHED seconds."""
    async with hearing:
        pair = await hearing.two()
        await asyncio.sleep(settling)
        before = [await page.evaluate("window.figures()") for page in pair]
        await asyncio.sleep(WATCHED)
        after = [await page.evaluate("window.figures()") for page in pair]
        await _close(hearing)
    return [{name: late[name] - early[name] for name in late} for early, late in zip(before, after, strict=True)]


async def _close(hearing: Theatre) -> None:
    for page in hearing.pages.values():
        await page.close()
