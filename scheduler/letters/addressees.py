"""Who is written to about a booking, where and in which language. The witness is written to by nobody."""

from dataclasses import dataclass

from directory.models import Authority, Membership, Resource, User
from directory.roles import Role as Member
from scheduler.models import Booking, Invitation, Plan, Reservation, Role, Side

# What is read of a plan to say its times: whose clocks, and for whom which measures are in force.
PLAN = (
    "booking__plan__request__person",
    "booking__plan__request__court",
    "booking__plan__request__executing",
    "booking__plan__request__requesting",
    "booking__plan__request__requested__state",
)
ACCOUNTS = ("resource__interpreter__user", "resource__user", "member__user")  # what `user_of` reads


@dataclass(frozen=True, kw_only=True)
class Addressee:
    """Somebody who is to be invited to one sitting."""

    role: str
    side: str
    address: str
    language: str
    resource: Resource | None = None
    member: Membership | None = None


def of(booking: Booking) -> dict[int, dict[str, Addressee]]:
    """Sitting id → address → who: the clerks of both sides, who have to confirm, then everybody reserved."""
    clerks = _clerks(booking.plan)
    rows = Reservation.objects.filter(sitting__booking=booking, active=True)
    rows = rows.exclude(resource__kind=Resource.Kind.SITE).exclude(role=Role.WITNESS)
    found: dict[int, dict[str, Addressee]] = {one.pk: dict(clerks) for one in booking.sittings.all()}
    people = list(rows.select_related("resource__user", "resource__interpreter__user").order_by("id"))
    in_office = _in_office([row.resource for row in people])
    for row in people:
        if (who := _booked(row)) and row.resource_id in in_office:
            found[row.sitting_id].setdefault(who.address, who)
    return found


def _in_office(resources: list[Resource]) -> set[int]:
    """Those without an account, and those whose account still acts for the court whose person it is."""
    users = {one.pk: user for one in resources if (user := account(one))}
    rows = Membership.objects.filter(user__in=set(users.values()), user__is_active=True, active=True)
    acts = set(rows.values_list("user", "authority"))
    return {one.pk for one in resources if one.pk not in users or (users[one.pk].pk, one.authority_id) in acts}


def user_of(invitation: Invitation) -> User | None:
    """The account behind an invitation: the member's, the booked person's, or the interpreter's if he has one."""
    return invitation.member.user if invitation.member else account(invitation.resource)


def account(resource: Resource | None) -> User | None:
    """The account of a person or of an interpreter who has one."""
    interpreter = getattr(resource, "interpreter", None)
    return getattr(resource, "user", None) or (interpreter.user if interpreter else None)


def zone_of(invitation: Invitation) -> str:
    """The zone on whose clock the person lives."""
    user = user_of(invitation)
    if user is not None:
        return user.zone
    return invitation.resource.zone if invitation.resource else "UTC"


def language_of(invitation: Invitation) -> str:
    """In which he is written to: as he reads the pages now; who has no account, as he was invited."""
    user = user_of(invitation)
    return user.language if user else invitation.language


def rooms(booking: Booking) -> dict[tuple[int, str], list[Resource]]:
    """(sitting id, side) → the rooms kept for it."""
    rows = Reservation.objects.filter(sitting__booking=booking, resource__kind=Resource.Kind.SITE)
    found: dict[tuple[int, str], list[Resource]] = {}
    for row in rows.filter(active=True).select_related("resource").order_by("id"):
        found.setdefault((row.sitting_id, row.side), []).append(row.resource)
    return found


def _booked(row: Reservation) -> Addressee | None:
    user = account(row.resource)
    interpreter = getattr(row.resource, "interpreter", None)
    address = user.email if user else (interpreter.email if interpreter else "")
    if not address:
        return None
    language = user.language if user else "en"
    return Addressee(role=row.role, side=row.side, address=address.lower(), language=language, resource=row.resource)


def _clerks(plan: Plan) -> dict[str, Addressee]:
    request = plan.request
    courts = {
        Side.REQUESTING: request.court or request.requesting,
        Side.REQUESTED: request.executing or request.requested,
    }
    members = [(side, one) for side, court in courts.items() for one in _members(court)]
    return {
        one.user.email.lower(): Addressee(
            role=Role.CLERK, side=side, address=one.user.email.lower(), language=one.user.language, member=one
        )
        for side, one in members
    }


def _members(court: Authority) -> list[Membership]:
    clerks = court.memberships.filter(role=Member.CLERK, active=True, user__is_active=True)
    return list(clerks.select_related("user"))
