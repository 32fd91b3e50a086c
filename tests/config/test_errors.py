"""What a browser meets where nothing is: a page with a way on, never an empty one."""

from uuid import uuid4

from django.test import Client

from config.story.people import Cast


def test_the_address_of_a_form_opened_by_hand_is_a_page_with_a_way_on(client: Client, cast: Cast) -> None:
    client.force_login(cast.clerk.user)
    page = client.get(f"/bookings/{uuid4()}/confirm/")
    assert (page.status_code, page["Allow"]) == (405, "POST")
    assert "This address only takes a form." in page.content.decode()
    assert 'href="/"' in page.content.decode()


def test_the_api_refuses_a_wrong_method_in_its_own_way(client: Client, cast: Cast) -> None:
    answer = client.delete("/api/v1/requests")
    assert answer.status_code == 405
