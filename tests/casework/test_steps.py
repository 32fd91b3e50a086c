"""What a step of the writer shows: a time that the clocks show twice, the likely languages, how far it is."""

from datetime import UTC, datetime
from typing import Any

import pytest

from casework import lifecycle
from casework.models import Request
from tests.casework.conftest import as_

pytestmark = pytest.mark.django_db


def test_a_time_that_the_clocks_show_twice_is_chosen_on_the_page(cast: Any) -> None:
    cast.prosecutor.user.zone = "Europe/Madrid"
    cast.prosecutor.user.save(update_fields=["zone"])
    request, browser = lifecycle.draft(by=cast.prosecutor, requested=cast.spain.authority), as_(cast.prosecutor)
    path = f"/requests/{request.public_id}/authorities/"
    form = {"version": 1, "oral_made_at": "2026-10-25T02:30", "requested": str(cast.spain.authority.public_id)}
    asked = browser.post(path, form)
    assert (asked.status_code, asked.context["refusal"].code) == (422, "wall_time_overlap")
    assert asked.context["fields"]["oral_made_at"].readings == [(0, "UTC+2", False), (1, "UTC+1", False)]
    assert browser.post(path, form | {"oral_made_at_fold": "1"}).status_code == 302
    assert Request.objects.get().oral_made_at == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    shown = browser.get(path).context["fields"]["oral_made_at"]
    assert (shown.value, shown.readings) == ("2026-10-25T02:30", [(0, "UTC+2", False), (1, "UTC+1", True)])


def test_the_languages_of_the_two_states_stand_first_and_dead_ones_are_not_offered(cast: Any) -> None:
    request = lifecycle.draft(by=cast.prosecutor, requested=cast.spain.authority, testimony_language="tlh")
    browser = as_(cast.prosecutor)
    field = browser.get(f"/requests/{request.public_id}/authorities/").context["fields"]["request_language"]
    assert [tag for tag, _name, _on in field.likely] == cast.spain.authority.languages
    field = browser.get(f"/requests/{request.public_id}/person/").context["fields"]["testimony_language"]
    assert [tag for tag, _name, _on in field.likely] == ["es", "ca", "gl", "eu", "oc-aranes"]
    # What was set elsewhere stays choosable; Latin, which was not, is not.
    others = {tag: chosen for tag, _name, chosen in field.choices}
    assert ([tag for tag, chosen in others.items() if chosen], "la" in others, "ssp" in others) == (
        ["tlh"],
        False,
        True,
    )


def test_a_step_that_nobody_has_begun_is_not_complete(cast: Any, written: Any) -> None:
    request = written(protection_reason="")
    steps = {
        one.title: one for one in as_(cast.prosecutor).get(f"/requests/{request.public_id}/check/").context["steps"]
    }
    protection, check = steps["Protection"], steps["Check and send"]
    assert (protection.complete, protection.optional) == (False, True)
    assert (check.complete, check.ready) == (False, True)
