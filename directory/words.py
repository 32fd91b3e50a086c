"""Words of the directory for people, in the reader's language."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from directory.roles import Role

ROLE_WORDS: dict[Role, Promise] = {
    Role.PROSECUTOR: _("Prosecutor"),
    Role.CENTRAL_AUTHORITY: _("Central authority"),
    Role.CLERK: _("Clerk of the court"),
    Role.JUDGE: _("Judge"),
    Role.DEFENCE: _("Defence counsel"),
    Role.INTERPRETER: _("Interpreter"),
    Role.TECHNICIAN: _("Technician"),
    Role.AUDITOR: _("Auditor"),
}
