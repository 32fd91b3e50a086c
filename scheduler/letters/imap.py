"""Replies are fetched from a mailbox (RFC 9051), for houses whose mail server cannot pipe.

A mail is removed once it is taken: nothing that people wrote is kept longer than it is needed. If the worker dies in
between it is read again, which changes nothing.
"""

import imaplib
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any
from urllib.parse import unquote, urlsplit

from scheduler.letters import replies

TIMEOUT = 30  # seconds
AT_ONCE = 50  # mails a visit: the rest comes next time
_SIZE = re.compile(rb"RFC822\.SIZE (\d+)")


def poll(url: str, take: Callable[[bytes], object]) -> int:
    """Hand every mail to `take` and remove it; how many there were. What `take` raises leaves the mail where it is."""
    with _mailbox(url) as box:
        found = _said(box, "SEARCH", "UNDELETED")
        numbers = (found[0] or b"").decode().split()[:AT_ONCE]
        for number in numbers:
            if mail := _fetched(box, number):
                take(mail)
            _said(box, "STORE", number, "+FLAGS.SILENT", r"(\Deleted)")
        if numbers:
            box.expunge()
        return len(numbers)


def _fetched(box: imaplib.IMAP4, number: str) -> bytes:
    """The mail; of one that is too large as much as shows that it is; nothing of one that somebody has removed."""
    said = _said(box, "FETCH", number, "(RFC822.SIZE)")
    size = _SIZE.search(said[0] if said and isinstance(said[0], bytes) else b"")
    part = f"<0.{replies.LARGEST_MAIL + 1}>" if size is None or int(size[1]) > replies.LARGEST_MAIL else ""
    answer = _said(box, "FETCH", number, f"(BODY.PEEK[]{part})")
    pieces = [one[1] for one in answer if isinstance(one, tuple)]
    return bytes(pieces[0]) if pieces else b""


def _said(box: imaplib.IMAP4, *command: str) -> list[Any]:
    """The server's answer. Raises imaplib.IMAP4.error for NO, as `imaplib` does for BAD."""
    status, answer = box.uid(*command)
    if status != "OK":
        raise box.error(command[0])
    return answer


@contextmanager
def _mailbox(url: str) -> Iterator[imaplib.IMAP4]:
    parts = urlsplit(url)
    host, user, password = parts.hostname or "", unquote(parts.username or ""), unquote(parts.password or "")
    secure = parts.scheme == "imaps"
    box: imaplib.IMAP4 = (
        imaplib.IMAP4_SSL(host, parts.port or 993, timeout=TIMEOUT)
        if secure
        else imaplib.IMAP4(host, parts.port or 143, timeout=TIMEOUT)
    )
    try:
        box.login(user, password)
        status, _words = box.select(unquote(parts.path.lstrip("/")) or "INBOX")
        if status != "OK":
            raise imaplib.IMAP4.error("no such mailbox")
        yield box
    finally:
        with suppress(OSError, imaplib.IMAP4.error):
            box.logout()
