"""From a change in the house to the media process: plans, links, and what a client that comes back still holds."""

import asyncio
import time
from typing import Any

from protection import measures
from sessions import lifecycle
from sessions.models import Hearing, Seat
from signalling.media import control
from tests.signalling.conftest import Court, Wire, later, signed_in, until
from tests.signalling.test_endpoint import announced


async def browser_of(member: Any) -> Any:
    return await later(signed_in, member)


def offered(attached: control.Attach) -> control.Offer:
    track = control.Track("0", attached.seat, "audio", True)
    return control.Offer(attached.hearing, attached.seat, attached.link, "v=0 offer", [track])


async def test_an_admitted_client_gets_a_link_an_offer_and_passes_its_answer(wire: Wire, court: Court) -> None:
    async with wire.joined(court.path, await browser_of(court.cast.judge)) as judge:
        attached = await wire.media.next(control.Attach)
        wire.media.say(offered(attached))
        offer = await judge.hear("offer")
        assert (offer["link"], offer["sdp"], offer["servers"]) == (attached.link, "v=0 offer", [])
        await judge.say({"type": "answer", "link": offer["link"], "sdp": "v=0 answer"})
        answer = await wire.media.next(control.Answer)
        assert answer == control.Answer(attached.hearing, attached.seat, attached.link, "v=0 answer")


async def test_the_plan_is_sent_before_the_link_is_asked_for(wire: Wire, court: Court) -> None:
    async with wire.joined(court.path, await browser_of(court.cast.judge)):
        await wire.media.next(control.Attach)
        kinds = [type(frame) for frame in wire.media.sent]
        assert kinds.index(control.Plan) < kinds.index(control.Attach)


async def test_a_suspension_cuts_all_sound_and_picture_within_a_second_and_resuming_gives_them_back(
    wire: Wire, court: Court
) -> None:
    await later(Hearing.objects.filter(pk=court.hearing.pk).update, state="in_session")
    async with wire.joined(court.path, await browser_of(court.cast.judge)) as judge:
        await wire.media.planned(court.judge.public_id, 6)
        began = time.monotonic()
        await later(
            lifecycle.suspend, hearing_id=court.hearing.public_id, by=court.cast.judge_madrid, reason="A question."
        )
        plan = await wire.media.planned(court.judge.public_id, 0)
        assert time.monotonic() - began < 1
        assert {(tuple(seat.send), tuple(seat.receive)) for seat in plan.seats.values()} == {((), ())}
        scene = await judge.hear("scene")
        assert (scene["state"], scene["sends"], scene["receives"]) == ("suspended", [], [])
        assert wire.media.of(control.Detach) == []


async def test_a_measure_that_is_raised_changes_what_the_defence_receives_within_a_second(
    wire: Wire, court: Court
) -> None:
    async with wire.joined(court.path, await browser_of(court.cast.defence)) as defence:
        await wire.media.planned(court.defence.public_id, 6)
        await later(
            measures.raise_,
            person=court.hearing.plan.request.person,
            kind="face_distortion",
            by=court.cast.judge_madrid,
            basis="U24-2b",
        )
        scene = await defence.hear("scene")
        witness = str(court.witness.public_id)
        forms = {each["kind"]: each["form"] for each in scene["receives"] if each["seat"] == witness}
        assert forms == {"audio": "clear", "video": "card"}
        plan = wire.media.of(control.Plan)[-1]
        received = {r.kind: r.form for r in plan.seats[str(court.defence.public_id)].receive if r.seat == witness}
        assert received == {"audio": "clear", "video": "card"}


async def test_a_line_that_breaks_keeps_its_link_for_the_client_that_comes_back(wire: Wire, court: Court) -> None:
    browser = await browser_of(court.cast.judge)
    async with wire.joined(court.path, browser) as judge:
        attached = await wire.media.next(control.Attach)
        wire.media.say(offered(attached))
        await judge.hear("offer")
        judge.socket.transport.abort()
        await asyncio.sleep(0.05)
    async with wire.open(court.path, browser) as again:
        await again.say({"type": "hello", "version": 1, "link": attached.link})
        assert (await again.hear("welcome"))["kept"] is True
        # What it had not answered is offered again.
        assert (await again.hear("offer"))["link"] == attached.link
    assert len(wire.media.of(control.Attach)) == 1


async def test_a_client_that_comes_from_another_process_keeps_its_link_unless_the_media_service_knows_better(
    wire: Wire, court: Court
) -> None:
    async with wire.open(court.path, await browser_of(court.cast.judge)) as judge:
        await judge.say({"type": "hello", "version": 1, "link": "begun-elsewhere"})
        assert (await judge.hear("welcome"))["kept"] is True
        adopted = await wire.media.next(control.Adopt)
        assert (adopted.seat, adopted.link) == (str(court.judge.public_id), "begun-elsewhere")
        wire.media.say(control.State(adopted.hearing, adopted.seat, adopted.link, "connected"))
        assert (await judge.hear("linked"))["state"] == "connected"
        assert wire.media.of(control.Attach) == []
    async with wire.open(court.path, await browser_of(court.cast.defence)) as defence:
        await defence.say({"type": "hello", "version": 1, "link": "never-was"})
        adopted = await wire.media.next(control.Adopt, 2)
        wire.media.say(control.State(adopted.hearing, adopted.seat, adopted.link, "closed"))
        attached = await wire.media.next(control.Attach)
        assert (attached.seat, attached.link != "never-was") == (str(court.defence.public_id), True)
    assert await later(court.hearing.log.filter(kind="link_lost").count) == 0


async def test_a_client_whose_network_changed_gets_another_offer_for_the_same_link(wire: Wire, court: Court) -> None:
    async with wire.joined(court.path, await browser_of(court.cast.judge)) as judge:
        attached = await wire.media.next(control.Attach)
        await judge.say({"type": "moved"})
        asked = await wire.media.next(control.Restart)
        assert (asked.seat, asked.link) == (attached.seat, attached.link)
        wire.media.say(offered(attached))
        assert (await judge.hear("offer"))["link"] == attached.link


async def test_a_client_that_leaves_loses_its_link_at_once_and_the_others_are_told(wire: Wire, court: Court) -> None:
    inside = wire.joined(court.path, await browser_of(court.cast.defence))
    async with inside as defence:
        async with wire.joined(court.path, await browser_of(court.cast.judge)):
            await wire.media.next(control.Attach, 2)
        gone = await defence.hear("present")
        while gone["here"]:
            gone = await defence.hear("present")
        assert gone["sender"] == str(court.judge.public_id)
        assert [frame.seat for frame in wire.media.of(control.Detach)] == [str(court.judge.public_id)]


async def test_when_the_media_process_dies_every_link_is_planned_and_attached_again(wire: Wire, court: Court) -> None:
    async with wire.joined(court.path, await browser_of(court.cast.judge)):
        first = await wire.media.next(control.Attach)
        plans = len(wire.media.of(control.Plan))
        wire.media.say(control.Gone(str(court.hearing.public_id)))
        second = await wire.media.next(control.Attach, 2)
        assert second.link != first.link
        assert len(wire.media.of(control.Plan)) == plans + 1


async def test_a_link_that_fails_is_begun_anew_and_written_into_the_record(wire: Wire, court: Court) -> None:
    await later(Hearing.objects.filter(pk=court.hearing.pk).update, state="in_session")
    async with wire.joined(court.path, await browser_of(court.cast.judge)):
        first = await wire.media.next(control.Attach)
        wire.media.say(control.State(first.hearing, first.seat, first.link, "failed"))
        second = await wire.media.next(control.Attach, 2)
        assert second.link != first.link
        await logged(court, "link_lost")
        wire.media.say(control.State(second.hearing, second.seat, second.link, "connected"))
        await logged(court, "link_back")


async def logged(court: Court, kind: str) -> None:
    """Wait for a line of that kind in the hearing's log."""
    async with asyncio.timeout(5):
        while not await later(court.hearing.log.filter(kind=kind).exists):  # noqa: ASYNC110 (a row has no event)
            await asyncio.sleep(0.02)


async def test_who_is_put_back_into_the_waiting_room_loses_the_link(wire: Wire, court: Court) -> None:
    async with wire.joined(court.path, await browser_of(court.cast.defence)) as defence:
        await wire.media.next(control.Attach)
        await later(Seat.objects.filter(pk=court.defence.pk).update, presence="waiting")
        await later(announced, court.hearing)
        scene = await defence.hear("scene")
        assert (scene["room"], scene["receives"]) == ("waiting", [])
        assert (await wire.media.next(control.Detach)).seat == str(court.defence.public_id)


async def test_if_the_hearing_cannot_be_read_nothing_flows_until_it_can(wire: Wire, court: Court) -> None:
    async with wire.joined(court.path, await browser_of(court.cast.judge)):
        await wire.media.planned(court.judge.public_id, 6)
        reading = wire.board._reading

        async def broken(*_: Any) -> None:
            raise RuntimeError

        wire.board._reading = broken
        wire.board.changed(court.hearing.public_id)
        await until(lambda: not wire.media.of(control.Plan)[-1].seats)
        wire.board._reading = reading
        await wire.media.planned(court.judge.public_id, 6)
