"""Both technicians test their rooms in real browsers against the media service, and read one verdict."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.e2e.pages import accessible, reflows, small_camera

VERDICT = re.compile("^(Good|Usable|Not fit)")


def rehearsal(page: Page) -> str:
    """The address of the one hearing whose time is agreed."""
    page.goto("/hearings/")
    addresses = page.eval_on_selector_all("a[href]", "links => links.map((each) => each.getAttribute('href'))")
    for address in dict.fromkeys(each for each in addresses if re.fullmatch(r"/hearings/[0-9a-f-]{36}/", each)):
        page.goto(f"{address}test/")
        if page.get_by_role("button", name="Run the test").count():
            return f"{address}test/"
    raise AssertionError("no hearing to test for")


def test_both_rooms_are_tested_and_the_whole_way_is_judged(signed_in: Callable[..., Page]) -> None:
    bogota, madrid = (small_camera(signed_in(name)) for name in ("technician", "technician_madrid"))
    address = rehearsal(bogota)
    madrid.goto(address)
    for page in (bogota, madrid):
        expect(page.locator("#results")).to_contain_text("judged once both courts have tested")
        page.get_by_role("button", name="Run the test").click()
        expect(page.get_by_text("Test finished")).to_be_visible(timeout=40_000)
        expect(page.locator("#results")).not_to_contain_text("Run the test above")
    expect(madrid.locator("#results .vv-banner p").first).to_have_text(VERDICT)
    expect(madrid.locator("#results")).to_contain_text("From Colombia to Spain")
    # The other court reads it without loading its page again.
    expect(bogota.locator("#results")).to_contain_text("From Spain to Colombia", timeout=30_000)
    text = bogota.locator("#results").inner_text()
    assert "Las Palmas" not in text
    assert "127.0.0.1" not in text
    accessible(bogota)
    reflows(bogota)


def test_ones_own_device_is_tested_and_nothing_is_kept(signed_in: Callable[..., Page]) -> None:
    page = small_camera(signed_in("prosecutor"))
    page.goto("/test/")
    page.get_by_role("button", name="Run the test").click()
    expect(page.get_by_text("Test finished")).to_be_visible(timeout=40_000)
    expect(page.locator("[data-part=verdict] [data-when]:visible")).to_have_text(VERDICT)
    assert page.locator("[data-figure='loss up']").inner_text() != ""
    accessible(page)
    reflows(page)


def test_a_stranger_finds_no_test_page_of_a_hearing(signed_in: Callable[..., Page]) -> None:
    address = rehearsal(signed_in("technician"))
    assert signed_in("stranger").goto(address).status == 404
