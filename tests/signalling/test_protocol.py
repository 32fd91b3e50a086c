"""The declaration of the wire: what it reads, what it refuses, and what is generated from it."""

import json
import subprocess
import sys
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from signalling import frames
from signalling import protocol as p
from signalling.errors import CLOSING, ERRORS, CloseCode, WireError
from signalling.management.commands.protocol import generated
from signalling.reference import LIFE, PARTS


def refusal(raw: str | bytes) -> str:
    with pytest.raises(WireError) as caught:
        frames.from_seat(raw)
    return caught.value.code


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("", "malformed"),
        ("{", "malformed"),  # cut short
        ("[]", "malformed"),  # no object
        ("null", "malformed"),
        ('{"number": 1}', "malformed"),  # no type
        ('{"type": 5}', "malformed"),
        ('{"type": "shout"}', "unknown_type"),
        ('{"type": "welcome", "version": 1, "seat": null, "heartbeat": 15, "kept": true}', "unknown_type"),
        ('{"type": "ping"}', "malformed"),  # a field is missing
        ('{"type": "ping", "number": 1, "zone": "Europe/Madrid"}', "malformed"),  # a field too many
        ('{"type": "ping", "number": -1}', "malformed"),
        ('{"type": "ping", "number": 1e400}', "malformed"),
        ('{"type": "answer", "link": "", "sdp": "v=0"}', "malformed"),
        ('{"type": "found", "route": "host"}', "malformed"),  # of the other socket
        (b"\xff\xfe", "malformed"),  # no UTF-8
        ("[" * 20000, "malformed"),  # deeper than any stack
    ],
)
def test_a_frame_that_is_no_message_is_refused_with_its_code(raw: str | bytes, code: str) -> None:
    assert refusal(raw) == code


def test_a_description_longer_than_thirty_kilobytes_is_refused() -> None:
    assert refusal(json.dumps({"type": "answer", "link": "a", "sdp": "x" * (30 * 1024 + 1)})) == "malformed"


@pytest.mark.parametrize("extra", ['"label": "HD Webcam"', '"address": "203.0.113.7"', '"zone": "Atlantic/Canary"'])
def test_no_device_address_or_zone_can_slip_through_in_what_a_tester_found(extra: str) -> None:
    with pytest.raises(WireError) as caught:
        frames.from_tester('{"type": "found", "route": "host", ' + extra + "}")
    assert (caught.value.code, caught.value.about) == ("malformed", "found")


@given(st.one_of(st.text(), st.binary(), st.recursive(st.none() | st.text(), st.lists).map(json.dumps)))
def test_whatever_arrives_is_a_message_or_a_refusal(raw: str | bytes) -> None:
    try:
        frames.from_seat(raw)
    except WireError as error:
        known = error.code in ERRORS
    else:
        known = True
    assert known


def test_a_message_says_its_type_and_nothing_that_is_not_declared() -> None:
    assert json.loads(frames.encode(p.Pong(number=4))) == {"type": "pong", "number": 4}
    assert json.loads(frames.encode(p.Error(code="malformed", sentence="No."))) == {
        "type": "error",
        "code": "malformed",
        "sentence": "No.",
    }


def test_no_message_of_a_client_names_a_sender_or_another_seat() -> None:
    fields = {field for message in p.FromClient.__subclasses__() for field in message.__struct_fields__}
    assert fields & {"sender", "to", "seat", "name", "candidate"} == set()


def test_every_message_stands_in_exactly_one_chapter_of_the_protocol() -> None:
    told = [message for chapter in LIFE for message in chapter.messages]
    declared = {*p.FromClient.__subclasses__(), *p.FromServer.__subclasses__()}
    assert len(told) == len(set(told))
    assert set(told) == declared


def test_every_part_of_a_message_is_described() -> None:
    assert set(PARTS) == {part for part in p.Part.__subclasses__() if part is not p.Message}


def test_every_closing_code_says_why_and_whether_to_come_back() -> None:
    assert set(CLOSING) == set(CloseCode)


def test_what_is_committed_is_what_the_declaration_generates() -> None:
    for path, text in generated().items():
        assert path.read_text(encoding="utf-8") == text, f"{path.name}: run manage.py protocol"


def test_the_declaration_and_what_decides_beside_it_import_no_django() -> None:
    pure = (
        "protocol",
        "frames",
        "errors",
        "scenes",
        "rooms",
        "topology",
        "quality",
        "turn",
        "reference",
        "javascript",
        "outbox",
        "limits",
    )
    code = f"import sys; [__import__('signalling.' + m) for m in {pure!r}]; assert 'django' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_unions_hold_every_message_of_their_direction() -> None:
    def members(union: Any) -> set[type[msgspec.Struct]]:
        return set(union.__args__)

    assert members(p.SeatMessage) | members(p.TestMessage) == set(p.FromClient.__subclasses__())
    assert members(p.ServerMessage) == set(p.FromServer.__subclasses__())
