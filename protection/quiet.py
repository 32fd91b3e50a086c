"""Log lines of errors without their words.

PostgreSQL quotes the failing row, Python the value that did not fit, and either may be a name. A trace keeps its
files, lines, functions and the classes of the errors: enough to mend the program, nothing about a person.
"""

from __future__ import annotations

import logging
import re
import traceback
from collections.abc import Iterator
from types import TracebackType

_QUOTED = re.compile(r"[(<\n]|: ")
_KEY = re.compile(r"(/(?:calendar|answer|welcome)/)[^/\s\"'.?]+")

_Raised = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class Formatter(logging.Formatter):
    """A formatter for every handler of the house."""

    def formatMessage(self, record: logging.LogRecord) -> str:
        """The line; of asyncio's, which quotes tasks, errors and arguments, only what it says before it quotes."""
        if record.name == "asyncio":
            record.message = _QUOTED.split(record.message)[0].rstrip()
        return super().formatMessage(record)

    def format(self, record: logging.LogRecord) -> str:
        """The line, without the part of an address that is a key: a calendar's, an invitation's, a way in."""
        return _KEY.sub(r"\1…", super().format(record))

    def formatException(self, ei: _Raised) -> str:
        """The trace of the error and of what led to it, the first cause first."""
        return "\n".join(_lines(ei[1])) if ei[1] is not None else ""


def _lines(error: BaseException) -> Iterator[str]:
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if before is not None:
        yield from _lines(before)
    for frame in traceback.extract_tb(error.__traceback__):
        yield f'  File "{frame.filename}", line {frame.lineno}, in {frame.name}'
    yield f"{type(error).__module__}.{type(error).__qualname__}"
