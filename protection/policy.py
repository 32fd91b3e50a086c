"""Measures × audience → what that viewer may see, hear and read of a protected person.

The one place that decides. Pure: no Django, no clock, no I/O. A view is the greatest lower bound of what the
audience is granted without any measure and of the ceilings of the measures in force, so that adding a measure
can only take away. Whoever and whatever this table does not name gets nothing at all.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import IntEnum, StrEnum
from typing import Any


class Audience(StrEnum):
    """Those who may look at a protected person, by what they do in the hearing and not by who they are."""

    BENCH = "J"
    PROSECUTION = "P"
    DEFENCE = "D"
    ACCUSED = "A"
    VICTIMS_COUNSEL = "V"
    INTERPRETER = "I"
    HOST = "H"  # the requested State's judge, who sits with the witness
    HOST_REGISTRY = "HC"  # its clerks and central authority
    REGISTRY = "C"  # clerks and central authority of the requesting State
    SUPPORT = "S"
    TECHNICIAN = "T"
    PUBLIC = "G"
    WITNESS = "W"


class MeasureKind(StrEnum):
    """Every measure that can be ordered."""

    PSEUDONYM = "pseudonym"
    FACE_DISTORTION = "face_distortion"
    VOICE_DISTORTION = "voice_distortion"
    INTERPRETER_ONLY = "interpreter_only"
    SOUND_ONLY = "sound_only"
    PLACE_WITHHELD = "place_withheld"
    LANGUAGE_WITHHELD = "language_withheld"
    PRIVATE_SESSION = "private_session"
    CLOSED_SESSION = "closed_session"
    SCREEN = "screen"
    ACCUSED_REMOVED = "accused_removed"
    SUPPORT_PERSON = "support_person"
    DELAYED_BROADCAST = "delayed_broadcast"
    SAFE_CONDUCT = "safe_conduct"


class Picture(IntEnum):
    """What is sent of the face, from least to most."""

    NONE = 0
    CARD = 1
    CLEAR = 2


class Sound(IntEnum):
    """What is sent of the voice, from least to most."""

    NONE = 0
    MASKED = 1
    CLEAR = 2


@dataclass(frozen=True, slots=True)
class View:
    """What one audience may have of one person. `admitted` is whether it may be in the hearing at all."""

    name: bool = False
    place: bool = False
    language: bool = False
    picture: Picture = Picture.NONE
    sound: Sound = Sound.NONE
    admitted: bool = False

    @property
    def video(self) -> str:
        """`clear`, `card` or `none`: the word that topology and pages use."""
        return self.picture.name.lower()

    @property
    def audio(self) -> str:
        """`clear`, `masked` or `none`."""
        return self.sound.name.lower()

    def __and__(self, other: View) -> View:
        """Return the greatest view that grants nothing which either of the two withholds."""
        return View(
            name=self.name and other.name,
            place=self.place and other.place,
            language=self.language and other.language,
            picture=min(self.picture, other.picture),
            sound=min(self.sound, other.sound),
            admitted=self.admitted and other.admitted,
        )

    def __le__(self, other: View) -> bool:
        """Whether this view grants nothing that the other does not."""
        return self & other == self


NOTHING = View()
EVERYTHING = View(True, True, True, Picture.CLEAR, Sound.CLEAR, True)

# A measure acts against audiences; the person whom it protects is never one of them.
EVERYONE = frozenset(Audience) - {Audience.WITNESS}
DEFENCE = frozenset({Audience.DEFENCE})


def _without(**withheld: Any) -> View:
    return replace(EVERYTHING, **withheld)


GRANTED: Mapping[Audience, View] = {
    Audience.BENCH: EVERYTHING,
    Audience.HOST: EVERYTHING,
    Audience.HOST_REGISTRY: EVERYTHING,
    Audience.REGISTRY: EVERYTHING,
    Audience.PROSECUTION: EVERYTHING,
    Audience.DEFENCE: EVERYTHING,
    Audience.ACCUSED: EVERYTHING,
    Audience.VICTIMS_COUNSEL: EVERYTHING,
    Audience.INTERPRETER: _without(name=False, place=False),
    Audience.SUPPORT: _without(name=False),
    Audience.TECHNICIAN: _without(name=False, place=False, language=False),
    Audience.PUBLIC: _without(name=False, place=False, language=False),
    # Nobody is sent the own face and voice back.
    Audience.WITNESS: _without(picture=Picture.NONE, sound=Sound.NONE),
}


@dataclass(frozen=True, slots=True)
class Rule:
    """What a measure leaves to those it acts against, and who they are when the order names nobody."""

    ceiling: View
    against: frozenset[Audience]
    only: frozenset[Audience] = EVERYONE  # an order may name no one outside this set


_HOUSE = frozenset({Audience.BENCH, Audience.HOST, Audience.HOST_REGISTRY})
_BENCHES = frozenset({Audience.BENCH, Audience.HOST})
_PUBLIC = frozenset({Audience.PUBLIC})
_ACCUSED = frozenset({Audience.ACCUSED})

RULES: Mapping[MeasureKind, Rule] = {
    # The name is still a matter between the parties: most measures protect against the public, not the
    # defence. To withhold it from the defence an order has to say so (see `needs_second`).
    MeasureKind.PSEUDONYM: Rule(_without(name=False), EVERYONE - _HOUSE - {Audience.PROSECUTION, Audience.DEFENCE}),
    MeasureKind.FACE_DISTORTION: Rule(_without(picture=Picture.CARD), EVERYONE - _BENCHES),
    # The interpreter works on the voice itself: masked speech costs words.
    MeasureKind.VOICE_DISTORTION: Rule(_without(sound=Sound.MASKED), EVERYONE - _BENCHES - {Audience.INTERPRETER}),
    MeasureKind.INTERPRETER_ONLY: Rule(_without(sound=Sound.NONE), EVERYONE - _BENCHES - {Audience.INTERPRETER}),
    MeasureKind.SOUND_ONLY: Rule(_without(picture=Picture.NONE), EVERYONE - _BENCHES),
    MeasureKind.PLACE_WITHHELD: Rule(_without(place=False), EVERYONE - _HOUSE),
    # Known to those who drafted the request and who book and swear interpreters, to nobody else this way.
    MeasureKind.LANGUAGE_WITHHELD: Rule(
        _without(language=False),
        EVERYONE - _HOUSE - {Audience.REGISTRY, Audience.PROSECUTION, Audience.INTERPRETER},
    ),
    MeasureKind.PRIVATE_SESSION: Rule(_without(picture=Picture.CARD, sound=Sound.NONE), _PUBLIC, only=_PUBLIC),
    MeasureKind.CLOSED_SESSION: Rule(
        NOTHING, frozenset({Audience.PUBLIC, Audience.TECHNICIAN, Audience.VICTIMS_COUNSEL})
    ),
    MeasureKind.SCREEN: Rule(_without(picture=Picture.NONE), _ACCUSED),
    MeasureKind.ACCUSED_REMOVED: Rule(_without(picture=Picture.NONE, sound=Sound.MASKED), _ACCUSED, only=_ACCUSED),
    MeasureKind.SUPPORT_PERSON: Rule(EVERYTHING, frozenset({Audience.SUPPORT}), only=frozenset({Audience.SUPPORT})),
    MeasureKind.DELAYED_BROADCAST: Rule(_without(picture=Picture.NONE, sound=Sound.NONE), _PUBLIC, only=_PUBLIC),
    MeasureKind.SAFE_CONDUCT: Rule(EVERYTHING, EVERYONE),
}


@dataclass(frozen=True, slots=True)
class InForce:
    """A measure as it acts at one instant. A row that cannot be read has `kind` None and blinds everybody."""

    kind: MeasureKind | None
    against: frozenset[Audience]


def view(measures: Iterable[InForce] | None, audience: Audience | None) -> View:
    """Return what the audience may have of the person under these measures; `NOTHING` in any doubt."""
    if measures is None or not isinstance(audience, Audience):
        return NOTHING
    granted = GRANTED.get(audience, NOTHING)
    for measure in measures:
        granted &= _ceiling(measure, audience)
    return granted


def _ceiling(measure: InForce, audience: Audience) -> View:
    rule = RULES.get(measure.kind) if isinstance(measure.kind, MeasureKind) else None
    # An empty set is a broken order and not "nobody": nothing passes.
    if rule is None or not measure.against:
        return NOTHING
    return rule.ceiling if audience in measure.against else EVERYTHING


def screened(measures: Iterable[InForce] | None, audience: Audience | None) -> bool:
    """Whether person and audience may not see each other. Pairwise: the picture goes neither way."""
    if measures is None or not isinstance(audience, Audience):
        return True
    return any(m.kind is None or (m.kind is MeasureKind.SCREEN and audience in m.against) for m in measures)


def needs_second(kind: MeasureKind, against: frozenset[Audience]) -> bool:
    """Whether the order is anonymity towards the defence.

    Such an order acts only once a second person of the other State agrees, and lists what makes up for it
    to the defence (Convention, article 24(2): without prejudice to the rights of the defendant).
    """
    return kind is MeasureKind.PSEUDONYM and bool(against & DEFENCE)


class BrokenOrder(ValueError):
    """An order that names nobody, or somebody the measure cannot act against."""


def against(kind: MeasureKind, named: object) -> frozenset[Audience]:
    """Read whom an order names: None is the rule's own default, `"everyone"` is a value, a list names them.

    Raises BrokenOrder for an empty list, an unknown letter, or an audience the measure cannot act against.
    """
    rule = RULES[kind]
    if named is None:
        return rule.against
    if named == "everyone":
        return rule.only
    if not isinstance(named, (list, tuple, set, frozenset)) or not named:
        raise BrokenOrder("an order names at least one audience, or everyone")
    if not set(named) <= rule.only:
        raise BrokenOrder("this measure cannot act against that audience")
    return frozenset(Audience(letter) for letter in named)


_BY_ROLE: Mapping[tuple[str, str], Audience] = {
    ("judge", "requesting"): Audience.BENCH,
    ("judge", "requested"): Audience.HOST,
    ("attending_judge", "requested"): Audience.HOST,
    ("clerk", "requesting"): Audience.REGISTRY,
    ("clerk", "requested"): Audience.HOST_REGISTRY,
    ("central_authority", "requesting"): Audience.REGISTRY,
    ("central_authority", "requested"): Audience.HOST_REGISTRY,
    ("prosecutor", "requesting"): Audience.PROSECUTION,
    ("witness", "requested"): Audience.WITNESS,
    ("support", "requested"): Audience.SUPPORT,
}
_ON_ANY_SIDE: Mapping[str, Audience] = {
    "defence": Audience.DEFENCE,
    "accused": Audience.ACCUSED,
    "victims_counsel": Audience.VICTIMS_COUNSEL,
    "interpreter": Audience.INTERPRETER,
    "technician": Audience.TECHNICIAN,
    "public": Audience.PUBLIC,
}


def audience_of(role: str | None, side: str | None) -> Audience | None:
    """Return the audience of a role or seat on a side (requesting, requested, third); None if unknown."""
    if role is None or side not in {"requesting", "requested", "third"}:
        return None
    return _BY_ROLE.get((role, side)) or _ON_ANY_SIDE.get(role)
