"""A client for servers that nobody here vouches for. No Django.

Whoever types an address makes this machine ask for it (server-side request forgery): so the name is resolved
once, every address that it has must be public, the connection goes to the very address that was checked, and no
answer leads to another server. No proxy, no cookies, no compression.
"""

import http.client
import ipaddress
import socket
import ssl
import time
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote, urljoin, urlsplit

from directory.outside.errors import OutsideError

MOST_BYTES = 5 * 1024 * 1024  # of all answers together
SECONDS = 10.0  # for one request, from resolving to the last byte
MOST_REDIRECTS = 3
NAT64 = ipaddress.ip_network("64:ff9b::/96")  # RFC 6052: the last 32 bits are an IPv4 address
SIX_TO_FOUR = ipaddress.ip_network("2002::/16")  # RFC 3056: so are bits 16 to 48; nobody publishes calendars there
# What Python calls global and no calendar is: where clouds keep the keys of a machine (Oracle, Azure), the anycast of
# dead tunnels (RFC 7526), documentation (RFC 9637).
NEVER = tuple(map(ipaddress.ip_network, ("192.0.0.0/24", "168.63.129.16/32", "192.88.99.0/24", "3fff::/20")))

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


@dataclass(frozen=True)
class Target:
    """Where a calendar is. `path` has the query with it."""

    scheme: str
    host: str
    port: int
    path: str


@dataclass(frozen=True)
class Answer:
    """What came back, its header names in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def target(url: str, *, loopback: bool = False) -> Target:
    """Read an address that somebody typed. Raises OutsideError for what is no https address.

    `webcal:` is what calendar programs call https. `loopback` also takes http, for servers on this machine.
    """
    try:
        parts = urlsplit(url.strip())
        host = (parts.hostname or "").encode("idna").decode()
        port = parts.port or {"http": 80}.get(parts.scheme, 443)
    except ValueError as error:
        raise OutsideError("outside_address") from error
    scheme = "https" if parts.scheme in ("webcal", "webcals") else parts.scheme
    if not host or scheme not in ("https", "http") or (scheme == "http" and not loopback):
        raise OutsideError("outside_address")
    if "@" in parts.netloc:
        raise OutsideError("outside_userinfo")
    _literal(host, loopback=loopback)
    path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~") + (
        f"?{quote(parts.query, safe=_QUERY)}" if parts.query else ""
    )
    return Target(scheme, host, port, path)


def permitted(address: Address, *, loopback: bool) -> bool:
    """Whether it is an address of the open internet; with `loopback` also one of this machine."""
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return permitted(address.ipv4_mapped, loopback=loopback)
        if address in NAT64:
            return permitted(ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF), loopback=False)
        if address in SIX_TO_FOUR or address.is_site_local:
            return False
    if address.is_loopback:
        return loopback
    if any(address in network for network in NEVER if network.version == address.version):
        return False
    return address.is_global and not (address.is_multicast or address.is_reserved or address.is_unspecified)


class Client:
    """One server, at the one address that was checked."""

    def __init__(self, url: str, *, user: str = "", password: str = "", loopback: bool = False) -> None:
        """Resolves the name. Raises OutsideError."""
        self.target = target(url, loopback=loopback)
        self.address = _resolve(self.target, loopback=loopback)
        self.left = MOST_BYTES
        self.login: dict[str, str] = {}
        if user or password:
            self.login = {"Authorization": "Basic " + b64encode(f"{user}:{password}".encode()).decode()}

    def ask(self, method: str, path: str, *, headers: Mapping[str, str] | None = None, body: str = "") -> Answer:
        """The answer, whatever its status; redirects within the server are followed. Raises OutsideError."""
        for _hop in range(MOST_REDIRECTS + 1):
            answer = self._once(method, path, headers or {}, body.encode())
            if answer.status not in (301, 302, 303, 307, 308):
                return answer
            path = self.path_of(answer.headers.get("location", ""), base=path)
        raise OutsideError("outside_redirects")

    def path_of(self, reference: str, *, base: str) -> str:
        """The path of a reference found in an answer. Raises OutsideError if it leads to another server."""
        here = f"{self.target.scheme}://{self.target.host}:{self.target.port}"
        there = urlsplit(urljoin(here + base, reference))
        port = there.port or {"http": 80}.get(there.scheme, 443)
        if (there.scheme, there.hostname, port) != (self.target.scheme, self.target.host, self.target.port):
            raise OutsideError("outside_redirects")
        return there.path + (f"?{there.query}" if there.query else "")

    def _once(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> Answer:
        until = time.monotonic() + SECONDS
        connection = self._connect(until)
        try:
            connection.request(method, path, body or None, {**_PLAIN, **self.login, **headers})
            response = connection.getresponse()
            told = {name.lower(): value for name, value in response.getheaders()}
            return Answer(response.status, told, self._body(connection, response, until))
        except TimeoutError as error:
            raise OutsideError("outside_too_slow") from error
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise OutsideError("outside_unreachable") from error
        finally:
            connection.close()

    def _connect(self, until: float) -> http.client.HTTPConnection:
        secure = self.target.scheme == "https"
        kind = http.client.HTTPSConnection if secure else http.client.HTTPConnection
        connection = kind(self.target.host, self.target.port, timeout=SECONDS)
        try:
            raw = socket.create_connection((str(self.address), self.target.port), until - time.monotonic())
            connection.sock = _tls().wrap_socket(raw, server_hostname=self.target.host) if secure else raw
        except ssl.SSLCertVerificationError as error:
            raise OutsideError("outside_certificate") from error
        except (OSError, ValueError) as error:
            raise OutsideError("outside_unreachable") from error
        return connection

    def _body(self, connection: http.client.HTTPConnection, response: http.client.HTTPResponse, until: float) -> bytes:
        """Everything, unless it is too much or drips: the clock runs for the whole, not for each piece."""
        found = b""
        while True:
            left = until - time.monotonic()
            if left <= 0:
                raise OutsideError("outside_too_slow")
            if connection.sock is not None:
                connection.sock.settimeout(left)
            piece = response.read1(65536)
            if not piece:
                return found
            found += piece
            self.left -= len(piece)
            if self.left < 0:
                raise OutsideError("outside_too_large")


_QUERY = "/?%:@!$&'()*+,;=~-._"
_PLAIN = {"User-Agent": "Vivavoce", "Accept-Encoding": "identity", "Connection": "close"}


def _tls() -> ssl.SSLContext:
    return ssl.create_default_context()


def _literal(host: str, *, loopback: bool) -> None:
    """A number instead of a name is judged at once, so that whoever types it learns why."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return
    if not permitted(address, loopback=loopback):
        raise OutsideError("outside_forbidden")


def _resolve(where: Target, *, loopback: bool) -> Address:
    """The first address of the name, if all of them may be asked; without TLS it must be this machine's own."""
    try:
        rows = socket.getaddrinfo(where.host, where.port, type=socket.SOCK_STREAM)
        # A scope ("fe80::1%eth0") is no part of the address.
        found = [ipaddress.ip_address(str(row[4][0]).partition("%")[0]) for row in rows]
    except (OSError, UnicodeError, ValueError) as error:
        raise OutsideError("outside_unreachable") from error
    if not found or not all(permitted(one, loopback=loopback) for one in found):
        raise OutsideError("outside_forbidden")
    if where.scheme == "http" and not found[0].is_loopback:
        raise OutsideError("outside_forbidden")
    return found[0]
