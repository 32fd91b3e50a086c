"""An interpreter and her account: her court asks, and nothing is linked until she has agreed herself.

Who signs in with it finds the hearings in which she is booked, and takes her seat. Because her own court enters both
her and the account, the court of the other State still admits her (`sessions.consent`).
"""

from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from directory import audit, editing
from directory.errors import NotFound, Refusal
from directory.models import Interpreter, Membership
from directory.roles import Role
from directory.signals import account_linked


def candidates(by: Membership) -> QuerySet[Membership]:
    """Accounts of the member's own authority that interpret and are nobody's yet."""
    rows = Membership.objects.visible_to(by).filter(role=Role.INTERPRETER, active=True)
    return rows.filter(user__interpreter=None).select_related("user").order_by("user__full_name")


def asked_of(by: Membership) -> QuerySet[Interpreter]:
    """Those who this person is said to be, by his own authority, and has not answered."""
    rows = Interpreter.objects.filter(asked=by.user_id, resource__authority=by.authority_id)
    return rows.select_related("resource__authority")


def acts(row: Interpreter) -> bool:
    """Whether the linked account still acts for the interpreter's authority."""
    linked = Membership.objects.filter(user=row.user_id, authority=row.resource.authority_id, active=True)
    return row.user_id is not None and linked.exists()


@transaction.atomic
def ask(*, interpreter: Interpreter, by: Membership | None, version: int, account: UUID | str) -> Interpreter:
    """Ask the person of that membership. `version` is the resource's.

    Refuses `not_found`, `stale_version`, `account_there` while an account that acts is linked, `account_unfit`.
    """
    by, row = _own(interpreter, by)
    if acts(row):
        raise Refusal(_("An account is linked already. End its membership first."), code="account_there")
    try:
        chosen = editing.one(candidates(by), account)
    except NotFound as error:
        sentence = _("Choose somebody who acts as an interpreter for your authority and is not linked yet.")
        raise editing.wrong("account", sentence, "account_unfit") from error
    editing.change(row.resource, version)
    Interpreter.objects.filter(pk=row.pk).update(asked=chosen.user)
    audit.append("interpreter.account_asked", by=by, about=row, facts={"account": chosen.user.public_id})
    return row


@transaction.atomic
def withdraw(*, interpreter: Interpreter, by: Membership | None, version: int) -> Interpreter:
    """It was the wrong one; nothing was linked. Refuses `not_found`, `stale_version`."""
    by, row = _own(interpreter, by)
    editing.change(row.resource, version)
    Interpreter.objects.filter(pk=row.pk).update(asked=None)
    audit.append("interpreter.account_withdrawn", by=by, about=row)
    return row


@transaction.atomic
def agree(*, interpreter: UUID | str, by: Membership | None) -> Interpreter:
    """The person who was asked says so herself; from now on the account is hers. Refuses `not_found`."""
    if by is None or Interpreter.objects.filter(user=by.user_id).exists():
        raise NotFound
    row = editing.one(asked_of(by).select_for_update(of=("self",)), interpreter)
    Interpreter.objects.filter(pk=row.pk).update(user=by.user_id, asked=None)
    account_linked.send(sender=Interpreter, interpreter=row)
    audit.append("interpreter.account_agreed", by=by, about=row, facts={"account": by.user.public_id})
    return row


def _own(interpreter: Interpreter, by: Membership | None) -> tuple[Membership, Interpreter]:
    by = editing.editor(by)
    rows = Interpreter.objects.visible_to(by).select_related("resource").select_for_update(of=("self",))
    return by, editing.one(rows, interpreter.public_id)
