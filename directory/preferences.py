"""The words and clocks a person reads: his own to choose, whoever entered him."""

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from directory import audit, editing
from directory.models import Membership, User


@transaction.atomic
def keep(*, by: Membership, language: str, zone: str) -> User:
    """From now on pages and letters come in that language (BCP 47), times in that zone (IANA).

    Refuses `field_wrong` (language), `unknown_zone`.
    """
    if language not in dict(settings.LANGUAGES):
        raise editing.wrong("language", _("Choose a language."))
    user, zone = by.user, editing.zone(zone)
    user.language, user.zone = language, zone
    user.save(update_fields=["language", "zone"])
    audit.append("account.changed", by=by, about=user, facts={"language": language, "zone": zone})
    return user
