"""A clerk keeps her own authority's rooms, interpreters, absences and recesses; nothing read before is overwritten."""

from datetime import UTC, datetime
from typing import Any

import pytest

from directory import absences, hours, interpreters, sites
from directory.absences import Wall
from directory.errors import NotFound, Refusal, Stale
from directory.interpreters import Facts, Pair
from directory.models import Absence, AuditEntry, Resource, Site
from directory.sites import Room

WORKDAYS = {day: [["08:00", "12:00"]] for day in hours.WORKDAYS}


def room(**changes: Any) -> Room:
    facts = {
        "name": "Hearing room 5",
        "kind": "court",
        "city": "Bogotá",
        "zone": "America/Bogota",
        "hours": WORKDAYS,
        "preferred": None,
        "setup_minutes": 30,
        "clearing_minutes": 15,
    }
    return Room(**facts | changes)


@pytest.mark.parametrize(
    ("text", "read"),
    [("8", "08:00"), ("08:30", "08:30"), ("830", "08:30"), ("0830", "08:30"), ("8.30", "08:30"), ("8h30", "08:30"),
     ("8h", "08:00"), ("24:00", "24:00"), ("24", "24:00"), ("24:01", ""), ("25", ""), ("8:60", ""), ("eight", ""),
     ("٨", ""), ("", "")],
)  # fmt: skip
def test_times_are_read_as_tired_people_type_them(text: str, read: str) -> None:
    assert hours.clock(text) == read


def test_a_week_is_put_in_order_and_empty_rows_do_not_count() -> None:
    typed = {"mon": [("13", "17"), ("", ""), ("8", "12")], "tue": [("", "")], "sun": [("22:00", "24")]}
    assert hours.read(typed, "hours") == {
        "mon": [["08:00", "12:00"], ["13:00", "17:00"]],
        "sun": [["22:00", "24:00"]],
    }


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ([("8", "12"), ("11", "13")], "Monday: Two openings overlap: 08:00–12:00 and 11:00–13:00."),
        ([("12", "8")], "Monday: 08:00 is not after 12:00. Midnight at the end of the day is 24:00."),
        ([("8", "")], "Monday: Write both times like 08:30. There stands “8” to “”."),
        ([(f"{n}", f"{n}:30") for n in range(9)], "Monday: A day has at most eight openings."),
    ],
)
def test_hours_that_cannot_be_say_which_day_and_why(rows: list[tuple[str, str]], told: str) -> None:
    with pytest.raises(Refusal) as refused:
        hours.read({"mon": rows}, "hours")
    assert (refused.value.code, refused.value.field, str(refused.value.sentence)) == ("hours_wrong", "hours", told)


def test_a_room_is_entered_and_changed_and_the_trail_says_how(cast: Any) -> None:
    made = sites.add(by=cast.clerk, room=room())
    sites.change(site=made, by=cast.clerk, version=1, room=room(name="Hearing room 6", hours=None, active=False))
    kept = Site.objects.select_related("resource").get(pk=made.pk)
    assert (kept.name, kept.resource.label, kept.resource.hours) == ("Hearing room 6", "Hearing room 6", None)
    assert (kept.resource.active, kept.resource.version, kept.authority) == (False, 2, cast.clerk.authority)
    entry = AuditEntry.objects.get(act="site.changed")
    assert entry.facts == {
        "name": {"from": "Hearing room 5", "to": "Hearing room 6"},
        "label": {"from": "Hearing room 5", "to": "Hearing room 6"},
        "hours": {"from": WORKDAYS, "to": None},
        "active": {"from": True, "to": False},
    }


def test_an_older_version_overwrites_nothing(cast: Any) -> None:
    made = sites.add(by=cast.clerk, room=room())
    sites.change(site=made, by=cast.clerk, version=1, room=room(setup_minutes=45))
    with pytest.raises(Stale) as refused:
        sites.change(site=made, by=cast.clerk, version=1, room=room(name="Mine"))
    assert (refused.value.status, refused.value.facts) == (412, {"version": 2})
    assert Site.objects.get(pk=made.pk).name == "Hearing room 5"


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"name": " "}, "name"), ({"name": "hearing ROOM 3"}, "name"), ({"zone": "Bogota"}, "zone"),
     ({"kind": "cellar"}, "kind"), ({"setup_minutes": 481}, "setup_minutes"), ({"name": "x" * 201}, "name")],
)  # fmt: skip
def test_what_does_not_fit_is_refused_at_its_field(cast: Any, changes: dict[str, Any], field: str) -> None:
    with pytest.raises(Refusal) as refused:
        sites.add(by=cast.clerk, room=room(**changes))
    assert (refused.value.status, refused.value.field) == (422, field)


def test_only_those_who_edit_and_only_their_own(cast: Any) -> None:
    made = sites.add(by=cast.clerk, room=room())
    strangers = (cast.clerk_madrid, cast.spain, cast.stranger, cast.judge, cast.technician, None)
    for by in strangers:
        with pytest.raises(NotFound):
            sites.change(site=made, by=by, version=1, room=room())
        with pytest.raises(NotFound):
            sites.by_id(made.public_id, by)
        with pytest.raises(NotFound):
            absences.add(resource=made.resource, by=by, start=Wall(day="2026-12-09"), end=None)
    assert Site.objects.get(pk=made.pk).resource.version == 1


def span(row: Absence) -> tuple[datetime, datetime | None]:
    row.refresh_from_db()
    return row.during.lower, row.during.upper


def test_an_absence_is_meant_on_the_clocks_of_whose_it_is(cast: Any) -> None:
    judge = cast.judge_madrid.user.resource
    morning = absences.add(
        resource=judge,
        by=cast.clerk_madrid,
        start=Wall(day="2026-12-09", clock="08:30"),
        end=Wall(day="2026-12-09", clock="10:00"),
        reason="Training",
    )
    days = absences.add(resource=judge, by=cast.judge_madrid, start=Wall(day="2026-12-21"), end=Wall(day="2026-12-23"))
    open_end = absences.add(resource=judge, by=cast.judge_madrid, start=Wall(day="2027-01-04"), end=None)
    assert span(morning) == (datetime(2026, 12, 9, 7, 30, tzinfo=UTC), datetime(2026, 12, 9, 9, tzinfo=UTC))
    assert span(days) == (datetime(2026, 12, 20, 23, tzinfo=UTC), datetime(2026, 12, 23, 23, tzinfo=UTC))
    assert span(open_end) == (datetime(2027, 1, 3, 23, tzinfo=UTC), None)
    assert "Training" not in str(AuditEntry.objects.filter(act="absence.added").values_list("facts"))
    absences.remove(absence=morning.public_id, by=cast.judge_madrid)
    assert judge.absences.count() == 2


def test_a_time_that_the_clocks_skip_or_show_twice_is_asked_about(cast: Any) -> None:
    judge, day = cast.judge_madrid.user.resource, "2027-03-28"
    with pytest.raises(Refusal) as gap:
        absences.add(resource=judge, by=cast.judge_madrid, start=Wall(day=day, clock="02:30"), end=None)
    assert (gap.value.code, gap.value.field) == ("wall_time_gap", "start")
    twice = Wall(day="2026-10-25", clock="02:30")
    with pytest.raises(Refusal) as overlap:
        absences.add(resource=judge, by=cast.judge_madrid, start=Wall(day="2026-10-24"), end=twice)
    assert (overlap.value.code, overlap.value.field) == ("wall_time_overlap", "end")
    second = Wall(day="2026-10-25", clock="02:30", fold=1)
    row = absences.add(resource=judge, by=cast.judge_madrid, start=Wall(day="2026-10-24"), end=second)
    assert span(row)[1] == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)


def test_a_whole_day_begins_where_the_clocks_skip_midnight(cast: Any) -> None:
    resource = Resource.objects.get(label="Hearing room 3")
    Resource.objects.filter(pk=resource.pk).update(zone="Asia/Beirut")
    resource.refresh_from_db()
    day = Wall(day="2027-03-28")  # the clocks go from 00:00 to 01:00
    row = absences.add(resource=resource, by=cast.clerk, start=day, end=day)
    assert span(row) == (datetime(2027, 3, 27, 22, tzinfo=UTC), datetime(2027, 3, 28, 21, tzinfo=UTC))


@pytest.mark.parametrize(
    ("first", "last", "code"),
    [("2026-12-24", "2026-12-20", "recess_runs_backward"), ("2026-12-24", "2028-12-24", "recess_too_long"),
     ("24.12.2026", "", "impossible_time"), ("", "", "impossible_time"), ("0001-01-01", "", "impossible_time")],
)  # fmt: skip
def test_a_recess_that_cannot_be_is_refused(cast: Any, first: str, last: str, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        absences.add_recess(by=cast.clerk, first=first, last=last, name="Christmas")
    assert refused.value.code == code


def test_a_recess_is_the_own_courts_alone(cast: Any) -> None:
    row = absences.add_recess(by=cast.clerk, first="2026-12-21", last="2027-01-08", name="Judicial holidays")
    with pytest.raises(NotFound):
        absences.remove_recess(recess=row.public_id, by=cast.clerk_madrid)
    absences.remove_recess(recess=row.public_id, by=cast.clerk)
    assert list(AuditEntry.objects.filter(act__startswith="recess").values_list("act", flat=True)) == [
        "recess.added",
        "recess.removed",
    ]


def interpreter(*pairs: Pair) -> Facts:
    return Facts(name="Ana Díaz", email="ana@x.example", zone="Europe/Madrid", hours=None, preferred=None, pairs=pairs)


def test_an_interpreter_works_from_and_into_what_is_entered(cast: Any) -> None:
    both = (Pair("FR", "es", ["simultaneous", "consecutive"]), Pair("es", "fr", ["consecutive"]))
    row = interpreters.add(by=cast.clerk, facts=interpreter(*both))
    kept = [(pair.source, pair.target, pair.modes) for pair in row.pairs.all()]
    assert kept == [("es", "fr", ["consecutive"]), ("fr", "es", ["consecutive", "simultaneous"])]
    interpreters.change(interpreter=row, by=cast.clerk, version=1, facts=interpreter(both[1]))
    assert [pair.source for pair in row.pairs.all()] == ["es"]
    with pytest.raises(NotFound):
        interpreters.change(interpreter=row, by=cast.clerk_madrid, version=2, facts=interpreter(*both))


@pytest.mark.parametrize(
    "pairs",
    [(), (Pair("fr", "", ["consecutive"]),), (Pair("fr", "fr", ["consecutive"]),), (Pair("fr", "es", []),),
     (Pair("fr", "es", ["whispered"]),)],
)  # fmt: skip
def test_a_direction_needs_two_languages_and_a_mode(cast: Any, pairs: tuple[Pair, ...]) -> None:
    with pytest.raises(Refusal, match="pair_wrong"):
        interpreters.add(by=cast.clerk, facts=interpreter(*pairs))
