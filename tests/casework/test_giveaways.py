"""What is typed gives neither name nor place away, and the answer helps nobody to find them by trying."""

from typing import Any

import pytest
from django.core.cache import cache

from casework import giveaways, lifecycle
from casework.models import Request
from config.story.cases import IDENTITY
from directory.errors import Refusal
from directory.models import Membership, Site, User
from directory.roles import Role

pytestmark = pytest.mark.django_db
CITY = "Telde"


@pytest.fixture(autouse=True)
def nobody_tried() -> None:
    cache.clear()


@pytest.fixture
def colleague(cast: Any) -> Membership:
    """Of the authority that asks; he did not give the identity and may not open it."""
    user = User.objects.create_user("colleague@bogota.example", full_name="Some Colleague")
    return Membership.objects.create(user=user, authority=cast.prosecutor.authority, role=Role.CENTRAL_AUTHORITY)


def says(request: Request, by: Membership, text: str) -> str:
    try:
        lifecycle.consult(request=request, by=by, version=request.version, text=text)
    except Refusal as refusal:
        return refusal.code
    request.refresh_from_db()
    return "said"


def test_who_did_not_give_the_name_cannot_find_it_by_trying(colleague: Membership, consulting: Request) -> None:
    tried = [says(consulting, colleague, f"Is it {IDENTITY['given_name']}?") for _ in range(giveaways.TRIES)]
    assert tried == ["names_identity"] * giveaways.TRIES
    assert [says(consulting, colleague, text) for text in ("Is it Nobody?", IDENTITY["given_name"])] == [
        "too_many_names",
        "too_many_names",
    ]


def test_who_gave_the_name_is_told_as_often_as_he_types_it(cast: Any, consulting: Request) -> None:
    for _ in range(giveaways.TRIES + 1):
        assert says(consulting, cast.prosecutor, f"Ask {IDENTITY['given_name']}.") == "names_identity"
    assert says(consulting, cast.prosecutor, "Ask the witness.") == "said"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (f"The hearing takes place in {CITY}.", "names_place"),
        ("TELDE is far.", "names_place"),
        ("Use Witness Room A.", "names_place"),
        (f"We found {IDENTITY['family_name']}.", "names_identity"),  # the other State's clerks read it too
        ("Our ministry in Madrid answers.", "said"),
    ],
)
def test_the_requested_state_tells_neither_place_nor_name(cast: Any, consulting: Request, text: str, told: str) -> None:
    Site.objects.filter(kind=Site.Kind.WITNESS, name="Witness room A").update(city=CITY)
    assert says(consulting, cast.spain, text) == told


def test_the_court_that_a_grant_names_is_not_named_in_its_conditions(cast: Any, consulting: Request) -> None:
    court = cast.judge_madrid.authority
    facts = {"by": cast.spain, "version": consulting.version, "executing": court}
    with pytest.raises(Refusal) as refused:
        lifecycle.grant(request=consulting, conditions=[f"Written to {court.name}."], **facts)
    assert (refused.value.code, Request.objects.get().state) == ("names_place", "consulting")


def test_to_the_requesting_state_a_place_is_a_word_like_any_other(cast: Any, consulting: Request) -> None:
    assert says(consulting, cast.prosecutor, "Is Witness room A free?") == "said"
