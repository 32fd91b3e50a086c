"""What of the scheduler waits for a member on his home page."""

from datetime import datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from directory import times
from directory.models import Membership
from directory.roles import Act, permits
from directory.tasklist import Task
from directory.times import date_words
from protection import people
from scheduler import roomchecks
from scheduler.booking import absent, clockletters, recheck
from scheduler.checks import BEFORE, holds, latest
from scheduler.letters import answers, arrivals, wording
from scheduler.models import Booking, ConnectionCheck, Invitation, Plan, Stray


def waiting(by: Membership) -> list[Task]:
    """What his role does here: clerks confirm holds and find times, technicians test the links."""
    troubled = map(_undelivered, arrivals.troubled(by))
    return [*_of_clerks(by), *_of_guests(by), *_of_technicians(by), *_of_the_post(by), *troubled, *_of_rooms(by)]


def _of_the_post(by: Membership) -> list[Task]:
    """Replies that could not be counted, for those who may decide on them."""
    waiting = Stray.objects.visible_to(by).waiting().count()
    if not waiting:
        return []
    sentence = ngettext("%(n)s reply did not fit", "%(n)s replies did not fit", waiting) % {"n": waiting}
    why = _("Somebody answered an invitation, and the answer was not counted.")
    return [Task(sentence=sentence, why=why, url=reverse("scheduler:replies"), act_word=_("Decide"), icon="envelope")]


def _undelivered(booking: Booking) -> Task:
    return Task(
        sentence=_("%(title)s: a letter did not arrive") % {"title": wording.title(booking.plan)},
        why=_("It came back, was refused, or may not have left. Whom it is for may not know of the hearing."),
        url=reverse("scheduler:booking", args=[booking.public_id]),
        act_word=_("See which"),
        due=booking.next(timezone.now()).start,
        icon="envelope-exclamation",
    )


def _of_clerks(by: Membership) -> list[Task]:
    """Holds that the member's side has not confirmed, the first to run out first; then hearings without a time."""
    if not permits(by.role, Act.BOOKING_CONFIRM):
        return []
    now = timezone.now()
    held = Booking.objects.visible_to(by).filter(state=Booking.State.HELD, expires_at__gt=now)
    ours = [one for one in held.select_related("plan__request").order_by("expires_at") if _is_asked(one, by)]
    timeless = Plan.objects.visible_to(by).exclude(bookings__state=Booking.State.CONFIRMED)
    open_plans = timeless.exclude(bookings__in=held).filter(request__state="granted")
    wanted = open_plans.select_related("request__person").order_by("latest")
    coming = list(Booking.objects.visible_to(by).live().exclude(pk__in=Booking.objects.expired(now)))
    return [*_of_the_clocks(by, now), *absent.tasks(coming, by, now), *map(_confirm, ours), *map(_find, wanted)]


def _of_guests(by: Membership) -> list[Task]:
    """Invitations that wait for the member's own word, one a hearing; who confirms a time has said it by that."""
    if permits(by.role, Act.BOOKING_CONFIRM):
        return []
    asked = answers.coming(by.user, timezone.now()).filter(partstat=Invitation.Answer.NONE, withdrawn_at=None)
    live = asked.filter(booking__in=Booking.objects.live()).select_related("booking__plan")
    first = {one.booking_id: one for one in reversed(live)}
    return [_answer(one, by) for one in reversed(first.values())]


def _answer(invitation: Invitation, by: Membership) -> Task:
    start = invitation.sitting.start
    told = times.local(start, by.user.zone, get_language() or "en")
    facts = {"title": wording.title(invitation.booking.plan), "date": told.date, "time": f"{told.time} {told.zone}"}
    return Task(
        sentence=_("%(title)s on %(date)s, %(time)s: say whether you can come") % facts,
        why=_("Nobody has your answer yet."),
        url=reverse("scheduler:invitation", args=[invitation.public_id]),
        act_word=_("Answer"),
        due=start,
        icon="envelope-open",
    )


def _of_the_clocks(by: Membership, now: datetime) -> list[Task]:
    """Bookings whose local time the clocks' new rules have moved, until the member's side has answered."""
    doubtful = Booking.objects.visible_to(by).live().exclude(sittings__asked_version="")
    rows = doubtful.filter(sittings__during__startswith__gt=now).select_related("plan__request").distinct()
    asked = [(one, recheck.asked(one, now)) for one in rows]
    waits = [(one, found) for one, found in asked if found and not _has_answered(one, by, now)]
    return [clockletters.task(one, found[0].sitting.start) for one, found in waits]


def _has_answered(booking: Booking, by: Membership, now: datetime) -> bool:
    side = booking.plan.side_of(by)
    return side is None or recheck.has_answered(booking, side, now)


def _of_technicians(by: Membership) -> list[Task]:
    """Hearings so near that a test made now still holds when they begin, and whose link is not tested or not fit."""
    if not permits(by.role, Act.TEST_SIGN):
        return []
    now = timezone.now()
    near = Booking.objects.visible_to(by).filter(
        state=Booking.State.CONFIRMED,
        sittings__during__endswith__gt=now,
        sittings__during__startswith__lt=now + BEFORE,
    )
    rows = near.select_related("plan__request").distinct()
    untested = [one for one in rows if not _tested(one, by, now)]
    return [_test(one) for one in sorted(untested, key=lambda one: one.next(now).start)]


def _of_rooms(by: Membership) -> list[Task]:
    """Rooms whose link has turned bad, for their technicians."""
    return roomchecks.tasks(by, timezone.now()) if permits(by.role, Act.TEST_SIGN) else []


def _tested(booking: Booking, by: Membership, now: datetime) -> bool:
    check = latest(booking).get(booking.plan.side_of(by) or "")
    if check is None or check.verdict == ConnectionCheck.Verdict.UNFIT:
        return False
    return holds(check, now, booking.next(now).start)


def _is_asked(booking: Booking, by: Membership) -> bool:
    side = booking.plan.side_of(by)
    return side is not None and booking.confirmed_at(side) is None


def _confirm(booking: Booking) -> Task:
    return Task(
        sentence=_("%(title)s: confirm the time held") % {"title": wording.title(booking.plan)},
        why=_("If one side does not confirm in time, rooms and people are free again."),
        url=reverse("scheduler:booking", args=[booking.public_id]),
        act_word=_("Confirm"),
        due=booking.expires_at,
        icon="bookmark-check",
    )


def _find(plan: Plan) -> Task:
    return Task(
        sentence=_("%(title)s: find a time") % {"title": wording.title(plan)},
        why=_("%(who)s. It is granted and has no time yet; the last day is %(day)s.") % _whom_and_when(plan),
        url=reverse("scheduler:times", args=[plan.public_id]),
        act_word=_("Find a time"),
        icon="calendar-plus",
    )


def _whom_and_when(plan: Plan) -> dict[str, str]:
    """What tells one hearing without a time from another: the pseudonym, and how long there is."""
    person = plan.request.person
    who = people.label(person) if person else plan.request.reference
    return {"who": who, "day": date_words(plan.latest, get_language() or "en")}


def _test(booking: Booking) -> Task:
    return Task(
        sentence=_("%(title)s: test the link") % {"title": wording.title(booking.plan)},
        why=_("It does not begin before the link of your court is tested."),
        url=reverse("signalling:test", args=[booking.plan.public_id]),
        act_word=_("Run the test"),
        due=booking.next(timezone.now()).start,
        icon="broadcast",
    )
