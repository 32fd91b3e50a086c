"""A join link redeemed without a browser: the secret and the code go in, the seat's session comes out."""

import re
import urllib.error
from http.cookiejar import CookieJar
from urllib.parse import urlencode, urlsplit
from urllib.request import HTTPCookieProcessor, OpenerDirector, Request, build_opener

SOCKET = re.compile(rb'data-ws="(/ws/hearings/[0-9a-f-]{36}/)"')
SECONDS = 20
LARGEST = 1 << 20


class Refused(Exception):
    """The link and the code were not taken, or the address is none of ours."""


def redeem(link: str, pin: str) -> tuple[str, str]:
    """The hearing's socket and the session's cookie, for `https://…/w/#secret` and its code.

    The ticket is used up by it. Raises Refused, and OSError where nobody answers.
    """
    address, _mark, secret = link.partition("#")
    if not secret or urlsplit(address).scheme not in ("http", "https"):
        raise Refused("This is not a join link: https://…/w/#…")
    jar = CookieJar()
    opener = build_opener(HTTPCookieProcessor(jar))
    opener.addheaders = [("User-Agent", "vivavoce")]
    _read(opener, Request(address))  # noqa: S310 (http or https, checked above)
    token = _cookie(jar, "csrftoken")
    body = urlencode({"csrfmiddlewaretoken": token, "secret": secret, "pin": pin}).encode()
    page = _read(opener, Request(address, body, {"Referer": address}))  # noqa: S310
    found = SOCKET.search(page)
    if found is None:
        raise Refused("The link and the code were not taken, or the hearing is over.")
    return found[1].decode(), f"sessionid={_cookie(jar, 'sessionid')}"


def _read(opener: OpenerDirector, request: Request) -> bytes:
    try:
        with opener.open(request, timeout=SECONDS) as answer:
            page: bytes = answer.read(LARGEST)
            return page
    except urllib.error.HTTPError as error:
        raise Refused(f"The server answered {error.code}.") from None


def _cookie(jar: CookieJar, name: str) -> str:
    return next((one.value or "" for one in jar if one.name == name), "")
