"""What waits on the day itself: doors to open, a seat to take, minutes to write and to sign."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from directory import times
from directory.models import Membership
from directory.roles import Act, permits
from directory.tasklist import Task
from sessions import acts, seats
from sessions.gates import REACH
from sessions.models import Hearing
from sessions.states import State

_SOON = REACH + timedelta(hours=1)
_SIT_DOWN = timedelta(minutes=30)
_PREPARE = timedelta(days=7)


def waiting(by: Membership) -> list[Task]:
    """The member's own tasks, in the hearings he may see."""
    if not permits(by.role, Act.HEARING_READ):
        return []
    rows = Hearing.objects.visible_to(by).select_related("plan__request__requesting", "plan__request__requested")
    return [task for hearing in rows.select_related("booking") for task in _tasks(hearing, by)]


def _tasks(hearing: Hearing, by: Membership) -> Iterator[Task]:
    if hearing.state == State.CLOSED:
        yield from _minutes(hearing, by)
    elif hearing.booking and hearing.booking.state == "confirmed" and seats.takes_a_seat(hearing, by):
        yield from _day(hearing, by)


def _day(hearing: Hearing, by: Membership) -> Iterable[Task]:
    """From two hours before the clerks open the doors; from half an hour before everybody takes his seat."""
    assert hearing.booking is not None
    sitting, url = hearing.booking.next(timezone.now()), reverse("evidence:hearing", args=[hearing.public_id])
    start = sitting.start
    ahead = start - timezone.now()
    if hearing.state == State.PLANNED and sitting.end <= timezone.now():
        return [_missed(hearing)] if acts.may_run(hearing, by) else []
    if ahead > _SIT_DOWN and hearing.state == State.PLANNED and _on_the_bench(by):
        return [_prepare(hearing, by, start)] if ahead <= _PREPARE else []
    if ahead > _SOON:
        return []
    code = hearing.plan.code
    if hearing.state == State.PLANNED and acts.may_run(hearing, by):
        sentence = _("Hearing %(code)s is about to begin.") % {"code": code}
        return [Task(sentence, _("The doors are closed."), url, _("Open the doors"), start, "door-open")]
    if ahead <= _SIT_DOWN:
        local = times.local(start, by.authority.zone, get_language() or "en")
        facts = {"code": code, "time": f"{local.time} {local.zone}"}
        sentence = _("Hearing %(code)s, %(time)s: take your seat") % facts
        why = _("The doors are still closed.") if hearing.state == State.PLANNED else _("The doors are open.")
        return [Task(sentence, why, url, _("Go to your seat"), start, "camera-video")]
    if hearing.state == State.PLANNED:
        return []
    sentence = _("The doors of hearing %(code)s are open.") % {"code": code}
    return [Task(sentence, _("You have a seat."), url, _("Go to your seat"), None, "camera-video")]


def _missed(hearing: Hearing) -> Task:
    """The hour is over and nobody has opened the doors: it took place elsewhere, or did not."""
    assert hearing.booking is not None
    return Task(
        sentence=_("Hearing %(code)s: say what became of it") % {"code": hearing.plan.code},
        why=_("Its time is over, and its doors were never opened."),
        url=reverse("scheduler:booking", args=[hearing.booking.public_id]),
        act_word=_("Write it down"),
        icon="calendar-x",
    )


def _on_the_bench(by: Membership) -> bool:
    return permits(by.role, Act.HEARING_CONDUCT) or permits(by.role, Act.HEARING_STOP)


def _prepare(hearing: Hearing, by: Membership, start: datetime) -> Task:
    """What a judge does in the days before: read what was asked and on which conditions it was granted."""
    local = times.local(start, by.authority.zone, get_language() or "en")
    facts = {"code": hearing.plan.code, "date": local.date, "time": f"{local.time} {local.zone}"}
    conducts = acts.side_of(hearing, by) == "requesting"
    why = (
        _("You conduct it: the subjects, and the conditions of the grant.")
        if conducts
        else _("You attend it, and can stop it: what was asked, and the conditions of the grant.")
    )
    return Task(
        sentence=_("Hearing %(code)s on %(date)s, %(time)s: read the request") % facts,
        why=why,
        url=reverse("casework:request", args=[hearing.plan.request.public_id]),
        act_word=_("Read the request"),
        due=start,
        icon="journal-text",
    )


def _minutes(hearing: Hearing, by: Membership) -> Iterable[Task]:
    """Clerks write the minutes of a closed hearing, each court signs the newest version."""
    newest, side = hearing.records.first(), acts.side_of(hearing, by)
    url, code = reverse("evidence:record", args=[hearing.public_id]), {"code": hearing.plan.code}
    if newest is None and permits(by.role, Act.RECORD_WRITE) and side == "requested":
        sentence = _("Hearing %(code)s is closed.") % code
        return [Task(sentence, _("Its minutes are not written."), url, _("Write the minutes"), None, "file-text")]
    if newest and permits(by.role, Act.RECORD_SIGN) and not newest.signatures.filter(side=side).exists():
        sentence = _("The minutes of %(code)s are written.") % code
        return [Task(sentence, _("Your court has not signed them."), url, _("Sign the minutes"), None, "pen")]
    return []
