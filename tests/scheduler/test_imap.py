"""Replies are fetched from a mailbox: a small IMAP server on this machine, spoken to by the real client."""

import imaplib
import re
import socketserver
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from config import env
from scheduler import tasks
from scheduler.letters import imap, replies
from scheduler.models import Stray
from tests.scheduler import mails


class Mailbox(socketserver.ThreadingTCPServer):
    """One account, one INBOX: as much of RFC 9051 as a client that reads and removes."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Conversation)
        self.mails: dict[int, bytes] = {}
        self.deleted: set[int] = set()

    @property
    def url(self) -> str:
        return f"imap://replies:p%40ss@127.0.0.1:{self.server_address[1]}/INBOX"


class Conversation(socketserver.StreamRequestHandler):
    server: Mailbox

    def handle(self) -> None:
        self.say("* OK ready")
        while line := self.rfile.readline().decode().rstrip("\r\n"):
            tag, _, rest = line.partition(" ")
            word = rest.upper().removeprefix("UID ").partition(" ")[0]
            answer = getattr(self, f"on_{word.lower()}", lambda _rest: "OK")(rest)
            self.say(f"{tag} {answer} done")

    def say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())

    def on_capability(self, _rest: str) -> str:
        self.say("* CAPABILITY IMAP4rev1")
        return "OK"

    def on_login(self, rest: str) -> str:
        return "OK" if rest == 'LOGIN replies "p@ss"' else "NO"

    def on_select(self, rest: str) -> str:
        self.say(f"* {len(self.server.mails)} EXISTS")
        return "OK [READ-WRITE]" if rest == "SELECT INBOX" else "NO"

    def on_search(self, _rest: str) -> str:
        self.say("* SEARCH " + " ".join(str(n) for n in sorted(self.server.mails) if n not in self.server.deleted))
        return "OK"

    def on_fetch(self, rest: str) -> str:
        number = int(rest.split()[2])
        data = self.server.mails.get(number)
        if data is None:
            return "OK"
        if "RFC822.SIZE" in rest:
            self.say(f"* {number} FETCH (UID {number} RFC822.SIZE {len(data)})")
            return "OK"
        part = re.search(r"<0\.(\d+)>", rest)
        data = data[: int(part[1])] if part else data
        self.wfile.write(f"* {number} FETCH (UID {number} BODY[] {{{len(data)}}}\r\n".encode() + data + b")\r\n")
        return "OK"

    def on_store(self, rest: str) -> str:
        self.server.deleted.add(int(rest.split()[2]))
        return "OK"

    def on_expunge(self, _rest: str) -> str:
        for number in self.server.deleted:
            self.server.mails.pop(number, None)
        self.server.deleted.clear()
        return "OK"

    def on_logout(self, _rest: str) -> str:
        self.say("* BYE")
        return "OK"


@pytest.fixture
def box() -> Iterator[Mailbox]:
    with Mailbox() as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        yield server
        server.shutdown()


def test_every_mail_is_taken_once_and_removed(box: Mailbox) -> None:
    box.mails = {3: b"Subject: one\r\n\r\nfirst\r\n", 8: b"Subject: two\r\n\r\n{5}\r\nsecond\r\n"}
    expected, taken = list(box.mails.values()), list[bytes]()
    assert (imap.poll(box.url, taken.append), imap.poll(box.url, taken.append)) == (2, 0)
    assert (taken, box.mails) == (expected, {})


def test_a_mail_that_cannot_be_taken_stays_and_comes_again(box: Mailbox) -> None:
    box.mails = {1: b"good", 2: b"the database is away"}
    taken: list[bytes] = []

    def take(data: bytes) -> None:
        if data != b"good":
            raise ConnectionError
        taken.append(data)

    with pytest.raises(ConnectionError):
        imap.poll(box.url, take)
    assert 2 in box.mails
    imap.poll(box.url, taken.append)
    assert (taken, box.mails) == ([b"good", b"the database is away"], {})


def test_of_a_huge_mail_only_as_much_is_fetched_as_shows_that_it_is(box: Mailbox) -> None:
    box.mails = {1: b"x" * (replies.LARGEST_MAIL * 3)}
    taken: list[bytes] = []
    imap.poll(box.url, taken.append)
    assert [len(data) for data in taken] == [replies.LARGEST_MAIL + 1]


@pytest.mark.parametrize(("right", "wrong"), [("p%40ss", "no"), ("/INBOX", "/Elsewhere")])
def test_a_mailbox_that_does_not_open_is_an_error_without_its_password(box: Mailbox, right: str, wrong: str) -> None:
    with pytest.raises(imaplib.IMAP4.error) as caught:
        imap.poll(box.url.replace(right, wrong), list[Any]().append)
    assert "ss" not in str(caught.value)


def test_a_password_never_travels_in_the_clear_to_another_machine() -> None:
    assert env.mailbox("imaps://a:b@mail.example/INBOX") == "imaps://a:b@mail.example/INBOX"
    for url in ("imap://a:b@mail.example/INBOX", "imaps://mail.example", "https://a:b@mail.example"):
        with pytest.raises(ImproperlyConfigured):
            env.mailbox(url)


def test_the_worker_fetches_a_reply_and_counts_it_once(box: Mailbox, booked: Any, settings: Any) -> None:
    settings.IMAP_URL, settings.MAIL_AUTHSERV_ID = box.url, mails.SERVER
    judge = mails.invited(booked[1], "judge@madrid.example")
    box.mails = {1: mails.answers(judge, "DECLINED"), 2: b"\xff" * 50}
    for timestamp in (0, 120):
        tasks.fetch_replies(timestamp)
    judge.refresh_from_db()
    assert (judge.partstat, Stray.objects.count(), box.mails) == ("DECLINED", 1, {})


def test_a_house_without_a_mailbox_fetches_nothing(settings: Any) -> None:
    settings.IMAP_URL = ""
    tasks.fetch_replies(0)
