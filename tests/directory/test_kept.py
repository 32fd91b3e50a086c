"""A form that met an expired sign-in is not lost: the prosecutor signs in again and sends what she typed."""

import re
from base64 import b64decode
from html import unescape
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from casework import lifecycle
from casework.models import Request
from config.story.people import PASSWORD
from tests.cast import Cast

pytestmark = pytest.mark.django_db
TYPED = "Two men came to the market.\r\nShe saw <both>."


@pytest.fixture
def step(cast: Cast) -> str:
    request = lifecycle.draft(by=cast.prosecutor, requested=cast.spain.authority)
    return f"/requests/{request.public_id}/case/"


def signed_in(member: Any) -> Client:
    client = Client(enforce_csrf_checks=True)
    client.force_login(member.user)
    return client


def token(page: Any) -> str:
    return re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.text)[1]


def expire(client: Client) -> None:
    """Twelve hours pass: the session is forgotten, and so is its cookie."""
    Session.objects.all().delete()
    del client.cookies["sessionid"]


def sign_in(client: Client, email: str, url: str) -> Any:
    form = {"login": email, "password": PASSWORD, "csrfmiddlewaretoken": token(client.get(url))}
    return client.post(url, form, follow=True)


def resent(page: Any) -> dict[str, str]:
    """The fields that the page would post again."""
    fields = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page.text, re.S)
    return {name: unescape(value) for name, value in fields}


def test_what_the_prosecutor_typed_is_sent_after_she_has_signed_in_again(cast: Cast, step: str) -> None:
    browser = signed_in(cast.prosecutor)
    form = {"version": "1", "facts": TYPED, "go": "basis", "csrfmiddlewaretoken": token(browser.get(step))}
    expire(browser)
    away = browser.post(step, form)
    assert (away.status_code, away["Location"]) == (302, "/account/login/?next=/account/again/")
    assert "What you typed is kept" in browser.get(away["Location"]).text
    again = sign_in(browser, cast.prosecutor.user.email, away["Location"])
    assert (again.status_code, f"\n{TYPED}</textarea>" in unescape(again.text)) == (200, True)
    assert f'action="{step}"' in again.text
    sent = browser.post(step, resent(again))
    assert (sent.status_code, sent["Location"]) == (302, step.replace("case", "basis"))
    assert Request.objects.get().facts == TYPED.replace("\r\n", "\n")


def test_a_form_pressed_under_htmx_leads_the_whole_page_to_the_sign_in(cast: Cast, step: str) -> None:
    browser = signed_in(cast.prosecutor)
    form = {"facts": TYPED, "csrfmiddlewaretoken": token(browser.get(step))}
    expire(browser)
    away = browser.post(step, form, headers={"HX-Request": "true"})
    assert (away.status_code, away["HX-Redirect"]) == (204, "/account/login/?next=/account/again/")


def test_nobody_else_who_signs_in_at_that_desk_is_shown_it(cast: Cast, step: str) -> None:
    browser = signed_in(cast.prosecutor)
    form = {"facts": TYPED, "csrfmiddlewaretoken": token(browser.get(step))}
    expire(browser)
    again = sign_in(browser, cast.clerk.user.email, browser.post(step, form)["Location"])
    assert (again.status_code, "market" in again.text) == (404, False)


def test_the_database_holds_nothing_that_can_be_read_without_that_browser(cast: Cast, step: str) -> None:
    browser = signed_in(cast.prosecutor)
    form = {"identity-given_name": "Zulmira", "csrfmiddlewaretoken": token(browser.get(step))}
    expire(browser)
    browser.post(step, form)
    kept = Session.objects.get().get_decoded()
    key = browser.cookies["kept"]
    assert (list(kept), b"Zulmira" in b64decode(kept["kept"])) == (["kept"], False)
    assert key.value not in Session.objects.get().session_data
    assert (key["httponly"], key["samesite"], key["max-age"]) == (True, "Lax", 3600)
    del browser.cookies["kept"]
    assert sign_in(browser, cast.prosecutor.user.email, "/account/login/?next=/account/again/").status_code == 404


def test_no_password_is_kept(cast: Cast, step: str) -> None:
    browser = signed_in(cast.prosecutor)
    form = {"reason": "To summon her", "password": PASSWORD, "csrfmiddlewaretoken": token(browser.get(step))}
    expire(browser)
    again = sign_in(browser, cast.prosecutor.user.email, browser.post(step, form)["Location"])
    assert list(resent(again)) == ["csrfmiddlewaretoken", "reason"]


def test_a_form_older_than_the_sign_in_is_offered_again(cast: Cast, step: str) -> None:
    """She signed in anew in a second tab: the token of the first tab's form has died."""
    browser = signed_in(cast.prosecutor)
    browser.get(step)
    form = {"version": "1", "facts": TYPED, "csrfmiddlewaretoken": "a" * 64}
    again = browser.post(step, form, headers={"Origin": "http://testserver"}, follow=True)
    assert again.redirect_chain == [("/account/again/", 302)]
    assert browser.post(step, resent(again)).status_code == 302
    assert Request.objects.get().facts == TYPED.replace("\r\n", "\n")


def test_what_another_site_posts_is_neither_kept_nor_shown(cast: Cast, step: str) -> None:
    browser = signed_in(cast.prosecutor)
    page = browser.post(step, {"facts": "Buy here"}, headers={"Origin": "https://elsewhere.example"})
    assert (page.status_code, "form_expired" in page.text, "Buy here" in page.text) == (403, True, False)
    assert "kept" not in browser.cookies
