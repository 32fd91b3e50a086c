"""What PostgreSQL breaks off is tried again, and then refused: never an error page."""

import pytest
from django.db import OperationalError
from psycopg.errors import DeadlockDetected, QueryCanceled, SerializationFailure

from scheduler.booking import claims
from scheduler.errors import SlotTaken

pytestmark = pytest.mark.django_db


def broken_off(cause, times):
    """An act that PostgreSQL breaks off so often before it goes through; counts its calls."""
    calls = []

    def act():
        calls.append(1)
        if len(calls) <= times:
            raise OperationalError from cause
        return "done"

    return act, calls


@pytest.mark.parametrize("cause", [DeadlockDetected(), SerializationFailure()])
def test_a_lost_race_is_run_again(cause):
    act, calls = broken_off(cause, times=2)
    assert (claims.contested(act), len(calls)) == ("done", 3)


def test_who_loses_three_times_is_told_that_the_time_is_taken():
    act, calls = broken_off(DeadlockDetected(), times=9)
    with pytest.raises(SlotTaken):
        claims.contested(act)
    assert len(calls) == 3


def test_another_failure_is_not_hidden():
    act, calls = broken_off(QueryCanceled(), times=9)
    with pytest.raises(OperationalError):
        claims.contested(act)
    assert len(calls) == 1
