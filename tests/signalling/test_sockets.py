"""The UDP socket of a link, and SRTP written by the shorter way."""

import asyncio
import os
import socket
from typing import Any

import pytest
from pylibsrtp import Policy, Session

from signalling.media.patches import protector
from signalling.media.patches_ice import DATAGRAM_LIMIT
from signalling.media.rtp import HEADER
from signalling.media.sockets import AT_ONCE, SeatSocket, bind
from tests.signalling.browsers import until

KEY = os.urandom(30)


class Ear(asyncio.DatagramProtocol):
    def __init__(self) -> None:
        self.heard: list[tuple[bytes, Any]] = []
        self.over = asyncio.Event()

    def datagram_received(self, data: bytes, addr: Any) -> None:
        self.heard.append((data, addr))

    def connection_lost(self, error: Exception | None) -> None:
        self.over.set()


async def test_all_that_waits_is_read_in_few_turns_and_answers_leave_from_the_same_port() -> None:
    ear = Ear()
    transport = SeatSocket(bind("127.0.0.1", 0), ear)
    address = transport.get_extra_info("sockname")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        other.bind(("127.0.0.1", 0))
        for number in range(AT_ONCE + 8):
            other.sendto(bytes([number]), address)
        await until(lambda: len(ear.heard) == AT_ONCE + 8)
        assert [data[0] for data, _ in ear.heard] == list(range(AT_ONCE + 8))
        transport.sendto(b"back", ear.heard[0][1])
        assert other.recvfrom(10) == (b"back", address)
    transport.close()
    transport.sendto(b"too late", address)  # is dropped, as on any line
    await asyncio.wait_for(ear.over.wait(), 1)


def test_an_address_that_is_taken_is_refused() -> None:
    taken = bind("127.0.0.1", 0)
    with pytest.raises(OSError, match="in use"):
        bind("127.0.0.1", taken.getsockname()[1])
    taken.close()


def test_the_shorter_way_writes_what_the_library_writes() -> None:
    def policy() -> Session:
        return Session(
            Policy(key=KEY, ssrc_type=Policy.SSRC_ANY_OUTBOUND, srtp_profile=Policy.SRTP_PROFILE_AES128_CM_SHA1_80)
        )

    session, library = policy(), policy()
    shorter = protector(session)
    for number, size in enumerate((1, 120, 1000, 1344, 7)):
        packet = HEADER.pack(0x80, 96, number, number, 5) + os.urandom(size)
        assert shorter(packet) == library.protect(packet)
    assert len(shorter(HEADER.pack(0x80, 96, 9, 9, 5) + bytes(1402))) == 1424  # our longest repetition, and its tag
    with pytest.raises(ValueError, match="too long"):
        shorter(b"\x80" * (DATAGRAM_LIMIT + 1))
    with pytest.raises(ValueError, match="could not"):
        shorter(b"\x80\x60")  # shorter than a header
