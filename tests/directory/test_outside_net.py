"""A client that cannot be sent into the house's own network, and that no server can hold up."""

import ipaddress
from collections.abc import Iterator
from typing import Any

import pytest

from directory.outside import caldav, net
from directory.outside.errors import OutsideError
from tests.directory import elsewhere
from tests.directory.elsewhere import Files


@pytest.fixture(scope="module")
def files() -> Iterator[Files]:
    with elsewhere.files() as kept:
        yield kept


def code(url: str, **options: Any) -> str:
    with pytest.raises(OutsideError) as refused:
        net.Client(url, **options).ask("GET", "/")
    return refused.value.code


@pytest.mark.parametrize(
    "address",
    [
        "10.0.0.1", "172.16.5.4", "192.168.1.1", "100.64.0.1", "127.0.0.1", "0.0.0.0", "169.254.169.254",
        "192.0.0.170", "198.18.0.1", "203.0.113.5", "224.0.0.1", "255.255.255.255", "240.0.0.1",
        "::1", "::", "fe80::1", "fec0::1", "fd00:ec2::254", "ff02::1", "2001:db8::1",
        "::ffff:10.0.0.1", "::ffff:127.0.0.1", "64:ff9b::a9fe:a9fe", "64:ff9b::7f00:1", "2002:7f00:1::",
        "64:ff9b:1::a00:1", "2001:0:7f00:1::", "::127.0.0.1",
        "192.0.0.192", "168.63.129.16", "::ffff:168.63.129.16", "192.88.99.1", "3fff::1",
    ],
)  # fmt: skip
def test_no_address_of_a_private_network_is_asked(address: str) -> None:
    assert not net.permitted(ipaddress.ip_address(address), loopback=False)


@pytest.mark.parametrize("address", ["8.8.8.8", "2001:4860:4860::8888", "64:ff9b::808:808", "::ffff:8.8.8.8"])
def test_addresses_of_the_open_internet_are(address: str) -> None:
    assert net.permitted(ipaddress.ip_address(address), loopback=False)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://calendar.example/a.ics", "outside_address"),
        ("file:///etc/passwd", "outside_address"),
        ("ftp://calendar.example/", "outside_address"),
        ("calendar.example/a.ics", "outside_address"),
        ("https://", "outside_address"),
        ("https://calendar.example:99999/", "outside_address"),
        ("https://[::1", "outside_address"),
        ("https://judge:secret@calendar.example/", "outside_userinfo"),
        ("https://169.254.169.254/latest/meta-data/", "outside_forbidden"),
        ("https://[::ffff:10.0.0.1]/", "outside_forbidden"),
        # names that lead there
        ("https://localhost/", "outside_forbidden"),
        ("https://2130706433/", "outside_forbidden"),  # 127.0.0.1 as one number
        ("https://0x7f.1/", "outside_forbidden"),
    ],
)
def test_addresses_that_are_refused_before_anything_is_asked(url: str, expected: str) -> None:
    assert code(url) == expected


def test_a_name_with_one_private_address_among_others_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [(2, 1, 6, "", ("93.184.216.34", 443)), (2, 1, 6, "", ("10.1.2.3", 443))]
    monkeypatch.setattr(net.socket, "getaddrinfo", lambda *_, **__: rows)
    assert code("https://calendar.example/") == "outside_forbidden"


def test_the_connection_goes_to_the_address_that_was_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that resolves anew to a private address after the check (DNS rebinding) changes nothing."""
    answers = iter([[(2, 1, 6, "", ("93.184.216.34", 443))]])
    monkeypatch.setattr(net.socket, "getaddrinfo", lambda *_, **__: next(answers))
    called: list[Any] = []

    def refuse(where: tuple[str, int], _timeout: float) -> None:
        called.append(where)
        raise ConnectionRefusedError

    monkeypatch.setattr(net.socket, "create_connection", refuse)
    assert code("webcal://calendar.example/a.ics") == "outside_unreachable"
    assert called == [("93.184.216.34", 443)]


def test_redirects_stay_on_the_server(files: Files) -> None:
    files.put("/old", status=301, Location="/new")
    files.put("/new", "here")
    files.put("/away", status=302, Location="http://127.0.0.2/secret")
    files.put("/round", status=302, Location="/round")
    client = net.Client(files.url, loopback=True)
    assert client.ask("GET", "/old").body == b"here"
    for path in ("/away", "/round"):
        with pytest.raises(OutsideError, match="outside_redirects"):
            client.ask("GET", path)


def test_a_calendar_of_more_than_five_megabytes_is_left(files: Files) -> None:
    url = files.put("/large", b"x" * (net.MOST_BYTES + 1))
    with pytest.raises(OutsideError, match="outside_too_large"):
        net.Client(url, loopback=True).ask("GET", "/large")


def test_a_server_that_drips_is_left_when_the_time_for_the_whole_is_over(
    files: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    files.put("/slow", b"x" * 10)
    ticks = iter([0.0, 0.0, *([net.SECONDS + 1] * 9)])
    client = net.Client(files.url, loopback=True)
    monkeypatch.setattr(net, "time", type("Clock", (), {"monotonic": staticmethod(lambda: next(ticks, 99.0))}))
    with pytest.raises(OutsideError, match="outside_too_slow"):
        client.ask("GET", "/slow")


def test_the_password_goes_to_its_server_as_basic_authentication(files: Files) -> None:
    url = files.put("/mine", "x")
    net.Client(url, user="judge", password="pässword", loopback=True).ask("GET", "/mine")
    assert files.asked[-1][2]["authorization"] == "Basic anVkZ2U6cMOkc3N3b3Jk"


def test_an_answer_with_entities_is_refused(files: Files) -> None:
    bomb = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "ha"><!ENTITY c "&b;&b;">]><a>&c;</a>'
    url = files.put("/dav", bomb, status=207)
    with pytest.raises(OutsideError, match="outside_answer"):
        caldav.collections(net.Client(url, loopback=True))


def test_an_account_whose_calendars_are_on_another_server_is_not_followed(files: Files) -> None:
    body = (
        '<multistatus xmlns="DAV:"><response><href>/home</href><propstat><prop><current-user-principal>'
        "<href>https://10.0.0.1/</href></current-user-principal></prop></propstat></response></multistatus>"
    )
    url = files.put("/home", body, status=207)
    with pytest.raises(OutsideError, match="outside_redirects"):
        caldav.collections(net.Client(url, loopback=True))
