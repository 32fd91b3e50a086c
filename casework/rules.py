"""The checks of article 18 on the facts of a request. ◆

The rules themselves are data, in `casework/law/`: an id, a paragraph, a level, the field that answers it, a sentence,
and the test that says when there is something to say. Nothing here knows a single one of them.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

Facts = Mapping[str, object]
Test = Callable[[Facts], bool]


class Level(StrEnum):
    """What a finding does: a must blocks sending, a should does not, a note informs."""

    MUST = "must"
    SHOULD = "should"
    NOTE = "note"


class Reader(StrEnum):
    """To which side a rule speaks. Before sending, only the requesting side is there to hear it."""

    REQUESTING = "requesting"
    REQUESTED = "requested"


@dataclass(frozen=True, slots=True)
class Rule:
    """One case of one rule. Several may carry the same id: the must, and the note for what is not known."""

    id: str
    paragraph: str
    level: Level
    field: str
    sentence: str
    when: Test
    reader: Reader = Reader.REQUESTING


@dataclass(frozen=True, slots=True)
class Finding:
    """What one rule says about one request. `paragraph` is the number as printed: "18(15)(b)"."""

    rule: str
    level: Level
    field: str
    sentence: str
    paragraph: str


def check(
    facts: Facts,
    *,
    reader: Reader = Reader.REQUESTING,
    translate: Callable[[str], str] = str,
    show: Callable[[object], str] | None = None,
) -> list[Finding]:
    """Everything the rules have to say, musts first, else in the order of the articles.

    `translate` turns a sentence into the reader's language, `show` a value inside it into words.
    """
    from casework.law import RULES

    return check_with(RULES, facts, reader=reader, translate=translate, show=show or plain)


def check_with(
    rules: Iterable[Rule],
    facts: Facts,
    *,
    reader: Reader,
    translate: Callable[[str], str],
    show: Callable[[object], str],
) -> list[Finding]:
    """`check` with rules of the caller's own."""
    said = _Said(facts, show)
    found = [
        Finding(rule.id, rule.level, rule.field, translate(rule.sentence) % said, rule.paragraph)
        for rule in rules
        if rule.reader is reader and rule.when(facts)
    ]
    return sorted(found, key=lambda finding: list(Level).index(finding.level))


def musts(findings: Iterable[Finding]) -> list[Finding]:
    """Those that block sending."""
    return [finding for finding in findings if finding.level is Level.MUST]


def plain(value: object) -> str:
    """A value as a sentence shows it where nobody knows the reader's language."""
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    return value.isoformat() if isinstance(value, date | datetime) else str(value)


class _Said(dict[str, str]):
    """The facts as words, made when a sentence asks for one; a fact that is not there is three dots."""

    def __init__(self, facts: Facts, show: Callable[[object], str]) -> None:
        super().__init__()
        self.facts, self.show = facts, show

    def __missing__(self, name: str) -> str:
        value = self.facts.get(name)
        return "…" if value in (None, "", [], ()) else self.show(value)


# The tests that rules are made of ------------------------------------------------


def missing(name: str) -> Test:
    """Nothing was said: absent, blank, an empty list, a number of nothing."""
    return lambda facts: not _given(facts.get(name))


def given(name: str) -> Test:
    """Something was said."""
    return lambda facts: _given(facts.get(name))


def equals(name: str, *values: object) -> Test:
    """The fact is one of the values."""
    return lambda facts: facts.get(name) in values


def has(name: str, value: object) -> Test:
    """The fact is a list that holds the value."""
    return lambda facts: value in _items(facts.get(name))


def lacks(name: str, value: object) -> Test:
    """The fact is a list that says something, and not this value."""
    return lambda facts: bool(items := _items(facts.get(name))) and value not in items


def says(name: str, *words: str) -> Test:
    """The fact is a text in which one of the words stands."""
    return lambda facts: any(word in str(facts.get(name) or "") for word in words)


def both(*tests: Test) -> Test:
    """All of the tests say yes."""
    return lambda facts: all(test(facts) for test in tests)


def either(*tests: Test) -> Test:
    """One of the tests says yes."""
    return lambda facts: any(test(facts) for test in tests)


def no(test: Test) -> Test:
    """The test says no."""
    return lambda facts: not test(facts)


def always(facts: Facts) -> bool:
    """There is always something to say."""
    return True


def _given(value: object) -> bool:
    return bool(value.strip()) if isinstance(value, str) else bool(value)


def _items(value: object) -> list[object]:
    return list(value) if isinstance(value, list | tuple | set | frozenset) else []
