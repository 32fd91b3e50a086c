"""The interpreters' booths of one hearing: between which languages each works, and into which one she speaks now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from directory.errors import Refusal
from scheduler.models import Reservation
from sessions.acts import locked
from sessions.errors import WrongState
from sessions.interpretation import Booth, Channel, hears, listens, outputs, speaks_into
from sessions.models import Hearing, Seat
from sessions.signals import hearing_changed


def booths(hearing: Hearing) -> Mapping[int, Booth]:
    """By the resource that was booked; empty where nobody interprets in relay."""
    plan = hearing.plan
    if not plan.pivot or hearing.booking is None:
        return {}
    rows = Reservation.objects.filter(sitting__booking=hearing.booking, need__role="interpreter")
    found = rows.values_list("resource", "need__language_in", "need__language_out")
    near = {plan.testimony_language, plan.pivot}
    return {one: Booth.NEAR if {here, there} == near else Booth.FAR for one, here, there in found}


def booth_of(hearing: Hearing, seat: Seat, known: Mapping[int, Booth]) -> Booth:
    """Whoever was entered by hand in a relay says herself where she speaks."""
    if not hearing.plan.pivot:
        return Booth.DIRECT
    return known.get(seat.resource_id or 0, Booth.ANY)


def into(hearing: Hearing, seat: Seat, known: Mapping[int, Booth]) -> Channel:
    """Where the seat's voice goes now. `known` is `booths` of the hearing."""
    booth = booth_of(hearing, seat, known)
    return speaks_into(seat.role, mode=hearing.plan.mode, booth=booth, chosen=seat.into)


@dataclass(frozen=True, kw_only=True)
class Choice:
    """What a seat may listen to and, where it interprets, speak into; `now` is where its voice goes."""

    listens: Sequence[Channel]
    able: Sequence[Channel]  # empty where there is nothing to choose
    now: Channel
    hears: str  # the channel whose voice an interpreter works from; empty for everybody else


def choice(hearing: Hearing, seat: Seat) -> Choice:
    """The channels of the seat as they stand."""
    known, mode = booths(hearing), hearing.plan.mode
    booth, now = booth_of(hearing, seat, known), into(hearing, seat, known)
    able = outputs(seat.role, mode=mode, booth=booth)
    several = len(able) > 1
    return Choice(
        listens=listens(seat.role, mode=mode, booth=booth),
        able=able if several else (),
        now=now,
        hears=hears(booth, now) if several else "",
    )


@transaction.atomic
def turn(*, seat_id: UUID, into: str) -> Seat:
    """The interpreter on the seat speaks into that channel from now on. Refuses `channel_unknown`; WrongState outside.

    Like a microphone it is switched many times in an hour: nothing of it is written down.
    """
    seat = Seat.objects.select_related("hearing").get(public_id=seat_id)
    hearing = locked(seat.hearing.public_id, by=None)
    if not seat.here:
        raise WrongState
    able = outputs(seat.role, mode=hearing.plan.mode, booth=booth_of(hearing, seat, booths(hearing)))
    if len(able) < 2 or into not in able:
        sentence = _("From this seat nobody speaks into that channel.")
        raise Refusal(sentence, code="channel_unknown", status=422, field="into")
    if seat.into != into:
        seat.into = into
        seat.save(update_fields=["into"])
        hearing_changed.send(sender=Hearing, hearing_id=hearing.public_id, what="seat")
    return seat
