"""A judge goes on without a fit check of his own court's link, with a reason that stands in the minutes."""

from datetime import timedelta

import pytest
from django.test import Client

from directory.errors import Forbidden, Refusal
from scheduler import checks
from sessions import lifecycle, minutes, waiver
from sessions.errors import GatesNotClear, WrongState
from tests.sessions.conftest import GOOD, Day


def nearly(day: Day) -> None:
    """Everything but the link of the court in Bogotá, which nobody has tested."""
    measured = {"by": day.cast.technician_madrid, "measured": GOOD, "now": day.start - timedelta(hours=20)}
    checks.record(booking=day.booking, side="requested", **measured)
    day.doors_open()
    day.witness_comes()
    for kind in ("identity", "rights"):
        day.step(kind, day.cast.judge_madrid)


def waive(day: Day, by: str = "judge", reason: str = "The line was repaired an hour ago.") -> None:
    waiver.waive(hearing_id=day.id, reason=reason, by=getattr(day.cast, by), at=day.start)


def test_with_the_judges_reason_it_goes_live_and_the_minutes_give_it(day: Day) -> None:
    nearly(day)
    with pytest.raises(GatesNotClear) as missing:
        lifecycle.go_live(hearing_id=day.id, by=day.cast.judge, at=day.start)
    assert [gate.id for gate in missing.value.findings] == ["connection_requesting"]
    waive(day)
    assert lifecycle.go_live(hearing_id=day.id, by=day.cast.judge, at=day.start).state == "in_session"
    said = [line.sentence for line in minutes.of(day.hearing).happened if "without a fit check" in line.sentence]
    assert said == [
        "The presiding judge (Colombia) goes on without a fit check of the own court’s link: "
        "The line was repaired an hour ago."
    ]


def test_nobody_waives_the_other_courts_link_or_what_is_fit(day: Day) -> None:
    nearly(day)
    with pytest.raises(Refusal) as refused:
        waive(day, "judge_madrid")
    assert refused.value.code == "nothing_to_waive"
    waive(day)
    with pytest.raises(Refusal) as again:
        waive(day)
    assert again.value.code == "nothing_to_waive"


@pytest.mark.parametrize("by", ["clerk", "technician"])
def test_clerks_and_technicians_waive_nothing(day: Day, by: str) -> None:
    nearly(day)
    with pytest.raises(Forbidden):
        waive(day, by)


@pytest.mark.parametrize(
    ("reason", "code"), [("", "reason_missing"), ("   ", "reason_missing"), ("x" * 2001, "reason_long")]
)
def test_without_a_reason_it_is_refused(day: Day, reason: str, code: str) -> None:
    nearly(day)
    with pytest.raises(Refusal) as refused:
        waive(day, reason=reason)
    assert refused.value.code == code


def test_before_the_doors_open_there_is_nothing_to_waive(day: Day) -> None:
    with pytest.raises(WrongState):
        waive(day)


def test_the_presiding_judge_finds_it_beside_the_gate_and_the_attending_judge_does_not(day: Day) -> None:
    nearly(day)
    offered = {}
    for name in ("judge", "judge_madrid"):
        client = Client()
        client.force_login(getattr(day.cast, name).user)
        offered[name] = 'value="waive"' in client.get(f"/hearings/{day.id}/room/").content.decode()
    assert offered == {"judge": True, "judge_madrid": False}
    client = Client()
    client.force_login(day.cast.judge.user)
    answer = client.post(f"/hearings/{day.id}/room/act/", {"act": "waive", "reason": "The line was repaired."})
    assert (answer.status_code, day.lines()[-1]) == (302, "check_waived")
