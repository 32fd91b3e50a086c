"""What the API takes and gives for a request; the fields come from `casework.sections`."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

from ninja import Schema
from pydantic import Field, create_model

from casework import sections
from casework.fields import Field as Column
from casework.fields import Kind

# What is sent is read by casework.values, which knows why it cannot be read; here stands the shape alone.
_SHAPES: dict[Kind, Any] = {
    Kind.LINE: str,
    Kind.TEXT: str,
    Kind.CHOICE: str,
    Kind.LANGUAGE: str,
    Kind.CHOICES: list[str],
    Kind.YES: bool,
    Kind.NUMBER: int | None,
    Kind.DATE: str | None,
    Kind.INSTANT: str | None,
}
_FORMATS = {Kind.DATE: "date", Kind.INSTANT: "date-time"}


# PostgreSQL's integer ends a little above.
Version = Annotated[int, Field(ge=1, le=2_000_000_000)]


class Strict(Schema, extra="forbid"):
    """A body in which an unknown name is an error."""


def _column(field: Column) -> tuple[Any, Any]:
    more: dict[str, Any] = {"format": _FORMATS[field.kind]} if field.kind in _FORMATS else {}
    if field.choices:
        more["x-choices"] = [word for word, _label in field.choices]
    return _SHAPES[field.kind], Field(default=None, description=field.label, json_schema_extra=more)


if TYPE_CHECKING:

    class Fields(Strict):
        """The fields of a request."""
else:
    Fields = create_model(
        "RequestFields", __base__=Strict, **{name: _column(field) for name, field in sections.FIELDS.items()}
    )


class Draft(Strict):
    """A new request. `id` is yours to choose: the same id twice is one request."""

    requested: UUID
    court: UUID | None = None
    id: UUID | None = None
    fields: Fields = Field(default_factory=Fields)


class Edit(Strict):
    """Changed fields; what is not named stays. `court` null takes the court away."""

    version: Version | None = None
    requested: UUID | None = None
    court: UUID | None = None
    fields: Fields = Field(default_factory=Fields)


class Versioned(Strict):
    """An act without words. The version may come in If-Match instead."""

    version: Version | None = None


class Worded(Versioned):
    """A question, an answer, a word in the consultation."""

    text: str


class Grant(Versioned):
    """The conditions, in order, and the judicial authority that attends."""

    conditions: list[str] = []
    executing: UUID | None = None


class Refuse(Versioned):
    """The grounds by their ids (U18-21a to d), and the reasons."""

    grounds: list[str]
    reasons: str


class Reasons(Versioned):
    """Why it is postponed."""

    reasons: str


class Withdraw(Versioned):
    """Why the help is no longer needed."""

    reason: str


class Person(Versioned):
    """Who is to be heard. It goes into the vault and never comes back over the API."""

    given_name: str = ""
    family_name: str = ""
    born: str = ""
    nationality: str = ""
    address: str = ""
    city: str = ""
    zone: str = ""
    language: str = ""
    phone: str = ""
    email: str = ""


class Protect(Versioned):
    """A measure asked for, and what it leaves to the defence."""

    kind: str
    basis: str
    defence_access: str
    counterbalances: list[str] = []


class FindingOut(Schema):
    """What one rule says. `level`: must blocks sending, should does not, note informs."""

    rule: str
    level: str
    field: str
    sentence: str
    paragraph: str


class AuthorityOut(Schema):
    """An authority of either side."""

    id: UUID
    state: str
    name: str


class QuestionOut(Schema):
    """A question of the requested State, and the answer."""

    id: UUID
    text: str
    asked_at: datetime
    answer: str
    answered_at: datetime | None


class DecisionOut(Schema):
    """What the requested State decided."""

    kind: str
    conditions: list[str]
    grounds: list[str]
    reasons: str
    at: datetime


class RowOut(Schema):
    """A request in a list. `person` is a pseudonym, and there is nothing else to be had of the person."""

    id: UUID
    reference: str
    state: str
    version: int
    requesting: AuthorityOut
    requested: AuthorityOut
    person: str | None
    acts: list[str]


class RequestOut(RowOut):
    """A request as this member sees it; `acts` are those open to him now."""

    court: AuthorityOut | None
    executing: AuthorityOut | None
    identity_complete: bool
    submitted_at: datetime | None
    decided_at: datetime | None
    conditions_accepted_at: datetime | None
    fields: dict[str, Any]
    questions: list[QuestionOut]
    decisions: list[DecisionOut]
