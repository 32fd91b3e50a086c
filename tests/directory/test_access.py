"""Fetching and authorising are one call; secret, absent and not permitted look alike."""

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from directory import access
from directory.errors import NotFound
from directory.models import Authority, Membership, Site
from directory.roles import Act, Role


@pytest.fixture
def room(cast: Any) -> Site:
    return Site.objects.get(authority=cast.clerk.authority, name="Hearing room 3")


def test_the_clerk_in_bogota_fetches_her_own_room(cast: Any, room: Site) -> None:
    assert access.fetch(Site.objects, by=cast.clerk, act=Act.SITE_READ, public_id=room.public_id) == room


def test_absent_foreign_and_not_permitted_are_told_in_the_same_words(cast: Any, room: Site) -> None:
    attempts = [
        # No such room.
        (cast.clerk, Act.SITE_READ, uuid4()),
        # Another State's.
        (cast.clerk_madrid, Act.SITE_READ, room.public_id),
        (cast.stranger, Act.SITE_READ, room.public_id),
        # Not the defence's business.
        (cast.defence, Act.SITE_READ, room.public_id),
        # Nobody at all, and no id at all.
        (None, Act.SITE_READ, room.public_id),
        (cast.clerk, Act.SITE_READ, "room 3"),
    ]
    told = set()
    for by, act, public_id in attempts:
        with pytest.raises(NotFound) as refused:
            access.fetch(Site.objects, by=by, act=act, public_id=public_id)
        told.add((str(refused.value.sentence), refused.value.code, refused.value.status))
    assert len(told) == 1


def test_a_member_sees_every_central_authority_and_only_his_own_courts(cast: Any) -> None:
    seen = Authority.objects.visible_to(cast.clerk).exclude(kind=Authority.Kind.CENTRAL)
    assert list(seen) == [cast.clerk.authority]


def test_a_model_tells_its_id_and_nothing_else(cast: Any, room: Site) -> None:
    for row in (room, room.resource, cast.clerk, cast.clerk.user, cast.clerk.authority):
        assert str(row) == f"{row._meta.model_name} {row.public_id}"


def test_a_stranger_is_sent_to_sign_in(client: Client, cast: Any) -> None:
    response = client.get("/rooms/")
    assert (response.status_code, response["Location"]) == (302, "/account/login/?next=/rooms/")


def test_an_account_without_a_membership_sees_nothing(client: Client, cast: Any) -> None:
    Membership.objects.filter(pk=cast.clerk.pk).update(active=False)
    client.force_login(cast.clerk.user)
    assert client.get("/rooms/").status_code == 404


def test_a_role_that_may_not_see_rooms_finds_no_such_page(client: Client, cast: Any) -> None:
    client.force_login(cast.defence.user)
    assert client.get("/rooms/").status_code == 404


def test_a_chosen_membership_holds_until_it_ends(client: Client, cast: Any) -> None:
    second = Membership.objects.create(user=cast.clerk.user, authority=cast.clerk.authority, role=Role.AUDITOR)
    client.force_login(cast.clerk.user)
    client.post("/account/acting/", {"membership": str(second.public_id)})
    assert client.get("/audit/").status_code == 200
    Membership.objects.filter(pk=second.pk).update(active=False)
    assert client.get("/audit/").status_code == 404


@pytest.mark.parametrize("wanted", ["", "not an id", "1aa92611-5147-4864-a422-4c4378f875c7"])
def test_acting_for_what_is_not_ones_own_changes_nothing(client: Client, cast: Any, wanted: str) -> None:
    client.force_login(cast.clerk.user)
    client.post("/account/acting/", {"membership": wanted})
    assert client.get("/account/me/").context["request"].acting == cast.clerk


def test_nobody_acts_by_another_persons_membership(client: Client, cast: Any) -> None:
    client.force_login(cast.clerk.user)
    client.post("/account/acting/", {"membership": str(cast.auditor.public_id)})
    assert client.get("/audit/").status_code == 404
