"""The little of CalDAV (RFC 4791) and WebDAV (RFC 4918) that a client needs to subscribe: it reads, and never writes.

XML in, XML out; no Django. The address of the calendar is principal, home and collection's parent in one:

    /calendar/<secret>/            who I am, and where my calendars are
    /calendar/<secret>/hearings/   the calendar
    /calendar/<secret>/hearings/<uid>.ics
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from xml.etree import ElementTree as ET

LARGEST = 64 * 1024  # octets of a question
DAV, CAL, CS = "DAV:", "urn:ietf:params:xml:ns:caldav", "http://calendarserver.org/ns/"
METHODS = "OPTIONS, GET, HEAD, PROPFIND, REPORT"
for _prefix, _uri in (("d", DAV), ("c", CAL), ("cs", CS)):
    ET.register_namespace(_prefix, _uri)


class Malformed(ValueError):
    """Not a question that a calendar answers."""


@dataclass(frozen=True)
class Item:
    """Something that has an address: `kind` is home, calendar or event."""

    href: str
    kind: str
    name: str = ""
    etag: str = ""
    data: bytes = b""
    start: datetime | None = None
    end: datetime | None = None


@dataclass(frozen=True)
class Places:
    """The two addresses that properties point to."""

    home: str
    calendar: str


@dataclass(frozen=True)
class Report:
    """A REPORT: of these addresses, or of what lies within the span; `names` of the properties wanted."""

    names: tuple[str, ...]
    hrefs: tuple[str, ...] | None
    span: tuple[datetime | None, datetime | None] = (None, None)

    def wants(self, item: Item) -> bool:
        """Whether the event overlaps the span (RFC 4791, 9.9); both ends may be open."""
        begin, end = self.span
        before = end is None or (item.start is not None and item.start < end)
        return before and (begin is None or (item.end is not None and item.end > begin))


def propfind(body: bytes) -> tuple[str, ...] | None:
    """The names asked for, `{namespace}name`; None for all. Raises Malformed."""
    if not body.strip():
        return None  # RFC 4918, 9.1: an empty body asks for everything
    root = _parsed(body)
    if root.tag != f"{{{DAV}}}propfind":
        raise Malformed("propfind")
    prop = root.find(f"{{{DAV}}}prop")
    return None if prop is None else tuple(one.tag for one in prop)


def report(body: bytes) -> Report:
    """A calendar-query or a calendar-multiget (RFC 4791, 7.8, 7.9). Raises Malformed for every other one."""
    root = _parsed(body)
    prop = root.find(f"{{{DAV}}}prop")
    names = tuple(one.tag for one in prop) if prop is not None else (f"{{{DAV}}}getetag",)
    if root.tag == f"{{{CAL}}}calendar-multiget":
        return Report(names, tuple((one.text or "").strip() for one in root.findall(f"{{{DAV}}}href")))
    if root.tag != f"{{{CAL}}}calendar-query":
        raise Malformed("report")
    wanted = [one.get("name", "") for one in root.iter(f"{{{CAL}}}comp-filter")]
    if any(name not in ("VCALENDAR", "VEVENT") for name in wanted):
        return Report(names, ())  # tasks and journals: there are none
    span = root.find(f".//{{{CAL}}}time-range")
    return Report(names, None, (_instant(span, "start"), _instant(span, "end")))


def multistatus(
    items: Iterable[Item], names: Sequence[str] | None, places: Places, missing: Iterable[str] = ()
) -> bytes:
    """The answer (RFC 4918, 13): what is known of each, and which of the names are not; `missing` are not there."""
    root = ET.Element(f"{{{DAV}}}multistatus")
    for item in items:
        known = {name: make for name, make in PROPERTIES.items() if make(item, places) is not None}
        asked = [name for name in known if not name.endswith("}calendar-data")] if names is None else list(names)
        response = ET.SubElement(root, f"{{{DAV}}}response")
        ET.SubElement(response, f"{{{DAV}}}href").text = item.href
        _propstat(response, "200 OK", [known[name](item, places) for name in asked if name in known])
        _propstat(response, "404 Not Found", [ET.Element(name) for name in asked if name not in known])
    for href in missing:
        response = ET.SubElement(root, f"{{{DAV}}}response")
        ET.SubElement(response, f"{{{DAV}}}href").text = href
        ET.SubElement(response, f"{{{DAV}}}status").text = "HTTP/1.1 404 Not Found"
    written: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def _propstat(response: ET.Element, status: str, properties: Sequence[ET.Element | None]) -> None:
    found = [one for one in properties if one is not None]
    if found:
        propstat = ET.SubElement(response, f"{{{DAV}}}propstat")
        ET.SubElement(propstat, f"{{{DAV}}}prop").extend(found)
        ET.SubElement(propstat, f"{{{DAV}}}status").text = f"HTTP/1.1 {status}"


Maker = Callable[[Item, Places], "ET.Element | None"]


def _text(name: str, value: Callable[[Item], str]) -> Maker:
    def make(item: Item, places: Places) -> ET.Element | None:
        said = value(item)
        if not said:
            return None
        element = ET.Element(name)
        element.text = said
        return element

    return make


def _points(name: str, where: Callable[[Places], str]) -> Maker:
    def make(item: Item, places: Places) -> ET.Element | None:
        element = ET.Element(name)
        ET.SubElement(element, f"{{{DAV}}}href").text = where(places)
        return element

    return make


def _type(item: Item, places: Places) -> ET.Element:
    element = ET.Element(f"{{{DAV}}}resourcetype")
    kinds = {"home": (f"{{{DAV}}}collection", f"{{{DAV}}}principal"), "event": ()}
    for kind in kinds.get(item.kind, (f"{{{DAV}}}collection", f"{{{CAL}}}calendar")):
        ET.SubElement(element, kind)
    return element


def _components(item: Item, places: Places) -> ET.Element | None:
    if item.kind != "calendar":
        return None
    element = ET.Element(f"{{{CAL}}}supported-calendar-component-set")
    ET.SubElement(element, f"{{{CAL}}}comp", name="VEVENT")
    return element


def _reports(item: Item, places: Places) -> ET.Element | None:
    if item.kind != "calendar":
        return None
    element = ET.Element(f"{{{DAV}}}supported-report-set")
    for name in ("calendar-query", "calendar-multiget"):
        one = ET.SubElement(ET.SubElement(element, f"{{{DAV}}}supported-report"), f"{{{DAV}}}report")
        ET.SubElement(one, f"{{{CAL}}}{name}")
    return element


def _privileges(item: Item, places: Places) -> ET.Element:
    element = ET.Element(f"{{{DAV}}}current-user-privilege-set")
    ET.SubElement(ET.SubElement(element, f"{{{DAV}}}privilege"), f"{{{DAV}}}read")
    return element


PROPERTIES: Mapping[str, Maker] = {
    f"{{{DAV}}}resourcetype": _type,
    f"{{{DAV}}}displayname": _text(f"{{{DAV}}}displayname", lambda item: item.name),
    f"{{{DAV}}}getetag": _text(f"{{{DAV}}}getetag", lambda item: item.etag),
    f"{{{DAV}}}getcontenttype": _text(
        f"{{{DAV}}}getcontenttype", lambda item: "text/calendar; component=vevent" if item.kind == "event" else ""
    ),
    f"{{{CS}}}getctag": _text(f"{{{CS}}}getctag", lambda item: item.etag if item.kind == "calendar" else ""),
    f"{{{DAV}}}current-user-principal": _points(f"{{{DAV}}}current-user-principal", lambda places: places.home),
    f"{{{DAV}}}principal-URL": _points(f"{{{DAV}}}principal-URL", lambda places: places.home),
    f"{{{DAV}}}owner": _points(f"{{{DAV}}}owner", lambda places: places.home),
    f"{{{CAL}}}calendar-home-set": _points(f"{{{CAL}}}calendar-home-set", lambda places: places.home),
    f"{{{CAL}}}supported-calendar-component-set": _components,
    f"{{{DAV}}}supported-report-set": _reports,
    f"{{{DAV}}}current-user-privilege-set": _privileges,
    f"{{{CAL}}}calendar-data": _text(f"{{{CAL}}}calendar-data", lambda item: item.data.decode()),
}


def _parsed(body: bytes) -> ET.Element:
    """A document type could define entities that grow without end: no question needs one."""
    if len(body) > LARGEST or re.search(rb"<!(?:DOCTYPE|ENTITY)", body, re.IGNORECASE) or b"\0" in body:
        raise Malformed("xml")
    try:
        return ET.fromstring(body)  # noqa: S314 (small, and without a document type)
    except (ET.ParseError, LookupError, ValueError) as error:  # the latter two: an encoding that expat does not read
        raise Malformed("xml") from error


def _instant(span: ET.Element | None, name: str) -> datetime | None:
    said = span.get(name) if span is not None else None
    if said is None:
        return None
    try:
        return datetime.strptime(said, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    except ValueError as error:
        raise Malformed("time-range") from error
