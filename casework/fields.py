"""What one field of a request is: its name, its kind, its words. ◆"""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """How a field is asked for, stored and checked."""

    LINE = "line"
    TEXT = "text"
    CHOICE = "choice"
    CHOICES = "choices"
    YES = "yes"
    NUMBER = "number"
    DATE = "date"
    INSTANT = "instant"
    LANGUAGE = "language"


@dataclass(frozen=True, slots=True)
class Field:
    """One field. `limit` is characters for text (0: none) and the highest value for a number, `lowest` its lowest."""

    name: str
    kind: Kind
    label: str
    help: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    limit: int = 0
    lowest: int = 1


@dataclass(frozen=True, slots=True)
class Section:
    """One step of the writer: its address, its title, the paragraphs it answers, its fields in order."""

    slug: str
    title: str
    paragraph: str
    fields: tuple[Field, ...]
