"""The time: found in Bogotá, confirmed in both courts, sent to every calendar, and given up again."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

from icalendar import Calendar
from playwright.sync_api import APIRequestContext, BrowserContext, Page, expect

from config.story.cases import CASE, IDENTITY
from tests.e2e.conftest import Running
from tests.e2e.pages import sound

EMAILS = {"clerk@bogota.example", "clerk@madrid.example", "judge@bogota.example", "judge@madrid.example"}
PEOPLE = len(EMAILS) + 3  # and the defence, and two interpreters
WITHHELD = (*(IDENTITY[name] for name in ("given_name", "family_name", "city", "zone", "address")), "Las Palmas")


def test_two_clerks_agree_on_a_time_and_every_calendar_follows(
    signed_in: Callable[..., Page], new_context: Callable[..., BrowserContext], house: Running
) -> None:
    witness, another = the_witness_and_another(new_context().request, house)
    bogota, madrid = signed_in("clerk"), signed_in("clerk_madrid")
    code, minutes = _the_clerk_finds_the_best_time(bogota, witness)
    _a_closed_day_says_why(bogota)
    rival = _a_colleague_looks_at_the_same_hour(bogota, another)
    start = _the_time_is_held(bogota)
    _the_loser_is_told_and_offered_others(rival)
    _madrid_confirms_first(madrid, code)
    _then_bogota(bogota)
    invited = letters(house, bogota, "CONFIRMED", EMAILS, least=PEOPLE)
    _everybody_is_invited(invited, code, start, minutes)
    _the_outbox_shows_it(bogota, code)
    _the_time_is_given_up(bogota)
    _everybody_is_told(invited, letters(house, bogota, "CANCELLED", set(invited)))


def the_witness_and_another(api: APIRequestContext, house: Running) -> tuple[str, str]:
    """The pseudonym of the witness who speaks French, and that of a second case of the same two courts."""
    prosecutor = _Caller(api, house.token("prosecutor@bogota.example"))
    spain = _Caller(api, house.token("authority@madrid.example"))
    granted = [prosecutor.get(f"/requests/{row['id']}") for row in prosecutor.get("/requests?state=granted")]
    first = next(one for one in granted if one["fields"]["testimony_language"] == "fr" and one["fields"]["costs"])
    today = datetime.now(UTC).date()
    fields = {
        **CASE, "earliest": str(today + timedelta(days=4)), "latest": str(today + timedelta(days=32)),
        "testimony_language": "es", "interpreter_mode": "none", "wanted_minutes": 90, "notice_days": 10,
    }  # fmt: skip
    made = prosecutor.post("/requests", requested=first["requested"]["id"], court=first["court"]["id"], fields=fields)
    address = f"/requests/{made['id']}"
    made = prosecutor.put(f"{address}/person", version=made["version"], given_name="Ana", family_name="Ejemplo")
    made = prosecutor.post(f"{address}/submit", version=made["version"])
    made = spain.post(f"{address}/acknowledge", version=made["version"])
    attends = spain.get(f"/requests/{first['id']}")["executing"]["id"]  # the place is withheld from the prosecutor
    made = spain.post(f"{address}/grant", version=made["version"], executing=attends)
    return first["person"], made["person"]


class _Caller:
    """Somebody who uses the API with a token."""

    def __init__(self, api: APIRequestContext, token: str) -> None:
        self.api, self.headers = api, {"Authorization": f"Bearer {token}"}

    def get(self, path: str) -> Any:
        return self._call("GET", path, {})

    def post(self, path: str, **body: object) -> Any:
        return self._call("POST", path, body)

    def put(self, path: str, **body: object) -> Any:
        return self._call("PUT", path, body)

    def _call(self, method: str, path: str, body: dict[str, object]) -> Any:
        answer = self.api.fetch(f"/api/v1{path}", method=method, headers=self.headers, data=body or None)
        assert answer.ok, (path, answer.text())
        return answer.json()


def _the_clerk_finds_the_best_time(page: Page, witness: str) -> tuple[str, int]:
    """What the hearing is called, and how many minutes it takes."""
    sound(page)
    page.get_by_role("link", name="Hearings", exact=True).click()
    code = page.locator(".vv-hearing", has_text=witness).locator("bdi").first.inner_text()
    page.get_by_role("link", name="Home").click()
    page.locator(".vv-task", has_text=code).get_by_role("link", name="Find a time").click()
    best = page.locator("#slot-1")
    expect(best.locator(".vv-pair").first).to_contain_text("Bogotá time (UTC−5)")
    expect(best.locator(".vv-pair").first).to_contain_text("Madrid time (UTC+")
    assert not any(word in page.content() for word in WITHHELD)
    minutes = re.search(r"(\d+) minutes", page.locator(".vv-title p").inner_text())
    assert minutes
    return code, int(minutes[1])


def _a_closed_day_says_why(page: Page) -> None:
    days = page.get_by_label("Day", exact=True)
    sunday = next(day for day in _values(days) if date.fromisoformat(day).weekday() == 6 and _far(day))
    days.select_option(sunday)
    page.get_by_label("Start, Bogotá time").fill("9:00")
    page.get_by_label("Start, Bogotá time").press("Enter")
    answer = page.locator("#why")
    expect(answer).to_contain_text("Not possible")
    expect(answer).to_contain_text("Hearing room 3 is closed that day: weekend.")
    expect(answer).to_contain_text("Nearest times that work:")


def _values(select: Any) -> Iterator[str]:
    return iter(select.locator("option").evaluate_all("options => options.map((each) => each.value)"))


def _far(day: str) -> bool:
    """Whether the summons can still reach the witness before that day."""
    return date.fromisoformat(day) > datetime.now(UTC).date() + timedelta(days=11)


def _a_colleague_looks_at_the_same_hour(page: Page, another: str) -> Page:
    """In a second window, with another case that needs the same judges."""
    day, clock = _proposed(page)
    rival = page.context.new_page()
    rival.goto("/hearings/")
    rival.locator(".vv-hearing", has_text=another).get_by_role("link", name="Find a time").click()
    rival.get_by_label("Day", exact=True).select_option(day)
    rival.get_by_label("Start, Bogotá time").fill(clock)
    rival.get_by_role("button", name="Ask").click()
    expect(rival.locator("#why")).to_contain_text("It is possible.")
    return rival


def _proposed(page: Page) -> tuple[str, str]:
    """Day and clock in Bogotá of the best time."""
    start = datetime.fromisoformat(_start(page)).astimezone(UTC) - timedelta(hours=5)
    return start.date().isoformat(), start.strftime("%H:%M")


def _start(page: Page) -> str:
    held = page.locator("#slot-1 form", has=page.get_by_role("button", name=re.compile("^Hold")))
    return str(held.locator("input[name=start]").input_value())


def _the_time_is_held(page: Page) -> datetime:
    start = datetime.fromisoformat(_start(page)).astimezone(UTC)
    page.locator("#slot-1").get_by_role("button", name=re.compile("^Hold")).press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Held. Both sides are asked to confirm.")
    return start


def _the_loser_is_told_and_offered_others(page: Page) -> None:
    page.locator("#why").get_by_role("button", name=re.compile("^Hold")).click()
    told = page.get_by_role("alert")
    expect(told).to_contain_text("Nothing was booked.")
    expect(told).to_contain_text("slot_taken")
    sound(page)
    expect(told.get_by_role("button", name=re.compile("^Hold"))).to_have_count(3)


def _madrid_confirms_first(page: Page, code: str) -> None:
    page.reload()
    page.locator(".vv-task", has_text=f"{code}: confirm").get_by_role("link", name="Confirm").click()
    expect(page.locator(".vv-pair").first).to_contain_text("Madrid time (UTC+")
    page.get_by_role("button", name=re.compile("^Confirm")).click()
    expect(page.get_by_role("status")).to_contain_text("Your side has confirmed.")


def _then_bogota(page: Page) -> None:
    page.reload()
    page.get_by_role("button", name=re.compile("^Confirm")).click()
    expect(page.get_by_role("status")).to_contain_text("Confirmed by both sides.")


def letters(house: Running, page: Page, status: str, wanted: set[str], least: int = 0) -> dict[str, Calendar]:
    """The calendar files of this status that came about the booking of this page, by addressee, once all have come."""
    booking = re.findall(r"/bookings/[0-9a-f-]{36}/", page.url)[0]
    found: dict[str, Calendar] = {}
    for _second in range(60):
        came = [(str(mail["To"]), calendar) for mail in _mails(house) for calendar in _calendars(mail)]
        # Clerks are led to the booking, the others to their invitations; all are asked from the booking's own address.
        ours = {one.events[0]["ORGANIZER"] for _to, one in came if booking in str(one.events[0]["DESCRIPTION"])}
        events = [(to, one, one.events[0]) for to, one in came]
        found = {to: one for to, one, event in events if event["ORGANIZER"] in ours and event["STATUS"] == status}
        if wanted <= set(found) and len(found) >= least:
            break
        page.wait_for_timeout(1000)
    return found


def _mails(house: Running) -> Iterator[EmailMessage]:
    """Every mail in the folder; a file may hold several, with a line of dashes after each."""
    for file in sorted((house.var / "mail").iterdir()):
        for raw in file.read_bytes().split(b"\n" + b"-" * 79 + b"\n"):
            if raw.strip():
                yield message_from_bytes(raw.lstrip(), policy=default)


def _calendars(mail: EmailMessage) -> Iterator[Calendar]:
    for part in mail.walk():
        if part.get_content_type() == "text/calendar":
            raw = part.get_payload(decode=True)
            calendar = Calendar.from_ical(raw)
            assert part.get_param("method") == calendar["METHOD"]
            assert not any(word.encode() in raw for word in WITHHELD)
            yield calendar


def _everybody_is_invited(invited: dict[str, Calendar], code: str, start: datetime, minutes: int) -> None:
    assert set(invited) >= EMAILS
    for address, calendar in invited.items():
        event = calendar.events[0]
        assert calendar["METHOD"] == "REQUEST"
        assert (event.start, event.end) == (start, start + timedelta(minutes=minutes))
        assert event["DTSTART"].to_ical().endswith(b"Z")
        assert event["SUMMARY"] == f"Hearing {code}"
        assert str(event["ATTENDEE"]) == f"mailto:{address}"
        assert "LOCATION" not in event
    assert len({str(calendar.events[0]["UID"]) for calendar in invited.values()}) == 1


def _the_outbox_shows_it(page: Page, code: str) -> None:
    booking = page.url
    page.goto("/outbox/")
    page.get_by_role("link", name=f"{code}: confirmed").first.click()
    sound(page)
    with page.expect_download() as file:
        page.get_by_role("link", name="Open the invitation").click()
    assert Calendar.from_ical(file.value.path().read_bytes())["METHOD"] == "REQUEST"
    page.goto(booking)


def _the_time_is_given_up(page: Page) -> None:
    giving_up = page.get_by_role("region", name="Give the time up")
    giving_up.get_by_label("Why is the time given up? The other side reads it; name nobody.").fill(
        "The accused is ill."
    )
    page.get_by_role("button", name="Cancel this booking").click()
    expect(page.get_by_role("status")).to_contain_text("Cancelled. Everyone invited is told")
    sound(page)
    expect(page.get_by_role("link", name="Find another time")).to_be_visible()


def _everybody_is_told(invited: dict[str, Calendar], told: dict[str, Calendar]) -> None:
    assert set(told) == set(invited)
    for address, calendar in told.items():
        before, after = invited[address].events[0], calendar.events[0]
        assert calendar["METHOD"] == "CANCEL"
        assert after["SEQUENCE"] > before["SEQUENCE"]
        assert (after["UID"], after.start) == (before["UID"], before.start)
