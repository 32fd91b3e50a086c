"""The directory in a browser: found by typing, readable by everybody."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.e2e.pages import accessible, reflows


def test_the_clerk_finds_an_authority_by_typing(signed_in: Callable[..., Page]) -> None:
    page = signed_in("clerk")
    page.goto("/directory/")
    page.get_by_label("State, authority or city").press_sequentially("españa")
    expect(page.locator(".vv-authorities a")).to_have_count(1)
    page.wait_for_url("**?q=espa%C3%B1a")
    page.locator(".vv-authorities a").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Ministry of Justice")
    expect(page.get_by_text("Verify before use: not everything here is confirmed.")).to_be_visible()


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("clerk", "/directory/?q=a"),
        ("clerk_madrid", "/rooms/"),
        ("spain", "/account/me/"),
        ("spain", "/account/password/change/"),
        ("auditor", "/audit/"),
        ("clerk", "/outbox/"),
        ("clerk", "/directory/own/"),
        ("clerk", "/members/new/"),
        ("clerk", "/interpreters/new/"),
    ],
)
def test_the_pages_of_the_directory_are_accessible_and_reflow(
    signed_in: Callable[..., Page], name: str, path: str
) -> None:
    page = signed_in(name)
    page.goto(path)
    accessible(page)
    reflows(page)


def test_a_room_is_kept_by_keyboard_alone_and_its_calendar_read(signed_in: Callable[..., Page]) -> None:
    page = signed_in("clerk")
    page.goto("/rooms/")
    page.get_by_role("link", name="Practice room").press("Enter")
    expect(page.locator(".vv-room-days tbody tr")).to_have_count(7)
    accessible(page)
    reflows(page)
    page.get_by_role("link", name="Change the room").press("Enter")
    accessible(page)
    reflows(page)
    page.get_by_role("button", name="Add another Tuesday").first.press("Enter")
    expect(page.get_by_label("Tuesday, opening 2, from").first).to_be_focused()
    page.get_by_label("Minutes to clear").press("Enter")
    expect(page.get_by_text("The room is saved.")).to_be_visible()


def test_the_way_in_is_accessible_and_reflows(new_context: Callable[..., BrowserContext]) -> None:
    page = new_context().new_page()
    page.goto("/account/login/")
    accessible(page)
    reflows(page)
