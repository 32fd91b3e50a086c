"""An authority asks; whose address it is says yes or no, and nobody learns from the asking who has an account."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from directory import joining, members
from directory.errors import NotFound
from directory.members import Person
from directory.models import ApiToken, AuditEntry, Entrance, Letter, Membership
from directory.waiting import waiting
from tests.directory.test_members import link, set_password

NOBODY = "technician@nowhere.example"


@pytest.fixture(autouse=True)
def fresh_limits() -> None:
    cache.clear()


def asks(cast: Any, email: str, role: str = "technician", by: str = "clerk") -> Membership:
    person = Person(full_name="Typed Name", email=email, role=role, language="es", zone="America/Bogota")
    return members.invite(by=getattr(cast, by), person=person)


@pytest.fixture
def asked(cast: Any) -> Membership:
    """Bogotá's court has entered the address of Madrid's technician."""
    return asks(cast, cast.technician_madrid.user.email)


def signed_in(member: Membership) -> Client:
    browser = Client()
    browser.force_login(member.user)
    return browser


def api(member: Membership, method: str, path: str, body: Any = None, version: int = 1) -> Any:
    token = ApiToken.issue(user=member.user, expires_at=timezone.now() + timedelta(hours=1))
    headers = {"Authorization": f"Bearer {token}", "If-Match": str(version)}
    return Client().generic(method, f"/api/v1{path}", body or "", "application/json", headers=headers)


def test_who_has_an_account_elsewhere_joins_by_his_own_word_alone(cast: Any, asked: Membership) -> None:
    holder = cast.technician_madrid
    assert (asked.user, asked.active, Entrance.objects.count()) == (holder.user, False, 0)
    assert (Letter.objects.get().language, "welcome" in Letter.objects.get().body) == (holder.user.language, False)
    [task] = waiting(holder)
    browser = signed_in(holder)
    page = browser.get(task.url).content.decode()
    assert asked.authority.name in page
    browser.post(f"{task.url}{asked.public_id}/join/")
    asked.refresh_from_db()
    assert (asked.active, asked.shown, waiting(holder)) == (True, holder.user.full_name, [])
    assert AuditEntry.objects.get(act="membership.joined").actor == asked
    assert holder.user.full_name in signed_in(cast.clerk).get("/directory/own/").content.decode()


def test_it_goes_over_the_api_too(cast: Any, asked: Membership) -> None:
    holder = cast.technician_madrid
    assert [row["id"] for row in api(holder, "GET", "/me").json()["asked"]] == [str(asked.public_id)]
    for stranger in (cast.clerk, cast.clerk_madrid, cast.technician):
        assert api(stranger, "POST", f"/me/asked/{asked.public_id}/join").status_code == 404
    assert api(holder, "POST", f"/me/asked/{asked.public_id}/join").status_code == 200
    assert api(holder, "GET", "/me").json()["code"] == "acting_for_needed"  # he acts for two now


def seen(cast: Any, row: Membership) -> list[str]:
    """All that the clerk who asked is told of it, without what differs between any two."""
    browser, version = signed_in(cast.clerk), row.version
    told = [
        browser.get(f"/members/{row.public_id}/"),
        browser.post(f"/members/{row.public_id}/", {"version": 0}),
        api(cast.clerk, "PUT", f"/memberships/{row.public_id}/hours", '{"hours": null}', 0),
        browser.get("/directory/own/"),
        api(cast.clerk, "GET", "/memberships"),
        browser.post(f"/members/{row.public_id}/link/", follow=True),
        api(cast.clerk, "POST", f"/memberships/{row.public_id}/end", version=version + 1),
        browser.get(f"/members/{row.public_id}/"),
        api(cast.clerk, "POST", f"/memberships/{row.public_id}/resume", version=version + 2),
    ]
    return [f"{one.status_code} {plain(one.content.decode(), row)}" for one in told]


def plain(text: str, row: Membership) -> str:
    for word in (str(row.public_id), row.user.email):
        text = text.replace(word, "THIS")
    return re.sub(r'("X-CSRFToken": |name="csrfmiddlewaretoken" value=|nonce=|datetime=)"[^"]+"|\d+:\d\d', "", text)


@pytest.mark.parametrize("holder_refused", [False, True])
def test_the_clerk_cannot_tell_an_address_with_an_account_from_one_without(cast: Any, holder_refused: bool) -> None:
    told = []
    for email in (cast.technician_madrid.user.email, NOBODY):
        row = asks(cast, email)
        if holder_refused and email != NOBODY:
            joining.refuse(membership=row.public_id, user=row.user, by=cast.technician_madrid)
            row.refresh_from_db()
        told.append(seen(cast, row))
        assert [
            word for text in told[-1] for word in (row.user.full_name, "Typed Name", "Europe/Madrid") if word in text
        ] == []
        Membership.objects.filter(pk=row.pk).delete()
    assert told[0] == told[1]


def test_what_was_typed_is_refused_alike_too(cast: Any) -> None:
    codes = []
    for email in (cast.technician_madrid.user.email, NOBODY):
        for wrong in ({"full_name": ""}, {"zone": "Mars"}, {"language": "tlh"}):
            form = {"full_name": "A", "email": email, "role": "technician", "language": "es", "zone": "UTC"} | wrong
            answer = signed_in(cast.clerk).post("/members/new/", form)
            codes.append((answer.status_code, answer.context["refusal"].code, answer.context["refusal"].field))
    assert codes[:3] == codes[3:]
    assert [code for code, _word, _field in codes] == [422] * 6


def test_a_no_stays_between_the_holder_and_himself(cast: Any, asked: Membership) -> None:
    holder = cast.technician_madrid
    signed_in(holder).post(f"/account/asked/{asked.public_id}/refuse/")
    asked.refresh_from_db()
    assert (asked.active, asked.version, waiting(holder)) == (False, 1, [])
    entry = AuditEntry.objects.get(act="account.refused_to_join")
    assert not AuditEntry.objects.visible_to(cast.auditor).filter(pk=entry.pk).exists()
    members.send_link(membership=asked, by=cast.clerk)  # she asks again, and he may
    assert len(waiting(holder)) == 1


def test_a_sensitive_role_is_asked_after_the_colleague_has_agreed(cast: Any) -> None:
    row = asks(cast, cast.judge_madrid.user.email, role="judge")
    assert (waiting(cast.judge_madrid), Letter.objects.count()) == ([], 0)
    with pytest.raises(NotFound):
        joining.join(membership=row.public_id, user=cast.judge_madrid.user)
    members.agree(membership=row, by=cast.judge, version=1)
    assert joining.join(membership=row.public_id, user=cast.judge_madrid.user).active is True


def test_whom_two_authorities_ask_joins_each_by_itself(cast: Any) -> None:
    first, second = asks(cast, NOBODY), asks(cast, NOBODY, by="clerk_madrid")
    assert (first.user, signed_in(cast.clerk_madrid).get(f"/members/{second.public_id}/").context["member"].shown) == (
        second.user, NOBODY,
    )  # fmt: skip
    set_password(Client(), link())  # the newer letter's
    assert [row.consent for row in Membership.objects.filter(user=first.user).order_by("pk")] == ["asked", "given"]


def test_who_acts_for_nobody_any_more_is_led_to_the_question(cast: Any) -> None:
    holder = cast.technician_madrid
    members.end(membership=holder, by=cast.clerk_madrid, version=1)
    row, browser = asks(cast, holder.user.email), signed_in(holder)
    page = browser.get("/", follow=True)
    assert (page.request["PATH_INFO"], row.authority.name in page.content.decode()) == ("/account/asked/", True)
    answer = browser.post(f"/account/asked/{row.public_id}/join/", follow=True)
    assert answer.request["PATH_INFO"] == "/"


def test_who_acts_for_nobody_says_yes_or_no_with_a_key_to_the_api_and_nothing_else(cast: Any) -> None:
    holder = cast.technician_madrid
    members.end(membership=holder, by=cast.clerk_madrid, version=1)
    first, second = asks(cast, holder.user.email), asks(cast, holder.user.email, by="clerk_madrid", role="auditor")
    me = api(holder, "GET", "/me").json()
    assert (me["acting"], me["memberships"], len(me["asked"])) == (None, [], 2 - (second.waits_since is not None))
    assert api(holder, "GET", "/requests").json()["code"] == "acting_for_needed"
    assert api(cast.technician, "POST", f"/me/asked/{first.public_id}/join").status_code == 404
    joined = api(holder, "POST", f"/me/asked/{first.public_id}/join").json()
    assert [row["id"] for row in joined["memberships"]] == [str(first.public_id)]
    assert api(holder, "GET", "/me").json()["acting"]["id"] == str(first.public_id)
