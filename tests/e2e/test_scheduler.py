"""Finding, holding and confirming a time in a browser: by two clerks, with a keyboard, with and without scripts."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.e2e.pages import accessible, reflows


def find_a_time(page: Page) -> None:
    page.goto("/hearings/")
    accessible(page)
    reflows(page)
    page.get_by_role("link", name=re.compile("^Find a time")).first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Find a time for Witness W-")


def test_two_clerks_agree_on_a_time(signed_in: Callable[..., Page]) -> None:
    bogota, madrid = signed_in("clerk"), signed_in("clerk_madrid")
    find_a_time(bogota)
    accessible(bogota)
    reflows(bogota)
    why_not(bogota)
    another_start(bogota)
    bogota.locator("#slot-1").get_by_role("button", name=re.compile("^Hold")).click()
    expect(bogota.get_by_text("Held. Both sides are asked to confirm.")).to_be_visible()
    accessible(bogota)
    reflows(bogota)
    bogota.get_by_role("button", name=re.compile("^Confirm")).click()
    expect(bogota.get_by_text("Your side has confirmed.")).to_be_visible()
    madrid.goto("/hearings/")
    madrid.get_by_role("link", name=re.compile("^Confirm")).click()
    accessible(madrid)
    reflows(madrid)
    madrid.get_by_role("button", name=re.compile("^Confirm")).click()
    expect(madrid.get_by_text("Confirmed by both sides. The hearing has its time.")).to_be_visible()
    expect(madrid.get_by_text("Witness room A")).to_be_visible()
    bogota.reload()
    expect(bogota.get_by_text("Witness room A")).to_have_count(0)
    giving_up = bogota.get_by_role("region", name="Give the time up")
    giving_up.get_by_label("Why is the time given up? The other side reads it; name nobody.").fill(
        "The accused is ill."
    )
    bogota.get_by_role("button", name="Cancel this booking").click()
    expect(bogota.get_by_text("The accused is ill.")).to_be_visible()


def why_not(page: Page) -> None:
    """The answer comes into the page; nothing else of it moves, and the address stays."""
    address = page.url
    page.get_by_label("Start, Bogotá time").fill("3:00")
    page.get_by_role("button", name="Ask", exact=True).click()
    expect(page.locator("#why")).to_contain_text("Not possible")
    expect(page.locator("#why")).to_contain_text("Nearest times that work:")
    assert page.url == address
    accessible(page)


def another_start(page: Page) -> None:
    """A free hour is pressed in the drawing and its day opens; a later start is chosen with the keyboard."""
    # On a day with a proposal its box may lie over the last hour: on which day that is the hour of the run decides.
    page.locator("tr:not(:has(a[href^='#slot-'])) g[hx-get*='pick='] .g-press").last.click()
    opened = page.locator("#opened")
    expect(opened.get_by_role("button", name=re.compile("^Hold"))).to_be_visible()
    accessible(page)
    start = page.locator("#slot-1 .vv-starts a:not([aria-current])").last
    clock, name = start.inner_text().split()[0], start.get_attribute("id")
    start.press("Enter")
    expect(page.locator(f"#{name}")).to_have_attribute("aria-current", "true")
    expect(page.locator(f"#{name}")).to_be_focused()
    expect(page.locator("#slot-1").get_by_role("button", name=re.compile("^Hold"))).to_contain_text(clock)
    expect(opened).to_contain_text(clock)
    assert "pick=" in page.url


def test_why_not_without_scripts(signed_in: Callable[..., Page]) -> None:
    page = signed_in("clerk", java_script_enabled=False)
    page.goto("/hearings/")
    page.get_by_role("link", name=re.compile("^Find a time")).first.click()
    page.get_by_label("Start, Bogotá time").fill("3:00")
    page.get_by_role("button", name="Ask", exact=True).click()
    expect(page.locator("#why")).to_contain_text("Not possible")


def test_the_plan_is_changed(signed_in: Callable[..., Page]) -> None:
    page = signed_in("clerk_madrid")
    page.goto("/hearings/")
    page.get_by_role("link", name=re.compile("^Find a time")).first.click()
    page.get_by_role("link", name="Change", exact=True).click()
    accessible(page)
    reflows(page)
    page.get_by_label("Minutes").fill("0")
    page.get_by_role("button", name="Save and search again").click()
    expect(page.get_by_text("A hearing takes between 1 minute and 12 hours.")).to_be_visible()
    expect(page.get_by_label("Minutes")).to_have_value("0")
    page.get_by_label("Minutes").fill("60")
    page.get_by_role("button", name="Save and search again").click()
    expect(page.get_by_text("60 minutes ·")).to_be_visible()
