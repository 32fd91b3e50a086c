"""A court writes down its own rules for interpreters, and the plans of its hearings go by them."""

from datetime import timedelta

import pytest
from django.urls import reverse

from directory.models import ApiToken
from scheduler.models import TeamRule, WorkRule
from scheduler.planning import limits, plans, planwords, rules
from scheduler.solver.needs import TEAM_LIMITS, WORK_LIMIT, Mode, TeamLimit, WorkLimit
from tests.scheduler.conftest import NOW

pytestmark = pytest.mark.django_db
STRICT = {
    "consecutive-alone_minutes": "30",
    "consecutive-pair_minutes": "60",
    "day_minutes": "240",
    "rest_minutes": "720",
    "source": "Order 7 of the court",
}


def post(client, member, **typed):
    client.force_login(member.user)
    seen = {"version": str(rules.of(member.authority).version)}
    return client.post(reverse("scheduler:rules"), seen | typed)


def test_a_stricter_court_gets_larger_teams_and_shorter_days(cast, plan, client):
    assert post(client, cast.clerk, **STRICT).status_code == 302
    assert limits.team_limits(plan)[Mode.CONSECUTIVE] == TeamLimit(30, 60)
    assert limits.work_limit(plan) == WorkLimit(240, 720)
    plan = plans.staff(plan=plan, by=cast.clerk, version=plan.version)
    assert plan.needs.get(role="interpreter").count == 3
    assert planwords.work(plan).endswith("Source: Order 7 of the court.")


def test_empty_lines_bring_the_published_rules_back(cast, plan, client):
    post(client, cast.clerk, **STRICT)
    assert 'value="30"' in client.get(reverse("scheduler:rules")).content.decode()
    post(client, cast.clerk)
    assert (limits.team_limits(plan), limits.work_limit(plan)) == (TEAM_LIMITS, WORK_LIMIT)
    assert not TeamRule.objects.exists()
    assert not WorkRule.objects.exists()


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"consecutive-alone_minutes": "90", "consecutive-pair_minutes": "60"}, "consecutive-pair_minutes"),
        ({"simultaneous-alone_minutes": "20"}, "simultaneous-pair_minutes"),
        ({"consecutive-alone_minutes": "sixty"}, "consecutive-alone_minutes"),
        ({**STRICT, "consecutive-break_minutes": "15"}, "consecutive-break_minutes"),  # and no stretch before it
        ({"day_minutes": "601"}, "day_minutes"),
        ({"rest_minutes": "1441"}, "rest_minutes"),
        ({"day_minutes": "999999"}, "day_minutes"),
    ],
)
def test_a_rule_that_cannot_be_kept_names_its_line_and_loses_nothing(cast, client, typed, field):
    answer = post(client, cast.clerk, **typed)
    page = answer.content.decode()
    assert (answer.status_code, f'is-invalid" id="{field}"' in page) == (422, True)
    assert [
        name for name, value in typed.items() if f'name="{name}"' not in page or f'value="{value}"' not in page
    ] == []
    assert not TeamRule.objects.exists()


def test_two_clerks_who_read_the_same_rules_do_not_overwrite_each_other(cast, client):
    post(client, cast.clerk, **STRICT)
    late = post(client, cast.clerk, version="0", **STRICT | {"day_minutes": "300"})
    page = late.content.decode()
    assert (late.status_code, "What a colleague saved meanwhile" in page, 'value="300"' in page) == (412, True, True)
    assert "<dd>240</dd>" in page
    assert WorkRule.objects.get().day_minutes == 240
    assert post(client, cast.clerk, version="1", **STRICT | {"day_minutes": "300"}).status_code == 302


def test_who_does_not_keep_the_directory_changes_no_rule(cast, client):
    for member in (cast.judge, cast.prosecutor, cast.defence):
        assert post(client, member, **STRICT).status_code == 404
    post(client, cast.stranger, **STRICT)
    assert {row.authority_id for row in WorkRule.objects.all()} == {cast.stranger.authority_id}


def test_the_same_over_the_interface(cast, client):
    token = ApiToken.issue(user=cast.clerk.user, expires_at=NOW + timedelta(days=365))
    asked = {"headers": {"Authorization": f"Bearer {token}"}, "content_type": "application/json"}
    body = {"consecutive": {"alone_minutes": 30, "pair_minutes": 60}, "rest_minutes": 720, "source": "Order 7"}
    assert client.put("/api/v1/rules", body, **asked).status_code == 428
    asked["headers"]["If-Match"] = client.get("/api/v1/rules", **asked)["ETag"]
    written = client.put("/api/v1/rules", body, **asked)
    assert (written.status_code, written["ETag"]) == (200, '"1"')
    assert client.put("/api/v1/rules", body, **asked).json()["code"] == "stale_version"
    found = rules.of(cast.judge.authority)
    assert (found.teams[Mode.CONSECUTIVE]["pair_minutes"], found.work["rest_minutes"]) == (60, 720)
    asked["headers"]["If-Match"] = written["ETag"]
    refused = client.put("/api/v1/rules", {"day_minutes": 0}, **asked)
    assert (refused.status_code, refused.json()["code"]) == (422, "rule_broken")
