"""Whole rows of tables, read by statements that are written once, as instances of their models.

Django puts a query set into SQL anew each time it is asked, column by column: for wide tables that takes longer than
PostgreSQL takes for the answer. So what every search reads is asked for here. Rights are not: whose a row is to see is
said by `visible_to` alone.
"""

import json
from collections.abc import Callable, Iterable, Sequence
from functools import cache, cached_property
from typing import Any, Generic, TypeVar

from django.db import connection
from django.db.models import JSONField, Model, QuerySet

M = TypeVar("M", bound=Model)
Row = Sequence[Any]


class Columns(Generic[M]):
    """The columns of a model's table, in a statement that calls the table `alias`."""

    def __init__(self, model: type[M], alias: str) -> None:
        self.model, self.alias = model, alias

    @cached_property
    def text(self) -> str:
        """As a statement names them."""
        return ", ".join(f'{self.alias}."{field.column}"' for field in self.model._meta.concrete_fields)

    @cached_property
    def names(self) -> list[str]:
        """As the model does."""
        return [field.attname for field in self.model._meta.concrete_fields]

    @cached_property
    def _json(self) -> list[int]:
        """The places of those that come as text and have to be read."""
        fields = self.model._meta.concrete_fields
        return [place for place, field in enumerate(fields) if isinstance(field, JSONField)]

    def made(self, row: Row, read: Callable[[str], Any] = json.loads) -> M:
        """The instance that these values are."""
        values = list(row)
        for place in self._json:
            values[place] = None if values[place] is None else read(values[place])
        return self.model.from_db("default", self.names, values)


class Statement:
    """A statement that gives the columns of these tables side by side, and after them what `more` says."""

    def __init__(self, rest: str, *tables: Columns[Any], more: str = "") -> None:
        self.rest, self.tables, self.more = rest, tables, more

    @cached_property
    def text(self) -> str:
        """The whole of it."""
        return f"SELECT {', '.join([table.text for table in self.tables] + [self.more] * bool(self.more))} {self.rest}"

    @cached_property
    def places(self) -> dict[Columns[Any], int]:
        """Where in a row a table's columns begin."""
        return {one: sum(len(before.names) for before in self.tables[:n]) for n, one in enumerate(self.tables)}

    def ask(self, *values: Any) -> "Answer":
        """Its answer to these values, in the order in which it names them."""
        with connection.cursor() as cursor:
            cursor.execute(self.text, values)
            return Answer(self, cursor.fetchall())


class Answer:
    """The rows of a statement's answer. Equal JSON in them is read once, and is one object."""

    def __init__(self, statement: Statement, rows: Sequence[Row]) -> None:
        self.statement, self.rows = statement, rows
        self._read = cache(json.loads)

    def each(self, table: Columns[M]) -> list[M]:
        """What each row holds of a table that has a row for each."""
        first = self.statement.places[table]
        return [table.made(row[first : first + len(table.names)], self._read) for row in self.rows]

    def some(self, table: Columns[M]) -> list[M]:
        """The same of one that has not (`LEFT JOIN`): of those that there are."""
        first = self.statement.places[table]
        there = (row[first : first + len(table.names)] for row in self.rows if row[first] is not None)
        return [table.made(row, self._read) for row in there]

    @property
    def more(self) -> list[Any]:
        """What comes after the columns, row by row."""
        return [row[-1] for row in self.rows]


def having(model: type[M], column: str, keys: Iterable[int]) -> list[M]:
    """The rows in which that column, by its name in the table, holds one of the keys; in no order."""
    wanted = list(keys)
    if not wanted:
        return []
    table, statement = _having(model, column)
    return statement.ask(wanted).each(table)


@cache
def _having(model: type[M], column: str) -> tuple[Columns[M], Statement]:
    table = Columns(model, "found")
    return table, Statement(f'FROM "{model._meta.db_table}" found WHERE found."{column}" = ANY(%s)', table)


def keep(one: Model, name: str, rows: Sequence[Model]) -> None:
    """Have `one.<name>.all()` give these rows, as if they had been prefetched."""
    related: QuerySet[Any] = getattr(one, name).get_queryset()
    related._result_cache, related._prefetch_done = list(rows), True  # type: ignore[attr-defined]  # as Django's prefetch does
    kept: dict[str, QuerySet[Any]] = one.__dict__.setdefault("_prefetched_objects_cache", {})
    kept[name] = related


def point(one: Model, name: str, other: Model | None) -> None:
    """Have `one.<name>`, the far end of a one-to-one key, be that row, or be missing without a question."""
    one._meta.get_field(name).set_cached_value(one, other)  # type: ignore[union-attr]  # a relation has one
