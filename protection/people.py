"""Registering the person to be heard, who from then on is a pseudonym."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext

from directory import audit, languages, moments, times
from directory.models import Authority, Membership, State
from protection import errors, measures, vault
from protection.models import PersonParty, ProtectedPerson
from protection.policy import MeasureKind

# In force from the first line of a request on, until a judge and the other State lower them: what has leaked
# before the first order cannot be taken back.
FROM_THE_FIRST_LINE = (MeasureKind.PSEUDONYM, MeasureKind.PLACE_WITHHELD, MeasureKind.LANGUAGE_WITHHELD)
BASIS = "U24-2a"


@transaction.atomic
def register(
    *,
    case: UUID,
    state: State,
    identity: Mapping[str, str],
    by: Membership,
) -> ProtectedPerson:
    """Give the person a pseudonym in this case and seal the identity under the key of `state`.

    `state` is the requested one, where the person is. Nobody but the registrar's own authority knows of the
    person before `share` says so. Refuses `identity_unfit`, `unknown_zone`, `unknown_language`.
    """
    _readable(identity)
    person = _named(case, state)
    _let_in(person, [by.authority])
    vault.keep(person=person, identity=identity)
    for kind in FROM_THE_FIRST_LINE:
        measures.order(person=person, kind=kind, by=by, basis=BASIS)
    audit.append("person.registered", by=by, about=person, facts={"pseudonym": person.pseudonym})
    return person


@transaction.atomic
def amend(*, person: ProtectedPerson, identity: Mapping[str, str], by: Membership) -> None:
    """Replace the identity by a corrected one, under a new key. Refuses as `register` does."""
    _readable(identity)
    vault.keep(person=person, identity=identity)
    audit.append("person.amended", by=by, about=person)


@transaction.atomic
def share(*, person: ProtectedPerson, authorities: Iterable[Authority], by: Membership) -> None:
    """Let these authorities know of the person: see and raise measures, and open the identity where policy permits.

    Casework says whom: the authorities of the case, each once it has a part in it.
    """
    let_in = list(authorities)
    _let_in(person, let_in)
    # By State: which court attends tells a city, and auditors of the other State read this.
    facts = {"states": sorted({authority.state.code for authority in let_in})}
    audit.append("person.shared", by=by, about=person, facts=facts)


def mentions(*, person: ProtectedPerson, text: str) -> bool:
    """Whether a text, typed by those who registered the person, names him or where he lives."""
    return vault.mentioned(person=person, text=text)


def label(person: ProtectedPerson) -> str:
    """Return `Witness W-4821`: what every page, message, file and log calls the person."""
    return gettext("Witness %(pseudonym)s") % {"pseudonym": person.pseudonym}


def _readable(identity: Mapping[str, str]) -> None:
    """The zone and the language, where they are given: whoever opens the identity has to go by them.

    What was typed is in no error: the refusals name the field alone.
    """
    try:
        if zone := str(identity.get("zone", "")).strip():
            times.zone_of(zone)
        if language := str(identity.get("language", "")).strip():
            languages.parse(language)
    except times.UnknownZone as error:
        raise moments.refusal(times.UnknownZone(error.code), field="zone") from None
    except languages.UnknownLanguage as error:
        raise errors.LanguageUnknown(error.code) from None


def _let_in(person: ProtectedPerson, authorities: Iterable[Authority]) -> None:
    now = timezone.now()
    rows = [PersonParty(person=person, authority=authority, since=now) for authority in authorities]
    PersonParty.objects.bulk_create(rows, ignore_conflicts=True)


def _named(case: UUID, state: State) -> ProtectedPerson:
    while True:
        try:
            with transaction.atomic():
                return ProtectedPerson.objects.create(case=case, state=state, pseudonym=_pseudonym())
        except IntegrityError:  # the number is taken in this case: draw again
            continue


def _pseudonym() -> str:
    """Random, so that neither case nor person nor order of registration can be read from it."""
    return f"W-{secrets.randbelow(9000) + 1000}"
