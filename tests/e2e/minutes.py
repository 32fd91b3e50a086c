"""The minutes of a hearing: found on the home page, read as a file, signed by both courts, recognised by anyone."""

import hashlib
import re
from pathlib import Path

from playwright.sync_api import Download, Page, expect
from pypdf import PdfReader

from config.story.cases import IDENTITY
from config.story.people import PASSWORD
from tests.e2e.pages import sound

NAMED = tuple(IDENTITY[name] for name in ("given_name", "family_name", "city", "address", "zone", "phone", "email"))


def the_minutes_have_written_themselves(page: Page, witness: str) -> Download:
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


def the_file_tells_everything_but_who(file: Path, witness: str) -> None:
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


def both_courts_sign(attending: Page, judge: Page, address: str) -> None:
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


def the_file_is_recognised(page: Page, file: Path, folder: Path) -> None:
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
