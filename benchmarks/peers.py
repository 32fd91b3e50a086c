"""The same question asked of others: a library of intervals, one statement of PostgreSQL, a search day by day."""

import json
import subprocess
from pathlib import Path
from typing import Any

import portion
import psycopg

from scheduler.solver.problem import Problem, Resource
from scheduler.solver.timegrid import MINUTE, instant, openings

HERE = Path(__file__).parent
NODE = HERE.parent / ".venv" / "bin" / "node"

# A candidate is feasible if in every pool enough are free throughout; the pools of the bench do not overlap.
STATEMENT = """
WITH open AS (
    SELECT o.id, o.pool, o.hours - coalesce(b.taken, '{}'::tstzmultirange) AS free
    FROM opened o LEFT JOIN (SELECT id, range_agg(during) AS taken FROM taken GROUP BY id) b USING (id)
), fitting AS (
    SELECT at, pool, count(*) AS able
    FROM generate_series(%(first)s::timestamptz, %(last)s::timestamptz, %(grid)s * interval '1 minute') AS at
    JOIN open ON open.free @> tstzrange(at - %(before)s * interval '1 minute', at + %(length)s * interval '1 minute')
    GROUP BY at, pool
)
SELECT count(*) FROM (
    SELECT at FROM fitting JOIN wanted USING (pool) WHERE able >= least GROUP BY at
    HAVING count(*) = (SELECT count(*) FROM wanted)
) AS possible
"""


def by_day(problem: dict[str, Any]) -> tuple[int, float]:
    """Feasible starts and milliseconds of the day-range search in JavaScript, without the start of its process."""
    told = subprocess.run(
        [NODE, HERE / "days.js"], input=json.dumps(problem), capture_output=True, text=True, check=True, timeout=120
    )
    answer = json.loads(told.stdout)
    return int(answer["feasible"]), float(answer["milliseconds"])


def by_portion(asked: Problem) -> int:
    """Feasible starts by `portion`: each resource's free intervals, and each candidate looked up in them."""
    free = {one.id: _free(one, asked) for one in asked.resources}
    step, length = asked.grid * MINUTE, asked.duration * MINUTE
    found = 0
    for at in range(-(-asked.horizon[0] // step) * step, asked.horizon[1] - length + 1, step):
        found += all(sum(_fits(free[one], at, length) for one in need.of) >= need.count for need in asked.needs)
    return found


def _free(one: Resource, asked: Problem) -> tuple[Any, int, int]:
    around = asked.horizon[0] - one.before * MINUTE, asked.horizon[1] + one.after * MINUTE
    spans = openings(one.zone, one.hours or (), one.closed, around)
    opened = portion.Interval(*(portion.closedopen(*span) for span in spans))
    taken = portion.Interval(*(portion.closedopen(*span) for span in one.busy))
    return opened - taken, one.before * MINUTE, one.after * MINUTE


def _fits(free: tuple[Any, int, int], at: int, length: int) -> bool:
    within, before, after = free
    return portion.closedopen(at - before, at + length + after) in within


class Statement:
    """The one statement, over temporary tables that are filled beforehand."""

    def __init__(self, url: str, asked: Problem) -> None:
        self.connection, self.asked = psycopg.connect(url, autocommit=True), asked
        pools = {one: place for place, need in enumerate(asked.needs) for one in need.of}
        with self.connection.cursor() as cursor:
            cursor.execute("SET TIME ZONE 'UTC'")
            cursor.execute("CREATE TEMP TABLE opened (id text, pool int, hours tstzmultirange)")
            cursor.execute("CREATE TEMP TABLE taken (id text, during tstzrange)")
            cursor.execute("CREATE TEMP TABLE wanted (pool int, least int)")
            around = asked.horizon[0] - 86400, asked.horizon[1] + 86400
            for one in asked.resources:
                spans = openings(one.zone, one.hours or (), one.closed, around)
                text = "{" + ",".join(_range(*span) for span in spans) + "}"
                cursor.execute("INSERT INTO opened VALUES (%s, %s, %s::tstzmultirange)", [one.id, pools[one.id], text])
                rows = [(one.id, _range(*span)) for span in one.busy]
                cursor.executemany("INSERT INTO taken VALUES (%s, %s::tstzrange)", rows)
            cursor.executemany(
                "INSERT INTO wanted VALUES (%s, %s)", [(n, need.count) for n, need in enumerate(asked.needs)]
            )
            cursor.execute("ANALYZE")

    def feasible(self) -> int:
        """How many starts the statement finds."""
        step, one = self.asked.grid * MINUTE, self.asked.resources[0]
        facts = {
            "first": instant(-(-self.asked.horizon[0] // step) * step),
            "last": instant(self.asked.horizon[1] - self.asked.duration * MINUTE),
            "grid": self.asked.grid,
            "before": one.before,
            "length": self.asked.duration + one.after,
        }
        row = self.connection.execute(STATEMENT, facts).fetchone()
        return int(row[0]) if row else 0


def _range(first: int, past: int) -> str:
    return f'["{instant(first).isoformat()}","{instant(past).isoformat()}")'
