"""What the directory has for a person on his home page."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from directory import facts, joining, linking, members
from directory.models import Interpreter, Membership, OutsideCalendar, Resource
from directory.outside.errors import SENTENCES
from directory.roles import Act, permits
from directory.tasklist import Task


def waiting(by: Membership) -> list[Task]:
    """Questions to answer, roles to agree to, calendars that cannot be read, facts to confirm, an auditor's trail."""
    tasks = [
        *map(_joins, joining.asked_of(by.user)),
        *map(_interprets, linking.asked_of(by)),
        *map(_agree, _asked(by)),
        *map(_unread, _unread_by(by)),
    ]
    if facts.may_confirm(by.authority, by):
        tasks.append(_confirm(by))
    if permits(by.role, Act.AUDIT_READ):
        tasks.append(_audit())
    return tasks


def _joins(row: Membership) -> Task:
    facts = {"authority": row.authority.name, "role": row.get_role_display()}
    return Task(
        sentence=_("Say whether you will act for %(authority)s: %(role)s") % facts,
        why=_("It has entered your address. It learns nothing of your account unless you agree."),
        url=reverse("directory:asked"),
        act_word=_("Look and answer"),
        icon="person-plus",
    )


def _interprets(row: Interpreter) -> Task:
    return Task(
        sentence=_("Say whether you are the interpreter %(name)s") % {"name": row.name},
        why=_("Your authority wants to link your account to these bookings. Nothing is linked without you."),
        url=reverse("directory:account"),
        act_word=_("Look and agree"),
        icon="person-check",
    )


def _asked(by: Membership) -> list[Membership]:
    rows = Membership.objects.visible_to(by).filter(waits_since__isnull=False)
    return [row for row in rows.select_related("user", "entered_by") if members.may_agree(row, by)]


def _agree(row: Membership) -> Task:
    names = {"name": row.shown, "role": row.get_role_display()}
    return Task(
        sentence=_("Agree to %(name)s as %(role)s") % names,
        why=_("A colleague entered it. This role acts once a second person agrees."),
        url=reverse("directory:person", args=[row.public_id]),
        act_word=_("Look and agree"),
        icon="person-check",
    )


def _unread_by(by: Membership) -> list[OutsideCalendar]:
    """Of the rooms and people that the member may enter; what was read in part is told on its page alone."""
    rows = OutsideCalendar.objects.filter(resource__in=Resource.objects.editable_by(by))
    return list(rows.exclude(failure__in=("", "outside_partly")).select_related("resource"))


def _unread(row: OutsideCalendar) -> Task:
    return Task(
        sentence=_("%(name)s: the calendar on %(host)s cannot be read")
        % {"name": row.resource.label, "host": row.host},
        why=SENTENCES[row.failure],
        url=reverse("directory:outside", args=[row.public_id]),
        act_word=_("Look at it"),
        icon="calendar-x",
    )


def _confirm(by: Membership) -> Task:
    return Task(
        sentence=_("Confirm what the directory says of your authority"),
        why=_("Other States write to you by it. Not all of it is verified."),
        url=reverse("directory:authority", args=[by.authority.public_id]),
        act_word=_("Check the facts"),
        icon="journal-check",
    )


def _audit() -> Task:
    return Task(
        sentence=_("Verify the audit trail"),
        why=_("Every act of your State's people is there; the check finds what was altered or removed."),
        url=reverse("directory:audit"),
        act_word=_("Open the trail"),
        icon="shield-check",
    )
