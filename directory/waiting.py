"""What the directory has for a person on his home page."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from directory import facts
from directory.models import Membership
from directory.roles import Act, permits
from directory.tasklist import Task


def waiting(by: Membership) -> list[Task]:
    """For a central authority, to confirm what is said of it; for an auditor, the trail."""
    tasks = []
    if facts.may_confirm(by.authority, by):
        tasks.append(_confirm(by))
    if permits(by.role, Act.AUDIT_READ):
        tasks.append(_audit())
    return tasks


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
