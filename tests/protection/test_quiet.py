"""What broke is written down; with whose data, is not."""

import logging
import sys

import pytest
from django.conf import settings
from django.db import IntegrityError, transaction
from uvicorn.config import LOGGING_CONFIG

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


@pytest.mark.parametrize(
    "said",
    [
        "Task exception was never retrieved\nfuture: <Task finished exception=ValueError('Zulmira')>",
        "Exception in callback Room.say('Zulmira')",  # a handle prints its arguments
        "Executing <Task pending coro=<say('Zulmira')>> took 0.2 seconds",  # in debug mode
        "socket.send() raised: Zulmira",
    ],
)
def test_asyncio_quotes_nobody(said):
    record = logging.LogRecord("asyncio", logging.ERROR, __file__, 1, said, None, None)
    line = Formatter("{levelname} {message}", style="{").format(record)
    assert ("Zulmira" in line, len(line) > len("ERROR ")) == (False, True)


def test_uvicorn_prints_through_the_houses_own_handler_alone_and_never_who_asked_for_what():
    configured = {name: settings.LOGGING["loggers"].get(name) for name in LOGGING_CONFIG["loggers"]}
    assert configured == {name: {"handlers": [], "propagate": name != "uvicorn.access"} for name in configured}


def test_a_line_without_an_error_is_as_it_was():
    record = logging.LogRecord("house", logging.INFO, __file__, 1, "All %s", ("well",), None)
    assert Formatter("{levelname} {message}", style="{").format(record) == "INFO All well"


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("/calendar/k3yK3yk3yK3yk3yK3yk3yK3yk3yK3yk3yK3yk3yK3y_.ics", "/calendar/….ics"),
        ("/answer/0123456789abcdef~sIgn-atUre_0123456789/", "/answer/…/"),
        ("/account/welcome/0123456789abcdef~sIgn-atUre_0123456789/", "/account/welcome/…/"),
        ("/bookings/2a4b1e5e-0000-4000-8000-000000000001/confirm/",) * 2,
    ],
)
def test_an_address_that_is_a_key_is_no_line_of_the_log(path: str, told: str) -> None:
    record = logging.LogRecord("django.request", logging.ERROR, __file__, 1, "%s: %s", ("Server Error", path), None)
    assert Formatter("{message}", style="{").format(record) == f"Server Error: {told}"
