"""Who has no hearing tests a device all the same; both rooms of a hearing are tested in its story."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.e2e import wire
from tests.e2e.pages import small_camera, sound


def test_ones_own_device_is_tested_and_nothing_is_kept(signed_in: Callable[..., Page]) -> None:
    page = small_camera(signed_in("prosecutor"))
    page.goto("/test/")
    page.get_by_role("button", name="Run the test").click()
    expect(page.get_by_text("Test finished")).to_be_visible(timeout=40_000)
    expect(page.locator("[data-part=verdict] [data-when]:visible")).to_have_text(wire.VERDICT)
    assert page.locator("[data-figure='loss up']").inner_text() != ""
    sound(page)
