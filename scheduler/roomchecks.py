"""How a room's link has been: measured at night by a machine of the court, or by its technician on any day.

Nobody outside the room's own authority learns of it: the way to a witness room tells where the room is.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from directory import audit, post
from directory.errors import NotFound
from directory.models import Membership, Site
from directory.roles import Act, Role, permits
from directory.tasklist import Task
from scheduler import checks
from scheduler.models import RoomCheck

SHOWN = timedelta(days=30)
SPEAKS_FOR = timedelta(days=7)
"""How long a measurement says how a room's link is: a machine that measures once a week keeps it known."""
WIDTH, HEIGHT = 300, 50  # of the drawing: ten units a day; one up is two of R


@dataclass(frozen=True)
class Standing:
    """What is known of a room's link: its newest check, and until when that speaks for it (an instant)."""

    site: Site
    check: RoomCheck | None
    until: datetime | None
    speaks: bool


@dataclass(frozen=True)
class Dot:
    """One check on the drawing; `word` of its verdict, R and the day are told beside it."""

    x: float
    y: float
    verdict: str


def site_of(public_id: UUID, by: Membership | None) -> Site:
    """The room, if it is the member's own authority's and his role tests links. Refuses `not_found`."""
    if by is None or not (permits(by.role, Act.TEST_RUN) and permits(by.role, Act.SITE_READ)):
        raise NotFound
    found = Site.objects.filter(public_id=public_id, authority=by.authority_id, resource__active=True).first()
    if found is None:
        raise NotFound
    return found


@transaction.atomic
def record(*, site: Site, by: Membership, measured: Mapping[str, Any], now: datetime | None = None) -> RoomCheck:
    """Keep a measurement, and write to the technicians where the link has just turned bad.

    Refuses `check_malformed` and `not_found`.
    """
    site = site_of(site.public_id, by)
    before = site.checks.first()
    check: RoomCheck = site.checks.create(taken_by=by, taken_at=now or timezone.now(), **checks.read(measured))
    if check.verdict == RoomCheck.Verdict.UNFIT and (before is None or before.verdict != check.verdict):
        _tell(check)
    audit.append("room.checked", by=by, about=site, facts={"verdict": check.verdict})
    return check


def history(site: Site, now: datetime) -> list[RoomCheck]:
    """The checks of the last thirty days, the newest first."""
    return list(site.checks.filter(taken_at__gt=now - SHOWN))


def drawn(rows: Sequence[RoomCheck], now: datetime) -> list[Dot]:
    """Each check as a dot: the newest at the right edge, the best at the top."""
    return [
        Dot(
            x=round(WIDTH * (1 - (now - one.taken_at) / SHOWN), 1),
            y=round(HEIGHT * (1 - max(0.0, min(100.0, one.r_factor or 0.0)) / 100), 1),
            verdict=one.verdict,
        )
        for one in rows
    ]


def standings(by: Membership, now: datetime) -> list[Standing]:
    """The rooms of the member's own authority with how each one's link stands, for who books them.

    Beside a hearing a witness room's name tells the place: others read the rooms on a page of their own.
    """
    if not (permits(by.role, Act.SITE_READ) and permits(by.role, Act.BOOKING_HOLD)):
        return []
    rows = RoomCheck.objects.visible_to(by).order_by("site_id", "-taken_at", "-id").distinct("site_id")
    newest = {one.site_id: one for one in rows}
    sites = Site.objects.filter(authority=by.authority_id, resource__active=True).order_by("name")
    return [_standing(site, newest.get(site.pk), now) for site in sites]


def _standing(site: Site, check: RoomCheck | None, now: datetime) -> Standing:
    until = check.taken_at + SPEAKS_FOR if check else None
    return Standing(site, check, until, speaks=until is not None and until > now)


def tasks(by: Membership, now: datetime) -> list[Task]:
    """The rooms of a technician's court whose link was not fit when it was last measured."""
    newest = RoomCheck.objects.visible_to(by).order_by("site_id", "-taken_at", "-id").distinct("site_id")
    rows = [one for one in newest.select_related("site") if one.taken_at > now - SPEAKS_FOR]
    return [_task(one.site) for one in rows if one.verdict == RoomCheck.Verdict.UNFIT]


def _task(site: Site) -> Task:
    return Task(
        sentence=_("The link of %(room)s is not fit") % {"room": site.name},
        why=_("It was measured without a hearing. Mend it before the next one is heard there."),
        url=reverse("scheduler:room", args=[site.public_id]) + "#link",
        act_word=_("See the figures"),
        icon="reception-1",
    )


def _tell(check: RoomCheck) -> None:
    """To the technicians of the room's court. The letter names no room: it may be the one where a witness sits."""
    rows = Membership.objects.filter(authority=check.site.authority_id, role=Role.TECHNICIAN, active=True)
    for member in rows.filter(user__is_active=True).select_related("user"):
        with override(member.user.language):
            post.send(
                key=f"room:{check.public_id}:{member.public_id}",
                to=member.user.email,
                language=member.user.language,
                subject=_("The link of a room of your court is not fit"),
                text=_("A measurement has found it so. Which room, and what to do:") + f"\n\n{_address(check.site)}\n",
            )


def _address(site: Site) -> str:
    return settings.SITE_URL + reverse("scheduler:room", args=[site.public_id]) + "#link"
