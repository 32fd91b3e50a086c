"""Hearings of several sittings in a batch, and what its interpreters may work between its own times: by brute force."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import combinations, product
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.solver import batch
from scheduler.solver.batch import Placement
from scheduler.solver.needs import WorkLimit
from scheduler.solver.problem import Problem, parse
from scheduler.solver.series import Asked

Json = dict[str, Any]
Kept = tuple[str, datetime, datetime]
Option = tuple[int, tuple[datetime, ...], tuple[tuple[tuple[str, ...], ...], ...]]
LONG = timedelta(hours=3)
BEGINS = [datetime(2026, 12, day, hour, tzinfo=UTC) for day in (7, 8) for hour in (0, 6, 12, 18)]
WORKED = (datetime(2026, 12, 8, 9, tzinfo=UTC), datetime(2026, 12, 8, 11, tzinfo=UTC))


@st.composite
def crowds(draw: st.DrawFn) -> list[tuple[Json, Asked]]:
    """Two hearings of one sitting and one of two, for which there are two interpreters and two judges."""
    zones = {one: draw(st.sampled_from(("America/Bogota", "Asia/Tokyo", "Europe/Madrid"))) for one in ("ana", "ben")}
    worked = {one: draw(st.sampled_from(([], [WORKED]))) for one in zones}
    limit = WorkLimit(draw(st.sampled_from((300, 360, 480))), draw(st.sampled_from((240, 660, 14 * 60))))
    people = [
        *(person(one, zone, worked[one], draw(st.sampled_from((0, 9)))) for one, zone in zones.items()),
        *(person(one, "UTC", [], draw(st.sampled_from((0, 7)))) for one in ("jo", "kim")),
    ]

    def hearing(count: int) -> tuple[Json, Asked]:
        needs = [
            {"label": "team", "count": draw(st.integers(1, 2)), "of": ["ana", "ben"]},
            {"label": "bench", "count": 1, "of": draw(st.sampled_from((["jo"], ["jo", "kim"])))},
        ]
        spans = {one: [tuple(int(at.timestamp()) for at in span) for span in those] for one, those in worked.items()}
        problem = {
            "horizon": ["2026-12-07T00:00:00Z", "2026-12-09T00:00:00Z"],
            "duration": 180,
            "grid": 360,
            "resources": people,
            "needs": needs,
        }
        return problem, Asked(count, "UTC", 2, {"bench"}, limit, spans)

    return [hearing(1), hearing(2), hearing(1)]


def person(id_: str, zone: str, worked: list[Any], from_: int) -> Json:
    likes = {day: [[f"{from_:02}:00", "24:00"]] for day in ("sun", "mon", "tue", "wed")}
    busy = [[f"{at:%Y-%m-%dT%H:%M:%SZ}" for at in span] for span in worked]
    return {"id": id_, "zone": zone, "busy": busy, "preferred": likes if from_ else None}


@settings(max_examples=8, deadline=None)
@given(crowds(), st.booleans())
def test_the_answer_keeps_every_rule_between_its_own_times_and_the_proof_is_right(
    crowd: list[tuple[Json, Asked]], exact: bool
) -> None:
    found = batch.place([(parse(problem), asked) for problem, asked in crowd], seconds=0.5, exact=exact)
    assert kept_by(crowd, found)
    missing, minutes = best_of_all(crowd)
    assert found.placed <= len(crowd) - missing <= found.most
    assert found.placed < found.most or found.minutes >= minutes >= found.least
    if found.proven:
        assert (len(crowd) - found.placed, found.minutes) == (missing, minutes)
    assert found.proven or not exact


@pytest.mark.parametrize("exact", [False, True], ids=["iterated greedy", "proof"])
def test_of_three_hearings_an_interpreter_works_as_many_as_her_day_allows(exact: bool) -> None:
    """Three hearings of three hours on one day; six hours are hers, and nobody else's there is."""
    found = batch.place(by_ana(360, 360, 360), seconds=0.4, exact=exact)
    assert (found.placed, found.most) == (2, 2 if exact else 3)


def test_where_the_courts_rules_differ_the_strictest_holds_for_the_whole_batch() -> None:
    found = batch.place(by_ana(360, 180, 360), seconds=0.4)
    assert (found.placed, found.most) == (1, 1)


def by_ana(*days: int) -> list[tuple[Problem, Asked]]:
    """A hearing of three hours for each court that lets her work so many minutes a day."""
    problem = parse(
        {
            "horizon": ["2026-12-07T06:00:00Z", "2026-12-07T18:00:00Z"],
            "duration": 180,
            "resources": [{"id": "ana", "zone": "Europe/Madrid"}],
            "needs": [{"label": "team", "count": 1, "of": ["ana"]}],
        }
    )
    return [(problem, Asked(1, "Europe/Madrid", 1, (), WorkLimit(day, 660), {"ana": []})) for day in days]


def kept_by(crowd: list[tuple[Json, Asked]], found: Placement) -> bool:
    """Whether it is one of those that trying everything finds."""
    for (problem, asked), sittings in zip(crowd, found.sittings, strict=True):
        chosen = tuple(datetime.fromisoformat(slot["start"]) for slot in sittings)
        teams = tuple(tuple(tuple(ids) for ids in slot["assigned"]) for slot in sittings)
        if sittings and (chosen, teams) not in [option[1:] for option in options(problem, asked)]:
            return False
    spans = [
        (id_, start, start + LONG)
        for sittings in found.sittings
        for slot in sittings
        for start in [datetime.fromisoformat(slot["start"])]
        for ids in slot["assigned"]
        for id_ in ids
    ]
    return agree(spans, crowd)


def best_of_all(crowd: list[tuple[Json, Asked]]) -> tuple[int, int]:
    """The fewest without a place, and the fewest minutes, over every combination."""
    return min(_filled(crowd, [list(options(*one)) for one in crowd], ()))


def _filled(crowd: list[tuple[Json, Asked]], choices: list[list[Option]], spans: tuple[Kept, ...]) -> Iterator[Any]:
    if not choices:
        yield 0, 0
        return
    yield from ((missing + 1, minutes) for missing, minutes in _filled(crowd, choices[1:], spans))
    for minutes, starts, teams in choices[0]:
        more = (*spans, *(kept for start, team in zip(starts, teams, strict=True) for kept in taken(start, team)))
        if agree(more, crowd):
            rest = min(_filled(crowd, choices[1:], more))
            yield rest[0], rest[1] + minutes


def taken(start: datetime, team: tuple[tuple[str, ...], ...]) -> list[Kept]:
    return [(id_, start, start + LONG) for ids in team for id_ in ids]


def options(problem: Json, asked: Asked) -> Iterator[Option]:
    """Every choice of starts and people for the hearing as if it were the only one."""
    people = {one["id"]: one for one in problem["resources"]}
    for starts in combinations(BEGINS, asked.count):
        if len({start.date() for start in starts}) < asked.count:
            continue
        teams = list(product(*(combinations(need["of"], need["count"]) for need in problem["needs"])))
        for each in product(teams, repeat=asked.count):
            spans = [kept for start, team in zip(starts, each, strict=True) for kept in taken(start, team)]
            if len({team[1] for team in each}) == 1 and agree(spans, [(problem, asked)]):
                yield sum(put_out(people[id_], start) for id_, start, _past in spans), starts, each


def put_out(one: Json, start: datetime) -> int:
    """Minutes outside what that person likes."""
    minutes = (start + timedelta(minutes=n) for n in range(180))
    likes = int(one["preferred"]["mon"][0][0][:2]) if one["preferred"] else 0
    return sum(at.astimezone(ZoneInfo(one["zone"])).hour < likes for at in minutes)


def agree(spans: Any, crowd: list[tuple[Json, Asked]]) -> bool:
    """Nobody twice, nobody too long on a date of his own, and between two dates the rest: hour by hour."""
    people, asked = {one["id"]: one for one in crowd[0][0]["resources"]}, crowd[0][1]
    for id_ in {kept[0] for kept in spans}:
        mine = [(first, past) for one, first, past in spans if one == id_]
        limit = asked.limit if id_ in asked.worked else None
        for first, past in asked.worked.get(id_, ()):
            mine.append((datetime.fromtimestamp(first, UTC), datetime.fromtimestamp(past, UTC)))
        if not can_work(tuple(sorted(mine)), people[id_]["zone"], limit):
            return False
    return True


@cache
def can_work(mine: tuple[tuple[datetime, datetime], ...], zone: str, limit: WorkLimit | None) -> bool:
    if any(a[0] < b[1] and b[0] < a[1] for a, b in combinations(mine, 2)):
        return False
    if limit is None:
        return True
    own = [cut(first, past, ZoneInfo(zone)) for first, past in mine]
    pieces = [piece for each in own for piece in each]
    spent = {day: sum((past - first for one, first, past in pieces if one == day), timedelta()) for day, *_ in pieces}
    rest = timedelta(minutes=limit.rest)
    close = any(
        a[0] != b[0] and a[1] < b[1] and b[1] - a[2] < rest and not any(a in each and b in each for each in own)
        for a, b in product(pieces, pieces)
    )
    return max(spent.values()) <= timedelta(minutes=limit.day) and not close


def cut(first: datetime, past: datetime, zone: ZoneInfo) -> list[tuple[Any, datetime, datetime]]:
    """The span by local date; hours are enough, for every offset here is of whole hours."""
    hours = [first + timedelta(hours=n) for n in range(int((past - first) / timedelta(hours=1)))]
    days = [hour.astimezone(zone).date() for hour in hours]
    return [
        (day, min(h for h, d in zip(hours, days, strict=True) if d == day),
         max(h for h, d in zip(hours, days, strict=True) if d == day) + timedelta(hours=1))
        for day in sorted(set(days))
    ]  # fmt: skip
