"""The connection test: the technician's browser, a train both ways, and the figures that come of it."""

import asyncio
import math
from collections.abc import AsyncIterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signalling.media import probe
from signalling.media.control import (
    Frame,
    Probe,
    ProbeAnswer,
    ProbeFailed,
    ProbeOffer,
    ProbeProgress,
    ProbeResult,
)
from signalling.media.environment import Where
from signalling.media.estimate import Carried, capacity, loss, mean, median, percentile
from signalling.media.probes import AT_ONCE, Probes
from signalling.media.train import DOWN, UP, Tally, Train, arrivals, pack, unpack
from tests.signalling.browsers import Technician, until

TRAIN = Train(count=100, interval_ms=10, size=200)


class Bench:
    """Where tests run, and what was said of them."""

    def __init__(self) -> None:
        self.frames: list[Frame] = []
        self.tester = Technician()
        self.probes = Probes(where=Where(("127.0.0.1",)), emit=self.hear, train=TRAIN)
        self.tasks: list[asyncio.Task[None]] = []

    def hear(self, frame: Frame) -> None:
        self.frames.append(frame)
        if isinstance(frame, ProbeOffer) and frame.link == "one":
            self.tasks.append(asyncio.create_task(self.answer(frame)))

    async def answer(self, offer: ProbeOffer) -> None:
        self.probes.answer(ProbeAnswer("one", await self.tester.take(offer)))

    async def end(self) -> ProbeResult | ProbeFailed:
        await until(lambda: isinstance((self.frames or [None])[-1], ProbeResult | ProbeFailed), 15)
        return self.frames[-1]  # type: ignore[return-value]


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    bench = Bench()
    yield bench
    await bench.probes.close()
    await bench.tester.close()


async def test_each_direction_is_measured_by_itself(bench: Bench) -> None:
    bench.tester.lost_up = set(range(5, 100, 10))
    bench.tester.lost_down = set(range(0, 100, 4))
    bench.probes.begin(Probe("one"))
    result = await bench.end()
    assert isinstance(result, ProbeResult)
    assert (result.sent_up, result.received_up, result.loss_up.value) == (100, 90, 10.0)
    assert result.received_down == result.sent_down - len(bench.tester.lost_down)
    assert abs(result.loss_down.value - 25) < 2
    assert result.loss_up[1:] == loss(100, 90)[1:]
    assert 0 < result.rtt_ms.low <= result.rtt_ms.value <= result.rtt_p95_ms < 500
    assert result.jitter_up_ms.value < 100
    assert result.down.capacity is not None
    assert result.up.capacity is not None
    assert (result.codec_audio, result.codec_video) == ("opus", "VP8")
    assert result.audio_up_kbps > 5
    assert result.video_up_kbps > 0
    assert bench.tester.pictures["echo"]  # the own picture came back as it was sent
    done = [f.done for f in bench.frames if isinstance(f, ProbeProgress)]
    assert done == sorted(done)
    assert done[-1] == 1.0
    await until(lambda: not bench.probes.running)


async def test_a_browser_that_never_reports_gets_no_figures(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probe, "PATIENCE", 0.3)
    bench.tester.silent = True
    bench.probes.begin(Probe("one"))
    result = await bench.end()
    assert isinstance(result, ProbeFailed)
    assert result.code == "no_report"


async def test_a_refused_answer_ends_the_test(bench: Bench) -> None:
    bench.probes.begin(Probe("two"))
    await until(lambda: any(isinstance(f, ProbeOffer) for f in bench.frames))
    bench.probes.answer(ProbeAnswer("two", "v=0"))
    failed = [f for f in bench.frames if isinstance(f, ProbeFailed)]
    assert [(f.link, f.code) for f in failed] == [("two", "sdp_refused")]
    await until(lambda: not bench.probes.running)


async def test_a_ninth_test_at_once_is_refused(bench: Bench) -> None:
    for number in range(AT_ONCE + 1):
        bench.probes.begin(Probe(f"t{number}"))
    failed = [f for f in bench.frames if isinstance(f, ProbeFailed)]
    assert [(f.link, f.code) for f in failed] == [("t8", "busy")]


async def test_a_tester_who_leaves_frees_the_test(bench: Bench) -> None:
    bench.probes.begin(Probe("two"))
    await until(lambda: any(isinstance(f, ProbeOffer) for f in bench.frames))
    bench.probes.end("two")
    await until(lambda: not bench.probes.running)


@pytest.mark.parametrize(
    ("sent", "received", "expected"),
    [
        (300, 300, (0.0, 0.0, 1.26)),
        (300, 291, (3.0, 1.59, 5.6)),  # figures of the Wilson interval, by hand
        (10, 0, (100.0, 72.25, 100.0)),
        (0, 0, (100.0, 0.0, 100.0)),
    ],
)
def test_loss_comes_with_its_interval(sent: int, received: int, expected: tuple[float, ...]) -> None:
    assert loss(sent, received) == expected


def test_jitter_and_loss_need_no_common_clock() -> None:
    near, far = Tally(100), Tally(100)
    for number in range(100):
        late = 6.0 if number % 2 else 0.0
        near.add(number, number * 20.0, number * 20.0 + 40 + late)
        far.add(number, number * 20.0 + 9e9, number * 20.0 - 5e6 + late)
    assert near.received == far.received == 100
    assert abs(near.jitter.value - 6) < 0.1
    assert math.isclose(near.jitter.value, far.jitter.value, rel_tol=1e-3)


@given(st.lists(st.tuples(st.integers(0, 200), st.floats(), st.floats())))
def test_a_lying_browser_cannot_spoil_the_arithmetic(told: list[tuple[int, float, float]]) -> None:
    tally = Tally(100)
    for number, sent, arrived in told:
        tally.add(number, sent, arrived)
    assert tally.received <= min(100, len({number for number, _, _ in told}))
    assert 0 <= tally.jitter.value < 1e16


@given(st.binary(max_size=80))
def test_a_datagram_that_is_none_is_none(data: bytes) -> None:
    got = unpack(data, UP)
    assert got is None or data[:2] == b"\x01\x01"
    assert len(list(arrivals(data))) == len(data) // 12


@given(st.integers(0, 2**32 - 1), st.floats(0, 1e12), st.integers(36, 1200))
def test_a_datagram_is_read_as_it_was_written(number: int, now: float, size: int) -> None:
    data = pack(direction=DOWN, number=number, now=now, heard=None, size=size)
    assert len(data) == size
    assert unpack(data, DOWN) == (number, now, None)
    assert unpack(data, UP) is None


@given(st.lists(st.floats(0, 1e6), min_size=1), st.floats(0.01, 1))
def test_a_percentile_is_one_of_the_values(values: list[float], share: float) -> None:
    found = percentile(values, share)
    assert sum(value <= found for value in values) >= share * len(values) - 1e-9
    assert found in values


def steady(kbps: float, milliseconds: int, *, sent: int = 0) -> list[Carried]:
    """Packets of 1,200 bytes at this rate on the line, headers counted."""
    each = (1200 + 28) * 8 / kbps
    return [Carried(sent + number * each, number * 1200, number) for number in range(int(milliseconds / each))]


@pytest.mark.parametrize("kbps", [500, 1500, 3900])
def test_a_line_that_is_full_carries_what_came_through_it(kbps: float) -> None:
    found = capacity(steady(kbps, 1200), 4000 * 1.03)
    assert found is not None
    assert found.value == pytest.approx(kbps, rel=0.02)
    assert found.high is None or found.low <= found.value <= found.high


def test_where_all_that_was_sent_came_nothing_bounds_the_capacity() -> None:
    found = capacity(steady(4000, 1200), 4000)
    assert found is not None
    assert (found.value, found.high) == (pytest.approx(4000, rel=0.02), None)
    assert capacity(steady(4000, 100), 4000) is None


def test_a_moment_without_arrivals_that_come_all_at_once_afterwards_costs_little() -> None:
    held = [one._replace(at=700.0) if 500 < one.at < 700 else one for one in steady(2000, 1400)]
    found = capacity(held, 4000)
    assert found is not None
    assert found.value == pytest.approx(2000, rel=0.15)


@given(st.lists(st.floats(0, 1e6), min_size=1))
def test_a_median_and_a_mean_lie_within_their_intervals(values: list[float]) -> None:
    for found in (median(values), mean(values)):
        assert found.high is not None
        assert found.low <= found.value * (1 + 1e-9)
        assert found.value <= found.high * (1 + 1e-9) + 1e-9
