"""The request: what it must say, sent from Bogotá, asked about, consulted on and granted by Madrid."""

import re
from collections.abc import Callable

from playwright.sync_api import APIResponse, BrowserContext, Page, Response, expect

from config.story.cases import IDENTITY
from tests.e2e.conftest import Running
from tests.e2e.pages import sound

MISSING = [
    "U18-01", "U18-07", "U18-14a", "U18-14b", "U18-14c", "U18-15b2", "U18-15b2", "U18-15c", "U18-15d1", "U18-15e",
    "U18-15f", "U18-18a", "U18-18c", "U18-18d", "U18-18d", "U18-19a", "V-03",
]  # fmt: skip
CONDITION = "The attending judge may put questions of her own."
BOGOTA = "Second Specialised Criminal Court, Bogotá"
MADRID = "Central Court of Instruction No. 4, Madrid"


def test_a_request_says_what_is_missing_until_it_can_be_sent(
    signed_in: Callable[..., Page], new_context: Callable[..., BrowserContext], house: Running
) -> None:
    prosecutor = signed_in("prosecutor")
    reference = _the_draft_waits(prosecutor)
    _sending_it_names_every_rule(prosecutor)
    _nothing_typed_is_lost(prosecutor)
    _a_second_tab_gets_both_versions(prosecutor)
    _step_by_step_it_is_complete(prosecutor)
    _and_is_sent(prosecutor)

    madrid = signed_in("spain")
    _madrid_acknowledges(madrid, reference)
    _nothing_is_refused_before_consultation(madrid, new_context(), house)
    _madrid_asks(madrid)
    _bogota_answers(prosecutor)
    _madrid_consults_and_grants(madrid)
    _bogota_accepts(prosecutor)
    _no_page_names_the_person(prosecutor, madrid)


def _the_draft_waits(page: Page) -> str:
    sound(page)
    task = page.locator(".vv-task", has_text="Finish request")
    reference = re.search(r"CO-\d{4}-\d{4}", task.inner_text())
    assert reference
    page.get_by_role("link", name="Requests", exact=True).click()
    sound(page)
    page.get_by_role("link", name=reference[0]).click()
    sound(page)
    page.get_by_role("link", name="Go on writing").click()
    return reference[0]


def _sending_it_names_every_rule(page: Page) -> None:
    _go(page, "Check and send")
    send = page.get_by_role("button", name="Send to Spain")
    expect(send).to_have_accessible_description("17 things it must say are missing.")
    send.focus()
    with page.expect_navigation() as answer:
        page.keyboard.press("Enter")
    assert _status(answer.value) == 422
    refused = page.get_by_role("alert")
    expect(refused).to_be_focused()
    assert refused.locator("li .vv-rule").all_inner_texts() == MISSING
    expect(refused).to_contain_text("request_incomplete")
    sound(page)


def _nothing_typed_is_lost(page: Page) -> None:
    _go(page, "Technical and dates")
    page.get_by_label("Minutes wanted").fill("an hour and a half")
    page.get_by_label("What happens when the link fails").fill("Ten minutes are waited.")
    assert _save(page) == 422
    expect(page.get_by_label("Minutes wanted")).to_have_value("an hour and a half")
    expect(page.get_by_label("Minutes wanted")).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_label("What happens when the link fails")).to_have_value("Ten minutes are waited.")
    page.get_by_label("Minutes wanted").fill("90")
    assert _save(page) == 200


def _a_second_tab_gets_both_versions(page: Page) -> None:
    _go(page, "The case")
    other = page.context.new_page()
    other.goto(page.url)
    page.get_by_label("Subject matter of the proceeding").fill("Trial of five members of a group")
    assert _save(page) == 200
    other.get_by_label("Subject matter of the proceeding").fill("Trial of a group of five")
    assert _save(other) == 412
    theirs, mine = other.locator(".vv-diff > div").all()
    expect(theirs).to_contain_text("Trial of five members of a group")
    expect(mine).to_contain_text("Trial of a group of five")
    sound(other)
    assert _save(other) == 200
    _go(other, "The case")
    expect(other.get_by_label("Subject matter of the proceeding")).to_have_value("Trial of a group of five")
    other.close()


def _step_by_step_it_is_complete(page: Page) -> None:
    _go(page, "Authorities")
    _choose(page, "Form", "Electronically, leaving a written record")
    page.get_by_label("Language of the request").select_option(label="Spanish")
    _choose(page, "How the requested State can tell", "Electronic signature")
    sound(page)
    assert _save(page) == 200

    page.get_by_label("Name of the authority that conducts it").fill(BOGOTA)
    page.get_by_label("Functions of that authority").fill("Trial court of first instance")
    page.get_by_label("Summary of the facts").fill("The accused recruited workers with false contracts.")
    _choose(page, "Which kind of offence", "An offence of article 5, 6, 8 or 23 of the Convention")
    assert _save(page) == 200

    _choose(page, "The request rests on", "Article 18 of the Convention, paragraphs 9 to 29")
    sound(page)
    assert _save(page) == 200

    for name, label in (("given_name", "Given name"), ("family_name", "Family name"), ("city", "City")):
        page.get_by_label(label).fill(IDENTITY[name])
    _choose(page, "Is the person in the requested State?", "Yes, confirmed")
    page.get_by_label("Language in which the person testifies").select_option(label="French")
    sound(page)
    assert _save(page) == 200

    page.get_by_label("Court that hears the person").select_option(label=BOGOTA)
    page.get_by_label("What you ask the requested State to do").fill("Hear the person named in the sealed annex.")
    page.get_by_label("What the testimony is needed for").fill(f"{IDENTITY['given_name']} knows who paid.")
    _choose(page, "Appearing in person is", "Not desirable")
    page.get_by_label("Why", exact=True).fill("Travel would make the person known.")
    _choose(page, "Heard by", "A court or judge")
    assert _save(page) == 422  # a text that names the person is not stored, and not lost
    expect(page.get_by_label("What the testimony is needed for")).to_have_value(
        f"{IDENTITY['given_name']} knows who paid."
    )
    expect(page.get_by_label("Court that hears the person").locator("option:checked")).to_have_text(BOGOTA)
    page.get_by_label("What the testimony is needed for").fill("To prove who paid.")
    sound(page)
    assert _save(page) == 200

    page.get_by_label("From what the person must be protected").fill("Threats by members of the group.")
    page.get_by_label("Ask for another measure").select_option("screen")
    page.get_by_label("What it leaves to the defence").fill("The bench and counsel see the person.")
    sound(page)
    assert _save(page) == 200
    _go(page, "Protection")
    expect(page.locator("#measures .vv-measures")).to_contain_text("Screen")

    _go(page, "Technical and dates")
    sound(page)
    _choose(page, "Mode of interpretation", "Consecutive")
    assert _save(page) == 200

    page.get_by_label("We use what we receive in this proceeding only").check()
    sound(page)
    assert _save(page) == 200


def _and_is_sent(page: Page) -> None:
    expect(page.get_by_text("Must", exact=True)).to_have_count(0)
    sound(page)
    page.get_by_role("button", name="Send to Spain").click()
    expect(page.get_by_role("status")).to_contain_text("sent")
    sound(page)


def _madrid_acknowledges(page: Page, reference: str) -> None:
    page.locator(".vv-task", has_text=reference).get_by_role("link", name="Acknowledge").click()
    sound(page)
    page.get_by_role("button", name="Acknowledge").click()
    expect(page.get_by_role("status")).to_contain_text("acknowledged")


def _nothing_is_refused_before_consultation(page: Page, stranger: BrowserContext, house: Running) -> None:
    expect(page.get_by_role("button", name="Refuse or postpone")).to_have_accessible_description(
        re.compile("Only after a consultation.*U18-26a")
    )
    token = house.token("authority@madrid.example")
    address = f"/api/v1{httpless(page)}"
    headers = {"Authorization": f"Bearer {token}"}
    version = stranger.request.get(address, headers=headers).json()["version"]
    refusal: APIResponse = stranger.request.post(
        f"{address}/refuse", headers=headers, data={"version": version, "grounds": ["U18-21b"], "reasons": "No."}
    )
    assert (refusal.status, refusal.json()["rule"]) == (409, "U18-26a")


def httpless(page: Page) -> str:
    """`/requests/<id>` of the page's address."""
    found = re.search(r"/requests/[0-9a-f-]{36}", page.url)
    assert found
    return found[0]


def _madrid_asks(page: Page) -> None:
    page.get_by_text("Ask a question", exact=True).first.click()
    page.get_by_label("What do you need to know?").fill("Which form of affirmation does your court accept?")
    page.get_by_role("button", name="Ask").click()
    expect(page.get_by_role("status")).to_contain_text("The clock pauses until it is answered.")


def _bogota_answers(page: Page) -> None:
    page.reload()
    page.get_by_label("Which form of affirmation does your court accept?").fill(
        "That of article 389 of Law 906 of 2004."
    )
    page.get_by_role("button", name="Send the answer").click()
    expect(page.get_by_role("status")).to_contain_text("answer")


def _madrid_consults_and_grants(page: Page) -> None:
    page.reload()
    page.get_by_text("Consult", exact=True).first.click()
    page.get_by_label("What do you say in the consultation?").fill("We propose that our judge attends throughout.")
    page.get_by_role("button", name="Consult").click()
    page.get_by_label("Conditions, one a line").fill(CONDITION)
    page.get_by_label("Judicial authority that attends").select_option(label=MADRID)
    page.get_by_role("button", name="Grant").click()
    expect(page.locator("#decision").locator("..").locator("..")).to_contain_text(CONDITION)
    sound(page)


def _bogota_accepts(page: Page) -> None:
    page.goto("/")
    page.get_by_role("link", name="Read and accept").click()
    expect(page.get_by_text(CONDITION)).to_be_visible()
    page.get_by_role("button", name="Accept").click()
    expect(page.get_by_text("Accepted, they bind")).to_be_visible()
    sound(page)


def _no_page_names_the_person(*pages: Page) -> None:
    for page in pages:
        page.reload()
        text = page.content()
        for name in ("given_name", "family_name", "city"):
            assert IDENTITY[name] not in text
        expect(page.get_by_role("heading", level=1)).to_have_text(re.compile(r"hear Witness W-\d{4}"))


def _go(page: Page, step: str) -> None:
    page.get_by_role("navigation", name="Steps of the request").get_by_role("link", name=step).click()
    expect(page.get_by_role("heading", level=2, name=step)).to_be_visible()


def _choose(page: Page, group: str, label: str) -> None:
    page.get_by_role("group", name=group).get_by_label(label).check()


def _save(page: Page) -> int:
    """Press the button that saves; the status of the page that follows."""
    with page.expect_navigation() as answer:
        page.get_by_role("button", name="Save and go to").click()
    return _status(answer.value)


def _status(answer: Response | None) -> int:
    assert answer
    return answer.status
