"""A malformed problem is refused by the name of its field, and by nothing that was typed."""

import copy
from typing import Any

import pytest

from scheduler.solver.problem import ProblemError, parse
from scheduler.solver.slots import solve

PROBLEM: dict[str, Any] = {
    "horizon": ["2026-12-01T00:00:00Z", "2026-12-02T00:00:00Z"],
    "duration": 90,
    "resources": [
        {"id": "ana", "zone": "America/Bogota"},
        {
            "id": "ben",
            "zone": "Europe/Madrid",
            "hours": {"mon": [["08:00", "12:00"], ["13:00", "24:00"]]},
            "preferred": {"tue": [["09:00", "17:00"]]},
            "closed": ["2026-12-08"],
            "busy": [["2026-12-01T14:00:00Z", "2026-12-01T16:00:00Z"]],
            "before": 30,
            "after": 15,
            "load": 3,
        },
    ],
    "needs": [{"label": "interpreters", "count": 2, "of": ["ana", "ben"]}],
}
MISSING = object()


def changed(path: tuple[str | int, ...], value: Any) -> Any:
    if not path:
        return value
    problem = copy.deepcopy(PROBLEM)
    inner: Any = problem
    for step in path[:-1]:
        inner = inner[step]
    if value is MISSING:
        del inner[path[-1]]
    else:
        inner[path[-1]] = value
    return problem


BEN = ("resources", 1)
NEED = ("needs", 0)
TIME = "2026-12-01T00:00:00"
INSTANTS = [
    TIME,  # naive
    "2026-12-01",
    "2026-12-01T00:00Z",
    TIME + ".5Z",
    TIME + "z",
    TIME + "+0100",
    TIME + "Z\n",
    "2026-12-01 00:00:00Z",
    "2026-02-29T00:00:00Z",
    "2026-12-01T24:00:00Z",
    "2026-12-01T23:59:60Z",
    "0000-01-01T00:00:00Z",
    "0001-01-01T00:00:00+14:00",  # no year in UTC
    "٢٠٢٦-12-01T00:00:00Z",  # digits, but not these
    1796083200,
    None,
]
WALLS = ["8:00", "08:00:00", "24:01", "25:00", "08:60", "-1:00", "noon", "08:00 ", 480, None]
NOT_WHOLE = [True, 90.0, float("nan"), float("inf"), "90", None, [90]]

CASES: list[tuple[tuple[str | int, ...], Any, str]] = [
    *(((), value, "problem") for value in (None, [], "{}", 1)),
    *(((key,), MISSING, key) for key in ("horizon", "duration", "resources", "needs")),
    (("budget",), 5, "budget"),
    (("bud\nget",), 5, r"['bud\nget']"),  # an error stays on one line
    *((("horizon",), value, "horizon") for value in (None, [], [TIME + "Z"], [TIME + "Z"] * 3, TIME, {})),
    (("horizon",), list(reversed(PROBLEM["horizon"])), "horizon"),
    *((("horizon", 0), value, "horizon[0]") for value in INSTANTS),
    *(((key,), value, key) for key in ("duration", "grid", "limit") for value in (*NOT_WHOLE, -1)),
    *(((key,), 0, key) for key in ("duration", "grid")),
    *(((key,), value, key) for key in ("resources", "needs") for value in (None, {}, "ana")),
    *((BEN, value, "resources[1]") for value in (None, [], "ben")),
    *(((*BEN, key), MISSING, f"resources[1].{key}") for key in ("id", "zone")),
    ((*BEN, "colour"), "red", "resources[1].colour"),
    *(((*BEN, "id"), value, "resources[1].id") for value in ("", 7, None, ["ben"], "ana")),
    *(
        ((*BEN, "zone"), value, "resources[1].zone")
        for value in ("", "Europe/Madri", "America", "/etc/passwd", "../UTC", "a\0b", "\ud800", "x" * 5000, 1, None)
    ),
    *(((*BEN, week), value, f"resources[1].{week}") for week in ("hours", "preferred") for value in ([], "always", 0)),
    ((*BEN, "hours", "monday"), [], "resources[1].hours.monday"),
    ((*BEN, "hours", "mon"), None, "resources[1].hours.mon"),
    *(
        ((*BEN, "hours", "mon", 1), value, "resources[1].hours.mon[1]")
        for value in ([], ["08:00"], "08:00-12:00", None)
    ),
    ((*BEN, "hours", "mon", 0), ["12:00", "08:00"], "resources[1].hours.mon[0]"),
    ((*BEN, "hours", "mon", 0), ["08:00", "08:00"], "resources[1].hours.mon[0]"),
    ((*BEN, "hours", "mon", 0), ["24:00", "24:00"], "resources[1].hours.mon[0]"),
    *(((*BEN, "hours", "mon", 0, 1), value, "resources[1].hours.mon[0][1]") for value in WALLS),
    ((*BEN, "preferred", "tue", 0, 0), "9:00", "resources[1].preferred.tue[0][0]"),
    *(((*BEN, "closed"), value, "resources[1].closed") for value in (None, "2026-12-08", {})),
    *(
        ((*BEN, "closed", 0), value, "resources[1].closed[0]")
        for value in ("2026-02-29", "20261208", "2026-W50-2", "8 December", TIME + "Z", 20261208, None)
    ),
    *(((*BEN, "busy"), value, "resources[1].busy") for value in (None, {}, TIME)),
    ((*BEN, "busy", 0), [TIME + "Z", TIME + "Z"], "resources[1].busy[0]"),
    ((*BEN, "busy", 0), ["2026-12-01T16:00:00Z", "2026-12-01T14:00:00Z"], "resources[1].busy[0]"),
    *(((*BEN, "busy", 0, 1), value, "resources[1].busy[0][1]") for value in INSTANTS),
    *(((*BEN, key), value, f"resources[1].{key}") for key in ("before", "after", "load") for value in (*NOT_WHOLE, -1)),
    *((NEED, value, "needs[0]") for value in (None, [], "interpreters")),
    *(((*NEED, key), MISSING, f"needs[0].{key}") for key in ("label", "count", "of")),
    ((*NEED, "role"), "interpreter", "needs[0].role"),
    *(((*NEED, "label"), value, "needs[0].label") for value in ("", 1, None)),
    *(((*NEED, "count"), value, "needs[0].count") for value in (*NOT_WHOLE, -1, 0)),
    *(((*NEED, "of"), value, "needs[0].of") for value in (None, {}, "ana")),
    ((*NEED, "of"), ["ana", "cy"], "needs[0].of[1]"),
    ((*NEED, "of"), ["ana", "ana"], "needs[0].of[1]"),
    ((*NEED, "of"), ["ana", 2], "needs[0].of[1]"),
]


@pytest.mark.parametrize(("path", "value", "field"), CASES)
def test_the_error_names_the_field(path: tuple[str | int, ...], value: Any, field: str) -> None:
    with pytest.raises(ProblemError) as refused:
        solve(changed(path, value))
    assert refused.value.path == ("" if field == "problem" else field)
    assert str(refused.value) == f"{field}: {refused.value.reason}"
    assert "\n" not in str(refused.value)


def test_the_error_tells_nothing_that_was_typed() -> None:
    with pytest.raises(ProblemError) as refused:
        solve(changed((*BEN, "zone"), "Europe/Malaga"))
    assert str(refused.value) == "resources[1].zone: is not a zone of the tz database"
    assert refused.value.__cause__ is None
    assert refused.value.__suppress_context__


def test_what_is_left_out_has_its_default() -> None:
    problem = parse(PROBLEM)
    ana = problem.resources[0]
    assert (problem.grid, problem.limit) == (15, 20)
    assert (ana.hours, ana.preferred, ana.closed, ana.busy) == (None, None, frozenset(), ())
    assert (ana.before, ana.after, ana.load) == (0, 0, 0)


def test_an_offset_is_as_good_as_z() -> None:
    elsewhere = changed(("horizon",), ["2026-11-30T19:00:00-05:00", "2026-12-02T00:00:00+00:00"])
    assert parse(elsewhere).horizon == parse(PROBLEM).horizon


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("horizon",), (TIME + "Z", TIME + "Z")),  # empty: nothing fits
        (("limit",), 0),  # only count
        (("needs",), []),
        (("resources",), PROBLEM["resources"] + [{"id": "cy", "zone": "UTC", "hours": None, "preferred": {}}]),
        ((*NEED, "of"), []),
        ((*NEED, "count"), 10**30),
        ((*BEN, "load"), 10**30),
        ((*BEN, "before"), 10**5),
        (("resources", 0, "after"), 10**30),
        (("duration",), 10**30),
        (("grid",), 10**30),
        ((*BEN, "hours"), {"mon": [["08:00", "12:00"], ["11:00", "13:00"]], "tue": []}),  # overlapping is one opening
    ],
)
def test_the_odd_but_well_formed_is_answered(path: tuple[str | int, ...], value: Any) -> None:
    assert set(solve(changed(path, value))) == {"slots", "feasible", "blockers"}
