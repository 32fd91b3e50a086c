"""PROTOCOL.md from the declaration: the life of a connection, frame by frame."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from inspect import getdoc
from typing import Any

import msgspec

from signalling import protocol as p
from signalling.errors import CLOSING, ERRORS
from signalling.media.control import GRACE


@dataclass(frozen=True, slots=True)
class Chapter:
    """A stretch of a connection's life and the messages that belong to it."""

    title: str
    text: str
    messages: tuple[type[p.Message], ...]


LIFE = (
    Chapter(
        "Opening",
        "A browser opens `/ws/hearings/<hearing>/`, or for a connection test `/ws/test/<hearing>/`, "
        "`/ws/test/rooms/<room>/` (both keep what was measured) or `/ws/test/` (which does not), with its session "
        "cookie. A program sends `Authorization: Bearer` and an API token instead, and `X-Acting-For` if its holder "
        "has several memberships; there is no other credential. A foreign `Origin`, or none, is refused in the "
        "handshake. Everything else is accepted and, where there is no such hearing or no seat in it for the caller, "
        "closed at once with 4404: secret and absent look alike. Text frames only, one JSON object each.\n\n"
        f"The first frame is a `hello`, within {p.HELLO_SECONDS} seconds. The server answers `welcome`, then `scene`. "
        "The same seat opened in a second window closes the first one's socket with 4409.",
        (p.Hello, p.Welcome, p.Scene),
    ),
    Chapter(
        "Staying",
        f"At least every {p.HEARTBEAT_SECONDS} seconds the client sends something; a `ping` if it has nothing to say. "
        f"After {p.HEARTBEAT_SECONDS * 2.5:g} silent seconds the server closes with 4408.",
        (p.Ping, p.Pong),
    ),
    Chapter(
        "Coming back",
        "A client that finds itself cut off comes back with growing pauses (half a second, then twice as long each "
        "time, 15 seconds at most) after every closing code of the table below that allows it, through whichever "
        f"process answers. It names its link in `hello`. For {GRACE:g} seconds its seat has not left: where `welcome` "
        "says `kept`, the link goes on, sound and picture never stopped, and an offer that it had not answered comes "
        "again. Otherwise an offer with another link follows.\n\n"
        "Nothing that was told meanwhile is lost: `scene` says all of it at once, and every number in it is where the "
        "count goes on. What the client itself said into the broken line is not kept anywhere, so after each "
        "`welcome` it says with `mute` what is on.",
        (),
    ),
    Chapter(
        "Waiting",
        "In the waiting room a client gets a `scene` whose room is `waiting`, with nothing to send and nothing to "
        "receive, and no news of anybody.  When the clerk admits the seat, a `scene` with the room `hearing` follows.",
        (),
    ),
    Chapter(
        "Sound and picture",
        "The media process alone offers, first and whenever the plan changes what the link carries; the browser sets "
        "the offer, gives mid 0 its microphone and mid 1 its camera if `scene` says that it sends them, and answers at "
        "once. A new `offer` for the same link is a renegotiation; an offer with another link begins a new connection "
        "in place of the old one. One with another `ice-ufrag` restarts ICE: after a change of network the client asks "
        "for it with `moved`, and after four silent seconds it comes by itself. Whether anything flows is decided from "
        "the database at each change: before the hearing is open, while it is suspended and after it is closed, "
        "nothing does.",
        (p.Offer, p.Answer, p.Linked, p.Moved, p.Relink),
    ),
    Chapter(
        "In private",
        "Counsel and client, or the two judges, can go into a private room beside the hearing, and ask an interpreter "
        "in. That is done on the page or over the API (`/api/v1/hearings/<hearing>/consultations`); the wire tells "
        "what came of it. Whoever is asked in finds the consultation's id in `invited` of its `scene`; whoever went in "
        "gets a `scene` whose room is `consultation` and which names those who are inside, and nobody else gets sound, "
        "picture or news of them. The link goes on: a new `offer` rearranges it. **A client sends nothing between the "
        "act and that scene**, for until the scene has come it may still be heard in the hearing. When it comes "
        "back, or a judge calls everybody back, a `scene` with the room `hearing` follows; there too a client sends "
        "nothing until its page shows the hearing again. A consultation goes on while the hearing is suspended, and "
        "ends with it.",
        (),
    ),
    Chapter(
        "News of others",
        "A client names nobody: it says what it does, and the server tells those who receive that seat, writing the "
        "`sender` itself. `sequence` counts a sender's news without a gap, on from the number in the last `scene`; "
        "one that is not greater is passed over, and whoever misses one asks for the whole scene. A `scene` may set a "
        "sender's number back: its client came in through another process, which counts anew.",
        (p.Mute, p.Muted, p.Present, p.Resync),
    ),
    Chapter(
        "A connection test",
        "On a test's socket the server offers as soon as it has said `welcome`; the link carries the own microphone "
        "and camera, their echo, and two data channels on which both ends count what arrives. The client tells "
        "what it found before the test ends. The verdict is the last message; the server closes with 1000.",
        (p.Found, p.Progress, p.Verdict),
    ),
    Chapter(
        "Refusals and the end",
        f"A message that is refused is answered by an `error`; nothing has been changed. After {p.STRIKES} frames that "
        "cannot be understood the connection is closed. A client may send 20 messages a second, 60 at once; beyond "
        "that it is closed with 4429, and nobody else notices.",
        (p.Error,),
    ),
)


def markdown() -> str:
    """Return the whole of PROTOCOL.md."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield f"# The wire, version {p.VERSION}"
    yield "\nGenerated from `protocol.py` by `manage.py protocol`: change it there.\n"
    yield "Arrows: → from the browser, ← from the server. Fields not named here are refused."
    for chapter in LIFE:
        yield f"\n## {chapter.title}\n\n{chapter.text}"
        for message in chapter.messages:
            yield from _message(message)
    yield from _parts()
    yield from _table("Error codes", ("code", "sentence"), ((f"`{code}`", text) for code, text in ERRORS.items()))
    yield "\nA refusal by a rule of the house carries its own code and, where there is one, the rule."
    closing = ((str(code.value), why, "yes" if back else "no") for code, (why, back) in CLOSING.items())
    yield from _table("Closing codes", ("code", "why", "comes back by itself"), closing)


def _message(message: type[p.Message]) -> Iterator[str]:
    arrow = "→" if issubclass(message, p.FromClient) else "←"
    yield f"\n### {arrow} `{name(message)}`\n\n{getdoc(message)}"
    if issubclass(message, p.FromClient):
        yield f"\nNeeds: {NEEDS[message.needs]}."
    yield from _fields(message)


NEEDS = {
    p.Need.SEAT: "a seat of this hearing, or a tester",
    p.Need.TOLD: "a seat whose last `scene` has it in the hearing or in a private room",
    p.Need.ADMITTED: "a seat that is admitted to the hearing, read from the database for each message; or a tester",
    p.Need.TESTER: "the socket of a connection test",
}


def _fields(struct: type[msgspec.Struct]) -> Iterator[str]:
    schema = msgspec.json.schema_components([struct])[1][struct.__name__]
    required = set(schema.get("required", ()))
    rows = [
        (f"`{field}`", _kind(shape), "" if field in required else "may be absent", shape.get("description", ""))
        for field, shape in schema["properties"].items()
        if field != "type"
    ]
    if rows:
        yield from _rows(("field", "is", "", ""), rows)


def _kind(shape: Mapping[str, Any]) -> str:
    """A JSON Schema in a few words."""
    if "anyOf" in shape:
        return " or ".join(_kind(each) for each in shape["anyOf"])
    if "$ref" in shape:
        return f"`{str(shape['$ref']).rpartition('/')[2]}`"
    if "enum" in shape:
        return ", ".join(f"`{word}`" for word in shape["enum"])
    if shape.get("type") == "array":
        return f"list of {_kind(shape['items'])}"
    return _bounded(str(shape.get("format", shape["type"])), shape)


def _bounded(word: str, shape: Mapping[str, Any]) -> str:
    limits = {"minimum": "from", "maximum": "to", "minLength": "at least", "maxLength": "at most"}
    bounds = [f"{text} {shape[key]}" for key, text in limits.items() if key in shape]
    return " ".join([word, *bounds])


PARTS: tuple[type[p.Part], ...] = (p.Received, p.Neighbour, p.Track, p.IceServer, p.Figure)


def _parts() -> Iterator[str]:
    yield "\n## Parts of messages"
    for part in PARTS:
        yield f"\n### `{part.__name__}`\n\n{getdoc(part)}"
        yield from _fields(part)
    for words in (p.Kind, p.Form):
        yield f"\n### `{words.__name__}`\n\n{getdoc(words)} " + ", ".join(f"`{word}`" for word in words) + "."


def _table(title: str, head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    yield f"\n## {title}"
    yield from _rows(head, rows)


def _rows(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    yield "\n| " + " | ".join(head) + " |"
    yield "|" + "---|" * len(head)
    yield from ("| " + " | ".join(row) + " |" for row in rows)


def name(message: type[p.Message]) -> str:
    """The `type` of a message on the wire."""
    return str(message.__struct_config__.tag)
