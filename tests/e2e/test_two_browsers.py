"""Two judges, two browsers, the media process between them: what each really decodes, and when it stops."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Running, Told, open_house
from tests.e2e.pages import small_camera

# The page keeps its connection to itself; the test reads it where it is made.
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


@pytest.fixture(scope="module")
def house(told: Told, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """Of its own: the doors of a rehearsal open only once."""
    with open_house(told, tmp_path_factory) as running:
        yield running


@pytest.fixture
def hearing(signed_in: Callable[..., Page]) -> tuple[Page, str]:
    """The rehearsal: its doors opened by the clerk in Bogotá, who sits in the room."""
    clerk = small_camera(signed_in("clerk"))
    clerk.goto("/hearings/")
    addresses = clerk.eval_on_selector_all("a[href]", "links => links.map((each) => each.getAttribute('href'))")
    for address in dict.fromkeys(each for each in addresses if re.fullmatch(r"/hearings/[0-9a-f-]{36}/", each)):
        clerk.goto(address)
        if clerk.get_by_role("button", name="Open the doors").count():
            break
    clerk.get_by_role("button", name="Open the doors").click()
    clerk.get_by_role("button", name=re.compile("your seat")).click()
    clerk.wait_for_url("**/room/")
    return clerk, address


def seated(page: Page, address: str) -> Page:
    """Take one's seat and say that one is ready."""
    small_camera(page).context.add_init_script(LINKS)
    page.goto(address)
    page.get_by_role("button", name=re.compile("your seat")).click()
    page.get_by_role("button", name="I am ready").click()
    return page


def received(page: Page, until: Callable[[dict[str, Any]], bool], seconds: int = 40) -> dict[str, Any]:
    """What the page has received, once it is enough."""
    found: dict[str, Any] = {}
    for _second in range(2 * seconds):
        found = page.evaluate(RECEIVED)
        if until(found):
            return found
        page.wait_for_timeout(500)
    return found


def heard_and_seen(found: dict[str, Any]) -> bool:
    return bool(found["video"] > 10 and found["audio"] > 50 and found["energy"] > 0)


def test_two_judges_hear_and_see_each_other_and_nothing_once_one_is_put_back(
    hearing: tuple[Page, str], signed_in: Callable[..., Page]
) -> None:
    clerk, address = hearing
    bogota, madrid = (seated(signed_in(name), address) for name in ("judge", "judge_madrid"))
    for page in (bogota, madrid):
        # While she waits nothing has been offered to her.
        assert page.evaluate("window.links.length") == 0
        clerk.get_by_role("button", name="Admit").first.click()
        page.wait_for_url("**/room/", timeout=30_000)
    for page in (bogota, madrid):
        found = received(page, heard_and_seen)
        assert heard_and_seen(found), {name: value for name, value in found.items() if name != "remote"}
        # The one address that she learns is the media service's.
        addresses = re.findall(r"a=candidate:\S+ \d \S+ \d+ (\S+)", found["remote"])
        assert set(addresses) == {"127.0.0.1"}
    tile = bogota.locator(f"[data-tile='{madrid.locator('[data-self]').get_attribute('data-tile')}']")
    expect(tile).to_have_attribute("data-state", "live")

    clerk.locator("li", has_text="Attending judge").get_by_role("button", name="Put back").click()
    expect(tile).to_have_attribute("data-state", "off", timeout=15_000)
    madrid.wait_for_url("**/wait/", timeout=30_000)
    assert madrid.evaluate("window.links.every((each) => each.connectionState !== 'connected')")
