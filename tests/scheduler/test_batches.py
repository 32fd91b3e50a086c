"""The clerk in Bogotá has three hearings without a time, and one court room for all of them."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from casework.models import Request
from directory.errors import NotFound, Refusal
from directory.models import Absence, Resource
from scheduler import batches
from scheduler.models import Batch, Booking, Plan, Reservation, WorkRule
from scheduler.planning import plans
from tests.cast import Cast
from tests.scheduler.conftest import DrawnUp, planned


@pytest.fixture(scope="module")
def once(drawn_up: DrawnUp[list[int]]) -> tuple[list[int], Path] | None:
    return drawn_up("three", lambda cast: [plan.pk for plan in planned_three(cast)])


def planned_three(cast: Cast) -> list[Plan]:
    return [planned(cast, reference) for reference in ("CO-2026-0311", "CO-2026-0312", "CO-2026-0313")]


@pytest.fixture
def three(cast: Cast, today: Any, once: tuple[list[int], Path] | None, settings: Any) -> list[Plan]:
    """Three hearings that share the court room, the witness room, the benches and the interpreters."""
    if once is None:
        return planned_three(cast)
    made, settings.VAULT_DIR = once
    return list(Plan.objects.select_related("request").filter(pk__in=made).order_by("pk"))


def asked(plans: list[Plan], by: Any) -> Batch:
    return batches.ask(plans=[plan.public_id for plan in plans], by=by, seconds=1)


def test_three_hearings_find_three_times_that_can_all_be_held(cast: Cast, three: list[Plan]) -> None:
    made = asked(three, cast.clerk)
    batches.run(made.pk)
    made.refresh_from_db()
    assert (made.state, made.most, [item.start is None for item in made.items.all()]) == ("done", 3, [False] * 3)
    held = [batches.hold(made=made, plan=plan.public_id, by=cast.clerk) for plan in three]
    assert [one.starts() for one in held] == [[item.start] for item in made.items.all()]


def test_the_team_that_was_found_is_the_team_that_is_held(cast: Cast, three: list[Plan]) -> None:
    made = asked(three, cast.clerk)
    batches.run(made.pk)
    item = made.items.get(plan=three[0])
    held = batches.hold(made=made, plan=three[0].public_id, by=cast.clerk)
    assert reserved(held) == item.teams


@pytest.mark.parametrize("turned", [False, True], ids=["in the batch's order", "the last one first"])
def test_what_the_interpreters_may_work_is_kept_between_the_times_of_one_batch(
    cast: Cast, three: list[Plan], turned: bool
) -> None:
    """A day of a hundred minutes has one hearing of ninety; one has two sittings. All are held as found."""
    WorkRule.objects.create(authority=cast.judge.authority, day_minutes=100, rest_minutes=20 * 60)
    terms = plans.Terms(90, three[1].earliest, three[1].latest, three[1].notice_days, sittings=2, spread_days=7)
    plans.change(plan=three[1], by=cast.clerk, version=three[1].version, terms=terms)
    made = asked(three, cast.clerk)
    batches.run(made.pk)
    items = {item.plan_id: item for item in made.items.all()}
    assert [len(items[plan.pk].starts) for plan in three] == [1, 2, 1]
    for plan in sorted(three, key=lambda plan: plan.pk, reverse=turned):
        held = batches.hold(made=made, plan=plan.public_id, by=cast.clerk)
        assert (held.starts(), reserved(held)) == (items[plan.pk].starts, items[plan.pk].teams)
    days = {(row.resource_id, row.sitting.start.date()) for row in interpreting()}
    assert len(days) == interpreting().count()


def interpreting() -> Any:
    return Reservation.objects.filter(need__role="interpreter").select_related("sitting")


def reserved(held: Booking) -> list[dict[str, list[str]]]:
    """For each sitting the keys of those who are kept, by need."""
    teams: list[dict[str, list[str]]] = []
    for sitting in held.sittings.order_by("position"):
        team: dict[str, list[str]] = {}
        for row in sitting.reservations.select_related("need"):
            team.setdefault(str(row.need.public_id), []).append(str(row.resource_id))
        teams.append({need: sorted(ids) for need, ids in team.items()})
    return teams


def test_a_search_runs_once_and_holds_nothing(cast: Cast, three: list[Plan]) -> None:
    made = asked(three, cast.clerk)
    batches.run(made.pk)
    first = [item.start for item in made.items.all()]
    batches.run(made.pk)
    assert [item.start for item in made.items.all()] == first
    assert not Booking.objects.exists()


def test_a_hearing_that_has_its_time_is_not_placed_again(cast: Cast, three: list[Plan]) -> None:
    made = asked(three, cast.clerk)
    batches.run(made.pk)
    batches.hold(made=made, plan=three[0].public_id, by=cast.clerk)
    assert list(batches.pending(cast.clerk)) == three[1:]
    with pytest.raises(NotFound):
        asked(three, cast.clerk)


def test_nothing_chosen_and_too_long_a_search_are_refused_by_name(cast: Cast, three: list[Plan]) -> None:
    with pytest.raises(Refusal) as none:
        batches.ask(plans=[], by=cast.clerk)
    with pytest.raises(Refusal) as long:
        batches.ask(plans=[three[0].public_id], by=cast.clerk, seconds=3600)
    assert [none.value.code, long.value.code] == ["batch_size", "batch_seconds"]


def test_another_courts_batch_is_not_there(cast: Cast, three: list[Plan]) -> None:
    made = asked(three, cast.clerk)
    for other in (cast.clerk_madrid, cast.stranger, cast.judge, None):
        with pytest.raises(NotFound):
            batches.by_id(made.public_id, other)
    with pytest.raises(NotFound):
        asked(three, cast.stranger)
    assert batches.by_id(made.public_id, cast.clerk) == made


def test_a_search_that_breaks_says_so_and_keeps_nothing(
    cast: Cast, three: list[Plan], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise MemoryError

    made = asked(three, cast.clerk)
    monkeypatch.setattr("scheduler.solver.batch.place", broken)
    with pytest.raises(MemoryError):
        batches.run(made.pk)
    made.refresh_from_db()
    assert made.state == "failed"


def test_the_page_leads_from_the_choice_to_the_times_held(cast: Cast, three: list[Plan], client: Client) -> None:
    client.force_login(cast.clerk.user)
    page = client.get("/hearings/together/")
    assert [plan.code in page.text for plan in three] == [True] * 3
    sent = client.post("/hearings/together/", {"plans": [str(plan.public_id) for plan in three]})
    assert "Waiting for its turn" in client.get(sent["Location"]).text
    made = Batch.objects.get()
    batches.run(made.pk)
    assert "3 of 3 hearings placed" in client.get(sent["Location"]).text
    client.post(f"{sent['Location']}hold/", {"plan": [str(plan.public_id) for plan in three]})
    assert Booking.objects.filter(state="held").count() == 3
    assert "Open the booking" in client.get(sent["Location"]).text


def test_three_sittings_find_their_days_beside_two_hearings_of_one(
    cast: Cast, three: list[Plan], client: Client
) -> None:
    terms = plans.Terms(90, three[1].earliest, three[1].latest, three[1].notice_days, sittings=3, spread_days=7)
    plans.change(plan=three[1], by=cast.clerk, version=three[1].version, terms=terms)
    made = asked(three, cast.clerk)
    batches.run(made.pk)
    made.refresh_from_db()
    items = {item.plan_id: item for item in made.items.all()}
    assert [len(items[plan.pk].starts) for plan in three] == [1, 3, 1]
    client.force_login(cast.clerk.user)
    page = client.get(f"/hearings/together/{made.public_id}/").text
    assert page.count('type="checkbox" name="plan"') == 3
    ticked = [str(plan.public_id) for plan in three[:2]]
    client.post(f"/hearings/together/{made.public_id}/hold/", {"plan": ticked})
    assert {one.plan_id: one.starts() for one in Booking.objects.all()} == {
        plan.pk: items[plan.pk].starts for plan in three[:2]
    }


def test_without_a_tick_nothing_is_held_and_the_page_says_what_to_do(
    cast: Cast, three: list[Plan], client: Client
) -> None:
    made = asked(three[:1], cast.clerk)
    batches.run(made.pk)
    client.force_login(cast.clerk.user)
    answer = client.post(f"/hearings/together/{made.public_id}/hold/", {})
    assert (answer.status_code, "Tick the hearings whose times are to be held." in answer.text) == (422, True)
    assert not Booking.objects.exists()


def test_what_has_no_time_is_told_apart_from_what_has_none_beside_the_others(
    cast: Cast, three: list[Plan], client: Client
) -> None:
    """Room for one sitting on one day: the first takes it, the second has none beside it, the third none at all."""
    for plan, minutes in ((three[0], 90), (three[1], 90), (three[2], 719)):
        day = date(2026, 12, 10)
        terms = plans.Terms(minutes, day, day, plan.notice_days)
        plans.change(plan=plan, by=cast.clerk, version=plan.version, terms=terms)
    away = (datetime(2026, 12, 10, 15, 30, tzinfo=UTC), datetime(2026, 12, 11, 5, tzinfo=UTC))
    Absence.objects.create(resource=Resource.objects.get(label="Tomás Ibarra"), during=away)
    made = asked(three, cast.clerk)
    batches.run(made.pk)
    client.force_login(cast.clerk.user)
    page = client.get(f"/hearings/together/{made.public_id}/").text
    told = ["By itself it would have a time", "It has no time even by itself."]
    assert [page.count(words) for words in told] == [1, 1]


def test_a_time_that_went_to_somebody_else_is_named_and_the_others_are_held(
    cast: Cast, three: list[Plan], client: Client
) -> None:
    made = asked(three[:2], cast.clerk)
    batches.run(made.pk)
    item = made.items.get(plan=three[0])
    from scheduler import booking

    booking.hold(plan=three[2], starts=[item.start], by=cast.clerk)
    client.force_login(cast.clerk.user)
    plans = [str(plan.public_id) for plan in three[:2]]
    answer = client.post(f"/hearings/together/{made.public_id}/hold/", {"plan": plans})
    assert (answer.status_code, three[0].code in answer.text, "slot_taken" in answer.text) == (409, True, True)
    assert set(Booking.objects.values_list("plan", flat=True)) == {three[1].pk, three[2].pk}


def test_what_is_no_hearing_of_the_batch_is_not_there(cast: Cast, three: list[Plan], client: Client) -> None:
    made = asked(three[:1], cast.clerk)
    client.force_login(cast.clerk.user)
    for plan in ("nothing", str(uuid4()), str(three[1].public_id)):
        assert client.post(f"/hearings/together/{made.public_id}/hold/", {"plan": plan}).status_code == 404


def test_a_court_that_has_left_a_case_reads_nothing_of_it_in_its_old_batch(
    cast: Cast, three: list[Plan], client: Client
) -> None:
    made = asked(three, cast.clerk)
    batches.run(made.pk)
    Request.objects.filter(pk=three[0].request_id).update(court=None)
    client.force_login(cast.clerk.user)
    address = f"/hearings/together/{made.public_id}/"
    page = client.get(address).content.decode()
    assert [plan.code in page for plan in three] == [False, True, True]
    assert client.post(f"{address}hold/", {"plan": str(three[0].public_id)}).status_code == 404
