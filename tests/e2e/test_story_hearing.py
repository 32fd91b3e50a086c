"""The day: tested links, a witness behind a link and a code, gates, the hearing, its minutes and two signatures."""

import hashlib
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Download, Page, expect
from pypdf import PdfReader

from config.story.cases import IDENTITY
from config.story.people import PASSWORD
from tests.e2e.conftest import Running, Told, open_house
from tests.e2e.pages import sound

CALM = "You are in the right place."
NAMED = tuple(IDENTITY[name] for name in ("given_name", "family_name", "city", "address", "zone", "phone", "email"))
BEFORE = [
    ("Link of the requesting court checked", "V-26"), ("Link of the requested court checked", "V-26"),
    ("Presiding judge present", "U18-18c"), ("Attending judge present", "V-11"),
    ("Person to be heard present", "U18-18b"), ("Witness identified", "V-11"),
    ("Right not to testify told, under both laws", "V-16"),
]  # fmt: skip


@pytest.fixture(scope="module")
def house(told: Told, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """Of its own: the rehearsal can be held only once."""
    with open_house(told, tmp_path_factory) as running:
        yield running


def test_a_witness_is_heard_and_the_minutes_are_signed(
    signed_in: Callable[..., Page], new_context: Callable[..., BrowserContext], house: Running, tmp_path: Path
) -> None:
    bogota, madrid = signed_in("clerk"), signed_in("clerk_madrid")
    address, witness_name = _what_must_be_true_is_named(bogota)
    _both_links_are_tested(signed_in("technician"), signed_in("technician_madrid"))
    _the_doors_are_opened(bogota)
    madrid.goto(address)
    link, code = _the_clerk_makes_a_link(madrid, witness_name)
    witness = _the_witness_comes(new_context().new_page(), link, code)
    judge, attending = signed_in("judge"), signed_in("judge_madrid")
    for page in (judge, attending):
        _a_judge_waits(page)
    _all_are_admitted(bogota, judge, attending, witness_name)
    _it_does_not_go_live(judge, attending, address)
    _the_attending_judge_takes_the_steps(attending, witness_name)
    _it_goes_live(judge, witness)
    _what_happens_is_written_down(bogota, judge, witness, witness_name)
    _the_attending_judge_stops_everything(attending, judge, witness)
    _they_go_on_together(attending, judge)
    _it_is_closed(judge, witness)
    file = _the_minutes_have_written_themselves(madrid, witness_name)
    _the_file_tells_everything_but_who(file.path(), witness_name)
    _both_courts_sign(attending, judge, address)
    _the_file_is_recognised(new_context().new_page(), file.path(), tmp_path)
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


def _the_witness_comes(page: Page, link: str, code: str) -> Page:
    page.goto(link)
    expect(page.get_by_role("heading", level=1)).to_have_text("You have a code of six digits.")
    assert "#" not in page.url  # the secret is out of the address bar, and never reached the server in one
    sound(page)
    page.get_by_label("Code").fill("000 000" if code != "000 000" else "111 111")
    page.get_by_role("button", name="Go on").press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("code_wrong")
    page.get_by_label("Code").fill(code)
    page.get_by_label("Code").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(CALM)
    assert not any(word in page.content() for word in NAMED)
    sound(page)
    page.get_by_role("button", name="I am ready").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("You are ready.")
    return page


def _a_judge_waits(page: Page) -> None:
    page.get_by_role("link", name="Go to your seat").click()
    page.get_by_role("button", name=re.compile("your seat")).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Waiting room of hearing")
    page.get_by_role("button", name="I am ready").click()
    expect(page.get_by_text("The clerk sees that you wait")).to_be_visible()
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


def _both_links_are_tested(bogota: Page, madrid: Page) -> None:
    """One after the other, as often as the line needs: a machine that does much else has a bad one."""
    for page in (bogota, madrid):
        page.locator(".vv-task", has_text="test the link").get_by_role("link", name="Run the test").click()
        for _time in range(6):
            page.wait_for_load_state()
            page.get_by_role("button", name="Run the test").press("Enter")
            expect(page.locator("#run > :visible")).to_have_text(re.compile("^Test (not )?finished$"), timeout=60_000)
            page.goto("/")
            if not page.locator(".vv-task", has_text="test the link").count():
                break
            page.go_back()
    for page in (bogota, madrid):
        page.goto("/hearings/")
        page.get_by_role("link", name=re.compile("^Open the booking")).first.click()
        checks = page.locator("section", has=page.get_by_role("heading", name="Connection checks"))
        expect(checks.get_by_text("Round trip")).to_have_count(2)
        expect(checks.get_by_text(re.compile("^(Good|Usable)$"))).to_have_count(2)
        page.context.close()


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
    expect(clerk.locator(".vv-log")).to_contain_text("The defence objects to question four.")
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


def _the_minutes_have_written_themselves(page: Page, witness: str) -> Download:
    """The clerk of the requested court finds them on the home page, to be signed."""
    for _second in range(30):
        page.goto("/")
        if page.get_by_role("link", name="Sign the minutes").count():
            break
        page.wait_for_timeout(1000)
    page.get_by_role("link", name="Sign the minutes").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(witness)
    sound(page)
    with page.expect_download() as file:
        page.get_by_role("link", name="PDF").click()
    return file.value


def _the_file_tells_everything_but_who(file: Path, witness: str) -> None:
    """V-17: date and place, who was present and how, the person, the oath, how it was done technically."""
    raw = PdfReader(file)
    text = " ".join(" ".join(page.extract_text() for page in raw.pages).split())
    for word in (
        witness, "Colombia", "Spain", "Bogotá time", "Madrid time", "Practice room, Bogotá", "Withheld by order",
        "Presiding judge Beatriz Salazar", "identified by the attending judge", "right not to testify under both laws",
        "made the affirmation", "The defence objects to question four.", "The witness asks for a pause.",
        "Resumed by the presiding judge", "Pseudonym", "Place withheld", "Round trip", "Packets lost",
    ):  # fmt: skip
        assert word in text, word
    whole = text + str(raw.metadata)
    assert not any(word in whole for word in (*NAMED, "Las Palmas", "Canary"))


def _both_courts_sign(attending: Page, judge: Page, address: str) -> None:
    for page in (attending, judge):
        page.goto("/")
        page.get_by_role("link", name="Sign the minutes").click()
        page.get_by_label("Your password, once more").fill("not my password")
        page.get_by_role("button", name=re.compile("^ ?Sign version")).click()
        expect(page.get_by_role("alert")).to_contain_text("password_wrong")
        page.get_by_label("Your password, once more").fill(PASSWORD)
        page.get_by_role("button", name=re.compile("^ ?Sign version")).click()
        expect(page.get_by_role("button", name=re.compile("^ ?Sign version"))).to_have_count(0)
    signatures = judge.locator("section", has=judge.get_by_role("heading", name="Two signatures"))
    expect(signatures.get_by_text("Signed")).to_have_count(2)
    sound(judge)


def _the_file_is_recognised(page: Page, file: Path, folder: Path) -> None:
    """By anyone: no account. The file itself never leaves the browser."""
    page.goto("/verify/")
    page.get_by_label("File", exact=True).set_input_files(file)
    expect(page.locator("#verdict")).to_contain_text("Yes: version 1 of the minutes of")
    expect(page.get_by_label("SHA-256 of the file")).to_have_value(hashlib.sha256(file.read_bytes()).hexdigest())
    sound(page)
    altered = folder / "minutes.pdf"
    altered.write_bytes(file.read_bytes().replace(b"%PDF-1", b"%PDF-2", 1))
    page.get_by_label("File", exact=True).set_input_files(altered)
    expect(page.locator("#verdict")).to_contain_text("No: such a file was never written here, or it was changed.")


def _the_link_opens_nothing_any_more(page: Page, link: str, code: str) -> None:
    page.goto(link)
    page.get_by_label("Code").fill(code)
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("alert")).to_contain_text("This link")
    expect(page.get_by_role("alert")).to_contain_text(re.compile("ticket_(used|expired)"))


def _a_stranger_finds_nothing(page: Page, address: str) -> None:
    nothing = re.sub(r"[0-9a-f-]{36}", "00000000-0000-4000-8000-000000000000", address)
    pages = []
    for wanted in (address, nothing):
        answer = page.goto(wanted)
        assert answer
        pages.append((answer.status, page.locator("main").inner_text()))
    assert pages[0] == pages[1]
    assert pages[0][0] == 404
