"""The API's bodies: JSON (RFC 8259), strictly, and nothing in it that PostgreSQL cannot store."""

import json
from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja.parser import Parser as NinjaParser

from config.errors import ControlCharacter
from directory.errors import Refusal


class NotJson(Refusal):
    """Nothing that RFC 8259 calls JSON, or nested beyond reading."""

    def __init__(self) -> None:
        super().__init__(_("The body is not JSON that can be read."), code="bad_request", status=400)


class KeyTwice(Refusal):
    """Python would take the last of two, another reader the first (RFC 8259, section 4)."""

    def __init__(self) -> None:
        sentence = _("An object in this body names one key twice, and nobody can tell which of the two is meant.")
        super().__init__(sentence, code="key_twice", status=400)


class WrongKind(Refusal):
    """A body of another type (RFC 9110, section 15.5.16)."""

    def __init__(self) -> None:
        sentence = _("Send the body as JSON: Content-Type: application/json.")
        super().__init__(sentence, code="content_type_unknown", status=415)


class Parser(NinjaParser):
    """Refuses `content_type_unknown`, `bad_request`, `key_twice` and `control_character` (NUL, a lone surrogate)."""

    def parse_body(self, request: HttpRequest) -> Any:
        if request.content_type != "application/json":
            raise WrongKind
        try:
            data = json.loads(request.body, object_pairs_hook=_object, parse_constant=_constant)
            storable = all(map(_storable, _texts(data)))
        except (ValueError, RecursionError) as error:
            raise NotJson from error
        if not storable:
            raise ControlCharacter
        return data


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(found := dict(pairs)) != len(pairs):
        raise KeyTwice
    return found


def _constant(name: str) -> float:
    raise ValueError(f"{name} is no number of JSON")


def _texts(data: Any) -> Iterator[str]:
    if isinstance(data, str):
        yield data
    elif isinstance(data, list):
        yield from (text for item in data for text in _texts(item))
    elif isinstance(data, dict):
        yield from (text for item in data.items() for text in _texts(list(item)))


def _storable(text: str) -> bool:
    return "\0" not in text and not any("\ud800" <= character <= "\udfff" for character in text)
