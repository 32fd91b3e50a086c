"""The acts of a private consultation, named by the button that was pressed. Whoever sits there does them himself."""

from collections.abc import Callable, Mapping
from typing import Any

from sessions import consultation
from sessions.models import Seat
from sessions.views.guard import named

Act = Callable[[Seat, Mapping[str, str]], Any]


def _enter(seat: Seat, data: Mapping[str, str]) -> None:
    wanted = named(data.get("consultation", ""))
    consultation.enter(seat_id=seat.public_id, consultation_id=wanted)


def _invite(seat: Seat, data: Mapping[str, str]) -> None:
    consultation.invite(seat_id=seat.public_id, guest_id=named(data.get("seat", "")))


ACTS: Mapping[str, Act] = {
    "consult": lambda seat, _data: consultation.begin(seat_id=seat.public_id),
    "enter": _enter,
    "invite": _invite,
    "lock": lambda seat, _data: consultation.lock(seat_id=seat.public_id, locked=True),
    "unlock": lambda seat, _data: consultation.lock(seat_id=seat.public_id, locked=False),
    "come_back": lambda seat, _data: consultation.come_back(seat_id=seat.public_id),
}
