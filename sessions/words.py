"""Functions instead of names, and the log's sentences in the reader's language."""

from collections import Counter
from collections.abc import Iterable, Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from directory.words import state_name
from protection.people import label
from sessions.models import Hearing, LogEntry, Seat
from sessions.models.hearings import SeatRole
from sessions.states import Side

_SENTENCES: Mapping[str, Promise] = {
    "opened": gettext_lazy("Doors opened by the %(by)s."),
    "waits": gettext_lazy("%(who)s waits."),
    "admitted": gettext_lazy("%(who)s admitted."),
    "seat_agreed": gettext_lazy("The %(by)s agrees to %(who)s."),
    "put_back": gettext_lazy("%(who)s sent back to the waiting room."),
    "left": gettext_lazy("%(who)s left."),
    "check_waived": gettext_lazy("The %(by)s goes on without a fit check of the own court’s link: %(text)s"),
    "live": gettext_lazy("In session. Every gate is clear; the %(by)s conducts."),
    "suspended": gettext_lazy("Suspended by the %(by)s: %(text)s All sound and picture stopped."),
    "stopped": gettext_lazy("Suspended by the %(by)s. All sound and picture stopped."),
    "judge_left": gettext_lazy("Suspended: the attending judge is no longer there. All sound and picture stopped."),
    "shield_lost": gettext_lazy(
        "Suspended: a measure was ordered that cannot be kept here. All sound and picture stopped."
    ),
    "agreed": gettext_lazy("The %(by)s agrees to resume."),
    "resumed": gettext_lazy("Resumed by the %(by)s."),
    "closed": gettext_lazy("Closed by the %(by)s."),
    "not_held": gettext_lazy("Closed by the %(by)s. Nobody was heard."),
    "identity": gettext_lazy("%(who)s identified by the %(by)s."),
    "rights": gettext_lazy("%(who)s told by the %(by)s of the right not to testify under both laws."),
    "interpreter_oath": gettext_lazy("%(who)s sworn by the %(by)s."),
    "oath": gettext_lazy("%(who)s took the oath; noted by the %(by)s."),
    "affirmation": gettext_lazy("%(who)s made the affirmation; noted by the %(by)s."),
    "declined": gettext_lazy("%(who)s declines to answer; noted by the %(by)s."),
    "objection": gettext_lazy("Objection: %(text)s"),
    "ruling": gettext_lazy("Ruling: %(text)s"),
    "privilege": gettext_lazy("Privilege: %(text)s"),
    "break": gettext_lazy("Break: %(text)s"),
    "note": gettext_lazy("%(text)s"),
    "link_lost": gettext_lazy("Link of %(who)s lost."),
    "link_back": gettext_lazy("Link of %(who)s is back."),
    "pause_asked": gettext_lazy("%(who)s asks for a pause."),
    "floor_asked": gettext_lazy("%(who)s asks for the floor."),
    "slower_asked": gettext_lazy("%(who)s asks to speak slower."),
    "floor": gettext_lazy("%(who)s has the floor."),
    "counsel_room": gettext_lazy("%(who)s goes into a private consultation of counsel and client."),
    "bench_room": gettext_lazy("%(who)s goes into a private consultation of the bench."),
    "rejoined": gettext_lazy("%(who)s is back from the private consultation."),
    "recalled": gettext_lazy("The %(by)s calls everybody back from private consultation."),
}


def functions(hearing: Hearing, seats: Iterable[Seat]) -> dict[int, str]:
    """Each seat by what is done there: seat's key → words. Never a name.

    Where a side has several they are numbered; where both sides have one, as with clerks, the State is added.
    """
    states, all_seats = state_names(hearing), list(seats)
    of_a_side = Counter((seat.role, seat.side) for seat in all_seats)
    sides = Counter(role for role, _side in of_a_side)

    def words(seat: Seat) -> str:
        state = states.get(seat.side, "") if sides[seat.role] > 1 else ""
        return _function(seat, several=of_a_side[seat.role, seat.side] > 1, state=state)

    return {seat.pk: words(seat) for seat in all_seats}


def _function(seat: Seat, *, several: bool, state: str) -> str:
    if seat.role == SeatRole.WITNESS and seat.person is not None:
        return str(label(seat.person))
    words = [str(SeatRole(seat.role).label), str(seat.number) if several else "", f"({state})" if state else ""]
    return " ".join(word for word in words if word)


def state_names(hearing: Hearing) -> Mapping[str, str]:
    """The two States by side, in the reader's language."""
    request = hearing.plan.request
    return {
        Side.REQUESTING: state_name(request.requesting.state.code),
        Side.REQUESTED: state_name(request.requested.state.code),
    }


def actor(role: str, side: str, states: Mapping[str, str]) -> str:
    """`attending judge (Spain)`: who acted, by function and State. `states` maps a side to its State's name."""
    word = str(SeatRole(role).label) if role in SeatRole.values else _("Member of the court")
    word = f"{word[:1].lower()}{word[1:]}"
    return f"{word} ({states[side]})" if side in states else word


def sentence(line: LogEntry, *, names: Mapping[int, str], states: Mapping[str, str]) -> str:
    """The line in the reader's language; `names` as `functions` gives them."""
    kind = "stopped" if line.kind == "suspended" and not line.text else line.kind
    pattern = str(_SENTENCES.get(kind, _SENTENCES["note"]))
    who = names.get(line.seat_id or 0, "")
    return pattern % {"who": who, "by": actor(line.by_role, line.by_side, states), "text": _ended(line.text)}


def _ended(text: str) -> str:
    """A reason typed without a full stop gets one, so that the sentence after it begins."""
    return text if not text or text[-1] in ".!?…" else f"{text}."
