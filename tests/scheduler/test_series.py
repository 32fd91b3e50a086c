"""A hearing over several mornings: all of them, on different days, before the same bench, or none."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import combinations, product
from typing import Any
from unittest.mock import patch
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.solver import series, window
from scheduler.solver.bits import members
from scheduler.solver.field import Field
from scheduler.solver.needs import WorkLimit
from scheduler.solver.problem import parse
from scheduler.solver.series import Asked
from scheduler.solver.several import Together
from scheduler.solver.timegrid import Span, instant, seconds
from scheduler.solver.wear import worn
from tests.scheduler import oracle

Json = dict[str, Any]
DAYS = ("mon", "tue", "wed", "thu", "fri")
WEEK = {day: [["08:00", "12:00"]] for day in DAYS}


def judge(id_: str, **more: Any) -> Json:
    return {"id": id_, "zone": "America/Bogota", "hours": WEEK, **more}


def hearing(*resources: Json, needs: list[Json], last: str = "2026-12-19", grid: int = 60) -> Json:
    horizon = ["2026-12-07T00:00:00Z", f"{last}T00:00:00Z"]
    return {"horizon": horizon, "duration": 180, "grid": grid, "resources": list(resources), "needs": needs}


BENCH = {"label": "bench", "count": 1, "of": ["ana", "ben"]}


def test_three_mornings_are_three_different_days_before_the_same_judge() -> None:
    away = [["2026-12-08T00:00:00Z", "2026-12-09T00:00:00Z"]]
    problem = hearing(
        judge("ana", busy=away), judge("ben", busy=[["2026-12-07T00:00:00Z", "2026-12-09T00:00:00Z"]]), needs=[BENCH]
    )
    best = series.solve(problem, Asked(count=3, zone="America/Bogota", spread=5, steady={"bench"}))[0]
    assert list(best.starts) == [
        "2026-12-07T13:00:00Z",
        "2026-12-09T13:00:00Z",
        "2026-12-10T13:00:00Z",
    ]
    assert [one.assigned for one in best.sittings] == [(("ana",),)] * 3


def test_two_judges_of_whom_neither_can_keep_both_days_make_no_hearing() -> None:
    first, second = ["2026-12-07T00:00:00Z", "2026-12-08T00:00:00Z"], ["2026-12-08T00:00:00Z", "2026-12-09T00:00:00Z"]
    problem = hearing(judge("ana", busy=[first]), judge("ben", busy=[second]), needs=[BENCH], last="2026-12-09")
    asked = Asked(count=2, zone="America/Bogota", spread=14, steady={"bench"})
    assert series.solve(problem, asked) == []
    changing = Asked(count=2, zone="America/Bogota", spread=14)
    assert [one.assigned for one in series.solve(problem, changing)[0].sittings] == [(("ben",),), (("ana",),)]


def test_sittings_further_apart_than_the_spread_are_no_series() -> None:
    gap = [["2026-12-08T00:00:00Z", "2026-12-10T00:00:00Z"]]
    problem = hearing(judge("ana", busy=gap), needs=[{**BENCH, "of": ["ana"]}], last="2026-12-11")
    assert series.solve(problem, Asked(count=2, zone="America/Bogota", spread=3, steady={"bench"})) == []
    assert series.solve(problem, Asked(count=2, zone="America/Bogota", spread=4, steady={"bench"}))[0].starts == (
        "2026-12-07T13:00:00Z",
        "2026-12-10T13:00:00Z",
    )


def test_a_bench_of_five_out_of_twenty_is_found_without_trying_the_15504_others() -> None:
    many = [judge(f"j{number:02}", load=number) for number in range(20)]
    needs = [{"label": "bench", "count": 5, "of": [one["id"] for one in many]}]
    found = series.solve(hearing(*many, needs=needs), Asked(count=2, zone="UTC", spread=5, steady={"bench"}))
    assert [one.assigned for one in found[0].sittings] == [(("j00", "j01", "j02", "j03", "j04"),)] * 2


def test_without_time_for_a_proof_the_search_says_from_which_date_it_does_not_know() -> None:
    first, second = ["2026-12-07T00:00:00Z", "2026-12-08T00:00:00Z"], ["2026-12-08T00:00:00Z", "2026-12-09T00:00:00Z"]
    problem = hearing(judge("ana", busy=[first]), judge("ben", busy=[second]), needs=[BENCH], last="2026-12-09")
    asked = Asked(count=2, zone="America/Bogota", spread=14, steady={"bench"})
    with patch.object(window, "WAYS", 0):
        hurried, patient = (series.search(problem, asked, time) for time in (0, 3))
        assert [list(hurried.best()), list(patient.best())] == [[], []]
    seventh = seconds(datetime(2026, 12, 7, tzinfo=UTC)) // 86400
    assert [hurried.undecided, patient.undecided] == [{seventh}, set()]


@st.composite
def cases(draw: st.DrawFn) -> tuple[Json, Asked]:
    """Up to four days, two or three judges and interpreters with absences and preferences."""

    def person(id_: str) -> Json:
        zone = draw(st.sampled_from(("America/Bogota", "Europe/Madrid", "Asia/Kathmandu")))
        hours = draw(st.integers(0, 8))
        busy = draw(st.lists(st.integers(0, 23), max_size=3))
        return {
            "id": id_,
            "zone": zone,
            "preferred": {day: [[f"{hours + 4:02}:00", f"{hours + 14:02}:30"]] for day in (*DAYS, "sat")},
            "busy": [
                [f"2026-12-{7 + n // 6:02}T{n % 6 * 4:02}:00:00Z", f"2026-12-{7 + n // 6:02}T{n % 6 * 4 + 3:02}:00:00Z"]
                for n in busy
            ],
            "load": draw(st.integers(0, 2)),
        }

    people = [person(id_) for id_ in ("ana", "ben", "cy", "dee")]
    needs = [
        {"label": "bench", "count": draw(st.integers(1, 2)), "of": ["ana", "ben", "cy"]},
        {"label": "interpreter", "count": 1, "of": draw(st.sampled_from((["dee"], ["cy", "dee"], ["ben", "dee"])))},
    ]
    problem = {
        "horizon": ["2026-12-07T02:00:00Z", "2026-12-10T22:00:00Z"],
        "duration": 180,
        "grid": 240,
        "resources": people,
        "needs": needs,
    }
    steady = draw(st.sampled_from(({"bench"}, set(), {"bench", "interpreter"})))
    return problem, Asked(
        draw(st.integers(1, 3)),
        draw(st.sampled_from(("America/Bogota", "Asia/Kathmandu"))),
        draw(st.integers(1, 4)),
        steady,
    )


@settings(max_examples=15)
@given(cases())
def test_the_best_series_is_what_trying_every_one_finds(case: tuple[Json, Asked]) -> None:
    problem, asked = case
    found, will_do = series.solve(problem, asked), list(tried(problem, asked))
    assert [(one.worst, one.total, one.starts) for one in found] == every(problem, asked, will_do)
    assert all(stay(problem, asked, one) for one in found)
    with patch.object(window, "WAYS", 0):  # proven by the model alone
        proven = series.solve(problem, asked)
    assert [(one.worst, one.total, one.starts) for one in proven] == [(o.worst, o.total, o.starts) for o in found]
    assert [load(problem, one) for one in proven] == [load(problem, one) for one in found]
    assert all(stay(problem, asked, one) for one in proven)
    together = Together(Field(parse(problem)), asked=asked)
    with patch.object(series, "FEW", 0):  # too many benches to look at each
        assert replace(together).possible == together.possible
    assert {instant(together.field.line.start(place)) for place in members(together.possible).tolist()} == {
        chosen[0][2] for chosen in will_do
    }


def every(problem: Json, asked: Asked, will_do: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """The best of each first date."""
    best: dict[Any, tuple[Any, ...]] = {}
    for chosen in will_do:
        starts = tuple(oracle.slot(problem, one)["start"] for one in chosen)
        row = max(one[0] for one in chosen), sum(one[1] for one in chosen), starts
        day = chosen[0][2].astimezone(ZoneInfo(asked.zone)).date()
        best[day] = min(row, best.get(day, row))
    return sorted(best.values())


def tried(problem: Json, asked: Asked) -> Iterator[tuple[Any, ...]]:
    """All that will do, by trying each set of candidates with each way to fill the steady needs."""
    fixed = [place for place, need in enumerate(problem["needs"]) if need["label"] in asked.steady]
    for bench in product(
        *(combinations(sorted(problem["needs"][place]["of"]), problem["needs"][place]["count"]) for place in fixed)
    ):
        needs = [dict(need) for need in problem["needs"]]
        for place, team in zip(fixed, bench, strict=True):
            needs[place]["of"] = list(team)
        slots = list(oracle.Oracle({**problem, "needs": needs}, 60 * 60).slots(needs))
        for chosen in combinations(slots, asked.count):
            days = [one[2].astimezone(ZoneInfo(asked.zone)).date() for one in chosen]
            if len(set(days)) == asked.count and (days[-1] - days[0]).days < asked.spread:
                yield chosen


def load(problem: Json, found: series.Series) -> int:
    loads = {one["id"]: one["load"] for one in problem["resources"]}
    return sum(loads[id_] for sitting in found.sittings for ids in sitting.assigned for id_ in ids)


def stay(problem: Json, asked: Asked, found: series.Series) -> bool:
    fixed = [place for place, need in enumerate(problem["needs"]) if need["label"] in asked.steady]
    return all(len({slot.assigned[place] for slot in found.sittings}) == 1 for place in fixed)


REST = WorkLimit(day=300, rest=14 * 60)


@st.composite
def tired(draw: st.DrawFn) -> tuple[Json, Asked, Json]:
    """Two or three days of four starts each; three interpreters who live far apart, and one judge."""

    def interpreter(id_: str) -> Json:
        zone = draw(st.sampled_from(("America/Bogota", "Asia/Tokyo", "Europe/Madrid")))
        busy = draw(st.sampled_from(([], [AWAY])))
        worked[id_] = draw(st.sampled_from(([], [WORKED])))
        (worn_out,) = worn([(zone, worked[id_])], 180, REST, WORKED)  # what the tables say of one sitting by itself
        told = [[f"{instant(at):%Y-%m-%dT%H:%M:%SZ}" for at in span] for span in (*worked[id_], *worn_out)]
        return {"id": id_, "zone": zone, "load": draw(st.integers(0, 2)), "busy": busy + told, "away": busy}

    worked: dict[str, list[Span]] = {}
    people = [interpreter(id_) for id_ in ("ana", "ben", "cy")]
    away = {one["id"]: one.pop("away") for one in people}
    needs = [
        {"label": "bench", "count": 1, "of": ["judge"]},
        {"label": "team", "count": draw(st.integers(1, 2)), "of": ["ana", "ben", "cy"][: draw(st.integers(2, 3))]},
    ]
    problem = {
        "horizon": ["2026-12-07T00:00:00Z", "2026-12-10T00:00:00Z"],
        "duration": 180,
        "grid": 360,
        "resources": [*people, {"id": "judge", "zone": "UTC"}],
        "needs": needs,
    }
    return problem, Asked(draw(st.integers(2, 3)), "UTC", 3, {"bench"}, REST, worked), away


AWAY = ["2026-12-08T06:00:00Z", "2026-12-08T15:00:00Z"]
WORKED = seconds(datetime(2026, 12, 8, 16, tzinfo=UTC)), seconds(datetime(2026, 12, 8, 18, tzinfo=UTC))


@settings(max_examples=25)
@given(tired())
def test_what_an_interpreter_works_at_one_sitting_counts_at_the_next(case: tuple[Json, Asked, Json]) -> None:
    problem, asked, away = case
    able, found = list(rested(problem, asked, away)), series.solve(problem, asked)
    assert {one.starts[0][:10] for one in found} == {starts[0][:10] for starts, _who in able}
    assert [one for one in found if (one.starts, tuple(s.assigned[1] for s in one.sittings)) not in able] == []
    begins = {starts[0] for starts, _who in able}
    for ways in (window.WAYS, 0):
        with patch.object(window, "WAYS", ways):
            proven, together = series.solve(problem, asked), Together(Field(parse(problem)), asked=asked)
            assert [one.starts for one in proven] == [one.starts for one in found]
            assert [one for one in proven if (one.starts, tuple(s.assigned[1] for s in one.sittings)) not in able] == []
            assert {told(together.field.line.start(place)) for place in members(together.possible).tolist()} == begins


def told(at: int) -> str:
    return f"{instant(at):%Y-%m-%dT%H:%M:%SZ}"


def rested(problem: Json, asked: Asked, away: Json) -> Iterator[tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]]:
    """Every series with every way to share out the interpreters in which each is asked for no more than he may."""
    people = {one["id"]: one for one in problem["resources"]}
    count, pool = problem["needs"][1]["count"], problem["needs"][1]["of"]
    begins = [datetime(2026, 12, day, hour, tzinfo=UTC) for day in (7, 8, 9) for hour in (0, 6, 12, 18)]
    for chosen in combinations(begins, asked.count):
        if len({start.date() for start in chosen}) < asked.count:
            continue
        for teams in product(combinations(pool, count), repeat=asked.count):
            shared = {one: [start for start, team in zip(chosen, teams, strict=True) if one in team] for one in pool}
            if all(may(people[one]["zone"], away[one], asked.worked[one], shared[one]) for one in pool):
                yield tuple(f"{start:%Y-%m-%dT%H:%M:%SZ}" for start in chosen), teams


def may(zone: str, away: Any, worked: Any, starts: Any) -> bool:
    """No more than five hours on a local date, fourteen hours between the work of two, and nothing while away."""
    place, other = ZoneInfo(zone), [(instant(first), instant(past)) for first, past in worked]
    taken = [*other, *([datetime.fromisoformat(end) for end in span] for span in away)]
    mine = [(start, start + timedelta(hours=3)) for start in starts]
    if any(start < past and end > first for start, end in mine for first, past in taken):
        return False
    hours = sorted(
        start + timedelta(hours=n) for start, end in [*mine, *other] for n in range((end - start).seconds // 3600)
    )
    dates = [hour.astimezone(place).date() for hour in hours]
    rests = zip(hours, hours[1:], dates, dates[1:], strict=False)
    owed = any(one != two and timedelta(hours=1) < later - hour <= REST_OWED for hour, later, one, two in rests)
    return not starts or (max(map(dates.count, dates)) * 60 <= REST.day and not owed)


REST_OWED = timedelta(minutes=REST.rest)  # from the last hour's beginning it is one more
