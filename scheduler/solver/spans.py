"""Spans by the thousand, side by side: a year of a busy room as one array. Pure.

Whole seconds since the epoch, half-open, as everywhere; in no order, and they may overlap (`timegrid.join` tidies).
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import overload

import numpy as np

from scheduler.solver.bits import Numbers
from scheduler.solver.timegrid import Span


class Spans(Sequence[Span]):
    """Reads as a sequence of spans; `rows` is what it holds, a row a span: first second, and the one just past it."""

    __slots__ = ("rows",)

    def __init__(self, rows: "Iterable[Span] | Numbers" = ()) -> None:
        whole = rows if isinstance(rows, np.ndarray) else list(rows)
        self.rows: Numbers = np.asarray(whole, dtype=np.int64).reshape(-1, 2)

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[Span]:
        return ((first, past) for first, past in self.rows.tolist())

    @overload
    def __getitem__(self, place: int) -> Span: ...
    @overload
    def __getitem__(self, place: slice) -> "Spans": ...
    def __getitem__(self, place: int | slice) -> "Span | Spans":
        if isinstance(place, slice):
            return Spans(self.rows[place])
        first, past = self.rows[place].tolist()
        return first, past

    def __eq__(self, other: object) -> bool:
        return list(self) == list(other) if isinstance(other, Sequence) else NotImplemented

    def __hash__(self) -> int:
        return hash(tuple(self))

    def __add__(self, other: "Spans") -> "Spans":
        return Spans(np.concatenate([self.rows, other.rows])) if len(other) else self


NONE = Spans()


def rows_of(spans: Sequence[Span]) -> Numbers:
    """Any spans as an array, a row a span; the array of those that have one is their own, and not to be changed."""
    return spans.rows if isinstance(spans, Spans) else Spans(spans).rows
