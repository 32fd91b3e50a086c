"""What every end-to-end test asks of a page."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

AXE = Axe()
WCAG = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}


def accessible(page: Page) -> None:
    """No violation of WCAG 2.2 AA that axe can find; the sideways scroll at 320 px that it cannot."""
    found = AXE.run(page, options=WCAG).response["violations"]
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
