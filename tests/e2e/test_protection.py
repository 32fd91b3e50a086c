"""The measures and the vault in a real browser: what `Client` does not show is whether a browser may send the form."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from config.story.cases import IDENTITY
from config.story.people import PASSWORD
from tests.e2e.pages import sound


def protection_page(page: Page) -> None:
    """From the hearings by links alone to the measures of the person to be heard."""
    page.goto("/hearings/")
    page.get_by_role("link", name=re.compile("^Open the booking")).first.click()
    page.get_by_role("link", name="Open the hearing").click()
    page.locator("main a[href$='/protection/']").first.click()


def test_the_judge_in_madrid_looks_at_the_measures_and_opens_the_identity(signed_in: Callable[..., Page]) -> None:
    page = signed_in("judge_madrid")
    protection_page(page)
    sound(page)
    page.locator("#id_kind").select_option("screen")
    expect(page.locator("#seen .vv-warn")).to_have_count(1)  # the accused would see no picture any more
    page.locator("a[href$='/identity/']").click()
    sound(page)
    expect(page.locator("main")).not_to_contain_text(IDENTITY["family_name"])
    page.locator("#reason-summon").check()
    page.locator("#sentence").fill("The court has to summon the person.")
    page.locator("#password").fill(PASSWORD)
    page.locator("button.btn-danger").click()
    expect(page.locator("main")).to_contain_text(IDENTITY["family_name"])
    sound(page)
