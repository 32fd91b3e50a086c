"""A bench's table on the screen and in results/NAME.json; the exit code says whether every goal was held."""

import json
import operator
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

RESULTS = Path(__file__).parent / "results"
COMPARE: dict[str, Callable[[float, float], bool]] = {"<=": operator.le, ">=": operator.ge}


@dataclass(frozen=True)
class Row:
    """One figure. `goal` is "<= 60" or ">= 200", or empty where the figure is only told."""

    name: str
    value: float
    unit: str
    goal: str = ""

    @property
    def holds(self) -> bool:
        if not self.goal:
            return True
        sign, bound = self.goal.split()
        return COMPARE[sign](self.value, float(bound))


def publish(name: str, rows: list[Row]) -> None:
    """Print the rows, write them down, and exit 1 if one misses its goal."""
    width = max(len(row.name) for row in rows)
    for row in rows:
        verdict = "" if not row.goal else f"goal {row.goal:10} {'held' if row.holds else 'MISSED'}"
        print(f"{row.name:{width}}  {row.value:12.3f} {row.unit:8} {verdict}")
    RESULTS.mkdir(exist_ok=True)
    told = [asdict(row) | {"holds": row.holds} for row in rows]
    (RESULTS / f"{name}.json").write_text(json.dumps(told, indent=2) + "\n")
    sys.exit(not all(row.holds for row in rows))
