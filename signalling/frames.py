"""Frames to messages and back. Whatever does not fit the declaration is refused with a code."""

from typing import Any

import msgspec

from signalling import protocol as p
from signalling.errors import WireError

_from_seat = msgspec.json.Decoder(p.SeatMessage)
_from_tester = msgspec.json.Decoder(p.TestMessage)
_encoder = msgspec.json.Encoder()
_FROM_CLIENT = frozenset(message.__name__.lower() for message in p.FromClient.__subclasses__())


class _Envelope(msgspec.Struct):
    type: str


def _decode(decoder: msgspec.json.Decoder[Any], raw: str | bytes) -> Any:
    try:
        return decoder.decode(raw)
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        raise _understand(raw, error) from None


def _understand(raw: str | bytes, error: Exception) -> WireError:
    """Tell a message of an unknown type from one of a known type in a wrong shape."""
    try:
        name = msgspec.json.decode(raw, type=_Envelope).type
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return WireError("malformed", detail=str(error))
    if name in _FROM_CLIENT:
        return WireError("malformed", about=name, detail=str(error))
    return WireError("unknown_type")


def from_seat(raw: str | bytes) -> p.SeatMessage:
    """Read a frame of the hearing's socket. Raises WireError("malformed") or WireError("unknown_type")."""
    message: p.SeatMessage = _decode(_from_seat, raw)
    return message


def from_tester(raw: str | bytes) -> p.TestMessage:
    """Read a frame of a connection test's socket; errors as in `from_seat`."""
    message: p.TestMessage = _decode(_from_tester, raw)
    return message


def encode(message: p.FromServer) -> bytes:
    """One message as the text of one frame, in UTF-8; encoded once however many receive it."""
    return _encoder.encode(message)
