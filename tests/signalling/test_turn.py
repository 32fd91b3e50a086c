"""Credentials of the relay."""

import base64
import hashlib
import hmac

from signalling import turn

NOON = 1_796_817_600.0


def test_the_password_is_the_one_that_coturn_computes() -> None:
    user, password = turn.credentials("north", now=NOON, name="x")
    assert user == f"{int(NOON) + 600}:x"
    assert password == base64.b64encode(hmac.new(b"north", user.encode(), hashlib.sha1).digest()).decode()


def test_two_links_never_share_a_user_name() -> None:
    assert turn.credentials("north", now=NOON)[0] != turn.credentials("north", now=NOON)[0]


def test_without_a_relay_the_browser_is_told_of_none_and_asks_nobody_else() -> None:
    assert turn.servers([], "", now=NOON) == []


def test_a_browser_is_told_all_relays_with_one_credential() -> None:
    (server,) = turn.servers(["turn:a:3478", "turns:a:443"], "north", now=NOON)
    assert server.urls == ["turn:a:3478", "turns:a:443"]
    assert server.username.startswith(f"{int(NOON) + 600}:")
