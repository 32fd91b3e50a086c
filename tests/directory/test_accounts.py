"""Coming in: by e-mail and password, with a second factor, and no other way."""

import re
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core.cache import cache
from django.test import Client

from config.story.people import PASSWORD
from directory.models import AuditEntry, User


@pytest.fixture(autouse=True)
def fresh_limits() -> None:
    cache.clear()


def sign_in(client: Client, email: str = "clerk@bogota.example", password: str = PASSWORD) -> Any:
    return client.post("/account/login/", {"login": email, "password": password})


def test_the_clerk_signs_in_whatever_the_case_of_her_address(client: Client, cast: Any) -> None:
    assert sign_in(client, "Clerk@Bogota.Example")["Location"] == "/"
    assert client.get("/account/me/").context["request"].acting == cast.clerk
    assert AuditEntry.objects.get(act="account.signed_in").actor == cast.clerk


def test_who_has_not_signed_in_chooses_among_six_languages_and_keeps_the_way(client: Client, cast: Any) -> None:
    page = client.get("/account/login/?next=/rooms/").content.decode()
    assert re.findall(r'name="language" value="([a-z-]+)"', page) == ["ar", "zh-hans", "en", "fr", "ru", "es"]
    chosen = client.post("/language/setlang/", {"language": "ar", "next": "/account/login/?next=/rooms/"})
    assert chosen["Location"] == "/account/login/?next=/rooms/"
    assert '<html lang="ar" dir="rtl"' in client.get(chosen["Location"]).content.decode()
    sign_in(client)
    page = client.get("/").content.decode()
    assert ('dir="rtl"' in page, 'name="language"' in page) == (True, False)


def test_signing_out_is_one_press(client: Client, cast: Any) -> None:
    sign_in(client)
    bar = client.get("/").content.decode().partition("</header>")[0]
    assert 'method="post" action="/account/logout/"' in bar
    assert client.post("/account/logout/")["Location"] == "/account/login/"


def test_a_wrong_password_and_an_unknown_address_are_told_in_the_same_words(client: Client, cast: Any) -> None:
    wrong = sign_in(client, password="another password")
    unknown = sign_in(client, "nobody@bogota.example", "another password")
    errors = [list(response.context["form"].non_field_errors()) for response in (wrong, unknown)]
    assert errors[0] == errors[1] != []


def test_guessing_is_stopped_after_a_few_times(client: Client, cast: Any) -> None:
    for _ in range(6):
        sign_in(client, password="wrong password")
    assert sign_in(client).status_code != 302


def test_who_left_cannot_sign_in(client: Client, cast: Any) -> None:
    User.objects.filter(pk=cast.clerk.user.pk).update(is_active=False)
    sign_in(client)
    assert client.get("/account/me/").status_code == 302


@pytest.mark.parametrize(
    "path",
    ["signup/", "email/", "confirm-email/", "password/reset/", "password/set/", "login/code/confirm/", "2fa/webauthn/"],
)
def test_ways_that_this_house_does_not_have_are_not_there(client: Client, cast: Any, path: str) -> None:
    client.force_login(cast.clerk.user)
    for response in (client.get(f"/account/{path}"), client.post(f"/account/{path}", {"email": "a@b.example"})):
        assert response.status_code == 404


def test_a_second_factor_is_set_up_and_asked_for(client: Client, cast: Any) -> None:
    sign_in(client)
    client.post("/account/reauthenticate/", {"password": PASSWORD})
    secret = client.get("/account/2fa/totp/activate/").context["form"].secret
    assert client.post("/account/2fa/totp/activate/", {"code": digits(secret)}).status_code == 302
    client.post("/account/logout/")

    cache.clear()
    assert sign_in(client)["Location"] == "/account/2fa/authenticate/"
    assert client.get("/account/me/").status_code == 302  # the password alone opens nothing
    refused = client.post("/account/2fa/authenticate/", {"code": "000000"})
    assert "code" in refused.context["form"].errors
    [code] = Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes()[:1]
    assert client.post("/account/2fa/authenticate/", {"code": code})["Location"] == "/"
    assert client.get("/account/me/").context["mfa"] is True


def digits(secret: str) -> str:
    """What an authenticator app shows now (RFC 6238)."""
    return format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))


def test_every_page_of_the_account_is_in_the_houses_words(client: Client, cast: Any) -> None:
    sign_in(client)
    for path in ("logout/", "password/change/", "2fa/", "2fa/totp/activate/", "reauthenticate/", "me/"):
        page = client.get(f"/account/{path}", follow=True)
        assert page.status_code == 200
        assert "vv-page" in page.content.decode()


def test_language_and_zone_are_kept(client: Client, cast: Any) -> None:
    client.force_login(cast.clerk.user)
    client.post("/account/me/", {"language": "es", "zone": "Europe/Madrid"})
    kept = User.objects.get(pk=cast.clerk.user.pk)
    assert (kept.language, kept.zone) == ("es", "Europe/Madrid")
    assert client.get("/account/me/").headers["Content-Language"] == "es"


@pytest.mark.parametrize(
    "typed", [{"language": "es", "zone": "Bogotá"}, {"language": "tlh", "zone": "UTC"}, {"language": "", "zone": ""}]
)
def test_what_cannot_be_kept_stays_on_the_page(client: Client, cast: Any, typed: dict[str, str]) -> None:
    client.force_login(cast.clerk.user)
    response = client.post("/account/me/", typed)
    assert response.status_code == 422
    assert response.context["form"].data["zone"] == typed["zone"]
    kept = User.objects.get(pk=cast.clerk.user.pk)
    assert (kept.language, kept.zone) == ("en", "America/Bogota")


def test_a_reader_without_a_choice_on_this_machine_reads_his_own_language(client: Client, cast: Any) -> None:
    User.objects.filter(pk=cast.clerk.user.pk).update(language="ar")
    client.force_login(cast.clerk.user)
    assert 'dir="rtl"' in client.get("/account/me/", headers={"Accept-Language": "fr"}).content.decode()
