"""A hearing's star with real peers: the judge in Madrid, the witness and a clerk, each a stock aiortc browser."""

import asyncio
import gc
import re
import time
from collections.abc import AsyncIterator

import pytest

from signalling.media import link
from signalling.media.control import Answer, Attach, Detach, Frame, Offer, Plan, Receive, Refused, SeatPlan, State
from signalling.media.environment import Where
from signalling.media.room import Room
from tests.signalling.browsers import Browser, until

BOTH = ("audio", "video")


class Stage:
    """A room, the browsers in it, and all that the room said."""

    def __init__(self) -> None:
        self.room = Room(hearing="h", where=Where(("127.0.0.1",)), emit=self.hear)
        self.browsers: dict[str, Browser] = {}
        self.frames: list[Frame] = []
        self.answers: dict[str, list[str]] = {}
        self.version = 0
        self.tasks: set[asyncio.Task[None]] = set()

    def hear(self, frame: Frame) -> None:
        self.frames.append(frame)
        if isinstance(frame, Offer) and frame.seat in self.browsers:
            self.tasks.add(asyncio.create_task(self.answer(frame)))

    async def answer(self, offer: Offer) -> None:
        sdp = await self.browsers[offer.seat].take(offer)
        self.answers.setdefault(offer.seat, []).append(sdp)
        self.room.answer(Answer("h", offer.seat, offer.link, sdp))

    def plan(self, version: int | None = None, **seats: SeatPlan) -> None:
        self.version += 1
        self.room.plan(Plan("h", self.version if version is None else version, seats))

    async def enter(self, seat: str, level: int = 128, tab: str = "1") -> Browser:
        self.browsers[seat] = Browser(level)
        await self.room.attach(Attach("h", seat, tab))
        return self.browsers[seat]

    def states(self, seat: str) -> list[str]:
        return [f.state for f in self.frames if isinstance(f, State) and f.seat == seat]

    def offers(self, seat: str) -> list[Offer]:
        return [f for f in self.frames if isinstance(f, Offer) and f.seat == seat]


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    stage = Stage()
    yield stage
    await stage.room.close()
    for browser in stage.browsers.values():
        await browser.close()


def hears(*others: str, form: str = "clear", send: tuple[str, ...] = BOTH) -> SeatPlan:
    return SeatPlan(send=list(send), receive=[Receive(o, kind, form) for o in others for kind in BOTH])  # type: ignore[arg-type]


async def test_two_seats_hear_and_see_each_other_and_a_third_gets_nothing(stage: Stage) -> None:
    stage.plan(judge=hears("witness"), witness=hears("judge"))
    judge, witness = await stage.enter("judge", 60), await stage.enter("witness", 200)
    clerk = await stage.enter("clerk", 120)
    await until(lambda: judge.pictures.get("witness") and witness.pictures.get("judge"))
    await until(lambda: judge.sounds.get("witness") and witness.sounds.get("judge"))
    await until(lambda: "connected" in stage.states("clerk"))
    assert set(judge.pictures) == {"witness"}
    assert abs(judge.pictures["witness"][-1] - 200) < 12
    assert abs(witness.pictures["judge"][-1] - 60) < 12
    assert (clerk.pictures, clerk.sounds) == ({}, {})
    assert stage.room.links["clerk"].sources["video"].ssrc is None  # nor is what he sends taken
    assert stage.offers("clerk")[0].tracks == []


async def test_a_picture_is_asked_for_when_it_can_arrive_and_not_before(stage: Stage) -> None:
    """A key frame that came while keys were still agreed on would be lost, and the next one late."""
    stage.plan(judge=hears("witness"), witness=hears("judge"))
    begun: dict[str, list[bool]] = {}
    hear = stage.room._emit

    def heard(frame: Frame) -> None:
        if isinstance(frame, State) and frame.state == "connected":
            begun[frame.seat] = [leg.source is not None for leg in stage.room.links[frame.seat].lines.legs()]
        hear(frame)

    stage.room._emit = heard
    await stage.enter("witness")
    judge = await stage.enter("judge")
    await until(lambda: judge.pictures.get("witness"))
    assert begun == {"witness": [False, False], "judge": [False, False]}


async def test_no_description_of_one_seat_holds_anything_of_another(stage: Stage) -> None:
    """I1, I8: addresses, credentials, fingerprints, SSRCs and stream names of one link are on that link alone."""
    stage.plan(judge=hears("witness"), witness=hears("judge"))
    await stage.enter("judge")
    await stage.enter("witness")
    await until(lambda: stage.browsers["judge"].pictures and stage.browsers["witness"].pictures)
    told = {seat: "".join(o.sdp for o in stage.offers(seat)) for seat in ("judge", "witness")}
    said = {seat: "".join(stage.answers[seat]) for seat in ("judge", "witness")}
    ours = {line for text in told.values() for line in re.findall(r"^a=candidate:.*$", text, re.MULTILINE)}
    assert {line.split()[4] for line in ours} == {"127.0.0.1"}
    for mine, other in (("judge", "witness"), ("witness", "judge")):
        private = secrets_of(said[other]) | secrets_of(told[other])
        assert private & secrets_of(told[mine]) == set()
        assert len(private) > 20


def secrets_of(text: str) -> set[str]:
    """Whatever could tell one link, browser or address from another. The lines of our own address are left out."""
    found = re.findall(r"^a=(?:ice-ufrag|ice-pwd|fingerprint|candidate|ssrc|msid|ssrc-group):(.*)$", text, re.MULTILINE)
    ours = "127.0.0.1 " in text
    lines = [line for line in found if not (ours and " typ host" in line)]
    return {word for line in lines for word in re.split(r"[ :]", line.strip()) if len(word) > 7}


async def test_a_new_plan_cuts_off_before_it_returns(stage: Stage) -> None:
    stage.plan(judge=hears("witness"), witness=hears("judge"))
    judge, _ = await stage.enter("judge"), await stage.enter("witness")
    await until(lambda: judge.pictures.get("witness"))
    stage.plan(judge=SeatPlan(send=["audio"]), witness=hears("judge"))
    star, sources = stage.room.links["judge"], stage.room.links["witness"].sources
    assert [sources[kind].legs for kind in BOTH] == [(), ()]
    assert star.lines.legs() == []
    sent = star.transport.bytes_out
    await asyncio.sleep(0.5)
    assert star.transport.bytes_out - sent < 400  # RTCP alone
    assert stage.room.links["judge"].sources["video"].legs == ()


async def test_what_was_taken_away_comes_back_with_a_plan(stage: Stage) -> None:
    stage.plan(judge=hears("witness"), witness=hears("judge"))
    judge, _ = await stage.enter("judge"), await stage.enter("witness")
    await until(lambda: judge.pictures.get("witness"))
    stage.plan(judge=hears("witness", send=()), witness=SeatPlan())
    await asyncio.sleep(0.3)
    before = len(judge.pictures["witness"])
    stage.plan(judge=hears("witness"), witness=hears("judge"))
    await until(lambda: len(judge.pictures["witness"]) > before + 2)


async def test_masked_and_card_are_agreed_on_and_silent_and_an_unknown_form_is_not_even_that(stage: Stage) -> None:
    stage.plan(
        judge=SeatPlan(receive=[Receive("witness", "audio", "masked"), Receive("witness", "video", "card")]),
        clerk=SeatPlan(receive=[Receive("witness", "audio", "transcript"), Receive("witness", "video", "CLEAR")]),
        witness=hears(),
    )
    for seat in ("judge", "clerk", "witness"):
        await stage.enter(seat)
    await until(lambda: all("connected" in stage.states(seat) for seat in ("judge", "clerk", "witness")))
    await until(lambda: stage.room.links["witness"].sources["video"].octets > 0)
    await asyncio.sleep(0.5)
    assert [t.kind for t in stage.offers("judge")[-1].tracks] == ["audio", "video"]
    assert stage.offers("clerk")[-1].tracks == []
    assert (stage.browsers["judge"].pictures, stage.browsers["judge"].sounds) == ({}, {})
    assert [stage.room.links[s].transport.bytes_out for s in ("judge", "clerk")] == [0, 0]


async def test_an_older_plan_that_comes_late_changes_nothing(stage: Stage) -> None:
    stage.plan(version=5, judge=hears("witness"))
    stage.plan(version=4)
    assert list(stage.room.seats) == ["judge"]


async def test_without_a_plan_nothing_flows(stage: Stage) -> None:
    await stage.enter("judge")
    await stage.enter("witness")
    await until(lambda: all("connected" in stage.states(seat) for seat in ("judge", "witness")))
    await asyncio.sleep(0.3)
    assert [each.transport.bytes_out for each in stage.room.links.values()] == [0, 0]


async def test_a_browser_that_vanishes_is_noticed_within_five_seconds(stage: Stage) -> None:
    stage.plan(judge=hears("witness"), witness=hears("judge"))
    judge, witness = await stage.enter("judge"), await stage.enter("witness")
    await until(lambda: judge.pictures.get("witness") and witness.sounds.get("judge"))
    for protocol in witness.pc.getSenders()[0].transport.transport._connection._protocols:
        protocol.transport.abort()
    gone = time.monotonic()
    await until(lambda: stage.states("witness")[-1] == "reconnecting", 8)
    assert 3 < time.monotonic() - gone < 5.5
    assert stage.states("judge")[-1] == "connected"


async def test_a_second_tab_replaces_the_first_and_the_others_see_it_again(stage: Stage) -> None:
    stage.plan(judge=hears("witness"), witness=hears("judge"))
    judge, first = await stage.enter("judge"), await stage.enter("witness", 60)
    await until(lambda: judge.pictures.get("witness"))
    await stage.enter("witness", 200, tab="2")
    assert stage.states("witness")[-2:] == ["replaced", "connecting"]
    await until(lambda: judge.pictures["witness"][-1] > 180)
    await first.close()


async def test_a_bad_answer_is_refused_and_the_right_one_still_taken(stage: Stage) -> None:
    stage.plan(judge=hears())
    await stage.room.attach(Attach("h", "judge", "1"))
    stage.room.answer(Answer("h", "judge", "1", "v=0\r\n"))
    refused = [f for f in stage.frames if isinstance(f, Refused)]
    assert [(f.seat, f.link, f.code) for f in refused] == [("judge", "1", "sdp_sections")]
    stage.browsers["judge"] = Browser()
    await stage.answer(stage.offers("judge")[0])
    await until(lambda: "connected" in stage.states("judge"))
    stage.room.answer(Answer("h", "judge", "1", stage.answers["judge"][0]))
    assert [f.code for f in stage.frames if isinstance(f, Refused)] == ["sdp_sections", "unexpected_answer"]


async def test_goodbye_ends_the_link(stage: Stage) -> None:
    stage.plan(judge=hears())
    judge = await stage.enter("judge")
    await until(lambda: "connected" in stage.states("judge") and judge.pc.connectionState == "connected")
    await judge.pc.close()
    await until(lambda: stage.states("judge")[-1] == "closed")
    assert stage.room.links == {}


async def test_links_that_are_over_leave_neither_sockets_nor_tasks_behind(stage: Stage) -> None:
    stage.plan(judge=hears("witness"), witness=hears("judge"))
    await stage.enter("witness")
    left = []
    for tab in ("1", "2"):
        judge = await stage.enter("judge", tab=tab)
        await until(lambda: judge.pictures.get("witness"))  # noqa: B023 (it is over before the next one comes)
        stage.room.detach(Detach("h", "judge", tab))
        await judge.close()
        await until(lambda: not stage.room._closing)
        await asyncio.sleep(0.1)  # the next tick lets go of what the last one looked at
        gc.collect()
        kept = [each for each in gc.get_objects() if isinstance(each, link.Link) and each._told is stage.room]
        left.append((len(asyncio.all_tasks()), len(kept)))
    assert left[0] == left[1]
    assert left[0][1] == 1  # the witness's; a link's socket goes with it


async def test_a_seat_to_which_nothing_flows_is_asked_and_counts_as_present(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A browser without media speaks every five seconds at most."""
    monkeypatch.setattr(link, "DOUBT", 0.1)
    monkeypatch.setattr(link, "SILENCE", 0.4)
    await stage.enter("clerk")
    await until(lambda: "connected" in stage.states("clerk"))
    await asyncio.sleep(1)
    assert stage.states("clerk") == ["connecting", "connected"]


async def test_a_browser_that_leaves_an_offer_unanswered_is_let_go(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(link, "GIVE_UP", 0.2)
    await stage.room.attach(Attach("h", "judge", "1"))
    await until(lambda: stage.states("judge") == ["connecting", "failed"])
