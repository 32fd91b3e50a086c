"""An interpreter's account is linked when she says herself that it is she."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from directory import joining, linking, members
from directory.errors import NotFound, Refusal, Stale
from directory.members import Person
from directory.models import AuditEntry, Interpreter, Membership
from tests.directory.test_editing_api import Caller


def bruno() -> Interpreter:
    return Interpreter.objects.select_related("resource", "user").get(name="Bruno Claes")


@pytest.fixture
def account(cast: Any) -> Membership:
    """Bruno has been entered as somebody who signs in, and is linked to nothing."""
    person = Person(full_name="Bruno Claes", email="bruno@brussels.example", role="interpreter", zone="Europe/Brussels")
    row = members.invite(by=cast.clerk, person=person)
    return joining.join(membership=row.public_id, user=row.user)


def browser(by: Membership) -> Client:
    client = Client()
    client.force_login(by.user)
    return client


def test_nothing_is_linked_until_the_person_agrees(cast: Any, account: Membership) -> None:
    linking.ask(interpreter=bruno(), by=cast.clerk, version=1, account=account.public_id)
    assert (bruno().user, bruno().asked) == (None, account.user)
    linking.agree(interpreter=bruno().public_id, by=account)
    assert (bruno().user, bruno().asked) == (account.user, None)
    entries = AuditEntry.objects.filter(act__startswith="interpreter.account").order_by("id")
    assert [(one.act, one.actor) for one in entries] == [
        ("interpreter.account_asked", cast.clerk),
        ("interpreter.account_agreed", account),
    ]


@pytest.mark.parametrize("who", ["clerk", "judge", "interpreter", "clerk_madrid", "stranger"])
def test_nobody_agrees_in_her_place(cast: Any, account: Membership, who: str) -> None:
    linking.ask(interpreter=bruno(), by=cast.clerk, version=1, account=account.public_id)
    with pytest.raises(NotFound):
        linking.agree(interpreter=bruno().public_id, by=getattr(cast, who))
    assert bruno().user is None


def test_a_clerk_links_neither_himself_nor_a_judge_nor_who_is_linked(cast: Any, account: Membership) -> None:
    for chosen in (cast.clerk, cast.judge, cast.interpreter, cast.clerk_madrid):
        with pytest.raises(Refusal, match="account_unfit"):
            linking.ask(interpreter=bruno(), by=cast.clerk, version=1, account=chosen.public_id)
    for by in (cast.judge, cast.clerk_madrid, cast.spain, cast.interpreter):
        with pytest.raises(NotFound):
            linking.ask(interpreter=bruno(), by=by, version=1, account=account.public_id)
    assert bruno().asked is None


def test_another_account_is_asked_once_the_first_has_ended(cast: Any, account: Membership) -> None:
    awa = cast.interpreter.user.interpreter
    with pytest.raises(Refusal, match="account_there"):
        linking.ask(interpreter=awa, by=cast.clerk, version=1, account=account.public_id)
    members.end(membership=cast.interpreter, by=cast.clerk, version=1)
    linking.ask(interpreter=awa, by=cast.clerk, version=1, account=account.public_id)
    with pytest.raises(Stale):
        linking.withdraw(interpreter=awa, by=cast.clerk, version=1)
    linking.withdraw(interpreter=awa, by=cast.clerk, version=2)
    with pytest.raises(NotFound):
        linking.agree(interpreter=awa.public_id, by=account)


def test_she_is_asked_at_home_and_agrees_on_her_own_page(cast: Any, account: Membership) -> None:
    page = reverse("directory:interpreter", args=[bruno().public_id])
    assert "bruno@brussels.example" in browser(cast.clerk).get(page).content.decode()
    ask = reverse("directory:interpreter_account", args=[bruno().public_id])
    refused = browser(cast.clerk).post(ask, {"version": "1", "account": "nobody"})
    assert (refused.status_code, "Choose somebody who acts" in refused.content.decode()) == (422, True)
    assert browser(cast.clerk).post(ask, {"version": "1", "account": str(account.public_id)}).status_code == 302
    assert "was asked and has not agreed yet" in browser(cast.clerk).get(page).content.decode()
    hers = browser(account)
    assert "Say whether you are the interpreter Bruno Claes" in hers.get("/").content.decode()
    agree = reverse("directory:interpreter_agree", args=[bruno().public_id])
    assert f'action="{agree}"' in hers.get(reverse("directory:account")).content.decode()
    assert hers.post(agree).status_code == 302
    assert bruno().user == account.user
    assert hers.post(agree).status_code == 404


def test_the_same_over_the_api(cast: Any, account: Membership) -> None:
    clerk, hers = Caller(cast.clerk), Caller(account)
    path = f"/interpreters/{bruno().public_id}"
    asked = clerk("PUT", f"{path}/account", {"membership": str(account.public_id)}, version=1)
    assert (asked.status_code, asked["ETag"], asked.json()["asked"], asked.json()["linked"]) == (
        200,
        '"2"',
        True,
        False,
    )
    assert clerk("PUT", f"{path}/account", {"membership": None}).status_code == 428
    assert clerk("POST", f"{path}/agree").status_code == 404
    assert hers("POST", f"{path}/agree").status_code == 204
    assert clerk("GET", "/interpreters").json()[1]["linked"] is True
