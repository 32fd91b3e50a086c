"""The printed request: in order, each paragraph with its rule, and nobody in it."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from casework import gathering, outline, rules, sections, writer
from casework.fields import Kind
from casework.models import Request
from config.story.cases import IDENTITY


def test_every_field_is_printed_once_but_the_language_of_the_person() -> None:
    printed = [name for paragraph in outline.PARAGRAPHS for name in paragraph.fields if not name.startswith("@")]
    silent = {"interpol_agreed", "interpol_possible", "oral_agreed", "request_language", "paragraphs_agreed"}
    assert sorted(printed) == sorted(set(sections.FIELDS) - silent - {"testimony_language"})


@pytest.mark.django_db
def test_the_document_names_the_pseudonym_and_the_annex(sent: Request) -> None:
    text = "\n".join(f"{line.label} {line.words}" for one in writer.paragraphs(sent) for line in one.lines)
    assert f"Witness {sent.person.pseudonym}" in text
    assert "named in the sealed annex" in text
    assert [value for key, value in IDENTITY.items() if key not in ("nationality", "language") and value in text] == []
    assert "French" not in text


@pytest.mark.django_db
def test_the_paragraphs_follow_the_article_and_are_numbered(sent: Request) -> None:
    written = writer.paragraphs(sent)
    assert [one.number for one in written] == list(range(1, len(written) + 1))
    order = [one.rule for one in written if one.rule.startswith("U18-15")]
    assert order == ["U18-15a", "U18-15b1", "U18-15b2", "U18-15c", "U18-15d1", "U18-15d2", "U18-15e", "U18-15f"]


@pytest.mark.django_db
def test_a_gap_is_marked_where_the_missing_thing_would_stand(written: Callable[..., Request]) -> None:
    request = written(conducting_functions="")
    found = rules.check(gathering.facts_of(request, now=datetime.now(UTC)))
    gaps = {one.rule: [gap.rule for gap in one.gaps] for one in writer.paragraphs(request, found) if one.gaps}
    assert gaps == {"U18-15b2": ["U18-15b2"]}


@pytest.mark.django_db
def test_the_document_fetches_nothing(cast: Any, written: Callable[..., Request]) -> None:
    request = written(facts='<img src="http://elsewhere.example/x.png"> <script>')
    assert writer.pdf(request)[:5] == b"%PDF-"


@pytest.mark.django_db
def test_every_text_says_what_it_is(written: Callable[..., Request]) -> None:
    texts = {field.name: field.name for field in sections.FIELDS.values() if field.kind in (Kind.TEXT, Kind.LINE)}
    bare = {
        line.words: one.heading for one in writer.paragraphs(written(**texts)) for line in one.lines if not line.label
    }
    # The paragraph's heading is the label of one text at most.
    assert {name: bare[name] for name in texts if name in bare} == {
        "subject": "Subject and nature of the proceeding",
        "conducting_authority": "Authority that conducts it",
        "facts": "Facts",
        "assistance": "Assistance asked for",
        "procedures": "Particular procedure",
        "purpose": "Purpose",
        "subjects": "Questions or subjects",
        "privileges": "Right not to testify",
    }


@pytest.mark.django_db
def test_the_printed_request_speaks_to_the_state_that_reads_it(sent: Request) -> None:
    labels = [line.label for one in writer.paragraphs(sent) for line in one.lines]
    assert [label for label in labels if re.search(r"\b(you|your|our)\b", label)] == []
