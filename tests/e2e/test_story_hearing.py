"""The day: tested links, a witness behind a link and a code, gates, the hearing, its minutes and two signatures."""

import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import BrowserContext, Page, expect

from tests.e2e import minutes, wire
from tests.e2e.pages import small_camera, sound

CALM = "You are in the right place."
BEFORE = [
    ("Link of the requesting court checked", "V-26"), ("Link of the requested court checked", "V-26"),
    ("Presiding judge present", "U18-18c"), ("Attending judge present", "V-11"),
    ("Person to be heard present", "U18-18b"), ("Witness identified", "V-11"),
    ("Right not to testify told, under both laws", "V-16"),
]  # fmt: skip


def test_a_witness_is_heard_and_the_minutes_are_signed(
    signed_in: Callable[..., Page], new_context: Callable[..., BrowserContext], tmp_path: Path
) -> None:
    def comes(name: str) -> Page:
        return small_camera(signed_in(name))

    bogota, madrid = comes("clerk"), comes("clerk_madrid")
    address, witness_name = _what_must_be_true_is_named(bogota)
    wire.both_links_are_tested(comes("technician"), comes("technician_madrid"), address)
    _the_doors_are_opened(bogota)
    madrid.goto(address)
    visitor = small_camera(new_context().new_page())
    link, code = _the_clerk_makes_a_link(madrid, witness_name)
    _the_witness_comes(visitor, link, code)
    _the_link_is_withdrawn(madrid, visitor, witness_name)
    link, code = _the_clerk_makes_a_link(madrid, witness_name)
    witness = _the_witness_is_ready(visitor, link, code)
    judge, attending = comes("judge"), comes("judge_madrid")
    for page in (judge, attending):
        _a_judge_waits(page)
    _all_are_admitted(bogota, judge, attending, witness_name)
    wire.the_judges_hear_and_see_each_other(judge, attending)
    wire.one_is_put_back_and_hears_nothing(bogota, judge, attending)
    expect(witness.get_by_role("heading", level=1)).to_have_text("You are in the room.")
    _it_does_not_go_live(judge, attending, address)
    _the_attending_judge_takes_the_steps(attending, witness_name)
    _it_goes_live(judge, witness)
    _what_happens_is_written_down(bogota, judge, witness, witness_name)
    _the_attending_judge_stops_everything(attending, judge, witness)
    _they_go_on_together(attending, judge)
    _it_is_closed(judge, witness)
    file = minutes.the_minutes_have_written_themselves(madrid, witness_name)
    minutes.the_file_tells_everything_but_who(file.path(), witness_name)
    minutes.both_courts_sign(attending, judge, address)
    minutes.the_file_is_recognised(new_context().new_page(), file.path(), tmp_path)
    _the_link_opens_nothing_any_more(new_context().new_page(), link, code)
    _a_stranger_finds_nothing(signed_in("stranger"), address)


def _what_must_be_true_is_named(page: Page) -> tuple[str, str]:
    """The hearing's address, and what the witness is called."""
    page.locator(".vv-task", has_text="is about to begin").get_by_role("link", name="Open the doors").click()
    gates = page.locator("section", has=page.get_by_role("heading", name="Before going live"))
    assert [_gate(row) for row in gates.locator("li").all()] == BEFORE
    name = page.locator(".vv-title p").inner_text()
    assert re.fullmatch(r"Witness W-\d{4}", name)
    sound(page)
    return page.url, name


def _the_doors_are_opened(page: Page) -> None:
    page.get_by_role("button", name="Open the doors").click()
    page.get_by_role("button", name="Go to your seat").click()
    page.wait_for_url("**/room/")
    expect(page.locator("#room-state")).to_contain_text("Not live: 5 things missing")
    expect(page.get_by_role("button", name="Go live")).to_have_count(0)
    sound(page)


def _gate(row: Page) -> tuple[str, str]:
    return row.locator("span").nth(2).inner_text(), row.locator(".vv-rule").inner_text()


def _the_clerk_makes_a_link(page: Page, witness: str) -> tuple[str, str]:
    page.get_by_role("button", name=re.compile(f"Make a link ?: {witness}")).click()
    sound(page)
    link, code = page.get_by_label("Link", exact=True).input_value(), page.locator("#pin").inner_text()
    page.get_by_role("link", name="Back to the hearing").click()
    expect(page.locator(".vv-seat", has_text=witness)).to_contain_text("link given, not used")
    return link, code


def _the_witness_comes(page: Page, link: str, code: str) -> None:
    """In her own language if she likes; a wrong code is told, and costs nothing but a try."""
    page.goto(link)
    expect(page.get_by_role("heading", level=1)).to_have_text("You have a code of six digits.")
    # The secret is in the form, out of the address bar and the history, and never reached the server in an address.
    expect(page.get_by_label("Your link")).to_be_hidden()
    assert "#" not in page.url
    sound(page)
    for language in ("Español", "English"):
        page.get_by_role("button", name=language).click()
        page.wait_for_load_state()
    page.get_by_label("Code").fill("000 000" if code != "000 000" else "111 111")
    page.get_by_role("button", name="Go on").press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("code_wrong")
    page.get_by_label("Code").fill(code)
    page.get_by_label("Code").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(CALM)
    assert not any(word in page.content() for word in minutes.NAMED)
    sound(page)


def _the_link_is_withdrawn(clerk: Page, witness: Page, name: str) -> None:
    clerk.locator("li", has_text=name).get_by_role("button", name="Withdraw").click()
    expect(witness.get_by_label("Code")).to_be_visible()


def _the_witness_is_ready(page: Page, link: str, code: str) -> Page:
    page.goto("/")  # or the browser would take another secret after the mark for the same page
    page.goto(link)
    page.get_by_label("Code").fill(code)
    page.get_by_role("button", name="Go on").press("Enter")
    page.get_by_role("button", name="I am ready").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("You are ready.")
    return page


def _a_judge_waits(page: Page) -> None:
    page.context.add_init_script(wire.LINKS)
    page.get_by_role("link", name="Go to your seat").click()
    page.get_by_role("button", name=re.compile("your seat")).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Waiting room of hearing")
    page.get_by_role("button", name="I am ready").click()
    expect(page.get_by_text("The clerk sees that you wait")).to_be_visible()
    assert page.evaluate("window.links.length") == 0  # while a judge waits nothing has been offered to him
    sound(page)


def _all_are_admitted(clerk: Page, judge: Page, attending: Page, witness: str) -> None:
    for function in ("Presiding judge", "Attending judge", witness):
        here = clerk.locator("section", has=clerk.get_by_role("heading", name="Who is here"))
        row = here.locator("li", has_text=function)
        row.get_by_role("button", name="Admit").click()
        expect(row).to_contain_text("In the room")
    for page in (judge, attending):
        page.wait_for_url("**/room/")


def _it_does_not_go_live(judge: Page, attending: Page, address: str) -> None:
    go = judge.get_by_role("button", name="Go live")
    expect(go).to_be_disabled()
    expect(go).to_have_accessible_description(re.compile("Opens when every gate is clear"))
    sound(judge)
    refused = judge.evaluate(
        """async (address) => {
          const headers = { "X-CSRFToken": document.querySelector("[name=csrfmiddlewaretoken]").value };
          const body = new URLSearchParams({ act: "go_live" });
          const answer = await fetch(address + "room/act/", { method: "POST", headers, body });
          return [answer.status, await answer.text()];
        }""",
        address,
    )
    assert refused[0] == 409
    assert "gates_not_clear" in refused[1]
    expect(attending.get_by_text("The presiding judge goes live once every gate is clear.")).to_be_visible()


def _the_attending_judge_takes_the_steps(page: Page, witness: str) -> None:
    page.get_by_role("button", name=f"Confirm the identity: {witness}").click()
    expect(page.get_by_role("button", name="Confirm the identity")).to_have_count(0)
    page.get_by_role("button", name=f"Rights told, under both laws: {witness}").click()
    expect(page.locator("#room-state")).to_contain_text("every gate is clear")


def _it_goes_live(judge: Page, witness: Page) -> None:
    expect(judge.locator("#room-state")).to_contain_text("every gate is clear")
    judge.get_by_role("button", name="Go live").press("Enter")
    expect(judge.locator("#room-state")).to_contain_text("In session since")
    expect(witness.get_by_role("heading", level=1)).to_have_text("You are being heard.")
    sound(judge)


def _what_happens_is_written_down(clerk: Page, judge: Page, witness: Page, name: str) -> None:
    clerk.get_by_role("button", name=f"Affirmation taken: {name}").click()
    judge.locator("li", has_text=name).get_by_role("button", name="Give the floor").click()
    clerk.get_by_label("A line for the log").fill("The defence objects to question four.")
    clerk.get_by_role("button", name="Objection").click()
    expect(clerk.get_by_role("log")).to_contain_text("The defence objects to question four.")
    expect(clerk.get_by_label("A line for the log")).to_have_value("")  # free for the next
    sound(clerk)
    witness.get_by_role("button", name="I need a pause").press("Enter")
    expect(witness.get_by_text("The judge reads that you need a pause.")).to_be_visible()
    expect(judge.get_by_text(f"{name} asks for a pause", exact=True)).to_be_visible()
    sound(witness)


def _the_attending_judge_stops_everything(attending: Page, judge: Page, witness: Page) -> None:
    attending.get_by_label("Reason, if there is time to say it").fill("The witness asks for a pause.")
    attending.get_by_role("button", name="Suspend").press("Enter")
    for page in (attending, judge):
        expect(page.locator("#room-state")).to_contain_text("Suspended since")
    expect(witness.get_by_role("heading", level=1)).to_have_text("Everything is stopped.")
    sound(attending)


def _they_go_on_together(attending: Page, judge: Page) -> None:
    expect(judge.get_by_text("the attending judge agrees, then the presiding judge resumes.")).to_be_visible()
    expect(judge.get_by_role("button", name="Resume the hearing")).to_have_count(0)
    attending.get_by_role("button", name="Agree to resume").click()
    judge.get_by_role("button", name="Resume the hearing").click()
    expect(attending.locator("#room-state")).to_contain_text("In session since")


def _it_is_closed(judge: Page, witness: Page) -> None:
    judge.get_by_role("button", name="Close the hearing").click()
    judge.get_by_role("link", name="Leave the room").click()
    expect(judge.get_by_text("Closed", exact=True)).to_be_visible()
    expect(witness.get_by_role("heading", level=1)).to_have_text("It is over.")


def _the_link_opens_nothing_any_more(page: Page, link: str, code: str) -> None:
    page.goto(link)
    page.get_by_label("Code").fill(code)
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("alert")).to_contain_text("This link")
    expect(page.get_by_role("alert")).to_contain_text(re.compile("ticket_(used|expired)"))


def _a_stranger_finds_nothing(page: Page, address: str) -> None:
    nothing = re.sub(r"[0-9a-f-]{36}", "00000000-0000-4000-8000-000000000000", address)
    pages = []
    for wanted in (address, nothing, f"{address}test/"):
        answer = page.goto(wanted)
        assert answer
        pages.append((answer.status, page.locator("main").inner_text()))
    assert pages == [pages[0]] * 3
    assert pages[0][0] == 404
