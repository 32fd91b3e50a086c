"""What broke is written down; with whose data, is not."""

import logging
import sys

import pytest
from django.db import IntegrityError, transaction

from protection.models import ProtectedPerson
from protection.quiet import Formatter


def logged() -> str:
    record = logging.LogRecord("house", logging.ERROR, __file__, 1, "Something broke", None, sys.exc_info())
    return Formatter("{levelname} {message}", style="{").format(record)


def test_the_words_of_an_error_and_of_its_causes_stay_out_of_the_log():
    try:
        try:
            int("Zulmira")
        except ValueError as error:
            raise KeyError("Ferreyra") from error
    except KeyError:
        line = logged()
    assert [word in line for word in ("Zulmira", "Ferreyra", "ValueError", "KeyError", "test_quiet.py")] == [
        False,
        False,
        True,
        True,
        True,
    ]


def test_the_row_that_postgresql_quotes_stays_out_of_the_log(witness):
    again = ProtectedPerson(case=witness.case, pseudonym=witness.pseudonym, state=witness.state)
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        again.save()
    assert witness.pseudonym in str(refused.value)  # PostgreSQL did quote it
    try:
        raise refused.value
    except IntegrityError:
        line = logged()
    assert (witness.pseudonym in line, "IntegrityError" in line) == (False, True)


def test_a_line_without_an_error_is_as_it_was():
    record = logging.LogRecord("house", logging.INFO, __file__, 1, "All %s", ("well",), None)
    assert Formatter("{levelname} {message}", style="{").format(record) == "INFO All well"
