"""What every end-to-end test asks of a page."""

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

WCAG = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]},
    "resultTypes": ["violations"],  # the long lists of what is in order are not even made
}


# Three browsers on two cores: encoding and decoding full pictures in software would leave no time for the pages.
_SMALL = """
const open = navigator.mediaDevices?.getUserMedia.bind(navigator.mediaDevices);
if (open) navigator.mediaDevices.getUserMedia = ({ video, ...rest }) =>
  open({ ...rest, ...(video && { video: { width: 320, height: 180, frameRate: 10 } }) });
"""


def small_camera(page: Page) -> Page:
    """From its next page on, this browser's camera gives small pictures."""
    page.context.add_init_script(_SMALL)
    return page


def accessible(page: Page) -> None:
    """No violation of WCAG 2.2 AA that axe can find; the sideways scroll at 320 px that it cannot."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    found = page.evaluate("async (options) => (await axe.run(options)).violations", WCAG)
    told = [(rule["id"], node["html"][:160]) for rule in found for node in rule["nodes"]]
    assert told == [], page.url


def reflows(page: Page) -> None:
    """WCAG 1.4.10: at 320 CSS pixels nothing scrolls sideways."""
    before = page.viewport_size
    page.set_viewport_size({"width": 320, "height": 640})
    width = page.evaluate("document.documentElement.scrollWidth")
    if before:
        page.set_viewport_size(before)
    assert width <= 320, page.url


def sound(page: Page) -> None:
    """Both, once a page."""
    accessible(page)
    reflows(page)
