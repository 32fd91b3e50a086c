"""What the media service reads of its environment, and what it hands on to a hearing's process: this list, no more.

MEDIA_CONTROL      where it listens for web: `unix:/path` or `host:port`
MEDIA_DRAIN        seconds that it waits for hearings in progress when it is asked to stop; 0 without
MEDIA_SECRET       what a web process must know; at least 16 characters
MEDIA_HOST         addresses on which ICE listens, comma-separated; 127.0.0.1 without
MEDIA_PUBLIC_HOST  the address announced for the first of them, where a NAT lies between
MEDIA_PORTS        the UDP ports to use, `40000-40999`; any without
"""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from signalling.media.control import parse_address

KEPT: Final = (
    "MEDIA_HOST",
    "MEDIA_PUBLIC_HOST",
    "MEDIA_PORTS",
    "MEDIA_DRAIN",
    "PATH",
    "LANG",
    "LC_ALL",
    "LD_LIBRARY_PATH",
    "PYTHONPATH",
)


@dataclass(frozen=True)
class Where:
    """Where ICE listens: local addresses, the port range, and the address announced in place of the first."""

    hosts: tuple[str, ...]
    ports: range | None = None
    announce: str | None = None


@dataclass(frozen=True)
class Settings:
    """The service's own."""

    control: tuple[str, int] | str
    secret: str
    drain: float = 0.0


def settings(environ: Mapping[str, str]) -> Settings:
    """Raises ValueError with one sentence for a person."""
    secret = environ.get("MEDIA_SECRET", "")
    if len(secret) < 16:
        raise ValueError("MEDIA_SECRET needs at least 16 characters.")
    where(environ)
    drain = environ.get("MEDIA_DRAIN", "0")
    if not drain.isdecimal():
        raise ValueError("MEDIA_DRAIN is a number of seconds.")
    return Settings(parse_address(environ.get("MEDIA_CONTROL", "")), secret, float(drain))


def where(environ: Mapping[str, str]) -> Where:
    """Raises ValueError with one sentence for a person."""
    hosts = tuple(_address(word) for word in environ.get("MEDIA_HOST", "127.0.0.1").split(","))
    public, ports = environ.get("MEDIA_PUBLIC_HOST", ""), environ.get("MEDIA_PORTS", "")
    return Where(hosts, _ports(ports) if ports else None, _address(public) if public else None)


def _address(text: str) -> str:
    try:
        return str(ipaddress.ip_address(text.strip()))
    except ValueError:
        raise ValueError("MEDIA_HOST and MEDIA_PUBLIC_HOST are IP addresses.") from None


def _ports(text: str) -> range:
    first, dash, last = text.partition("-")
    if not (dash and first.isdecimal() and last.isdecimal() and 1023 < int(first) <= int(last) < 65536):
        raise ValueError("MEDIA_PORTS is a range such as 40000-40999.")
    return range(int(first), int(last) + 1)


def inherited(environ: Mapping[str, str]) -> dict[str, str]:
    """What a child gets: no database, no keys, not even the control secret."""
    return {name: environ[name] for name in KEPT if name in environ}
