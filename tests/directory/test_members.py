"""How people come and go: by letter, with a second person's word where the role is a sensitive one."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from directory import delivery, members
from directory.errors import NotFound, Refusal, Stale
from directory.members import Person
from directory.models import ApiToken, Entrance, Letter, Membership, User
from directory.waiting import waiting

PASSWORD = "correct horse battery staple"


@pytest.fixture(autouse=True)
def fresh_limits() -> None:
    cache.clear()


def person(role: str, email: str = "Nuria@Bogota.example") -> Person:
    return Person(full_name="Nuria Gómez", email=email, role=role, language="es", zone="America/Bogota")


def link() -> str:
    """The way in, as it stands in the newest letter when it leaves."""
    text = delivery.mime_of(Letter.objects.first()).get_body().get_content()  # type: ignore[arg-type, union-attr]
    found = re.search(r"/account/welcome/[^\s/]+/", "".join(text.split("\n")))
    assert found
    return found[0]


def set_password(client: Client, path: str) -> Any:
    page = client.get(path, follow=True)
    form = page.context["action_url"]
    return client.post(form, {"password1": PASSWORD, "password2": PASSWORD}, follow=True)


def test_somebody_invited_sets_a_password_and_comes_in(client: Client, cast: Any) -> None:
    row = members.invite(by=cast.clerk, person=person("technician"))
    letter = Letter.objects.get()
    assert (letter.to, letter.language, row.active) == ("nuria@bogota.example", "es", False)
    assert "{sealed:entrance:" in letter.body  # the database holds no link that opens anything
    path = link()
    for _look in range(2):  # programs that read mail look at every link
        assert client.get(path).status_code == 302
    assert set_password(client, path).status_code == 200
    assert client.post("/account/login/", {"login": "nuria@bogota.example", "password": PASSWORD})["Location"] == "/"
    assert client.get("/account/me/").context["request"].acting == row
    assert Client().get(path).status_code == 404  # once


def test_a_link_ends_with_its_time_with_a_newer_one_and_with_the_membership(client: Client, cast: Any) -> None:
    row = members.invite(by=cast.clerk, person=person("technician"))
    first = link()
    members.send_link(membership=row, by=cast.clerk)
    second = link()
    assert [client.get(path).status_code for path in (first, second)] == [404, 302]
    Entrance.objects.update(expires_at=timezone.now())
    assert client.get(second).status_code == 404
    members.send_link(membership=row, by=cast.clerk)
    third = link()
    members.end(membership=row, by=cast.clerk, version=3)
    forged = third.replace("~", "~A")
    assert [client.get(path).status_code for path in (third, forged)] == [404, 404]


def test_who_lost_the_password_is_sent_a_link_and_the_old_one_opens_nothing(client: Client, cast: Any) -> None:
    members.send_link(membership=cast.technician, by=cast.clerk)
    set_password(client, link())
    user = User.objects.get(pk=cast.technician.user_id)
    assert (user.check_password(PASSWORD), user.check_password("demo-only-password")) == (True, False)


@pytest.mark.parametrize("role", ["judge", "clerk", "central_authority"])
def test_a_sensitive_role_waits_for_a_second_person(client: Client, cast: Any, role: str) -> None:
    row = members.invite(by=cast.clerk, person=person(role))
    assert (row.active, Letter.objects.count()) == (False, 0)
    for nobody in (cast.clerk, row, cast.technician, cast.auditor, cast.clerk_madrid, None):
        with pytest.raises(NotFound):
            members.agree(membership=row, by=nobody, version=1)
    [task] = [task for task in waiting(cast.judge) if "nuria" in str(task.sentence)]
    client.force_login(cast.judge.user)
    assert "Agree: nuria@bogota.example as" in client.get(task.url).content.decode()
    client.post(f"{task.url}agree/", {"version": "1"})
    row.refresh_from_db()
    assert (row.active, row.waits_since, Letter.objects.count()) == (False, None, 1)
    assert waiting(cast.judge) == []
    set_password(Client(), link())
    row.refresh_from_db()
    assert (row.active, row.consent) == (True, "given")


def test_a_sensitive_role_that_is_resumed_waits_again(cast: Any) -> None:
    ended = members.end(membership=cast.judge, by=cast.clerk, version=1)
    again = members.resume(membership=ended, by=cast.clerk, version=2)
    assert (again.active, again.waits_since is None) == (False, False)
    with pytest.raises(NotFound):
        members.agree(membership=again, by=cast.clerk, version=3)


def test_a_colleague_who_gets_a_second_role_is_not_asked_again(cast: Any) -> None:
    other = Person(full_name="", email=cast.technician.user.email, role="prosecutor")
    row = members.invite(by=cast.clerk, person=other)
    assert (row.user, row.active, Entrance.objects.count()) == (cast.technician.user, True, 0)
    assert "welcome" not in Letter.objects.get().body
    with pytest.raises(Refusal, match="member_already"):
        members.invite(by=cast.clerk, person=other)


def test_access_falls_at_once_on_pages_and_api(client: Client, cast: Any) -> None:
    client.force_login(cast.technician.user)
    token = ApiToken.issue(user=cast.technician.user, expires_at=timezone.now() + timedelta(days=1))
    bearer = {"Authorization": f"Bearer {token}"}
    before = client.get("/rooms/").status_code, client.get("/api/v1/sites", headers=bearer).status_code
    members.end(membership=cast.technician, by=cast.clerk, version=1)
    after = client.get("/rooms/").status_code, client.get("/api/v1/sites", headers=bearer).status_code
    assert (before, after) == ((200, 200), (404, 403))


def test_nobody_ends_himself_or_a_version_he_has_not_read(cast: Any) -> None:
    with pytest.raises(Refusal, match="own_membership"):
        members.end(membership=cast.clerk, by=cast.clerk, version=1)
    with pytest.raises(Stale):
        members.end(membership=cast.technician, by=cast.clerk, version=4)
    for by in (cast.judge, cast.clerk_madrid, cast.stranger, None):
        with pytest.raises(NotFound):
            members.end(membership=cast.technician, by=by, version=1)
    assert Membership.objects.filter(active=False).count() == 0


@pytest.mark.parametrize(
    ("facts", "field"),
    [({"email": "nobody"}, "email"), ({"role": "king"}, "role"), ({"full_name": ""}, "full_name"),
     ({"zone": "Mars"}, "zone"), ({"language": "tlh"}, "language")],
)  # fmt: skip
def test_what_does_not_fit_is_refused_at_its_field(cast: Any, facts: dict[str, str], field: str) -> None:
    told = {"full_name": "Nuria Gómez", "email": "n@x.example", "role": "technician"} | facts
    with pytest.raises(Refusal) as refused:
        members.invite(by=cast.clerk, person=Person(**told))
    assert (refused.value.status, refused.value.field) == (422, field)


def test_a_person_can_be_booked_at_the_hours_entered(cast: Any) -> None:
    week = {"mon": [["09:00", "14:00"]]}
    one = members.be_bookable(membership=cast.technician, by=cast.clerk, version=0, hours=week, preferred=None)
    assert (one.kind, one.label, one.zone, one.hours) == ("person", "Paola Núñez", "America/Bogota", week)
    with pytest.raises(Stale):
        members.be_bookable(membership=cast.technician, by=cast.clerk, version=0, hours=None, preferred=None)
    again = members.be_bookable(membership=cast.technician, by=cast.clerk, version=1, hours=None, preferred=week)
    assert (again.pk, again.hours, again.preferred) == (one.pk, None, week)


def test_somebody_who_reads_the_trail_waits_for_a_second_person_too(cast: Any) -> None:
    row = members.invite(by=cast.clerk, person=person("auditor"))
    assert (row.active, row.waits_since is None) == (False, False)
