"""What the rooms and the judges make of the wire: tested by both technicians, heard and seen, and gone again."""

import re
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, expect

from tests.e2e.pages import sound

# The page keeps its connections to itself; the test reads them where they are made.
LINKS = """
window.links = [];
window.RTCPeerConnection = class extends window.RTCPeerConnection {
  constructor(...given) { super(...given); window.links.push(this); }
};
"""
RECEIVED = """
async () => {
  const link = window.links.findLast((each) => each.connectionState === "connected");
  const found = { audio: 0, energy: 0, video: 0, remote: link?.remoteDescription?.sdp ?? "" };
  for (const each of (await link?.getStats())?.values() ?? []) {
    if (each.type !== "inbound-rtp") continue;
    if (each.kind === "audio") { found.audio += each.packetsReceived; found.energy += each.totalAudioEnergy; }
    if (each.kind === "video") found.video += each.framesDecoded ?? 0;
  }
  return found;
}
"""
VERDICT = re.compile("^(Good|Usable|Not fit)")


def both_links_are_tested(bogota: Page, madrid: Page, address: str) -> None:
    """One after the other, as often as the line needs: a machine that does much else has a bad one."""
    for page in (bogota, madrid):
        page.locator(".vv-task", has_text="test the link").get_by_role("link", name="Run the test").click()
        expect(page.locator("#results")).to_contain_text("judged once both courts have tested")
        for _time in range(6):
            run = page.get_by_role("button", name="Run the test")
            expect(run).to_be_enabled()
            run.press("Enter")
            expect(page.locator("#run > :visible")).to_have_text(re.compile("^Test (not )?finished$"), timeout=60_000)
            expect(page.locator("#results")).not_to_contain_text("Run the test above")
            if page.request.get("/").text().count("test the link") == 0:
                break
    expect(madrid.locator("#results .vv-banner p").first).to_have_text(VERDICT)
    expect(madrid.locator("#results")).to_contain_text("From Colombia to Spain")
    # The other court reads it without loading its page again.
    expect(bogota.locator("#results")).to_contain_text("From Spain to Colombia")
    text = bogota.locator("#results").inner_text()
    assert ("Las Palmas" in text, "127.0.0.1" in text) == (False, False)
    sound(bogota)
    for page in (bogota, madrid):
        page.goto("/hearings/")
        page.get_by_role("link", name=re.compile("^Open the booking")).first.click()
        checks = page.locator("section", has=page.get_by_role("heading", name="Connection checks"))
        expect(checks.get_by_text("Round trip")).to_have_count(2)
        expect(checks.get_by_text(re.compile("^(Good|Usable)$"))).to_have_count(2)
        page.context.close()


def the_judges_hear_and_see_each_other(*judges: Page) -> None:
    for page in judges:
        found = _received(page, _heard_and_seen)
        assert _heard_and_seen(found), {name: value for name, value in found.items() if name != "remote"}
        # The one address that a participant learns is the media service's.
        addresses = re.findall(r"a=candidate:\S+ \d \S+ \d+ (\S+)", found["remote"])
        assert set(addresses) == {"127.0.0.1"}


def _received(page: Page, until: Callable[[dict[str, Any]], bool], seconds: int = 40) -> dict[str, Any]:
    """What the page has received, once it is enough."""
    found: dict[str, Any] = {}
    for _second in range(2 * seconds):
        found = page.evaluate(RECEIVED)
        if until(found):
            return found
        page.wait_for_timeout(500)
    return found


def _heard_and_seen(found: dict[str, Any]) -> bool:
    return bool(found["video"] > 10 and found["audio"] > 50 and found["energy"] > 0)


def one_is_put_back_and_hears_nothing(clerk: Page, judge: Page, attending: Page) -> None:
    tile = judge.locator(f"[data-tile='{attending.locator('[data-self]').get_attribute('data-tile')}']")
    expect(tile).to_have_attribute("data-state", "live")
    row = clerk.locator("li", has_text="Attending judge")
    row.get_by_role("button", name="Put back").click()
    expect(tile).to_have_attribute("data-state", "off")
    attending.wait_for_url("**/wait/")
    assert attending.evaluate("window.links.every((each) => each.connectionState !== 'connected')")
    row.get_by_role("button", name="Admit").click()
    attending.wait_for_url("**/room/")
