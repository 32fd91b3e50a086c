"""A calendar kept elsewhere makes its room or person busy, and says so when it cannot be read."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import caldav
import pytest
from django.db import connection
from procrastinate.contrib.django.models import ProcrastinateJob

from directory import sealing, tasks
from directory.errors import NotFound, Refusal, Stale
from directory.models import AuditEntry, OutsideBusy, OutsideCalendar, Resource
from directory.outside import calendars, refresh
from directory.outside.calendars import Account
from tests.directory import elsewhere
from tests.directory.elsewhere import Files

NOW = datetime(2026, 11, 24, 14, 5, tzinfo=UTC)
LUNCH = "DTSTART:20261209T120000\nDTEND:20261209T130000"  # on the clock of whose calendar it is


@pytest.fixture(scope="module")
def files() -> Iterator[Files]:
    with elsewhere.files() as kept:
        yield kept


@pytest.fixture
def room(cast: Any, settings: Any, time_machine: Any) -> Resource:
    settings.OUTSIDE_LOOPBACK = True
    time_machine.move_to(NOW, tick=False)
    return Resource.objects.get(label="Hearing room 3")


def ics(url: str, **facts: Any) -> Account:
    return Account(kind="ics", url=url, **facts)


def busy(resource: Resource) -> list[str]:
    rows = OutsideBusy.objects.filter(resource=resource).values_list("during", flat=True)
    return [f"{during.lower:%d %b %H:%M}–{during.upper:%H:%M}" for during in rows]


@pytest.fixture
def in_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """The child's work without its process, which one test below starts for all of them."""
    from directory.outside import child
    from directory.outside.errors import OutsideError

    def run(job: child.Job) -> dict[str, Any]:
        try:
            return child.read(job)
        except OutsideError as error:
            return {"code": error.code}

    monkeypatch.setattr(refresh, "run", run)


def test_a_published_calendar_makes_a_room_busy_and_nothing_else_is_kept(
    cast: Any, room: Resource, files: Files
) -> None:
    url = files.put("/secret-8f3a/room.ics", elsewhere.calendar(LUNCH), ETag='"1"')
    kept = calendars.add(resource=room, by=cast.clerk, account=ics(url, user_name="room", password="open sesame"))
    jobs = ProcrastinateJob.objects.filter(task_name="directory.read_outside", args={"calendar_id": kept.pk})
    assert jobs.count() == 1
    tasks.read_outside(calendar_id=kept.pk)  # in its own process
    assert busy(room) == ["09 Dec 17:00–18:00"]
    kept.refresh_from_db()
    assert (kept.failure, kept.last_good, kept.host) == ("", NOW, "127.0.0.1")
    with connection.cursor() as cursor:  # neither the password nor the secret part of the address, in any table
        for table in ("directory_outsidecalendar", "directory_auditentry", "procrastinate_jobs"):
            cursor.execute(f"SELECT t::text FROM {table} t")
            told = " ".join(row[0] for row in cursor.fetchall())
            assert not any(word in told for word in ("sesame", "8f3a", "Secret", b"sesame".hex()))


def test_a_rule_made_to_hang_its_reader_ends_with_the_readers_time(cast: Any, room: Resource, files: Files) -> None:
    rules = "".join(f"RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30;COUNT={n}\n" for n in range(1, 9))
    url = files.put("/bomb.ics", elsewhere.calendar(f"DTSTART:00010101T000000Z\n{rules}DURATION:PT1H"))
    kept = calendars.add(resource=room, by=cast.clerk, account=ics(url))
    assert refresh.refresh(kept.pk, NOW, cpu=1) == "outside_too_slow"


def test_an_unchanged_calendar_is_not_read_again_until_what_repeats_must_reach_further(
    cast: Any, room: Resource, files: Files, in_process: None
) -> None:
    url = files.put("/same.ics", elsewhere.calendar(LUNCH), ETag='"1"')
    kept = calendars.add(resource=room, by=cast.clerk, account=ics(url))
    refresh.refresh(kept.pk, NOW)
    first = list(OutsideBusy.objects.values_list("pk", flat=True))
    refresh.refresh(kept.pk, NOW + timedelta(minutes=20))
    assert files.asked[-1][2]["if-none-match"] == '"1"'
    assert list(OutsideBusy.objects.values_list("pk", flat=True)) == first
    refresh.refresh(kept.pk, NOW + timedelta(days=31))
    assert "if-none-match" not in files.asked[-1][2]
    kept.refresh_from_db()
    assert kept.read_until == NOW + timedelta(days=431)


def test_what_was_read_last_stays_while_the_server_fails(
    cast: Any, room: Resource, files: Files, in_process: None
) -> None:
    url = files.put("/room.ics", elsewhere.calendar(LUNCH))
    kept = calendars.add(resource=room, by=cast.clerk, account=ics(url))
    refresh.refresh(kept.pk, NOW)
    for status, code in ((500, "outside_answer"), (404, "outside_missing"), (401, "outside_refused")):
        files.put("/room.ics", status=status)
        assert refresh.refresh(kept.pk, NOW + timedelta(hours=1)) == code
    kept.refresh_from_db()
    assert (kept.last_good, kept.last_tried) == (NOW, NOW + timedelta(hours=1))
    assert kept.next_due >= NOW + timedelta(hours=2)  # not at once: a server in trouble is not helped by it
    assert busy(room) == ["09 Dec 17:00–18:00"]


def test_a_calendar_edited_while_it_is_read_keeps_nothing_of_the_old_one(
    cast: Any, room: Resource, files: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = calendars.add(resource=room, by=cast.clerk, account=ics(files.put("/a.ics")))

    def meanwhile(_job: object) -> dict[str, Any]:
        calendars.change(calendar=kept, by=cast.clerk, version=1, account=ics(files.put("/b.ics")))
        return {"code": "", "etag": "", "digest": "", "same": False, "busy": [[1796817600, 1796821200]]}

    monkeypatch.setattr(refresh, "run", meanwhile)
    refresh.refresh(kept.pk, NOW)
    assert busy(room) == []


def test_a_caldav_account_is_read_from_its_address_alone(
    cast: Any, room: Resource, tmp_path: Path, in_process: None
) -> None:
    judge = cast.judge.user.resource
    with elsewhere.caldav(tmp_path) as url:
        account = caldav.DAVClient(url, username="judge", password="a secret").principal()
        court, private = account.make_calendar("Court"), account.make_calendar("Private")
        court.save_event(elsewhere.calendar("DTSTART:20261209T150000Z\nDURATION:PT1H\nRRULE:FREQ=WEEKLY;COUNT=2"))
        private.save_event(elsewhere.calendar("DTSTART;VALUE=DATE:20261224", uid="2"))
        told = Account(kind="caldav", url=url, user_name="judge", password="a secret")
        kept = calendars.add(resource=judge, by=cast.clerk, account=told)
        assert refresh.refresh(kept.pk, NOW) == ""
        assert busy(judge) == ["09 Dec 15:00–16:00", "16 Dec 15:00–16:00", "24 Dec 05:00–05:00"]
        before = list(OutsideBusy.objects.values_list("pk", flat=True))
        refresh.refresh(kept.pk, NOW)  # the collections' tags are the same: nothing is written
        assert list(OutsideBusy.objects.values_list("pk", flat=True)) == before
        private.events()[0].delete()
        refresh.refresh(kept.pk, NOW)
        assert busy(judge) == ["09 Dec 15:00–16:00", "16 Dec 15:00–16:00"]
        one = calendars.add(resource=room, by=cast.clerk, account=Account("caldav", str(court.url), "judge", "wrong"))
        assert refresh.refresh(one.pk, NOW) == "outside_refused"
        calendars.change(
            calendar=one, by=cast.clerk, version=1, account=Account("caldav", str(court.url), "judge", "a secret")
        )
        assert refresh.refresh(one.pk, NOW) == ""
        assert busy(room) == ["09 Dec 15:00–16:00", "16 Dec 15:00–16:00"]


def test_the_worker_is_given_what_is_due_once(cast: Any, room: Resource, files: Files) -> None:
    first = calendars.add(resource=room, by=cast.clerk, account=ics(files.put("/a.ics")))
    second = calendars.add(resource=room, by=cast.clerk, account=ics(files.put("/b.ics")))
    OutsideCalendar.objects.filter(pk=second.pk).update(next_due=NOW + timedelta(minutes=1))
    tasks.outside_due(timestamp=int(NOW.timestamp()))
    jobs = ProcrastinateJob.objects.filter(task_name="directory.read_outside").order_by("id")
    assert [job.args["calendar_id"] for job in jobs] == [first.pk, second.pk]  # as they were entered, and no third
    assert calendars.due(NOW, 20) == [first.pk]


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("https://10.0.0.1/room.ics", "outside_forbidden"),
        ("http://calendar.example/room.ics", "outside_address"),
        ("https://a:b@calendar.example/", "outside_userinfo"),
        ("room.ics", "outside_address"),
    ],
)
def test_an_address_is_judged_when_it_is_entered(cast: Any, settings: Any, url: str, code: str) -> None:
    settings.OUTSIDE_LOOPBACK = False
    with pytest.raises(Refusal) as refused:
        calendars.add(resource=Resource.objects.get(label="Hearing room 3"), by=cast.clerk, account=ics(url))
    assert (refused.value.code, refused.value.field, refused.value.status) == (code, "url", 422)


def test_another_server_is_not_sent_the_password_of_the_first(cast: Any, room: Resource) -> None:
    told = Account("caldav", "https://calendar.example/dav/", "judge", "a secret")
    kept = calendars.add(resource=room, by=cast.clerk, account=told)
    with pytest.raises(Refusal, match="outside_password"):
        calendars.change(
            calendar=kept, by=cast.clerk, version=1, account=Account("caldav", "https://evil.example/", "judge")
        )
    calendars.change(
        calendar=kept, by=cast.clerk, version=1, account=Account("caldav", "https://calendar.example/other/", "judge")
    )
    kept.refresh_from_db()
    assert sealing.unseal(kept.password or b"", row=kept, field="password") == "a secret"
    assert sealing.unseal(kept.address, row=kept, field="address") == "https://calendar.example/other/"
    calendars.change(calendar=kept, by=cast.clerk, version=2, account=Account("caldav", None, "judge", "another"))
    kept.refresh_from_db()
    assert sealing.unseal(kept.address, row=kept, field="address") == "https://calendar.example/other/"


def test_a_sealed_value_opens_in_its_own_row_and_field_alone(cast: Any, room: Resource, settings: Any) -> None:
    sealed = sealing.seal("a secret", row=room, field="password")
    for row, name in ((room, "address"), (cast.judge.user.resource, "password")):
        with pytest.raises(sealing.Unopened):
            sealing.unseal(sealed, row=row, field=name)
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "another"
    assert sealing.unseal(sealed, row=room, field="password") == "a secret"
    settings.SECRET_KEY_FALLBACKS = []
    with pytest.raises(sealing.Unopened):
        sealing.unseal(sealed, row=room, field="password")


def test_only_the_own_authority_and_the_person_edit_a_calendar(cast: Any, room: Resource) -> None:
    account = ics("https://calendar.example/a.ics")
    judge = cast.judge.user.resource
    mine = calendars.add(resource=judge, by=cast.judge, account=account)
    for by in (cast.clerk_madrid, cast.stranger, cast.technician, cast.defence, None):
        with pytest.raises(NotFound):
            calendars.add(resource=judge, by=by, account=account)
        with pytest.raises(NotFound):
            calendars.by_id(mine.public_id, by)
    with pytest.raises(NotFound):
        calendars.add(resource=room, by=cast.judge, account=account)
    with pytest.raises(NotFound):
        calendars.by_id(uuid4(), cast.clerk)
    with pytest.raises(Stale):
        calendars.remove(calendar=mine, by=cast.clerk, version=7)
    calendars.remove(calendar=calendars.by_id(mine.public_id, cast.clerk), by=cast.clerk, version=1)
    acts = AuditEntry.objects.filter(act__startswith="outside_calendar").values_list("act", "actor")
    assert list(acts) == [
        ("outside_calendar.added", cast.judge.pk),
        ("outside_calendar.removed", cast.clerk.pk),
    ]
