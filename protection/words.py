"""Protection in words for people, in the reader's language: measures, audiences, reasons."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from protection.policy import Audience, MeasureKind


@dataclass(frozen=True, slots=True)
class Badge:
    """A measure as a badge: its icon of Bootstrap Icons, a word, and a sentence that says what it does."""

    icon: str
    word: Promise
    sentence: Promise


KINDS: dict[MeasureKind, Badge] = {
    MeasureKind.PSEUDONYM: Badge(
        "incognito", _("Pseudonym"), _("The name is withheld; a pseudonym stands in its place.")
    ),
    MeasureKind.FACE_DISTORTION: Badge(
        "person-bounding-box", _("Face hidden"), _("A fixed card is shown instead of the picture.")
    ),
    MeasureKind.VOICE_DISTORTION: Badge("soundwave", _("Voice masked"), _("The voice is masked before it leaves.")),
    MeasureKind.INTERPRETER_ONLY: Badge(
        "translate", _("Interpreter only"), _("Only the benches and the interpreter hear the voice.")
    ),
    MeasureKind.SOUND_ONLY: Badge("eye-slash", _("Sound only"), _("No picture is sent at all.")),
    MeasureKind.PLACE_WITHHELD: Badge(
        "geo-alt", _("Place withheld"), _("City, site and time zone stay with those who need them.")
    ),
    MeasureKind.LANGUAGE_WITHHELD: Badge("chat-left", _("Language withheld"), _("The language spoken is not named.")),
    MeasureKind.PRIVATE_SESSION: Badge(
        "door-closed", _("Private session"), _("The public meets a card and silence; the parties stay.")
    ),
    MeasureKind.CLOSED_SESSION: Badge(
        "door-closed-fill", _("Closed session"), _("Those named are not in the session at all.")
    ),
    MeasureKind.SCREEN: Badge("layout-split", _("Screen"), _("The two do not see each other, in either direction.")),
    MeasureKind.ACCUSED_REMOVED: Badge(
        "person-dash", _("Accused removed"), _("The accused follows by masked sound alone.")
    ),
    MeasureKind.SUPPORT_PERSON: Badge(
        "person-heart", _("Support person"), _("Somebody sits with the witness and does not speak.")
    ),
    MeasureKind.DELAYED_BROADCAST: Badge(
        "hourglass-split", _("Delayed broadcast"), _("The public hears nothing until it has been released.")
    ),
    MeasureKind.SAFE_CONDUCT: Badge(
        "calendar-check", _("Safe conduct"), _("No prosecution for earlier acts until the date named.")
    ),
}

AUDIENCES: dict[Audience, Promise] = {
    Audience.BENCH: _("Bench of the requesting State"),
    Audience.HOST: _("Judge of the requested State"),
    Audience.HOST_REGISTRY: _("Registry of the requested State"),
    Audience.REGISTRY: _("Registry of the requesting State"),
    Audience.PROSECUTION: _("Prosecution"),
    Audience.DEFENCE: _("Defence counsel"),
    Audience.ACCUSED: _("Accused"),
    Audience.VICTIMS_COUNSEL: _("Victims’ counsel"),
    Audience.INTERPRETER: _("Interpreter"),
    Audience.SUPPORT: _("Support person"),
    Audience.TECHNICIAN: _("Technician"),
    Audience.PUBLIC: _("Public"),
    Audience.WITNESS: _("The witness"),
}

BASES: dict[str, Promise] = {
    "U24-2a": _("Non-disclosure of identity and whereabouts, article 24(2)(a)"),
    "U24-2b": _("Evidence given in a way that keeps the witness safe, article 24(2)(b)"),
    "U24-1": _("Protection from retaliation and intimidation, article 24(1)"),
    "U24-4": _("A victim who gives evidence, article 24(4)"),
    "V-13": _("Measure agreed between both authorities"),
    "U18-27": _("Safe conduct, article 18(27)"),
    "national": _("Procedural law of the court that orders it"),
}

COUNTERBALANCES: dict[str, Promise] = {
    "bench_knows": _("The bench knows the identity and has tested the witness’s reliability"),
    "questions_free": _("The defence may put any question that does not reveal the identity"),
    "credibility_tested": _("What bears on credibility is disclosed to the defence in writing"),
    "not_decisive": _("No conviction will rest on this evidence alone or to a decisive extent"),
    "counsel_alone": _("Counsel attends where the witness is, without the accused"),
}

LOWERING_REASONS: dict[str, Promise] = {
    "risk_ended": _("The risk has ended"),
    "person_asked": _("The person protected asks for it"),
    "order_replaced": _("Another order takes its place"),
    "court_decision": _("A court has decided so"),
}

OPENING_REASONS: dict[str, Promise] = {
    "identify_in_person": _("To identify the person before the hearing"),
    "summon": _("To summon the person"),
    "safety": _("For the person’s safety"),
    "conflict_check": _("To check for a conflict of interest"),
    "correct_request": _("To correct what the request says"),
}

IDENTITY_FIELDS: dict[str, Promise] = {
    "given_name": _("Given name"),
    "family_name": _("Family name"),
    "born": _("Born"),
    "nationality": _("Nationality"),
    "address": _("Address"),
    "city": _("City"),
    "zone": _("Time zone"),
    "language": _("Language"),
    "phone": _("Telephone"),
    "email": _("E-mail"),
}

# The words of policy.View, as a preview says them.
PICTURES: dict[str, Promise] = {"clear": _("seen"), "card": _("card"), "none": _("no picture")}
SOUNDS: dict[str, Promise] = {"clear": _("heard"), "masked": _("masked"), "none": _("silence")}
