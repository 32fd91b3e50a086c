"""The thin story from the first line of a request to the signed minutes, and everything it lets anybody read."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from email.message import EmailMessage
from functools import cache
from typing import Any
from urllib.parse import unquote, urlsplit

from django.db import connection
from django.test import Client
from django.urls import Resolver404, resolve
from django.utils import timezone

from config.api import api
from config.story import cases
from config.story.people import PASSWORD
from directory import delivery
from directory.models import ApiToken, Letter, Membership, Resource, Site
from scheduler import booking as bookings
from scheduler import search
from scheduler.letters import feeds, mailing
from scheduler.models import Booking, Invitation, Plan
from sessions import lifecycle, record
from tests.cast import Cast, enter
from tests.sessions.conftest import Day

# Nobody else in the house has any of this; the place of the witness room is told apart in PLACE.
IDENTITY = {
    "given_name": "Zulmira",
    "family_name": "Ferreyra-Okonjo",
    "born": "1989-02-17",
    "nationality": "CV",
    "address": "Rua Inventada 417, 3.º D",
    "city": "Vila Imaginária",
    "zone": "Atlantic/Azores",
    "language": "fr",
    "phone": "+34 600 777 417",
    "email": "zulmira.fo@nowhere.example",
}
WHO = [value for key, value in IDENTITY.items() if key not in ("nationality", "language", "zone")] + ["Okonjo"]
# Where the witness is heard. Benches and the requested State's registry may know it, nobody else.
ROOM = "Sala Drago 7"
PLACE = ["Las Palmas", "Atlantic/Canary", ROOM]

_LINK = re.compile(r'(?:href|hx-get|src)="(/[^"#]*)')
_NOT_FOLLOWED = re.compile(r"^/(static|language|account|people/[^/]+/identity)|/confirm/$|[.]pdf$")
_QUERY = (
    '<c:calendar-query xmlns:c="urn:ietf:params:xml:ns:caldav" xmlns:d="DAV:"><d:prop><c:calendar-data/></d:prop>'
    '<c:filter><c:comp-filter name="VCALENDAR"/></c:filter></c:calendar-query>'
)
_OF_ONE_KIND = 2  # pages of one view that one reader reads: the third is like the second


@dataclass
class Story:
    """Who took part, and what was played."""

    cast: Cast
    day: Day
    booking: Booking  # of the protected witness, in the room whose place is withheld

    @property
    def person(self) -> Any:
        return self.booking.plan.request.person

    def ids(self) -> dict[str, list[str]]:
        """Public ids of what the two granted cases consist of and need, by the word before them in an address."""
        bookings = (self.booking, self.day.booking)
        plans = [booking.plan for booking in bookings]
        rows = {
            "bookings": bookings,
            "hearings": plans,
            "people": [plan.request.person for plan in plans],
            "requests": [plan.request for plan in plans],
            "authorities": [self.cast.judge_madrid.authority],
            "resources": Resource.objects.filter(label=ROOM),
            "rooms": Site.objects.filter(name=ROOM),
            "invitations": Invitation.objects.filter(booking__in=bookings, resource__label=ROOM),
            "batches": bookings,  # there is none: an id of something else
        }
        return {word: [str(row.public_id) for row in found] for word, found in rows.items()}


def begin(identity: dict[str, str] = IDENTITY, *, town: str = "Las Palmas de Gran Canaria") -> Story:
    """The request and the times that both courts hold. The witness room stands in `town`."""
    cast = enter()
    cases.IDENTITY = identity
    cases.play(cast)
    for rows, name in ((Resource.objects, "label"), (Site.objects, "name")):
        rows.filter(**{name: "Witness room A"}).update(**{name: ROOM})  # a name that no sentence contains
    Site.objects.filter(name=ROOM).update(city=town)
    rehearsed = Booking.objects.select_related("plan__request__person").get(state="confirmed")
    story = Story(cast, Day(cast, rehearsed), _booked(cast, rehearsed.plan))
    return story


def _booked(cast: Cast, other: Plan) -> Booking:
    plan = Plan.objects.exclude(pk=other.pk).select_related("request__person").get()
    start = search.find(plan=plan, by=cast.clerk).prospect.best(1)[0].start
    booking = bookings.hold(plan=plan, starts=[start], by=cast.clerk)
    _told()
    booking = bookings.confirm(booking=booking, by=cast.clerk, version=booking.version)
    booking = bookings.confirm(booking=booking, by=cast.clerk_madrid, version=booking.version)
    _told()
    return booking


def live(story: Story) -> None:
    """The hour itself: everybody sits, the witness is identified and heard, something is said for the log."""
    cast, day = story.cast, story.day
    day.live()
    for member in (cast.prosecutor, cast.defence):
        day.sits(member)
    day.step("affirmation", cast.judge_madrid)
    lifecycle.log(hearing_id=day.id, kind="objection", text="leading question", by=cast.clerk, at=day.start)
    lifecycle.link(seat_id=day.seat("witness").public_id, state="lost", at=day.start + timedelta(minutes=1))


def end(story: Story) -> None:
    """A stop by the judge in Madrid, the end, and minutes that both courts sign."""
    cast, day, minute = story.cast, story.day, timedelta(minutes=1)
    lifecycle.suspend(hearing_id=day.id, by=cast.judge_madrid, reason="a principle", at=day.start + 5 * minute)
    lifecycle.close(hearing_id=day.id, by=cast.clerk, at=day.start + 9 * minute)
    made = record.write(hearing_id=day.id, by=cast.clerk_madrid)
    for by in (cast.clerk, cast.clerk_madrid):
        record.sign(record_id=made.public_id, by=by, password=PASSWORD)


def cancel(story: Story) -> None:
    """The booking of the protected witness is cancelled: more mail."""
    booking = Booking.objects.get(pk=story.booking.pk)
    bookings.cancel(booking=booking, by=story.cast.clerk, version=booking.version, reason="The court is needed.")
    _told()


def browser(member: Membership | None) -> Client:
    client = Client(raise_request_exception=False)
    if member is not None:
        client.force_login(member.user)
    return client


def read(client: Client, start: str = "/") -> dict[str, bytes]:
    """The pages a person comes to by following links and fragments: address → headers and body."""
    seen: dict[str, bytes] = {}
    kinds: Counter[str] = Counter()
    ahead = [start]
    while ahead:
        path = ahead.pop(0)
        kind = _kind(path)
        if path in seen or kinds[kind] >= _OF_ONE_KIND:
            continue
        kinds[kind] += 1
        answer = client.get(path)
        seen[path] = _whole(answer)
        ahead += _links(answer)
    return seen


def _kind(path: str) -> str:
    try:
        return resolve(urlsplit(path).path).view_name
    except Resolver404:
        return path


def _links(answer: Any) -> list[str]:
    if answer.headers.get("location", "").startswith("/"):
        return [answer.headers["location"]]
    if not answer.headers.get("content-type", "").startswith("text/html"):
        return []
    links = [unquote(link).replace("&amp;", "&") for link in _LINK.findall(answer.text)]
    return [link for link in links if not _NOT_FOLLOWED.search(link)]


def _whole(answer: Any) -> bytes:
    headers = "".join(f"{name}: {value}\n" for name, value in answer.headers.items())
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return headers.encode() + body


def rooms(client: Client, story: Story) -> dict[str, bytes]:
    """The pages of the hour itself, for who has a seat and who has none."""
    base = f"/hearings/{story.day.id}"
    paths = [f"{base}/", f"{base}/wait/", f"{base}/wait/now/", f"{base}/room/", f"{base}/room/now/", "/w/", "/w/now/"]
    return {path: _whole(client.get(path)) for path in paths}


def said_by_api(member: Membership, story: Story) -> dict[str, bytes]:
    """Every GET of the API, with the ids of both cases where they belong."""
    expires = timezone.now() + timedelta(hours=1)
    headers = {"Authorization": f"Bearer {ApiToken.issue(user=member.user, expires_at=expires)}"}
    client = Client(raise_request_exception=False)
    return {path: _whole(client.get(path, headers=headers)) for path in _api_paths(story)}


@cache
def _readable() -> list[str]:
    """The paths with a GET. A PDF takes two seconds; they are read on their own."""
    paths = api.get_openapi_schema()["paths"].items()
    return [path for path, methods in paths if "get" in methods and not path.endswith(".pdf")]


def _api_paths(story: Story) -> Iterator[str]:
    ids = story.ids()
    for path in _readable():
        if "{" not in path:
            yield path
        elif path.count("{") == 1:
            yield from (re.sub(r"\{\w+\}", public_id, path) for public_id in ids[path.split("/")[3]])


def _told() -> None:
    """What the worker does after an act: whoever is concerned is written to."""
    for booking in Booking.objects.all():
        mailing.tell(booking.pk)


def letters(member: Membership, *, opened: bool = False) -> dict[str, bytes]:
    """The member's mail: as it goes to the server and each part as a reader sees it, or (`opened`) the latter alone."""
    found = Letter.objects.filter(to=member.user.email).order_by("pk")
    mails = [delivery.mime_of(letter) for letter in found]
    return {f"letter {n}": _opened(mail) if opened else mail.as_bytes() + _opened(mail) for n, mail in enumerate(mails)}


def calendars(member: Membership) -> dict[str, bytes]:
    """The member's own invitations as pages, as the calendar that he subscribes to, and as a CalDAV client reads it."""
    client = browser(member)
    secret = feeds.make(user=member.user, by=member, busy_only=False)
    asked = {"method": "REPORT", "path": f"/calendar/{secret}/hearings/", "data": _QUERY, "content_type": "text/xml"}
    read = {"feed": client.get(f"/calendar/{secret}.ics"), "report": client.generic(**asked)}
    own = Invitation.objects.addressed_to(member.user).order_by("pk")
    read |= {f"invitation {n}": client.get(f"/invitations/{one.public_id}/") for n, one in enumerate(own)}
    return {name: _whole(answer).replace(b"\r\n ", b"").replace(b"\n ", b"") for name, answer in read.items()}


def _opened(mail: EmailMessage) -> bytes:
    parts = [part for part in mail.walk() if not part.is_multipart()]
    heads = [f"{name}: {value}" for part in (mail, *parts) for name, value in part.items()]
    bodies = [part.get_payload(decode=True).replace(b"\r\n ", b"") for part in parts]  # iCalendar's long lines
    return b"\n".join(["\n".join(heads).encode(), *bodies])


def database() -> str:
    """A libpq URI of the test database, for pg_dump."""
    facts = connection.settings_dict
    return f"postgresql://{facts['USER']}@/{facts['NAME']}?host={facts['HOST']}"
