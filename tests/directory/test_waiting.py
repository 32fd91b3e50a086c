"""What waits on the home page for those who keep the directory."""

from typing import Any

from django.test import Client

from directory import facts
from directory.waiting import waiting


def test_a_central_authority_is_asked_to_confirm_its_facts_until_it_has(cast: Any) -> None:
    [task] = waiting(cast.spain)
    assert task.url == f"/directory/{cast.spain.authority.public_id}/"
    facts.confirm(authority=cast.spain.authority, by=cast.spain)
    assert waiting(cast.spain) == []


def test_the_auditor_is_shown_to_the_trail(client: Client, cast: Any) -> None:
    [task] = waiting(cast.auditor)
    client.force_login(cast.auditor.user)
    assert client.get(task.url).status_code == 200


def test_nothing_of_the_directory_waits_for_anybody_else(cast: Any) -> None:
    others = [member for member in cast.everyone() if member not in (cast.spain, cast.auditor)]
    assert [waiting(member) for member in others] == [[]] * len(others)


def test_the_button_confirms_and_the_page_says_so(client: Client, cast: Any) -> None:
    client.force_login(cast.spain.user)
    path = f"/directory/{cast.spain.authority.public_id}/"
    assert "Confirm these facts" in client.get(path).content.decode()
    page = client.post(f"{path}confirm/", follow=True).content.decode()
    assert "Confirmed by the authority" in page
    assert "Verify before use:" not in page


def test_nobody_else_can_press_it(client: Client, cast: Any) -> None:
    path = f"/directory/{cast.spain.authority.public_id}/"
    for stranger in (cast.clerk_madrid, cast.clerk, cast.auditor):
        client.force_login(stranger.user)
        assert "Confirm these facts" not in client.get(path).content.decode()
        assert client.post(f"{path}confirm/").status_code == 404
