"""The day of the hearing in real browsers: a witness without an account, a clerk, and the pages between them."""

import re
from collections.abc import Callable

from playwright.sync_api import BrowserContext, Page, expect

from tests.e2e.pages import reflows, sound


def rehearsal(page: Page) -> str:
    """The address of the hearing in the practice rooms that is about to begin."""
    page.goto("/hearings/")
    links = page.eval_on_selector_all("a[href]", "links => links.map((each) => each.getAttribute('href'))")
    for address in dict.fromkeys(each for each in links if re.fullmatch(r"/hearings/[0-9a-f-]{36}/", each)):
        page.goto(address)
        if page.get_by_text("Time confirmed by both courts").count() == 0 and page.locator("#seats").count():
            return address
    raise AssertionError("no hearing is planned")


def test_a_witness_comes_by_link_and_code_and_is_led_by_single_sentences(
    signed_in: Callable[..., Page], new_context: Callable[..., BrowserContext]
) -> None:
    clerk = signed_in("clerk_madrid")
    address = rehearsal(clerk)
    sound(clerk)
    if clerk.get_by_role("button", name="Open the doors").count():
        clerk.get_by_role("button", name="Open the doors").click()
    clerk.locator("li", has_text="Witness").get_by_role("button", name="link").click()
    link, pin = clerk.get_by_label("Link").input_value(), clerk.locator("#pin").inner_text()
    sound(clerk)

    witness = new_context().new_page()
    witness.goto(link)
    # The secret is in the form, and no longer in the address or the history.
    expect(witness.get_by_label("Your link")).to_be_hidden()
    assert "#" not in witness.url
    sound(witness)
    witness.get_by_role("button", name="Español").click()
    witness.wait_for_load_state()
    witness.get_by_role("button", name="English").click()
    witness.wait_for_load_state()
    witness.get_by_label("Code").fill("000000" if pin != "000 000" else "111111")
    witness.get_by_role("button", name="Go on").click()
    expect(witness.get_by_text("code_wrong")).to_be_visible()
    witness.get_by_label("Code").fill(pin)
    witness.get_by_role("button", name="Go on").click()
    expect(witness.get_by_role("heading", name="You are in the right place.")).to_be_visible()
    sound(witness)
    witness.get_by_role("button", name="I am ready").click()
    expect(witness.get_by_role("heading", name="You are ready.")).to_be_visible()

    clerk.goto(address)
    clerk.get_by_role("button", name=re.compile("your seat")).click()
    clerk.wait_for_load_state()
    if clerk.get_by_role("button", name="I am ready").count():
        clerk.get_by_role("button", name="I am ready").click()
    clerk.wait_for_url("**/room/")
    clerk.locator("li", has_text="Witness").get_by_role("button", name="Admit").click()
    expect(witness.get_by_role("heading", name="You are in the room.")).to_be_visible(timeout=20_000)
    sound(clerk)

    # A line is written and its field is free for the next.
    clerk.get_by_label("A line for the log").fill("The interpreter's lamp is repaired.")
    clerk.get_by_role("button", name="Note").click()
    expect(clerk.get_by_role("log")).to_contain_text("lamp is repaired")
    expect(clerk.get_by_label("A line for the log")).to_have_value("")

    clerk.goto(address)
    clerk.locator("li", has_text="Witness").get_by_role("button", name="Withdraw").click()
    expect(witness.get_by_label("Code")).to_be_visible(timeout=20_000)


def test_waiting_minutes_and_verification_are_pages_for_everybody(
    signed_in: Callable[..., Page], new_context: Callable[..., BrowserContext]
) -> None:
    judge = signed_in("judge_madrid")
    address = rehearsal(judge)
    judge.get_by_role("button", name=re.compile("your seat")).click()
    expect(judge.get_by_role("button", name="I am ready")).to_be_visible()
    sound(judge)
    judge.goto(f"{address}record/")
    sound(judge)
    stranger = new_context().new_page()
    stranger.goto("/verify/")
    sound(stranger)
    stranger.get_by_label("File", exact=True).set_input_files(
        {"name": "forged.pdf", "mimeType": "application/pdf", "buffer": b"%PDF"}
    )
    expect(stranger.get_by_text("never written here")).to_be_visible()
    reflows(stranger)
