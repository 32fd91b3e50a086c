"""What waits for a member among the requests, for the home page."""

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from casework import turn, words
from casework.models import Request
from casework.states import ENDED, Act
from directory.models import Membership
from directory.tasklist import Task
from protection import people

WHY = {
    Act.SUBMIT: _("A draft of your authority. Nobody else sees it before it is sent."),
    Act.ACKNOWLEDGE: _("It has arrived and waits to be looked at."),
    Act.GRANT: _("It waits for a decision: grant it, ask, or consult."),
    Act.ANSWER: _("A question was asked; the clock pauses until you answer."),
    Act.CONSULT: _("The other side has spoken in the consultation."),
    Act.ACCEPT: _("It is granted on conditions. Once accepted, they bind you."),
}
SENTENCES = {
    Act.SUBMIT: _("Finish request %(reference)s to %(state)s"),
    Act.ACKNOWLEDGE: _("Acknowledge request %(reference)s of %(state)s"),
    Act.GRANT: _("Decide on request %(reference)s of %(state)s"),
    Act.ANSWER: _("Answer %(state)s on request %(reference)s"),
    Act.CONSULT: _("Answer %(state)s in the consultation on %(reference)s"),
    Act.ACCEPT: _("Accept the conditions of %(state)s for %(reference)s"),
}
WORDS = {
    Act.SUBMIT: _("Go on writing"),
    Act.ACKNOWLEDGE: _("Acknowledge"),
    Act.GRANT: _("Decide"),
    Act.ANSWER: _("Answer"),
    Act.CONSULT: _("Answer"),
    Act.ACCEPT: _("Read and accept"),
}
ICONS = {
    Act.SUBMIT: "pencil-square",
    Act.ACKNOWLEDGE: "envelope-check",
    Act.GRANT: "check2-square",
    Act.ANSWER: "chat-left-text",
    Act.CONSULT: "people",
    Act.ACCEPT: "bookmark-check",
}


def waiting(by: Membership) -> list[Task]:
    """One task a request that waits for this member, the oldest first."""
    return [_task(request, act, by) for request in _open(by) if (act := turn.next_act(request, by))]


def _open(by: Membership) -> QuerySet[Request]:
    ended = [state.value for state in ENDED]
    rows = Request.objects.visible_to(by).exclude(state__in=ended).order_by("changed_at")
    return rows.select_related("requesting__state", "requested__state", "person")


def _task(request: Request, act: Act, by: Membership) -> Task:
    other = request.requested if by.authority_id == request.requesting_id else request.requesting
    facts = {"reference": request.reference, "state": words.country(other.state.code)}
    who = f"{people.label(request.person)}. " if request.person else ""
    return Task(
        sentence=SENTENCES[act] % facts,
        why=f"{who}{WHY[act]}",
        url=reverse("casework:request", args=[request.public_id]),
        act_word=WORDS[act],
        icon=ICONS[act],
    )
