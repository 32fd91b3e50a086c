"""What a hostile client can send: it harms itself at most. The others of its hearing, and other hearings, go on."""

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from signalling import frames
from signalling import protocol as p
from signalling.errors import CloseCode, WireError
from tests.signalling.conftest import Court, Wire, later, signed_in
from tests.signalling.corpus import FRAMES

GOOD: tuple[p.FromClient, ...] = (
    p.Hello(version=1, link="l"),
    p.Ping(number=7),
    p.Answer(link="l", sdp="v=0"),
    p.Relink(),
    p.Mute(audio=True, video=False),
    p.Resync(),
)
JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)
NAMES = st.sampled_from(["type", "version", "link", "number", "sdp", "audio", "video", "sender", "room", "seat"])


@given(
    st.sampled_from(GOOD), st.dictionaries(NAMES | st.text(max_size=6), JUNK, max_size=3), st.sets(NAMES, max_size=2)
)
def test_a_message_with_fields_changed_added_or_left_out_is_refused_or_is_what_it_says(
    message: p.FromClient, changed: dict[str, Any], dropped: set[str]
) -> None:
    sent = {key: value for key, value in (msgspec.to_builtins(message) | changed).items() if key not in dropped}
    found = understood(json.dumps(sent))
    if isinstance(found, str):
        assert found in ("malformed", "unknown_type")
    else:
        told = msgspec.to_builtins(found)
        assert all(told.get(key) == value for key, value in sent.items())


def understood(frame: str | bytes) -> p.SeatMessage | str:
    """The message, or the code with which it is refused."""
    try:
        return frames.from_seat(frame)
    except WireError as error:
        return error.code


@pytest.mark.parametrize("frame", FRAMES.values(), ids=FRAMES)
def test_each_frame_of_the_corpus_is_refused_in_words_or_taken(frame: str | bytes) -> None:
    found = understood(frame)
    assert isinstance(found, p.Answer | p.Mute) or found in ("malformed", "unknown_type")


async def test_the_corpus_on_a_live_line_ends_that_line_at_most_and_the_others_hear_each_other(
    wire: Wire, court: Court, caplog: pytest.LogCaptureFixture
) -> None:
    hostile, judge, madrid = [
        await later(signed_in, member) for member in (court.cast.defence, court.cast.judge, court.cast.judge_madrid)
    ]
    async with wire.joined(court.path, judge) as speaks, wire.joined(court.path, madrid) as hears:
        for name, frame in FRAMES.items():
            async with wire.joined(court.path, hostile) as socket:
                await socket.say(frame)
                await socket.say({"type": "ping", "number": 3})
                assert await socket.hear("pong") == {"type": "pong", "number": 3}, name
            await speaks.say({"type": "mute", "audio": False, "video": True})
            told = await hears.hear("muted")
            assert (told["sender"], told["audio"]) == (str(court.judge.public_id), False)
    assert [record for record in caplog.records if record.levelname in ("ERROR", "CRITICAL")] == []


async def test_a_client_that_sends_a_thousand_a_second_is_closed_after_its_burst(wire: Wire, court: Court) -> None:
    async with wire.joined(court.path, await later(signed_in, court.cast.defence)) as flood:
        for number in range(1000):
            await flood.say(f'{{"type":"ping","number":{number}}}')
        assert await flood.closed() == CloseCode.TOO_FAST
