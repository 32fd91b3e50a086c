"""RTP as bytes: which packet begins a picture, what a ring keeps, what a counter counts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signalling.media.rtp import Counter, Packet, Ring, extend, starts_key_frame, unwrap, wrap


@pytest.mark.parametrize(
    ("payload_type", "payload", "key"),
    [
        (96, b"\x10\x00", True),
        (96, b"\x10\x01", False),  # an interframe
        (96, b"\x00\x00", False),  # not the first packet of its partition
        (96, b"\x11\x00", False),  # the second partition
        (96, b"\x90\x80\x05\x00", True),  # seven-bit picture id
        (96, b"\x90\x80\x85\x01\x00", True),  # fifteen-bit
        (96, b"\x90\xe0\x85\x01\x07\x40\x00", True),  # and layers, as Chromium has it
        (96, b"\x90\xe0\x85\x01\x07\x40\x01", False),
        (96, b"\x90\xe0\x85", False),  # cut
        (102, b"\x65\x88", True),  # IDR slice
        (102, b"\x67\x42", True),  # parameters
        (102, b"\x41\x9a", False),
        (102, b"\x78\x00\x08\x67", True),  # parameters first in an aggregate
        (102, b"\x7c\x85", True),  # first fragment of an IDR slice
        (102, b"\x7c\x05", False),  # a later one
        (102, b"", False),
    ],
)
def test_the_packet_in_which_a_key_frame_begins(payload_type: int, payload: bytes, key: bool) -> None:
    assert starts_key_frame(payload_type, payload) is key


@given(st.integers(1 << 16, 1 << 40), st.integers(-0x8000, 0x7FFF))
def test_a_number_is_extended_to_the_nearest(last: int, step: int) -> None:
    assert extend((last + step) & 0xFFFF, last) == last + step


@given(st.integers(0, 1 << 20), st.binary(min_size=1, max_size=1400))
def test_a_repetition_gives_back_what_was_wrapped(number: int, payload: bytes) -> None:
    assert unwrap(wrap(number, payload), 0) == (number & 0xFFFF, payload)


def test_padding_alone_repeats_nothing() -> None:
    assert unwrap(b"\x00" * 9 + b"\x0a", 0x20) is None


def test_a_ring_keeps_the_last_512() -> None:
    ring = Ring()
    for number in range(600):
        ring.put(Packet(number, number, 0, 0, 96, str(number).encode()))
    assert [n for n in range(600) if ring.get(n)] == list(range(88, 600))
    assert ring.get(599) == Packet(599, 599, 0, 0, 96, b"599")


def test_a_counter_tells_loss_since_the_last_time_and_an_even_stream_has_no_jitter() -> None:
    counter = Counter(90_000)
    for number in range(100, 200):
        if number % 4:
            counter.add(number, number * 900, number / 100)
    counter.add(200, 200 * 900, 2.0)
    assert (counter.expected, counter.received) == (100, 76)
    assert counter.sample() == 24.0
    assert counter.fraction() == 61
    assert counter.sample() is None
    assert counter.jitter_ms < 0.001


def test_jitter_is_that_of_rfc_3550() -> None:
    """Every other packet 10 ms late: a constant difference of 10 ms is what the filter settles at."""
    counter = Counter(48_000)
    for number in range(400):
        counter.add(number, number * 960, number * 0.02 + (number % 2) * 0.01)
    assert abs(counter.jitter_ms - 10) < 0.01
