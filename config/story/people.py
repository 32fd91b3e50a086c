"""The people and rooms of the story: a court in Bogotá hears a witness who is in Spain.

All names are invented. The central authorities come from the reference data, whose rows say how sure they are.
"""

from dataclasses import dataclass
from functools import partial

from django.contrib.auth.hashers import make_password

from directory import reference
from directory.models import Authority, Interpreter, InterpreterPair, Membership, Resource, Site, State, User
from directory.roles import Role

PASSWORD = "demo-only-password"  # noqa: S105 (printed on the screen; the demo answers on this machine alone)

Hours = dict[str, list[list[str]]]
WORKDAYS = ("mon", "tue", "wed", "thu", "fri")


def week(*openings: tuple[str, str]) -> Hours:
    """The same openings from Monday to Friday, in the shape of a resource's hours."""
    return {day: [list(opening) for opening in openings] for day in WORKDAYS}


BOGOTA_HOURS, BOGOTA_PREFERRED = week(("08:00", "12:00"), ("13:00", "17:00")), week(("08:00", "17:00"))
MADRID_PREFERRED = week(("09:00", "18:00"))
PRACTICE = "Practice room"  # open at any hour, so that a hearing can be rehearsed at once
# Where the witness is, and an hour behind Madrid: who is not entitled must learn neither.
WITNESS_PLACE = ("Las Palmas de Gran Canaria", "Atlantic/Canary")
WITNESS_HOURS = week(("08:00", "20:00"))
INTERPRETER_HOURS = week(("08:00", "19:00"))


@dataclass(frozen=True)
class Cast:
    """Everybody, by what they do. Memberships, because an act is done for an authority."""

    prosecutor: Membership
    clerk: Membership
    judge: Membership
    defence: Membership
    technician: Membership
    spain: Membership  # Spain's central authority
    clerk_madrid: Membership
    judge_madrid: Membership
    technician_madrid: Membership
    interpreter: Membership
    auditor: Membership
    stranger: Membership  # a clerk of a third State, who has nothing to do with the case

    def everyone(self) -> list[Membership]:
        return [getattr(self, name) for name in self.__dataclass_fields__]


def enter() -> Cast:
    """Enter States, courts, rooms and people; returns who they are. To be called once on an empty database."""
    reference.load()
    colombia, spain, kenya = (State.objects.get(code=code) for code in ("CO", "ES", "KE"))
    fiscalia = Authority.objects.get(state=colombia, kind=Authority.Kind.CENTRAL)
    ministry = Authority.objects.get(state=spain, kind=Authority.Kind.CENTRAL)
    bogota = _court(colombia, "Second Specialised Criminal Court, Bogotá", "Bogotá", "America/Bogota", "es")
    madrid = _court(spain, "Central Court of Instruction No. 4, Madrid", "Madrid", "Europe/Madrid", "es")
    nairobi = _court(kenya, "Milimani Law Courts, Nairobi", "Nairobi", "Africa/Nairobi", "en")
    _site(bogota, "Hearing room 3", Site.Kind.COURT, BOGOTA_HOURS, BOGOTA_PREFERRED)
    _site(bogota, PRACTICE, Site.Kind.COURT, None, None, minutes=0)
    _site(madrid, "Witness room A", Site.Kind.WITNESS, WITNESS_HOURS, None, place=WITNESS_PLACE)
    _site(madrid, PRACTICE, Site.Kind.WITNESS, None, None, minutes=0)
    _interpreters(bogota)
    member = partial(_member, make_password(PASSWORD))  # one for all: it takes its time on purpose
    return Cast(
        prosecutor=member(fiscalia, Role.PROSECUTOR, "Lucía Restrepo", "prosecutor@bogota.example"),
        clerk=member(bogota, Role.CLERK, "Andrés Quintero", "clerk@bogota.example"),
        judge=member(bogota, Role.JUDGE, "Beatriz Salazar", "judge@bogota.example", BOGOTA_PREFERRED),
        defence=member(bogota, Role.DEFENCE, "Tomás Ibarra", "defence@bogota.example", BOGOTA_PREFERRED),
        technician=member(bogota, Role.TECHNICIAN, "Paola Núñez", "technician@bogota.example"),
        spain=member(ministry, Role.CENTRAL_AUTHORITY, "Carmen Alonso", "authority@madrid.example"),
        clerk_madrid=member(madrid, Role.CLERK, "Javier Molina", "clerk@madrid.example"),
        judge_madrid=member(madrid, Role.JUDGE, "Elena Vidal", "judge@madrid.example", MADRID_PREFERRED),
        technician_madrid=member(madrid, Role.TECHNICIAN, "Óscar Prieto", "technician@madrid.example"),
        interpreter=member(bogota, Role.INTERPRETER, "Awa Ndiaye", "interpreter@dakar.example"),
        auditor=member(bogota, Role.AUDITOR, "Sofía Cárdenas", "auditor@bogota.example"),
        stranger=member(nairobi, Role.CLERK, "Wanjiru Kamau", "clerk@nairobi.example"),
    )


EMAILS = {
    "prosecutor": "prosecutor@bogota.example",
    "clerk": "clerk@bogota.example",
    "judge": "judge@bogota.example",
    "defence": "defence@bogota.example",
    "technician": "technician@bogota.example",
    "spain": "authority@madrid.example",
    "clerk_madrid": "clerk@madrid.example",
    "judge_madrid": "judge@madrid.example",
    "technician_madrid": "technician@madrid.example",
    "interpreter": "interpreter@dakar.example",
    "auditor": "auditor@bogota.example",
    "stranger": "clerk@nairobi.example",
}


def entered() -> bool:
    return Membership.objects.filter(user__email=EMAILS["prosecutor"]).exists()


def find() -> Cast:
    """The people entered before."""
    members = Membership.objects.select_related("user", "authority__state")
    return Cast(**{name: members.get(user__email=email) for name, email in EMAILS.items()})


def _court(state: State, name: str, city: str, zone: str, language: str) -> Authority:
    return Authority.objects.create(
        state=state, kind=Authority.Kind.COURT, name=name, city=city, zone=zone, languages=[language]
    )


def _site(
    authority: Authority,
    name: str,
    kind: str,
    hours: Hours | None,
    preferred: Hours | None,
    *,
    place: tuple[str, str] | None = None,
    minutes: int | None = None,
) -> Site:
    """A room at `place` (city, zone), the court's own if not said; `minutes` of setting up and clearing."""
    city, zone = place or (authority.city, authority.zone)
    resource = _resource(authority, Resource.Kind.SITE, name, zone, hours, preferred)
    buffers = {} if minutes is None else {"setup_minutes": minutes, "clearing_minutes": minutes}
    return Site.objects.create(authority=authority, name=name, kind=kind, city=city, resource=resource, **buffers)


def _resource(
    authority: Authority, kind: str, label: str, zone: str, hours: Hours | None, preferred: Hours | None
) -> Resource:
    return Resource.objects.create(
        authority=authority, kind=kind, label=label, zone=zone, hours=hours, preferred=preferred
    )


def _member(
    password: str, authority: Authority, role: Role, name: str, email: str, preferred: Hours | None = None
) -> Membership:
    """Someone who signs in. A judge and counsel can be booked: at any hour, but they would rather sit at theirs."""
    user = User.objects.create(email=email, password=password, full_name=name, language="en", zone=authority.zone)
    if preferred:
        user.resource = _resource(authority, Resource.Kind.PERSON, name, authority.zone, None, preferred)
        user.save(update_fields=["resource"])
    if role == Role.INTERPRETER:
        Interpreter.objects.filter(email=email).update(user=user)
        user.zone = Interpreter.objects.get(user=user).resource.zone
        user.save(update_fields=["zone"])
    return Membership.objects.create(user=user, authority=authority, role=role)


def _interpreters(authority: Authority) -> None:
    """French and Spanish, both ways; each works from a city of his own."""
    for name, email, zone in (
        ("Awa Ndiaye", "interpreter@dakar.example", "Africa/Dakar"),
        ("Bruno Claes", "interpreter@brussels.example", "Europe/Brussels"),
        ("Claire Fontaine", "interpreter@paris.example", "Europe/Paris"),
    ):
        resource = _resource(authority, Resource.Kind.INTERPRETER, name, zone, INTERPRETER_HOURS, None)
        interpreter = Interpreter.objects.create(resource=resource, name=name, email=email)
        for source, target in (("fr", "es"), ("es", "fr")):
            InterpreterPair.objects.create(interpreter=interpreter, source=source, target=target, modes=["consecutive"])
