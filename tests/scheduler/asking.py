"""Problems said in a few words, for the tests that are sentences.

The cast: Ana, Ben and Cy interpret; `room` is a court room. Where nothing else is said it is 08:00 to 12:00 UTC on the
first of December 2026, a hearing lasts an hour and may start every half hour.
"""

from typing import Any

from scheduler.solver.slots import solve

Json = dict[str, Any]
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def utc(hours: str, day: str = "2026-12-01") -> str:
    return f"{day}T{hours}:00Z"


def someone(id_: str, *busy: tuple[str, str], zone: str = "UTC", **facts: Any) -> Json:
    return {"id": id_, "zone": zone, "busy": [[utc(start), utc(end)] for start, end in busy], **facts}


def daily(*openings: tuple[str, str]) -> Json:
    return {day: [list(opening) for opening in openings] for day in DAYS}


def need(count: int, *of: str, label: str = "interpreters") -> Json:
    return {"label": label, "count": count, "of": list(of)}


def problem(
    *resources: Json, needs: list[Json], start: str = utc("08:00"), end: str = utc("12:00"), **facts: Any
) -> Json:
    return {
        "horizon": [start, end],
        "duration": 60,
        "grid": 30,
        "resources": list(resources),
        "needs": needs,
        **facts,
    }


def starts(asked: Json) -> list[str]:
    """All of them, in the order of time, the date left out."""
    return sorted(slot["start"][11:16] for slot in solve(asked | {"limit": 1000})["slots"])


def first(asked: Json) -> Json:
    return dict(solve(asked)["slots"][0])


def alone(facts: Json, **asked: Any) -> Json:
    """A hearing that needs the room and nothing else."""
    return problem(someone("room", **facts), needs=[need(1, "room", label="room")], **asked)
