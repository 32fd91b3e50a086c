"""Statements written once give what Django's own would."""

from datetime import timedelta

import pytest
from django.db.models import Model

from casework.models import Request
from directory import actors
from directory.models import ApiToken, Authority, LegalProfile, Membership, Resource, Site, State, User, Weekend
from directory.rows import having
from protection.models import Measure, ProtectedPerson
from scheduler import booking, pools
from scheduler.models import PlanNeed
from scheduler.planning import plans
from tests.scheduler.conftest import WEDNESDAY

MODELS = (ApiToken, Authority, LegalProfile, Measure, Membership, PlanNeed, ProtectedPerson, Request, Resource, Site)


def facts(one: Model) -> dict[str, object]:
    return {field.attname: getattr(one, field.attname) for field in one._meta.concrete_fields}


@pytest.mark.parametrize("model", [*MODELS, State, User, Weekend])
def test_each_column_is_read_as_django_reads_it(plan, model):
    rows = {one.pk: facts(one) for one in model._base_manager.all()}
    assert {one.pk: facts(one) for one in having(model, "id", rows)} == rows


def test_a_plans_needs_have_their_pools_with_rooms_courts_and_calendars(plan, django_assert_num_queries):
    needs = pools.needs_of(plan)
    with django_assert_num_queries(0):
        told = [
            [
                (one.pk, getattr(one, "site", None), one.authority and one.authority.state.code)
                for one in need.resources.all()
            ]
            for need in needs
        ]
        for court in {one.authority for need in needs for one in need.resources.all() if one.authority}:
            assert list(court.recesses.all()) is not None
            assert list(court.state.weekends.all()) is not None
    assert [facts(need) for need in needs] == [facts(need) for need in plan.needs.order_by("position")]
    assert told == [
        [
            (one.pk, getattr(one, "site", None), one.authority and one.authority.state.code)
            for one in need.resources.order_by("pk")
        ]
        for need in plan.needs.order_by("position")
    ]


def test_a_clerks_plan_knows_its_request_and_authorities_without_asking(cast, plan, django_assert_num_queries):
    found = plans.by_id(plan.public_id, cast.clerk)
    with django_assert_num_queries(0):
        request = found.request
        told = (request.person, request.requesting.state, request.requested.state.profile, request.court)
    assert told == (
        plan.request.person,
        plan.request.requesting.state,
        plan.request.requested.state.profile,
        plan.request.court,
    )


def test_a_search_and_a_hold_ask_the_database_no_more_often_than_they_must(
    cast, plan, today, client, django_assert_max_num_queries
):
    key = ApiToken.issue(user=cast.clerk.user, expires_at=today + timedelta(hours=1))
    address = f"/api/v1/hearings/{plan.public_id}"
    with django_assert_max_num_queries(13):  # the ledger among them: at this court's best times somebody is put out
        assert client.get(f"{address}/slots", headers={"Authorization": f"Bearer {key}"}).status_code == 200
    found = plans.by_id(plan.public_id, cast.clerk)
    with django_assert_max_num_queries(24):
        booking.hold(plan=found, starts=[WEDNESDAY], by=cast.clerk, key="one")


def test_a_members_ids_are_found_however_they_are_written(cast):
    found = actors.active(cast.clerk.user)
    assert found == [cast.clerk]
    assert actors.named(found, str(cast.clerk.public_id).upper()) == cast.clerk
    assert actors.named(found, "no id") is None
