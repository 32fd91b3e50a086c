"""A granted request of the Bogotá court and the plan of its hearing, in an otherwise empty calendar."""

import copy
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, TypeVar

import pytest
import time_machine
from django.test import override_settings
from django.urls import reverse

from casework.models import Request
from protection import people
from scheduler import booking
from scheduler.letters import mailing
from scheduler.models import Booking, Plan, Role
from scheduler.planning import plans
from tests.cast import Cast

NOW = datetime(2026, 11, 24, 14, 5, tzinfo=UTC)
# Wednesday 9 December 2026: 08:30 in Bogotá, 14:30 in Madrid, 13:30 in Las Palmas, where the witness is.
WEDNESDAY = datetime(2026, 12, 9, 13, 30, tzinfo=UTC)
IDENTITY = {"given_name": "Aïssatou", "family_name": "Traoré", "city": "Las Palmas", "zone": "Atlantic/Canary"}


@pytest.fixture
def today(time_machine: Any) -> datetime:
    """Tuesday 24 November 2026, 14:05 UTC; the clock stands still."""
    time_machine.move_to(NOW, tick=False)
    return NOW


def granted_request(cast: Cast, reference: str = "CO-2026-0311", **facts: Any) -> Request:
    """What casework leaves behind when Spain has granted a hearing of ninety minutes in French."""
    said = {
        "wanted_minutes": 90,
        "earliest": date(2026, 12, 1),
        "latest": date(2026, 12, 18),
        "notice_days": 10,
        "court_language": "es",
        "testimony_language": "fr",
        "interpreter_mode": "consecutive",
        "state": "granted",
        "submitted_at": NOW,
    }
    request = Request.objects.create(
        reference=reference,
        requesting=cast.prosecutor.authority,
        requested=cast.spain.authority,
        court=cast.judge.authority,
        executing=cast.judge_madrid.authority,
        created_by=cast.prosecutor,
        created_at=NOW,
        changed_at=NOW,
        **said | facts,
    )
    request.person = people.register(
        case=request.public_id, state=request.requested.state, identity=IDENTITY, by=cast.prosecutor
    )
    request.save(update_fields=["person"])
    concerned = [request.requested, request.court, *([request.executing] if request.executing else [])]
    people.share(person=request.person, authorities=concerned, by=cast.prosecutor)
    return request


def planned(cast: Cast, reference: str = "CO-2026-0311", **facts: Any) -> Plan:
    """Its plan, in hearing room 3 and the witness room."""
    plan = plans.draw_up(request=granted_request(cast, reference, **facts), by=cast.spain)
    for role, label, by in (
        (Role.ROOM, "Hearing room 3", cast.clerk),
        (Role.WITNESS_ROOM, "Witness room A", cast.clerk_madrid),
    ):
        need = plan.needs.get(role=role)
        version = Plan.objects.get(pk=plan.pk).version
        plans.choose(need=need, resources=[need.resources.get(label=label)], by=by, version=version)
    return Plan.objects.select_related("request").get(pk=plan.pk)


def told() -> None:
    """What the worker does after an act: whoever is concerned is written to."""
    for pk in Booking.objects.order_by("pk").values_list("pk", flat=True):
        mailing.tell(pk)


Made = TypeVar("Made")
DrawnUp = Callable[[str, Callable[[Cast], Made]], tuple[Made, Path] | None]


@pytest.fixture(scope="module")
def drawn_up(
    request: pytest.FixtureRequest, entered: Cast | None, django_db_blocker: Any, tmp_path_factory: Any
) -> DrawnUp[Any]:
    """Makes once a module what a fixture of this name is to give, and says with which keys; each test rolls back to it.

    None where a test of the module commits, or opens the database without that fixture: it would see what it did not
    ask for.
    """
    mine = [item for item in request.session.items if item.path == request.path]

    def draw_up(name: str, make: Callable[[Cast], Made]) -> tuple[Made, Path] | None:
        if entered is None or any(_opens_the_database(item) and name not in item.fixturenames for item in mine):
            return None
        keys = tmp_path_factory.mktemp("keys")
        with (
            override_settings(VAULT_DIR=keys),
            django_db_blocker.unblock(),
            time_machine.travel(NOW, tick=False),
        ):
            return make(copy.deepcopy(entered)), keys

    return draw_up


def _opens_the_database(item: Any) -> bool:
    return "db" in item.fixturenames or item.get_closest_marker("django_db") is not None


@pytest.fixture(scope="module")
def one_plan(drawn_up: DrawnUp[int]) -> tuple[int, Path] | None:
    return drawn_up("plan", lambda cast: planned(cast).pk)


@pytest.fixture
def plan(cast: Cast, today: datetime, one_plan: tuple[int, Path] | None, settings: Any) -> Plan:
    """The hearing of the witness who speaks French."""
    if one_plan is None:
        return planned(cast)
    pk, settings.VAULT_DIR = one_plan
    return Plan.objects.select_related("request").get(pk=pk)


def confirmed_and_told(cast: Cast) -> Booking:
    """A hearing that both courts have confirmed and everyone was told of, twice."""
    found = booking.hold(plan=planned(cast), starts=[WEDNESDAY], by=cast.clerk)
    told()
    for version, by in ((1, cast.clerk), (2, cast.clerk_madrid)):
        booking.confirm(booking=found, by=by, version=version)
    told()
    return found


@pytest.fixture(scope="module")
def one_booking(drawn_up: DrawnUp[int]) -> tuple[int, Path] | None:
    return drawn_up("booked", lambda cast: confirmed_and_told(cast).pk)


@pytest.fixture
def booked(cast: Cast, today: datetime, one_booking: tuple[int, Path] | None, settings: Any) -> tuple[Cast, Booking]:
    """The cast, and the confirmed booking of Wednesday 9 December, 13:30 UTC. It is still 24 November."""
    if one_booking is None:
        return cast, confirmed_and_told(cast)
    pk, settings.VAULT_DIR = one_booking
    return cast, Booking.objects.select_related("plan__request__person").get(pk=pk)


@pytest.fixture
def visit(client: Any) -> Callable[..., Any]:
    """Signs somebody in and gets (or posts to) a page; answers with the response."""

    def visit(member: Any, name: str, *args: Any, post: Any = None, replaced: str = "", **query: Any) -> Any:
        client.force_login(member.user)
        url = reverse(f"scheduler:{name}", args=args)
        headers = {"HX-Request": "true", "HX-Target": replaced} if replaced else {}
        return client.post(url, post) if post is not None else client.get(url, query, headers=headers)

    return visit
