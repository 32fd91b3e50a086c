"""How the links are while a hearing runs: kept, drawn for the technicians, summed up in the minutes."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from sessions import minutes, samples
from sessions.models import Sample, Seat
from signalling import live
from signalling.media import control
from signalling.sampling import Gathering
from tests.signalling.conftest import Court, Wire, later, signed_in
from tests.signalling.test_endpoint import browser_of

NOW = datetime(2026, 12, 9, 14, 0, tzinfo=UTC)
GOOD = {"rtt_ms": 63, "loss_up": 0.2, "loss_down": 0, "jitter_up_ms": 4, "jitter_down_ms": 3}
LOSSY = GOOD | {"loss_down": 7.5}
RATES = {"kbps_up": 900, "kbps_down": 1800}


@pytest.fixture
def court(db: None) -> Court:
    from tests.cast import enter

    return Court(enter())


def measured(seat: Seat, figures: Mapping[str, Any], *, ago: float = 0, at: datetime | None = None) -> None:
    moment = (at or timezone.now()) - timedelta(seconds=ago)
    samples.keep({seat.public_id: {**figures, **RATES}}, moment)


def page(court: Court, member: Any) -> Any:
    return signed_in(member).get(f"/hearings/{court.hearing.public_id}/links/")


class TestWhoReadsWhat:
    def test_a_technician_reads_figures_of_the_own_side_and_a_word_of_the_other(self, court: Court) -> None:
        measured(court.judge, LOSSY, ago=5)
        measured(court.judge_madrid, GOOD | {"rtt_ms": 123}, ago=5)
        text = page(court, court.cast.technician).content.decode()
        assert ("7.5 %" in text, "123 ms" in text) == (True, False)
        assert "Use a cable in place of wireless" in text
        there = page(court, court.cast.technician_madrid).content.decode()
        assert ("7.5 %" in there, "123 ms" in there) == (False, True)

    @pytest.mark.parametrize("name", ["judge", "defence", "stranger", "spain", "auditor"])
    def test_for_others_there_is_no_such_page(self, court: Court, name: str) -> None:
        for address in ("links/", "links/now/"):
            client = signed_in(getattr(court.cast, name))
            assert client.get(f"/hearings/{court.hearing.public_id}/{address}").status_code == 404

    def test_where_the_place_is_hidden_the_minutes_tell_its_round_trips_in_steps(
        self, court: Court, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        measured(court.witness, GOOD)
        measured(court.judge, GOOD)
        told = samples.summaries(court.hearing)
        assert (told[court.witness.pk].rtt_ms, told[court.judge.pk].rtt_ms) == (100, 63)
        monkeypatch.setattr(samples.sides, "place_withheld", lambda plan: False)
        assert {found.rtt_ms for found in samples.summaries(court.hearing).values()} == {63}


class TestWhatIsDrawn:
    def test_a_line_runs_from_the_left_edge_to_the_right_and_breaks_where_nothing_was_measured(self) -> None:
        rows = [Sample(at=NOW - timedelta(seconds=ago), **GOOD, **RATES) for ago in (900, 895, 10, 5, 0)]
        drawn = live.chart(rows, NOW)
        assert drawn is not None
        ends = [[point.split(",")[0] for point in line.split()] for line in drawn.lines]
        assert ends == [["0.0", "1.0"], ["178.0", "179.0", "180.0"]]
        assert 80 < drawn.lowest == drawn.latest < 93.2

    def test_what_is_older_than_half_a_minute_says_nothing_of_the_link_now(self, court: Court) -> None:
        measured(court.judge, LOSSY, ago=40)
        (link,) = live.links(court.hearing, "requesting", timezone.now())  # type: ignore[arg-type]
        assert (link.grade, link.advice) == (None, [])
        measured(court.judge, GOOD, ago=3)
        (link,) = live.links(court.hearing, "requesting", timezone.now())  # type: ignore[arg-type]
        assert (link.grade, link.advice) == ("good", [])

    def test_a_seat_that_only_receives_is_judged_by_what_it_receives(self, court: Court) -> None:
        measured(court.judge, LOSSY | {"loss_up": None, "jitter_up_ms": None}, ago=3)
        (link,) = live.links(court.hearing, "requesting", timezone.now())  # type: ignore[arg-type]
        assert (link.out, link.grade) == (None, "unfit")


def stats(seat: Seat, link: str, **figures: Any) -> control.Stats:
    told = {**GOOD, **RATES, "lag_ms": 1.0, **figures}
    return control.Stats(str(seat.hearing.public_id), str(seat.public_id), link, **told)


def test_frames_of_some_seconds_become_one_sample_and_a_replaced_link_says_nothing(court: Court) -> None:
    gathering = Gathering(lambda frame: frame.link == "new")
    for link, loss in (("new", 1.0), ("new", 3.0), ("new", None), ("old", 99.0)):
        gathering.add(stats(court.judge, link, loss_up=loss))
    (found,) = gathering.take().values()
    assert (found["loss_up"], found["rtt_ms"]) == (2.0, 63)
    assert gathering.take() == {}


def test_after_a_month_figures_are_forgotten_and_not_a_day_before(court: Court) -> None:
    measured(court.judge, GOOD, at=NOW - timedelta(days=30, seconds=1))
    measured(court.judge, GOOD, at=NOW - timedelta(days=29, hours=23))
    assert samples.forget(NOW) == 1
    assert Sample.objects.count() == 1


def test_the_minutes_say_of_each_who_was_there_how_his_link_was(court: Court) -> None:
    measured(court.judge, GOOD)
    court.hearing.log.create(number=1, at=timezone.now(), kind="admitted", seat=court.judge)
    (present,) = minutes.of(court.hearing).present
    assert present.link == samples.Summary(**{name: float(value) for name, value in GOOD.items()})


class TestOnTheWire:
    @pytest.fixture
    def court(self, transactional_db: None) -> Court:
        from tests.cast import enter

        return Court(enter())

    async def test_what_the_media_service_measures_is_kept_for_the_seats_served_here(
        self, court: Court, wire: Wire
    ) -> None:
        async with wire.joined(court.path, await browser_of(court.cast.judge)):
            attached = await wire.media.next(control.Attach)
            wire.media.say(stats(court.judge, attached.link))
            wire.media.say(stats(court.defence, attached.link))
            found = wire.board.figures.take()
            await later(samples.keep, found, timezone.now())
            assert await later(lambda: [row.seat_id for row in Sample.objects.all()]) == [court.judge.pk]
