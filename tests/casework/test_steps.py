"""A time that the clocks show twice can be told, and is shown as it was saved."""

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
