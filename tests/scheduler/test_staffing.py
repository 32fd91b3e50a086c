"""Who interprets: directly wherever a team can be had, else through one third language, and never unmarked."""

from datetime import UTC, datetime

import pytest

from directory.errors import Refusal, Stale
from directory.models import Absence, Interpreter, InterpreterPair, Resource
from scheduler import booking, search
from scheduler.desk import cards
from scheduler.models import Plan, PlanNeed
from scheduler.planning import plans, planwords
from tests.scheduler.conftest import NOW, WEDNESDAY, planned

pytestmark = pytest.mark.django_db
WORKDAY = {day: [["08:00", "19:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}


def interpreter(name, *pairs, modes=("consecutive",)):
    resource = Resource.objects.create(kind="interpreter", label=name, zone="Europe/Madrid", hours=WORKDAY)
    one = Interpreter.objects.create(resource=resource, name=name)
    for a, b in pairs:
        for source, target in ((a, b), (b, a)):
            InterpreterPair.objects.create(interpreter=one, source=source, target=target, modes=list(modes))
    return resource


@pytest.fixture
def english(cast, today):
    """Two who work between Wolof and English, two between English and Spanish."""
    for name in ("Fatou Diop", "Modou Sarr"):
        interpreter(name, ("wo", "en"))
    for name in ("Pilar Rojas", "Iván Soto"):
        interpreter(name, ("en", "es"))


def teams(plan):
    rows = plan.needs.filter(role="interpreter")
    return [(n.language_in, n.language_out, n.count, sorted(r.label for r in n.resources.all())) for n in rows]


RELAY = [
    ("wo", "en", 2, ["Fatou Diop", "Modou Sarr"]),
    ("en", "es", 2, ["Iván Soto", "Pilar Rojas"]),
]
FRENCH = [("fr", "es", 2, ["Awa Ndiaye", "Bruno Claes", "Claire Fontaine"])]


def test_where_nobody_works_directly_two_teams_work_through_english(cast, english):
    plan = planned(cast, testimony_language="wo")
    assert (plan.pivot, teams(plan)) == ("en", RELAY)


def test_where_direct_interpreters_are_there_nobody_relays(cast, english):
    for name in ("Khady Fall", "Ousmane Ba"):
        interpreter(name, ("fr", "en"))
    plan = planned(cast)
    assert (plan.pivot, teams(plan)) == ("", FRENCH)


def test_where_the_direct_ones_are_away_in_all_these_dates_a_relay_steps_in_and_steps_back(cast, english, plan):
    for name in ("Khady Fall", "Ousmane Ba"):
        interpreter(name, ("fr", "en"))
    away = [
        Absence.objects.create(
            resource=Resource.objects.get(label=name),
            during=(datetime(2026, 11, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)),
        )
        for name in ("Awa Ndiaye", "Bruno Claes")
    ]
    plan = plans.staff(plan=plan, by=cast.clerk, version=3)
    assert (plan.pivot, [team[:3] for team in teams(plan)]) == ("en", [("fr", "en", 2), ("en", "es", 2)])
    found = search.find(plan=plan, by=cast.clerk)
    assert found.feasible > 0
    held = booking.hold(plan=plan, starts=[WEDNESDAY], by=cast.clerk)
    assert [seat.role for seat in held.needs_seats()].count("interpreter") == 4
    booking.cancel(booking=held, by=cast.clerk, version=held.version, reason="Illness.")
    for one in away:
        one.delete()
    with pytest.raises(Refusal) as caught:
        booking.hold(plan=plan, starts=[WEDNESDAY], by=cast.clerk)
    assert caught.value.code == "direct_possible"
    plan = plans.staff(plan=plan, by=cast.clerk, version=4)
    assert (plan.pivot, teams(plan)) == ("", FRENCH)
    # The reservation of the cancelled booking still finds the need of the second team.
    assert PlanNeed._base_manager.get(plan=plan, given_up=True).language_in == "en"


def test_direct_interpreters_who_can_come_to_one_of_three_sittings_are_no_team_for_it(cast, english, plan):
    for name in ("Khady Fall", "Ousmane Ba"):
        interpreter(name, ("fr", "en"))
    for name in ("Awa Ndiaye", "Bruno Claes"):
        for days in ((1, 9), (10, 31)):
            during = tuple(datetime(2026, 12, day, tzinfo=UTC) for day in days)
            Absence.objects.create(resource=Resource.objects.get(label=name), during=during)
    said = {"minutes": plan.minutes, "earliest": plan.earliest, "latest": plan.latest, "notice_days": plan.notice_days}
    plan = plans.staff(plan=plan, by=cast.clerk, version=plan.version)
    assert plan.pivot == ""
    several = plans.Terms(**said, sittings=3, spread_days=7)
    assert plans.change(plan=plan, by=cast.clerk, version=plan.version, terms=several).pivot == "en"


def test_the_plan_says_who_is_missing_and_what_would_do(cast, today):
    plan = planned(cast, testimony_language="wo")
    assert planwords.unstaffed(plan, cast.clerk, NOW) == (
        "Nobody is entered who interprets Wolof–Spanish in this mode, and no relay can be staffed."
    )
    interpreter("Fatou Diop", ("wo", "es"))
    interpreter("Modou Sarr", ("wo", "es"), modes=("simultaneous",))
    assert planwords.unstaffed(plan, cast.clerk, NOW) == (
        "Only 1 interpreter of Wolof–Spanish is entered; 90 minutes need 2. No relay can be staffed. "
        "1 does so simultaneously. A sitting of 60 minutes would do with them."
    )


def test_a_team_that_is_never_free_together_is_told_as_that(cast, plan):
    need = plan.needs.get(role="interpreter")
    plans.choose(need=need, resources=list(need.resources.exclude(label="Claire Fontaine")), by=cast.clerk, version=3)
    assert planwords.unstaffed(plan, cast.clerk, NOW) == ""
    year = (datetime(2026, 11, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC))
    Absence.objects.create(resource=Resource.objects.get(label="Awa Ndiaye"), during=year)
    assert planwords.unstaffed(plan, cast.clerk, NOW) == (
        "The interpreters chosen are never free together in these dates, and no relay can be staffed either. "
        "Tick more of them, or widen the dates."
    )


def test_a_relay_is_marked_wherever_it_shows(cast, english, client):
    plan = planned(cast, testimony_language="wo")
    assert cards.language_pair(plan, cast.clerk) == "Wolof–Spanish through English, in relay"
    client.force_login(cast.clerk.user)
    page = client.get(f"/hearings/{plan.public_id}/times/").content.decode()
    assert "Wolof–Spanish through English, in relay" in page
    assert "Interpreter 1, Wolof–English, in relay" in page
    assert "Interpreter 3, English–Spanish, in relay" in page
    page = client.get(f"/hearings/{plan.public_id}/plan/").content.decode()
    told = "Interpreted in relay, through English: no team works directly between Wolof and Spanish"
    assert told in page
    held = booking.hold(plan=plan, starts=[WEDNESDAY], by=cast.clerk)
    client.force_login(cast.clerk_madrid.user)
    assert told in client.get(f"/bookings/{held.public_id}/").content.decode()  # the court that is asked to confirm


def test_one_who_knows_all_three_languages_is_not_two_people(cast, english):
    Interpreter.objects.filter(name__in=["Pilar Rojas", "Iván Soto"]).delete()
    for name in ("Fatou Diop", "Modou Sarr"):
        one = Interpreter.objects.get(name=name)
        for source, target in (("en", "es"), ("es", "en")):
            InterpreterPair.objects.create(interpreter=one, source=source, target=target, modes=["consecutive"])
    plan = planned(cast, testimony_language="wo")
    assert (plan.pivot, teams(plan)) == ("", [("wo", "es", 2, [])])


def test_a_sign_language_is_interpreted_in_its_one_mode(cast, today):
    for name in ("Nora Lima", "Raúl Gil"):
        interpreter(name, ("csn", "es"), modes=("sign",))
    plan = planned(cast, testimony_language="csn", interpreter_mode="simultaneous")
    assert teams(plan) == [("csn", "es", 2, ["Nora Lima", "Raúl Gil"])]


def test_a_longer_hearing_keeps_the_clerks_choice_while_it_is_large_enough(cast, plan):
    need = plan.needs.get(role="interpreter")
    two = list(need.resources.exclude(label="Claire Fontaine"))
    plans.choose(need=need, resources=two, by=cast.clerk, version=3)
    for minutes, version, people in ((120, 4, 2), (500, 5, 3)):
        terms = plans.Terms(minutes, plan.earliest, plan.latest, plan.notice_days)
        plans.change(plan=plan, by=cast.clerk, version=version, terms=terms)
        assert need.resources.count() == people


def test_looking_again_on_an_old_version_changes_nothing(cast, plan):
    with pytest.raises(Stale):
        plans.staff(plan=plan, by=cast.clerk, version=2)
    assert Plan.objects.get().version == 3
