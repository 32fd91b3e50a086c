"""A hearing in relay: Wolof is heard through English, by two teams who hear each other."""

import re
from datetime import UTC, datetime

import pytest
from django.test import Client

from directory.errors import Refusal
from directory.models import Interpreter, InterpreterPair, Letter, Resource
from scheduler import booking, sides
from scheduler.desk import docket
from scheduler.letters import mailing, wording
from scheduler.models import Invitation
from sessions import booths, minutes
from sessions.errors import WrongState
from sessions.models import Hearing
from sessions.models.hearings import Presence
from tests.scheduler.conftest import NOW, WEDNESDAY, planned, told

pytestmark = pytest.mark.django_db
WORKDAY = {day: [["08:00", "19:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}


def team(a, b, *names):
    for name in names:
        resource = Resource.objects.create(kind="interpreter", label=name, zone="Europe/Madrid", hours=WORKDAY)
        one = Interpreter.objects.create(resource=resource, name=name)
        for source, target in ((a, b), (b, a)):
            InterpreterPair.objects.create(interpreter=one, source=source, target=target, modes=["simultaneous"])


@pytest.fixture
def hearing(cast, time_machine):
    """Confirmed, Wolof through English into Spanish, simultaneously."""
    time_machine.move_to(datetime(2026, 11, 24, 14, 5, tzinfo=UTC), tick=False)
    team("wo", "en", "Fatou Diop", "Modou Sarr")
    team("en", "es", "Pilar Rojas", "Iván Soto")
    plan = planned(cast, testimony_language="wo", interpreter_mode="simultaneous")
    held = booking.hold(plan=plan, starts=[WEDNESDAY], by=cast.clerk)
    for version, by in ((1, cast.clerk), (2, cast.clerk_madrid)):
        held = booking.confirm(booking=held, by=by, version=version)
    return Hearing.objects.select_related("plan__request", "booking").get(plan=plan)


def seat_of(hearing, name):
    return hearing.seats.get(resource__label=name)


def test_each_team_speaks_into_its_own_channels(hearing):
    known = booths.booths(hearing)
    spoken = {
        name: booths.into(hearing, seat_of(hearing, name), known).value
        for name in ("Fatou Diop", "Modou Sarr", "Pilar Rojas", "Iván Soto")
    }
    assert spoken == {"Fatou Diop": "pivot", "Modou Sarr": "pivot", "Pilar Rojas": "court", "Iván Soto": "court"}


def test_when_the_bench_speaks_both_teams_turn_round(hearing):
    hearing.seats.update(presence=Presence.ADMITTED)
    for name, into in (("Pilar Rojas", "pivot"), ("Fatou Diop", "witness")):
        turned = booths.turn(seat_id=seat_of(hearing, name).public_id, into=into)
        assert booths.into(hearing, turned, booths.booths(hearing)) == into


def test_nobody_speaks_into_the_other_teams_channel_or_from_outside(hearing):
    with pytest.raises(WrongState):
        booths.turn(seat_id=seat_of(hearing, "Fatou Diop").public_id, into="witness")
    hearing.seats.update(presence=Presence.ADMITTED)
    for name, into in (("Fatou Diop", "court"), ("Pilar Rojas", "witness"), ("Pilar Rojas", "floor")):
        with pytest.raises(Refusal) as caught:
            booths.turn(seat_id=seat_of(hearing, name).public_id, into=into)
        assert caught.value.code == "channel_unknown"
    with pytest.raises(Refusal):
        booths.turn(seat_id=hearing.seats.get(role="judge").public_id, into="court")


def test_the_docket_the_minutes_and_the_letters_tell_of_the_relay(cast, hearing, monkeypatch):
    assert [entry.relay for entry in docket.entries(cast.clerk, WEDNESDAY)] == ["By relay through English"]
    # The witness's language is withheld from somebody: both courts read the minutes, and a letter goes in the clear.
    assert minutes.of(hearing, WEDNESDAY).interpretation == "By relay through a third language"
    told()
    assert [letter.to for letter in Letter.objects.all() if "elay" in letter.body] == []
    monkeypatch.setattr(sides.measures, "in_force", lambda person, at=None: frozenset())  # every measure is lowered
    assert minutes.of(hearing, WEDNESDAY).interpretation == "By relay through English"
    invitation = Invitation.objects.filter(role="judge").first()
    facts = mailing.facts_of(invitation, protected=False, rooms=[], others=[], sittings=1)
    assert "\n\nBy relay through English.\n\n" in wording.letter(invitation, facts, "https://x.example/", "UTC", NOW)


def test_an_interpreter_turns_in_the_room_and_the_others_see_it(cast, hearing):
    Hearing.objects.filter(pk=hearing.pk).update(state="open")
    hearing.seats.update(presence=Presence.ADMITTED)
    hearing.seats.filter(resource__label="Fatou Diop").update(user=cast.interpreter.user, membership=cast.interpreter)
    browser, url = Client(), f"/hearings/{hearing.plan.public_id}/room/"
    browser.force_login(cast.interpreter.user)
    page = browser.get(url).content.decode()
    assert re.findall(r'data-listen="(\w+)"', page) == ["floor", "pivot"]
    told = re.compile(r'name="into" value="(\w+)" aria-pressed="(\w+)"')
    assert told.findall(page) == [("pivot", "true"), ("witness", "false")]
    assert browser.post(f"{url}act/", {"act": "into", "into": "witness"}).status_code == 302
    assert told.findall(browser.get(url).content.decode()) == [("pivot", "false"), ("witness", "true")]
    assert browser.post(f"{url}act/", {"act": "into", "into": "court"}).status_code == 422
    browser.force_login(cast.clerk.user)
    hearing.seats.filter(role="clerk", side="requesting").update(user=cast.clerk.user, membership=cast.clerk)
    page = browser.get(url).content.decode()
    assert re.findall(r'data-listen="(\w+)"', page) == ["court", "witness", "floor"]
    assert sorted(re.findall(r'data-into="(\w+)"', page)) == ["court", "court", "pivot", "witness"]
    assert 'name="into"' not in page
