"""A government moves its clocks after a time was agreed: nothing moves by itself, and both courts are asked."""

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from directory.errors import Refusal
from directory.models import ApiToken, AuditEntry, Letter, Resource, State, User
from protection import measures
from scheduler import booking, tasks, waiting, zonerules
from scheduler.booking import recheck
from scheduler.models import ComingZone, Sitting
from tests.scheduler import tzfiles
from tests.scheduler.conftest import WEDNESDAY, planned, told
from tests.scheduler.mails import invited
from tests.scheduler.tzfiles import AMMAN, MEXICO

pytestmark = pytest.mark.django_db
# Wednesday 9 June 2027, 08:30 in Mexico City: 13:30 in UTC while there was summer time, 14:30 without.
JUNE = datetime(2027, 6, 9, 13, 30, tzinfo=UTC)
AGAIN = JUNE + timedelta(hours=1)
# By 2022d 16:30 in Amman, by 2022e 17:30: Jordan stays on summer time.
DECEMBER = WEDNESDAY + timedelta(hours=1)


@pytest.fixture(scope="module")
def directories(tmp_path_factory):
    """Release → its compiled directory, with all other zones as they are."""
    into = tmp_path_factory.mktemp("tz")
    four = ("MEXICO_2022E", "MEXICO_2022F", "AMMAN_2022D", "AMMAN_2022E")
    return {name: tzfiles.compiled(getattr(tzfiles, name), into / name) for name in four}


@pytest.fixture
def agreed(cast, today, directories):
    """A hold of the court that sits in Mexico City, agreed and told by the rules of 2022e."""
    court = cast.judge.authority
    court.zone = MEXICO
    court.save(update_fields=["zone"])
    plan = planned(cast, "MX-2026-0001", earliest=date(2027, 6, 1), latest=date(2027, 6, 30))
    with tzfiles.house(directories["MEXICO_2022E"]):
        held = booking.hold(plan=plan, starts=[JUNE], by=cast.clerk)
        told()
    return held


@pytest.fixture
def new(directories):
    """The house runs on 2022f."""
    with tzfiles.house(directories["MEXICO_2022F"]) as rules:
        yield rules


@pytest.fixture
def elsewhere(cast, today, directories):
    """An interpreter lives in Amman; agreed by 2022d, where clocks went back in winter."""
    lives_in_amman("interpreter@brussels.example")
    with tzfiles.house(directories["AMMAN_2022D"]):
        held = booking.hold(plan=planned(cast), starts=[DECEMBER], by=cast.clerk)
        told()
        yield held


def lives_in_amman(address):
    Resource.objects.filter(interpreter__email=address).update(zone=AMMAN)
    User.objects.filter(interpreter__email=address).update(zone=AMMAN)


def confirmed(cast, held):
    half = booking.confirm(booking=held, by=cast.clerk, version=1)
    return booking.confirm(booking=half, by=cast.clerk_madrid, version=2)


def asked():
    return Letter.objects.filter(key__startswith="clocks:").order_by("to")


def since(before):
    """Who was written to since then, with the method, the sequence and the text of each letter."""
    rows = Letter.objects.order_by("pk")[before:]
    return [SimpleNamespace(to=one.to, body=one.body, file=bytes(one.calendar or b"").decode()) for one in rows]


def placed(found):
    """How its one sitting stands."""
    one = found.sitting()
    return one.start, one.wall, one.tzdata_version, one.asked_version, one.sequence


def refused(act, **facts):
    with pytest.raises(Refusal) as caught:
        act(**facts)
    return caught.value.code


def entry(found):
    return AuditEntry.objects.filter(chain__subject=found.public_id).order_by("-position")[0]


def test_the_house_reads_its_own_sittings_as_they_were_agreed(cast, plan):
    held = booking.hold(plan=plan, starts=[WEDNESDAY], by=cast.clerk)
    Sitting.objects.update(tzdata_version="2020a", walls={})  # a release long ago, and of one zone alone
    tasks.recheck_zones(0)
    assert (placed(held)[2:4], asked().count()) == ((zonerules.installed().version, ""), 0)
    assert held.sitting().walls["Europe/Madrid"] == "2026-12-09T14:30"


def test_both_courts_are_asked_once_and_nothing_moves(cast, agreed, new, directories, today):
    other = planned(cast, "CO-2026-0312")  # in winter: by either release the same
    with tzfiles.house(directories["MEXICO_2022E"]):
        still = booking.hold(plan=other, starts=[WEDNESDAY], by=cast.clerk)
    before = Letter.objects.count()
    assert [recheck.run(new, today), recheck.run(new, today)] == [1, 0]
    assert placed(agreed) == (JUNE, "2027-06-09T08:30", "2022e", "2022f", 0)
    assert placed(still)[2:] == ("2022f", "", 0)
    clerks = sorted([cast.clerk.user.email, cast.clerk_madrid.user.email])
    assert ([one.to for one in asked()], Letter.objects.count() - before) == (clerks, 2)
    assert (entry(agreed).act, entry(agreed).facts) == (
        "booking.clocks_asked",
        {
            "tzdata": "2022f",
            "agreed": [f"2027-06-09T08:30 {MEXICO}"],
            "instants": [JUNE.isoformat()],
            "again": [AGAIN.isoformat()],
        },
    )


def test_the_letter_has_the_old_and_the_new_local_times(cast, agreed, new, today):
    recheck.run(new, today)
    letter = asked().get(to=cast.clerk.user.email)
    assert letter.subject == f"Hearing {agreed.plan.code}: the clocks have changed"
    assert letter.body.split("\n\n")[1:4] == [
        "Agreed:\nWednesday 9 June 2027, 08:30 · Mexico City\nWednesday 9 June 2027, 15:30 · Madrid",
        "If the instant is kept:\n"
        "Wednesday 9 June 2027, 07:30–09:00 Mexico City time (UTC−6)\n"
        "Wednesday 9 June 2027, 15:30–17:00 Madrid time (UTC+2)",
        "If the local time of Mexico City is kept:\n"
        "Wednesday 9 June 2027, 08:30–10:00 Mexico City time (UTC−6)\n"
        "Wednesday 9 June 2027, 16:30–18:00 Madrid time (UTC+2)",
    ]


def test_the_instant_is_kept_and_everyone_is_told_the_new_local_time(
    cast, agreed, new, directories, today, monkeypatch
):
    monkeypatch.setattr(measures, "in_force", lambda person, at=None: frozenset())  # the entries say local times
    with tzfiles.house(directories["MEXICO_2022E"]):
        found = confirmed(cast, agreed)
        told()
    assert refused(booking.keep_instant, booking=found, by=cast.clerk, version=3) == "not_asked"
    recheck.run(new, today)
    assert refused(booking.keep_instant, booking=found, by=cast.clerk, version=2) == "stale_version"
    before = Letter.objects.count()
    told()
    assert Letter.objects.count() == before  # while nobody has decided
    kept = booking.keep_instant(booking=found, by=cast.clerk_madrid, version=3)
    before, asked_of = Letter.objects.count(), dict(found.invitations.values_list("address", "sequence"))
    told()
    told()
    letters = since(before)
    assert sorted(one.to for one in letters) == sorted(asked_of)  # everyone hears of it, once
    for one in letters:
        words = one.file.replace("\r\n ", "")
        assert f"SEQUENCE:{asked_of[one.to] + 1}\r\n" in words
        assert "DTSTART:20270609T133000Z" in words
        assert ("07:30–09:00 Mexico City time" in words, "08:30" in words) == (True, False)
    assert (kept.state, kept.version, placed(kept)) == ("confirmed", 4, (JUNE, "2027-06-09T07:30", "2022f", "", 0))
    assert refused(booking.keep_wall, booking=kept, by=cast.clerk, version=4) == "not_asked"


def test_a_hold_keeps_its_wall_time_at_once(cast, agreed, new, today):
    half = booking.confirm(booking=agreed, by=cast.clerk_madrid, version=1)
    recheck.run(new, today)
    moved = booking.keep_wall(booking=half, by=cast.clerk, version=2)
    assert (moved.state, moved.version, moved.confirmed_requested_at) == ("held", 3, None)
    assert placed(moved) == (AGAIN, "2027-06-09T08:30", "2022f", "", 1)


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


def test_the_clock_of_the_court_that_attends_asks_too(cast, today, directories):
    """In a hearing whose place is withheld it is the official clock of that State, for everybody."""
    State.objects.filter(code="ES").update(zone=AMMAN)
    with tzfiles.house(directories["AMMAN_2022D"]):
        held = booking.hold(plan=planned(cast), starts=[DECEMBER], by=cast.clerk)
    with tzfiles.house(directories["AMMAN_2022E"]) as rules:
        assert recheck.run(rules, today) == 1
        assert asked()[0].body.split("\n\n")[1:4] == [
            "Agreed:\nWednesday 9 December 2026, 09:30 · Bogotá\nWednesday 9 December 2026, 16:30 · Amman",
            "If the instant is kept:\n"
            "Wednesday 9 December 2026, 09:30–11:00 Bogotá time (UTC−5)\n"
            "Wednesday 9 December 2026, 17:30–19:00 Amman time (UTC+3)",
            "If the local time of Amman is kept:\n"
            "Wednesday 9 December 2026, 08:30–10:00 Bogotá time (UTC−5)\n"
            "Wednesday 9 December 2026, 16:30–18:00 Amman time (UTC+3)",
        ]
        assert refused(booking.keep_wall, booking=held, by=cast.clerk, version=1, of="requesting") == "not_asked"
        moved = booking.keep_wall(booking=held, by=cast.clerk_madrid, version=1, of="requested")
        assert (placed(moved)[:4], moved.sitting().walls[AMMAN]) == (
            (WEDNESDAY, "2026-12-09T08:30", "2022e", ""),
            "2026-12-09T16:30",
        )


def test_who_lives_by_another_clock_is_told_and_nobody_is_asked(cast, elsewhere, directories, today):
    """Nobody else's letter says another time than before."""
    before = Letter.objects.count()
    with tzfiles.house(directories["AMMAN_2022E"]) as rules:
        assert [recheck.run(rules, today), recheck.run(rules, today)] == [0, 0]
        told()
        told()
    letters = [one for one in since(before) if one.file]
    assert [one.to for one in letters] == ["interpreter@brussels.example"]
    assert "Where you are: Wednesday 9 December 2026, 17:30–19:00 Amman time (UTC+3)" in letters[0].body
    assert ("SEQUENCE:1\r\n" in letters[0].file, "DTSTART:20261209T143000Z" in letters[0].file) == (True, True)
    assert (elsewhere.sitting().tzdata_version, elsewhere.sitting().walls[AMMAN]) == ("2022e", "2026-12-09T17:30")
    assert invited(elsewhere, letters[0].to).partstat == "NEEDS-ACTION"


def test_where_the_witness_is_only_her_own_court_is_told(cast, today, directories):
    """The clerk in Bogotá would learn the place from a question about a release that changes one zone alone."""
    Resource.objects.filter(label="Witness room A").update(zone=AMMAN)
    with tzfiles.house(directories["AMMAN_2022D"]):
        held = booking.hold(plan=planned(cast), starts=[DECEMBER], by=cast.clerk)
        told()
    before = Letter.objects.count()
    with tzfiles.house(directories["AMMAN_2022E"]) as rules:
        assert recheck.run(rules, today) == 0
        told()
    letters = since(before)
    assert [one.to for one in letters] == [cast.clerk_madrid.user.email]
    assert ("Where a room or a person of your side is" in letters[0].body, "Amman" in letters[0].body) == (True, False)
    assert (entry(held).act, entry(held).facts) == ("booking.clocks_noted", {"tzdata": "2022e"})


def test_a_question_falls_where_the_government_takes_it_back(cast, agreed, directories, new, today):
    recheck.run(new, today)
    with tzfiles.house(directories["MEXICO_2022E"]) as rules:
        assert recheck.run(zonerules.Rules("2022g", rules.zone), today) == 0
    assert placed(agreed) == (JUNE, "2027-06-09T08:30", "2022g", "", 0)


def test_a_wall_time_that_is_no_more_cannot_be_kept(cast, agreed, new, today, monkeypatch):
    monkeypatch.setattr(zonerules, "instant_of", lambda *facts: None)
    recheck.run(new, today)
    assert refused(booking.keep_wall, booking=agreed, by=cast.clerk, version=1) == "wall_time_gap"
    assert "The clocks jump over the agreed time that day." in asked()[0].body


def test_a_program_reads_the_question_and_answers_it(client, cast, agreed, new, today):
    recheck.run(new, today)
    key = ApiToken.issue(user=cast.clerk.user, expires_at=today + timedelta(hours=1))
    path, headers = f"/api/v1/bookings/{agreed.public_id}", {"Authorization": f"Bearer {key}"}
    shift = {"side": "requesting", "zone": MEXICO, "wall": "2027-06-09T08:30", "shows": "2027-06-09T07:30"}
    asks = {"tzdata": "2022f", "shifts": [shift | {"instant": "2027-06-09T14:30:00Z"}]}
    assert client.get(path, headers=headers).json()["sittings"][0]["clocks"] == asks

    def post(body, **more):
        return client.post(f"{path}/clocks", body, "application/json", headers=headers | more)

    answers = [
        post({"keep": "wall"}),
        post({"keep": "neither"}, **{"If-Match": '"1"'}),
        post({"keep": "wall", "of": "requested"}, **{"If-Match": '"1"'}),
        post({"keep": "wall", "of": "requesting"}, **{"If-Match": '"1"'}),
        post({"keep": "wall"}, **{"If-Match": '"2"'}),
    ]
    assert [answer.status_code for answer in answers] == [428, 422, 409, 200, 409]
    assert (answers[3]["ETag"], answers[3].json()["start"]) == ('"2"', "2027-06-09T14:30:00Z")


def test_the_clerk_answers_on_the_bookings_page(client, cast, agreed, new, today):
    recheck.run(new, today)
    client.force_login(cast.clerk.user)
    page = client.get(reverse("scheduler:booking", args=[agreed.public_id])).content.decode()
    wanted = ("Keep the local time of Mexico City", "Wednesday 9 June 2027, 08:30 · Mexico City", "07:30–09:00 Mexico")
    assert [words in page for words in wanted] == [True, True, True]
    assert "the clocks have changed" in client.get("/").content.decode()
    url = reverse("scheduler:clocks", args=[agreed.public_id])
    assert client.post(url, {"version": "1", "keep": "neither"}).status_code == 422
    assert client.post(url, {"version": "1", "keep": "instant"}).status_code == 302
    assert placed(agreed)[1:] == ("2027-06-09T07:30", "2022f", "", 0)
    assert "the clocks have changed" not in client.get("/").content.decode()


@pytest.mark.parametrize("keep", ["instant", "requesting"])
def test_a_release_asks_before_it_is_installed_and_not_again_after(
    client, cast, agreed, directories, today, capsys, keep
):
    """As the operator does it: look, ask, install. What was answered is told by the release that is to come."""
    command = ["recheck_zones", str(directories["MEXICO_2022F"])]
    line = (
        f"{agreed.plan.code}  2027-06-09T08:30 {MEXICO}  2027-06-09 13:30Z -> 2027-06-09 14:30Z"
        "  (kept: 2027-06-09T07:30)"
    )
    with tzfiles.house(directories["MEXICO_2022E"]):
        call_command(*command, "--look")
        assert capsys.readouterr().out.splitlines() == [line, "tzdata 2022f: sittings that move: 1"]
        assert (placed(agreed)[3], asked().count()) == ("", 0)
        call_command(*command)
        tasks.recheck_zones(0)  # the house's own job, by the older rules, takes nothing back
        assert (placed(agreed)[3], asked().count()) == ("2022f", 2)
        client.force_login(cast.clerk.user)
        page = client.get(reverse("scheduler:booking", args=[agreed.public_id])).content.decode()
        assert "07:30–09:00 Mexico City time (UTC−6)" in page
        client.post(reverse("scheduler:clocks", args=[agreed.public_id]), {"version": "1", "keep": keep})
        before = Letter.objects.count()
        told()
    start, wall, clock = (JUNE, "07:30", "07:30–09:00") if keep == "instant" else (AGAIN, "08:30", "08:30–10:00")
    assert placed(agreed)[:4] == (start, f"2027-06-09T{wall}", "2022f", "")
    assert {f"{clock} Mexico City time (UTC−6)" in one.body for one in since(before)} == {True}
    before = Letter.objects.count()
    with tzfiles.house(directories["MEXICO_2022F"]):
        tasks.recheck_zones(0)
        told()
    assert (Letter.objects.count(), ComingZone.objects.count()) == (before, 0)


def test_a_release_that_lacks_a_zone_asks_nobody(agreed, directories, tmp_path):
    (tmp_path / "tzdata.zi").write_text("# version 2022f\n")
    with tzfiles.house(directories["MEXICO_2022E"]), pytest.raises(CommandError, match="lacks a zone"):
        call_command("recheck_zones", str(tmp_path))
    assert (placed(agreed)[3], ComingZone.objects.count()) == ("", 0)
