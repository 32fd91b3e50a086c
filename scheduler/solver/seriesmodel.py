"""A series from one first date on as a model for CP-SAT (OR-Tools). Pure.

Each date may hold one sitting: a literal says whether it does, a variable at which column it starts. A literal a steady
need and resource says who sits at all of them, one a need, resource and date who serves there. Two columns that one
resource cannot both serve (`Kept.clashes`) are two starts that exclude each other while it serves on both dates.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations

import numpy as np
from ortools.sat.python import cp_model

from scheduler.solver.bits import Truths
from scheduler.solver.groups import AWAY
from scheduler.solver.window import Clock, Window

LEAST = 0.05  # seconds; with less nothing is begun


@dataclass
class Answer:
    """What one run said: the columns and who serves at each, and whether nothing is better (or nothing exists)."""

    sure: bool
    bound: int = 0
    columns: tuple[int, ...] = ()
    serving: Mapping[int, frozenset[str]] = field(default_factory=dict)  # by column
    steady: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # by label


class SeriesModel:
    """Starts count the window's columns."""

    def __init__(self, window: Window, begins: Sequence[int]) -> None:
        self.window, self.model = window, cp_model.CpModel()
        dates = window.dates
        first = dates.day(begins[0])
        self.days = {
            day: begins if day == first else np.flatnonzero(dates.days == day).tolist()
            for day in np.unique(dates.days).tolist()
        }
        self.sits = {day: self._new() for day in self.days}
        self.starts = {
            day: self.model.new_int_var_from_domain(cp_model.Domain.from_values(columns), "")
            for day, columns in self.days.items()
        }
        self.inside: dict[tuple[int, bytes], cp_model.IntVar] = {}
        self.used: dict[tuple[str, int], cp_model.IntVar] = {}
        self.steady: dict[str, dict[str, cp_model.IntVar]] = {}
        self.serves: list[tuple[str, int, cp_model.IntVar]] = []
        self.paid: list[tuple[int, cp_model.IntVar]] = []
        self.worst = self.model.new_int_var(0, dates.line.minutes, "")
        self.model.add(self.sits[first] == 1)
        self.model.add(sum(self.sits.values()) == window.asked.count)
        self._seat()
        for one in sorted(dates.rows):
            self._part(one)
        self.most = 1 + sum(cost for cost, _paid in self.paid)

    def keep_to(self, minutes: int) -> None:
        self.model.add_linear_constraint(self.minutes(), 0, minutes)

    def minimize(self, what: cp_model.LinearExprT) -> None:
        self.model.minimize(what)

    def minutes(self) -> cp_model.LinearExpr:
        total = cp_model.LinearExpr.weighted_sum([paid for _cost, paid in self.paid], [cost for cost, _ in self.paid])
        return total if self.window.asked.by_total else self.most * self.worst + total

    def parted(self, bound: int) -> tuple[int, int]:
        """The least (worst, total), from the least of `minutes`."""
        return (0, bound) if self.window.asked.by_total else divmod(bound, self.most)

    def load(self) -> cp_model.LinearExprT:
        resources, rows = self.window.dates.resources, self.window.dates.rows
        served = [*self.serves, *(self._throughout())]
        return cp_model.LinearExpr.weighted_sum(
            [literal for _one, _day, literal in served], [resources[rows[one]].load for one, _day, _literal in served]
        )

    def start_of(self, number: int, columns: Sequence[int]) -> cp_model.LinearExprT:
        """The column of the sitting of that number, where those before it are at these columns."""
        if number == 0:
            return self.starts[self.window.dates.day(columns[0])]
        last = self.window.dates.day(columns[number - 1])
        start, before = self.model.new_int_var(0, len(self.window.dates.places), ""), list[cp_model.IntVar]()
        nexts = list[cp_model.IntVar]()
        for day in (day for day in self.days if day > last):
            here = self._new()
            self.model.add_implication(here, self.sits[day])
            for earlier in before:
                self.model.add_implication(here, ~earlier)
            self.model.add(start == self.starts[day]).only_enforce_if(here)
            before.append(self.sits[day])
            nexts.append(here)
        self.model.add_exactly_one(nexts)
        return start

    def fix(self, column: int) -> None:
        day = self.window.dates.day(column)
        self.model.add(self.sits[day] == 1)
        self.model.add(self.starts[day] == column)

    def forbid(self, one: str, columns: Sequence[int]) -> None:
        """Nobody who has too much at all of these serves at all of them."""
        dates, literals = self.window.dates, list[cp_model.LiteralT]()
        for column in columns:
            day = dates.day(column)
            literals += [~self.used[one, day], ~self._in(day, np.arange(len(dates.places)) == column)]
        self.model.add_bool_or(literals)

    def run(self, clock: Clock, known: Answer | None) -> Answer:
        if clock.left < LEAST:
            return Answer(sure=False)
        if known:
            self._hint(known)
        solver = cp_model.CpSolver()
        solver.parameters.max_time_in_seconds = clock.left
        solver.parameters.num_workers = 1  # the same problem gives the same answer
        solver.parameters.random_seed = 18
        status = solver.solve(self.model)
        if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            return Answer(sure=status == cp_model.INFEASIBLE)
        return self._read(solver, status == cp_model.OPTIMAL)

    def _read(self, solver: cp_model.CpSolver, sure: bool) -> Answer:
        sitting = [day for day in self.days if solver.boolean_value(self.sits[day])]
        columns = {day: solver.value(self.starts[day]) for day in sitting}
        teams = {
            label: tuple(one for one, literal in those.items() if solver.boolean_value(literal))
            for label, those in self.steady.items()
        }
        bench = frozenset(one for team in teams.values() for one in team)
        serving = {
            columns[day]: bench | {one for one, on, yes in self.serves if on == day and solver.boolean_value(yes)}
            for day in sitting
        }
        bound = round(solver.best_objective_bound) if self.model.has_objective() else 0
        return Answer(sure, bound, tuple(sorted(columns.values())), serving, teams)

    def _hint(self, known: Answer) -> None:
        self.model.clear_hints()  # type: ignore[no-untyped-call]  # OR-Tools leaves this one without types
        at = {self.window.dates.day(column): column for column in known.columns}
        for day, literal in self.sits.items():
            self.model.add_hint(literal, day in at)
            if day in at:
                self.model.add_hint(self.starts[day], at[day])
        for one, day, literal in self.serves:
            self.model.add_hint(literal, day in at and one in known.serving[at[day]])
        for label, those in self.steady.items():
            for one, literal in those.items():
                self.model.add_hint(literal, one in known.steady[label])

    def _new(self) -> cp_model.IntVar:
        return self.model.new_bool_var("")

    def _seat(self) -> None:
        """Who serves where: each need has as many as it asks for, and nobody serves two."""
        by: dict[tuple[str, int], list[cp_model.IntVar]] = {}
        for need in self.window.root.needs:
            if need.label in self.window.steady:
                self.steady[need.label] = those = {one: self._new() for one in need.of}
                self.model.add(sum(those.values()) == need.count)
                continue
            for day in self.days:
                here = {one: self._new() for one in need.of if self._free(one, day).any()}
                self.model.add(sum(here.values()) == need.count * self.sits[day])
                self.serves += [(one, day, literal) for one, literal in here.items()]
        for one, day, literal in [*self.serves, *self._throughout()]:
            by.setdefault((one, day), []).append(literal)
        for (one, day), literals in by.items():
            if len(literals) > 1:
                self.model.add_at_most_one(literals)
            self.used[one, day] = used = self._new()
            for literal in literals:
                self.model.add_bool_or(~literal, ~self.sits[day], used)

    def _throughout(self) -> Iterable[tuple[str, int, cp_model.IntVar]]:
        return ((one, day, yes) for those in self.steady.values() for one, yes in those.items() for day in self.days)

    def _part(self, one: str) -> None:
        """Only where it is available, at what cost, and beside which other sitting of its own."""
        dates = self.window.dates
        costs, mine = dates.costs[dates.rows[one]], [day for day in self.days if (one, day) in self.used]
        for day in mine:
            used, free = self.used[one, day], self._free(one, day)
            self._only(day, free, used)
            for cost in np.unique(costs[free]).tolist():
                if cost:
                    self._priced(day, free & (costs == cost), used, cost)
        clashes = self.window.kept.clashes(one)
        if clashes.any():
            for day, later in combinations(mine, 2):
                self._parted(one, day, later, clashes)

    def _priced(self, day: int, where: Truths, used: cp_model.IntVar, cost: int) -> None:
        paid = self._new()
        self.model.add_bool_or(~used, ~self._in(day, where), paid)
        self.model.add(self.worst >= cost).only_enforce_if(paid)
        self.paid.append((cost, paid))

    def _parted(self, one: str, day: int, later: int, clashes: Truths) -> None:
        mine = np.flatnonzero(self._free(one, day))
        between = clashes[mine] & self._free(one, later)
        if not between.any():
            return
        patterns, place = np.unique(between, axis=0, return_inverse=True)
        for number, pattern in enumerate(patterns):
            if pattern.any():
                where = np.zeros(len(pattern), dtype=np.bool_)
                where[mine[place.reshape(-1) == number]] = True
                here, there = self._in(day, where), self._in(later, pattern)
                self.model.add_bool_or(~self.used[one, day], ~self.used[one, later], ~here, ~there)

    def _free(self, one: str, day: int) -> Truths:
        dates = self.window.dates
        asked = np.zeros(len(dates.places), dtype=np.bool_)
        asked[self.days[day]] = True
        free: Truths = asked & (dates.costs[dates.rows[one]] != AWAY)
        return free

    def _in(self, day: int, where: Truths) -> cp_model.IntVar:
        """A literal that is true where the date's sitting starts at one of these columns."""
        key = day, where.tobytes()
        if key not in self.inside:
            self.inside[key] = self._new()
            self._only(day, ~where, ~self.inside[key])
        return self.inside[key]

    def _only(self, day: int, where: Truths, literal: cp_model.LiteralT) -> None:
        kept = [column for column in self.days[day] if where[column]]
        domain = cp_model.Domain.from_values(kept)
        if kept:
            self.model.add_linear_expression_in_domain(self.starts[day], domain).only_enforce_if(literal)
        else:
            self.model.add_bool_or(~literal)
