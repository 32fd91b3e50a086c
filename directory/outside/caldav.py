"""CalDAV (RFC 4791): find an account's calendars, ask for what happens between two instants. No Django."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from directory.outside.errors import OutsideError
from directory.outside.net import Answer, Client

DAV, CAL, CS = "{DAV:}", "{urn:ietf:params:xml:ns:caldav}", "{http://calendarserver.org/ns/}"
MOST_COLLECTIONS = 20
ASKED = (
    '<?xml version="1.0" encoding="utf-8"?><d:propfind xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:caldav" '
    'xmlns:s="http://calendarserver.org/ns/"><d:prop><d:resourcetype/><d:sync-token/><s:getctag/>'
    "<d:current-user-principal/><c:calendar-home-set/><c:supported-calendar-component-set/></d:prop></d:propfind>"
)
# RFC 4791, section 7.8: recurring events are in the answer if one of their occurrences overlaps the range.
QUERY = (
    '<?xml version="1.0" encoding="utf-8"?><c:calendar-query xmlns:d="DAV:" '
    'xmlns:c="urn:ietf:params:xml:ns:caldav"><d:prop><c:calendar-data/></d:prop><c:filter>'
    '<c:comp-filter name="VCALENDAR"><c:comp-filter name="VEVENT"><c:time-range start="{first}" end="{past}"/>'
    "</c:comp-filter></c:comp-filter></c:filter></c:calendar-query>"
)


@dataclass(frozen=True)
class Collection:
    """One calendar of the account. `tag` changes whenever something in it does; empty where the server has none."""

    path: str
    tag: str


def collections(client: Client) -> list[Collection]:
    """The calendar at the client's address; where there is none, those of the account. Raises OutsideError."""
    path = client.target.path
    for _step in ("the address", "the principal", "the home"):
        rows = list(_properties(client, path, depth="0"))
        if found := _calendars(rows):
            return found
        home = _href(rows, CAL + "calendar-home-set")
        if home:
            return _known(client, client.path_of(home, base=path))
        principal = _href(rows, DAV + "current-user-principal")
        if not principal:
            break
        path = client.path_of(principal, base=path)
    raise OutsideError("outside_no_calendar")


def tag(found: list[Collection]) -> str:
    """One tag for all of them; empty if one of them has none."""
    if not all(one.tag for one in found):
        return ""
    return hashlib.sha256("\n".join(f"{one.path} {one.tag}" for one in found).encode()).hexdigest()


def events(client: Client, found: list[Collection], first: datetime, past: datetime) -> list[bytes]:
    """The calendar objects with an event between two instants, each whole. Raises OutsideError."""
    body = QUERY.format(first=_stamp(first), past=_stamp(past))
    files: list[bytes] = []
    for one in found:
        answer = client.ask("REPORT", one.path, headers={**_XML, "Depth": "1"}, body=body)
        files += [(data.text or "").encode() for data in _multistatus(answer).iter(CAL + "calendar-data")]
    return files


def good(answer: Answer, *statuses: int) -> Answer:
    """The answer, if its status is one of these; else OutsideError says what the status means."""
    if answer.status in statuses:
        return answer
    codes = {401: "outside_refused", 403: "outside_refused", 404: "outside_missing", 410: "outside_missing"}
    raise OutsideError(codes.get(answer.status, "outside_answer"))


_XML = {"Content-Type": "application/xml; charset=utf-8"}


def _known(client: Client, home: str) -> list[Collection]:
    found = _calendars(list(_properties(client, home, depth="1")))
    if not found:
        raise OutsideError("outside_no_calendar")
    return sorted(found, key=lambda one: one.path)[:MOST_COLLECTIONS]


def _properties(client: Client, path: str, *, depth: str) -> Iterator[tuple[str, Element]]:
    answer = client.ask("PROPFIND", path, headers={**_XML, "Depth": depth}, body=ASKED)
    for response in _multistatus(answer).iter(DAV + "response"):
        yield client.path_of((response.findtext(DAV + "href") or "").strip(), base=path), response


def _calendars(rows: list[tuple[str, Element]]) -> list[Collection]:
    return [
        Collection(path, _tag(row)) for path, row in rows if row.find(f".//{CAL}calendar") is not None and _events(row)
    ]


def _events(row: Element) -> bool:
    """Whether there may be events in it, and not tasks alone; where nothing is said, there may."""
    kinds = list(row.iter(CAL + "comp"))
    return not kinds or any(comp.get("name") == "VEVENT" for comp in kinds)


def _tag(row: Element) -> str:
    return next(
        (one.text.strip() for name in (CS + "getctag", DAV + "sync-token") for one in row.iter(name) if one.text), ""
    )


def _href(rows: list[tuple[str, Element]], name: str) -> str:
    found = (row.findtext(f".//{name}/{DAV}href") for _path, row in rows)
    return next((href.strip() for href in found if href), "")


def _multistatus(answer: Answer) -> Element:
    """The answer's XML. A document type is refused, so there are no entities that could be expanded."""
    builder, parser = TreeBuilder(), expat.ParserCreate(namespace_separator="}")

    def no_doctype(*_declared: object) -> None:
        raise OutsideError("outside_answer")

    def start(name: str, attributes: dict[str, str]) -> None:
        builder.start("{" + name if "}" in name else name, attributes)

    parser.StartDoctypeDeclHandler = no_doctype
    parser.StartElementHandler, parser.CharacterDataHandler = start, builder.data
    parser.EndElementHandler = lambda name: builder.end("{" + name if "}" in name else name)
    try:
        parser.Parse(good(answer, 207).body, True)
        return builder.close()
    except (expat.ExpatError, AssertionError, ValueError, LookupError) as error:
        raise OutsideError("outside_answer") from error


def _stamp(instant: datetime) -> str:
    return instant.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
