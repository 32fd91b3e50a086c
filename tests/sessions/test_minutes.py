"""What the minutes say, before they are set in type."""

from datetime import timedelta

import pytest

from directory.errors import NotFound
from sessions import minutes, record
from sessions.errors import WrongState
from tests.sessions.conftest import Day, held


def test_time_lost_and_presence_come_from_the_log(day: Day) -> None:
    told = minutes.of(held(day).hearing)
    assert told.lost == timedelta(minutes=9)
    (witness,) = [one for one in told.present if one.function.startswith("Witness")]
    assert [(span.start, span.end) for span in witness.spans] == [(day.start, day.start + timedelta(minutes=30))]
    assert [span.length for span in witness.interruptions] == [timedelta(minutes=1)]
    assert witness.identity == ""


def test_minutes_are_written_when_the_hearing_is_closed_and_by_a_clerk(day: Day) -> None:
    with pytest.raises(WrongState):
        record.write(hearing_id=day.id, by=day.cast.clerk)
    for by in (day.cast.judge, day.cast.stranger, day.cast.prosecutor):
        with pytest.raises(NotFound):
            record.write(hearing_id=day.id, by=by)
