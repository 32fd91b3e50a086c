"""The demo's three cases: one to write, one to schedule, one to rehearse. Every step is the act a page calls."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from casework import lifecycle as requests
from casework.models import Request
from config.story.people import PRACTICE, Cast
from directory.models import Authority
from scheduler import booking as bookings
from scheduler.models import Booking, Plan, Role
from scheduler.planning import plans

IDENTITY: Mapping[str, str] = {
    "given_name": "Aïssatou",
    "family_name": "Traoré-Valdivia",
    "born": "1991-03-14",
    "nationality": "SN",
    "address": "Calle de Tenerife 118, piso 2",
    "city": "Las Palmas de Gran Canaria",
    "zone": "Atlantic/Canary",
    "language": "fr",
    "phone": "+34 600 555 014",
    "email": "aissatou.traore@correo.example",
}

CASE: Mapping[str, Any] = {
    "channel": "central",
    "form": "electronic",
    "request_language": "es",
    "authenticity": "signature",
    "subject": "Trial of five members of a group that moved money and people between Buenaventura and southern Europe",
    "nature": "trial",
    "conducting_authority": "Second Specialised Criminal Court, Bogotá",
    "conducting_functions": "Trial court of first instance in cases of organised crime",
    "facts": (
        "Between March 2023 and August 2025 the accused recruited workers with false contracts and took their wages "
        "through companies in two States. The person to be heard kept the payment lists of one of these companies."
    ),
    "offence": "convention",
    "scope_reason": "Five named members, payments through accounts in two States, victims moved across four borders.",
    "basis": "untoc",
    "purposes": ["a"],
    "dual_criminality": "yes",
    "capacity": "witness",
    "in_territory": "yes",
    "consents": True,
    "assistance": "To hear the person named in the sealed annex by video link before the Bogotá court.",
    "purpose": "To prove who ordered the payments and who received them.",
    "absence": "not_desirable",
    "absence_reason": "Travel would make the person known to members of the group who are at large.",
    "hearing_body": "court",
    "conductors": "The presiding judge of the Second Specialised Criminal Court, Bogotá",
    "arrangement": "requesting",
    "subjects": "The payment lists, their author, the meetings of June 2024, the threats since.",
    "oath": "affirmation",
    "privileges": "Nobody must testify against a spouse or close relative (article 33 of the Constitution).",
    "accused_attends": True,
    "procedures": "Affirmation in the person's own language; consecutive interpretation; minutes signed by both sides.",
    "protection_reason": "Two members of the group threatened the person's family in September 2025.",
    "court_language": "es",
    "interpreter_place": "third",
    "technical_contact": "Technical service of the court, Bogotá",
    "recording": "requesting",
    "failure_plan": "Ten minutes are waited; then the presiding judge decides whether to suspend or to postpone.",
    "costs": "ordinary",
    "confidential": True,
    "confidentiality_reason": "The person's safety, until the judgment is final.",
    "use_accepted": True,
}


def play(cast: Cast, today: date | None = None) -> None:
    """All three cases, from `today` on (the requesting court's date)."""
    today = today or datetime.now(UTC).date()
    unfinished(cast, today)
    to_schedule(cast, today)
    rehearsal(cast)


def unfinished(cast: Cast, today: date) -> Request:
    """A draft in which the writer finds what is missing."""
    typed = {name: CASE[name] for name in ("channel", "subject", "nature", "capacity", "court_language", "purposes")}
    typed |= {"earliest": today + timedelta(days=30), "latest": today + timedelta(days=75)}
    return requests.draft(by=cast.prosecutor, requested=spain(cast), **typed)


def to_schedule(cast: Cast, today: date) -> Request:
    """A protected witness who speaks French, granted by Spain: the clerks look for a time."""
    dates = {"earliest": today + timedelta(days=4), "latest": today + timedelta(days=32)}
    facts = {"testimony_language": "fr", "interpreter_mode": "consecutive", "wanted_minutes": 90, "notice_days": 10}
    request = submitted(cast, **dates, **facts)
    for kind in ("face_distortion", "voice_distortion"):
        requests.protect(
            request=request, by=cast.prosecutor, version=current(request), kind=kind, basis="U24-2b",
            defence_access="Counsel sees and hears what the bench orders; the judge knows who the person is.",
        )  # fmt: skip
    requests.submit(request=request, by=cast.prosecutor, version=current(request))
    granted(
        cast, request, ["The hearing stops at once if the attending judge finds a principle of Spanish law infringed."]
    )
    _choose_room(cast, plan_of(request), Role.ROOM, "Hearing room 3")
    _choose_room(cast, plan_of(request), Role.WITNESS_ROOM, "Witness room A")
    return request


def rehearsal(cast: Cast, now: datetime | None = None) -> Booking:
    """A hearing in the two practice rooms, which are open at any hour, confirmed by both sides and about to begin."""
    now = now or datetime.now(UTC)
    dates = {"earliest": now.date() - timedelta(days=1), "latest": now.date() + timedelta(days=6)}
    facts = {"testimony_language": "es", "interpreter_mode": "none", "wanted_minutes": 240, "notice_days": 0}
    request = submitted(cast, **dates, **facts)
    requests.submit(request=request, by=cast.prosecutor, version=current(request))
    granted(cast, request, [])
    plan = plan_of(request)
    _choose_room(cast, plan, Role.ROOM, PRACTICE)
    _choose_room(cast, plan, Role.WITNESS_ROOM, PRACTICE)
    booking = bookings.hold(plan=plan, starts=[_next_quarter(now)], by=cast.clerk)
    booking = bookings.confirm(booking=booking, by=cast.clerk, version=booking.version)
    return bookings.confirm(booking=booking, by=cast.clerk_madrid, version=booking.version)


def rehearsal_ahead() -> bool:
    """Whether a rehearsal can still be joined for half an hour."""
    soon = datetime.now(UTC) + timedelta(minutes=30)
    practice = Booking.objects.live().filter(sittings__reservations__resource__label=PRACTICE)
    return bool(practice.filter(sittings__during__endswith__gt=soon).exists())


def _next_quarter(now: datetime) -> datetime:
    """The next whole quarter of an hour that is at least a minute away."""
    return now.replace(minute=0, second=0, microsecond=0) + timedelta(minutes=15 * ((now.minute + 1) // 15 + 1))


def submitted(cast: Cast, **facts: Any) -> Request:
    """A complete draft whose witness is named in the vault."""
    request = requests.draft(by=cast.prosecutor, requested=spain(cast), court=cast.judge.authority, **CASE, **facts)
    return requests.name_person(request=request, by=cast.prosecutor, version=request.version, identity=IDENTITY)


def granted(cast: Cast, request: Request, conditions: list[str]) -> Request:
    """Spain acknowledges, asks, consults and grants; Colombia answers and accepts."""
    requests.acknowledge(request=request, by=cast.spain, version=current(request))
    question = requests.ask(
        request=request,
        by=cast.spain,
        version=current(request),
        text="Which form of affirmation does your court accept?",
    )
    requests.answer(
        question=question,
        by=cast.prosecutor,
        version=current(request),
        text="The form of article 389 of Law 906 of 2004.",
    )
    requests.consult(
        request=request, by=cast.spain, version=current(request), text="We propose that our judge attends throughout."
    )
    requests.grant(
        request=request, by=cast.spain, version=current(request), conditions=conditions,
        executing=cast.judge_madrid.authority,
    )  # fmt: skip
    if conditions:
        requests.accept(request=request, by=cast.prosecutor, version=current(request))
    return request


def current(request: Request) -> int:
    """The version that is in the table now."""
    return int(Request.objects.values_list("version", flat=True).get(pk=request.pk))


def plan_of(request: Request) -> Plan:
    return Plan.objects.get(request=request)


def spain(cast: Cast) -> Authority:
    return cast.spain.authority


def _choose_room(cast: Cast, plan: Plan, role: Role, label: str) -> None:
    by = cast.clerk if role == Role.ROOM else cast.clerk_madrid
    need = plan.needs.get(role=role)
    room = need.resources.get(label=label)
    plans.choose(need=need, resources=[room], by=by, version=Plan.objects.get(pk=plan.pk).version)
