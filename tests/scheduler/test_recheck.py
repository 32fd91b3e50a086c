"""A government moves its clocks after a time was agreed: nothing moves by itself, and both courts are asked."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from directory.errors import Refusal
from directory.models import ApiToken, AuditEntry, Letter
from scheduler import booking, tasks, waiting
from scheduler.booking import recheck, zonerules
from scheduler.models import Sitting
from tests.scheduler import tzfiles
from tests.scheduler.conftest import WEDNESDAY, planned, told
from tests.scheduler.tzfiles import BEIRUT, MEXICO

ALL = (
    tzfiles.MEXICO_2022E, tzfiles.MEXICO_2022F, tzfiles.BEIRUT_2023B, tzfiles.BEIRUT_2023C,
    tzfiles.AMMAN_2022D, tzfiles.AMMAN_2022E,
)  # fmt: skip
# Wednesday 9 June 2027, 08:30 in Mexico City: 13:30 in UTC while there was summer time, 14:30 without.
JUNE = datetime(2027, 6, 9, 13, 30, tzinfo=UTC)
AGAIN = JUNE + timedelta(hours=1)


@pytest.fixture(scope="module")
def releases(tmp_path_factory):
    """Release → its rules, compiled once."""
    return {one: tzfiles.rules(one, tmp_path_factory.mktemp("tz")) for one in ALL}


@pytest.fixture
def agreed(cast, today):
    """A hold of the court that sits in Mexico City, agreed by the rules of 2022e."""
    court = cast.judge.authority
    court.zone = MEXICO
    court.save(update_fields=["zone"])
    plan = planned(cast, "MX-2026-0001", earliest=date(2027, 6, 1), latest=date(2027, 6, 30))
    held = booking.hold(plan=plan, starts=[JUNE], by=cast.clerk)
    Sitting.objects.filter(booking=held).update(wall="2027-06-09T08:30", tzdata_version="2022e")
    return held


@pytest.fixture
def new(releases, monkeypatch):
    """The house runs on 2022f now."""
    rules = releases[tzfiles.MEXICO_2022F]
    monkeypatch.setattr(zonerules, "installed", lambda: rules)
    return rules


def confirmed(cast, held):
    half = booking.confirm(booking=held, by=cast.clerk, version=1)
    return booking.confirm(booking=half, by=cast.clerk_madrid, version=2)


def asked():
    return Letter.objects.filter(key__startswith="clocks:").order_by("to")


def placed(found):
    """How its one sitting stands."""
    one = found.sitting()
    return one.start, one.wall, one.tzdata_version, one.asked_version, one.sequence


def refused(act, **facts):
    with pytest.raises(Refusal) as caught:
        act(**facts)
    return caught.value.code


@pytest.mark.parametrize(
    ("before", "after", "wall", "earlier", "later"),
    [
        # an hour later where summer time was abolished
        (tzfiles.MEXICO_2022E, tzfiles.MEXICO_2022F, "2027-06-09T08:30", "13:30", "14:30"),
        (tzfiles.MEXICO_2022E, tzfiles.MEXICO_2022F, "2027-01-13T08:30", "14:30", "14:30"),  # in winter as before
        # an hour earlier where it was made permanent
        (tzfiles.AMMAN_2022D, tzfiles.AMMAN_2022E, "2027-01-13T09:00", "07:00", "06:00"),
        (tzfiles.BEIRUT_2023B, tzfiles.BEIRUT_2023C, "2023-04-03T09:00", "07:00", "06:00"),
        (tzfiles.BEIRUT_2023C, tzfiles.BEIRUT_2023B, "2023-04-21T00:30", "21:30", None),  # the clocks jump over it
        # shown twice on the night that summer time ended: the reading that was agreed stands
        (tzfiles.MEXICO_2022F, tzfiles.MEXICO_2022E, "2027-10-31T01:30", "07:30", "07:30"),
    ],
)
def test_a_wall_time_by_two_releases(releases, before, after, wall, earlier, later):
    zone = before.zone
    first = zonerules.instant_of(wall, zone, datetime.fromisoformat(f"{wall}+00:00"), releases[before])
    again = zonerules.instant_of(wall, zone, first, releases[after])
    assert (f"{first:%H:%M}", again and f"{again:%H:%M}") == (earlier, later)


@pytest.mark.parametrize("release", ALL, ids=lambda one: f"{one.zone} {one.version}")
def test_the_files_written_by_hand_say_the_same(releases, release, tmp_path):
    """So that a machine without zic tests the same thing."""
    (tmp_path / "tzdata.zi").write_text(f"# version {release.version}\n")
    (tmp_path / release.zone).parent.mkdir()
    (tmp_path / release.zone).write_bytes(tzfiles.by_hand(release.footer))
    year = 2023 if release.zone == BEIRUT else 2027
    noons = [datetime(year, 1, 1, 12, tzinfo=UTC) + timedelta(days=day) for day in range(365)]
    mine, theirs = zonerules.of(tmp_path).zone(release.zone), releases[release].zone(release.zone)
    assert [at.astimezone(mine).utcoffset() for at in noons] == [at.astimezone(theirs).utcoffset() for at in noons]


@pytest.mark.django_db
def test_the_house_reads_its_own_sittings_as_they_were_agreed(cast, plan):
    held = booking.hold(plan=plan, starts=[WEDNESDAY], by=cast.clerk)
    Sitting.objects.update(tzdata_version="2020a")  # a release long ago
    tasks.recheck_zones(0)
    assert (placed(held)[2:4], asked().count()) == ((zonerules.installed().version, ""), 0)


@pytest.mark.django_db
def test_both_courts_are_asked_once_and_nothing_moves(cast, agreed, new, today):
    other = planned(cast, "CO-2026-0312")  # in winter: by either release the same
    still = booking.hold(plan=other, starts=[WEDNESDAY], by=cast.clerk)
    Sitting.objects.filter(booking=still).update(tzdata_version="2022e")
    before = Letter.objects.count()
    assert [recheck.run(new, today), recheck.run(new, today)] == [1, 0]
    assert placed(agreed) == (JUNE, "2027-06-09T08:30", "2022e", "2022f", 0)
    assert placed(still)[2:] == ("2022f", "", 0)
    clerks = sorted([cast.clerk.user.email, cast.clerk_madrid.user.email])
    assert ([one.to for one in asked()], Letter.objects.count() - before) == (clerks, 2)
    entry = AuditEntry.objects.filter(chain__subject=agreed.public_id).order_by("-position")[0]
    assert (entry.act, entry.facts) == (
        "booking.clocks_asked",
        {
            "tzdata": "2022f",
            "agreed": [f"2027-06-09T08:30 {MEXICO}"],
            "instants": [JUNE.isoformat()],
            "again": [AGAIN.isoformat()],
        },
    )


@pytest.mark.django_db
def test_the_letter_has_the_old_and_the_new_local_times(cast, agreed, new, today):
    recheck.run(new, today)
    letter = asked().get(to=cast.clerk.user.email)
    assert letter.subject == f"Hearing {agreed.plan.code}: the clocks have changed"
    assert letter.body.split("\n\n")[1:4] == [
        "Agreed: Wednesday 9 June 2027, 08:30 · Mexico City",
        "If the instant is kept:\n"
        "Wednesday 9 June 2027, 07:30–09:00 Mexico City time (UTC−6)\n"
        "Wednesday 9 June 2027, 15:30–17:00 Madrid time (UTC+2)",
        "If the local time is kept:\n"
        "Wednesday 9 June 2027, 08:30–10:00 Mexico City time (UTC−6)\n"
        "Wednesday 9 June 2027, 16:30–18:00 Madrid time (UTC+2)",
    ]


@pytest.mark.django_db
def test_the_instant_is_kept_and_told_anew(cast, agreed, new, today):
    found = confirmed(cast, agreed)
    assert refused(booking.keep_instant, booking=found, by=cast.clerk, version=3) == "not_asked"
    recheck.run(new, today)
    assert refused(booking.keep_instant, booking=found, by=cast.clerk, version=2) == "stale_version"
    told()
    kept = booking.keep_instant(booking=found, by=cast.clerk_madrid, version=3)
    before = Letter.objects.count()
    told()
    files = [bytes(letter.calendar).decode() for letter in Letter.objects.order_by("pk")[before:]]
    assert len(files) == found.invitations.count()  # everyone hears of it, once
    assert {("SEQUENCE:1" in file, "DTSTART:20270609T133000Z" in file) for file in files} == {(True, True)}
    assert (kept.state, kept.version) == ("confirmed", 4)
    assert placed(kept) == (JUNE, "2027-06-09T07:30", "2022f", "", 1)
    assert refused(booking.keep_wall, booking=kept, by=cast.clerk, version=4) == "not_asked"


@pytest.mark.django_db
def test_a_hold_keeps_its_wall_time_at_once(cast, agreed, new, today):
    half = booking.confirm(booking=agreed, by=cast.clerk_madrid, version=1)
    recheck.run(new, today)
    moved = booking.keep_wall(booking=half, by=cast.clerk, version=2)
    assert (moved.state, moved.version, moved.confirmed_requested_at) == ("held", 3, None)
    assert placed(moved) == (AGAIN, "2027-06-09T08:30", "2022f", "", 1)


@pytest.mark.django_db
def test_what_both_have_confirmed_keeps_its_wall_time_by_both_answers(cast, agreed, new, today):
    found = confirmed(cast, agreed)
    recheck.run(new, today)
    one = booking.keep_wall(booking=found, by=cast.clerk, version=3)
    assert (placed(one)[0], one.version, one.proposals.open().count()) == (JUNE, 3, 1)
    sentence = f"Hearing {found.plan.code}: the clocks have changed"
    waits = [[str(task.sentence) for task in waiting.waiting(by)] for by in (cast.clerk, cast.clerk_madrid)]
    assert [sentence in tasks for tasks in waits] == [False, True]  # who has answered waits for the other
    both = booking.keep_wall(booking=found, by=cast.clerk_madrid, version=3)
    assert (both.state, placed(both)) == ("confirmed", (AGAIN, "2027-06-09T08:30", "2022f", "", 1))


@pytest.mark.django_db
def test_a_question_falls_where_the_government_takes_it_back(cast, agreed, releases, new, today):
    recheck.run(new, today)
    back = zonerules.Rules("2022g", releases[tzfiles.MEXICO_2022E].zone)
    assert recheck.run(back, today) == 0
    assert placed(agreed) == (JUNE, "2027-06-09T08:30", "2022g", "", 0)


@pytest.mark.django_db
def test_a_wall_time_that_is_no_more_cannot_be_kept(cast, agreed, new, today):
    Sitting.objects.update(wall="2023-04-21T00:30", zone=BEIRUT, asked_version="2023b")
    found = [recheck.Question(one, "2023b", None) for one in Sitting.objects.all()]
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(recheck, "questions", lambda booking, now: found)
        assert refused(booking.keep_wall, booking=agreed, by=cast.clerk, version=1) == "wall_time_gap"


@pytest.mark.django_db
def test_a_program_reads_the_question_and_answers_it(client, cast, agreed, new, today):
    recheck.run(new, today)
    key = ApiToken.issue(user=cast.clerk.user, expires_at=today + timedelta(hours=1))
    path, headers = f"/api/v1/bookings/{agreed.public_id}", {"Authorization": f"Bearer {key}"}
    asked = {"tzdata": "2022f", "wall": "2027-06-09T08:30", "zone": MEXICO, "instant": "2027-06-09T14:30:00Z"}
    assert client.get(path, headers=headers).json()["sittings"][0]["clocks"] == asked

    def post(body, **more):
        return client.post(f"{path}/clocks", body, "application/json", headers=headers | more)

    answers = [
        post({"keep": "wall"}),
        post({"keep": "neither"}, **{"If-Match": '"1"'}),
        post({"keep": "wall"}, **{"If-Match": '"1"'}),
        post({"keep": "wall"}, **{"If-Match": '"2"'}),
    ]
    assert [answer.status_code for answer in answers] == [428, 422, 200, 409]
    assert (answers[2]["ETag"], answers[2].json()["start"]) == ('"2"', "2027-06-09T14:30:00Z")


@pytest.mark.django_db
def test_the_clerk_answers_on_the_bookings_page(client, cast, agreed, new, today):
    recheck.run(new, today)
    client.force_login(cast.clerk.user)
    page = client.get(reverse("scheduler:booking", args=[agreed.public_id])).content.decode()
    assert ("Keep the local time" in page, "Agreed: Wednesday 9 June 2027, 08:30 · Mexico City" in page) == (True, True)
    assert "the clocks have changed" in client.get("/").content.decode()
    url = reverse("scheduler:clocks", args=[agreed.public_id])
    assert client.post(url, {"version": "1", "keep": "neither"}).status_code == 422
    assert client.post(url, {"version": "1", "keep": "instant"}).status_code == 302
    assert placed(agreed)[1:] == ("2027-06-09T07:30", "2022f", "", 1)
    assert "the clocks have changed" not in client.get("/").content.decode()


def test_a_directory_without_rules_is_told_in_one_line(tmp_path):
    (tmp_path / "tzdata.zi").write_text("Zone UTC 0 - UTC\n")
    with pytest.raises(CommandError, match=r"^\S+ does not begin with its version$") as caught:
        call_command("recheck_zones", str(tmp_path))
    assert caught.value.returncode == 2


@pytest.mark.django_db
def test_another_release_is_looked_at_before_it_is_taken(agreed, tmp_path, capsys):
    call_command("recheck_zones", str(tzfiles.compiled(tzfiles.MEXICO_2022F, tmp_path)))
    assert capsys.readouterr().out.splitlines() == [
        f"{agreed.plan.code}  2027-06-09T08:30 {MEXICO}  2027-06-09 13:30Z -> 2027-06-09 14:30Z",
        "tzdata 2022f: sittings that would move: 1",
    ]
    assert (placed(agreed)[3], asked().count()) == ("", 0)
