"""Reading what people type, and what programs send."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework import facts, sections, values

FIELDS = sections.FIELDS


def read_one(name: str, raw: object) -> object:
    found, problems = values.read([FIELDS[name]], {name: raw})
    return [problem.code for problem in problems] or found[name]


@pytest.mark.parametrize(
    ("name", "raw", "value"),
    [
        ("subject", "  a   line\nof words ", "a line of words"),  # a line is one line
        ("facts", "one\r\ntwo", "one\ntwo"),
        ("nature", "trial", "trial"),
        ("nature", "revenge", ["unknown_choice"]),
        ("purposes", ["i", "a"], ["a", "i"]),  # in the order of the article
        ("purposes", "a", ["not_a_list"]),
        ("urgent", "on", True),
        ("urgent", "perhaps", ["not_yes_or_no"]),
        ("wanted_minutes", "90", 90),
        ("wanted_minutes", 0, ["not_a_number"]),
        ("wanted_minutes", "1e3", ["not_a_number"]),
        ("wanted_minutes", True, ["not_a_number"]),
        ("deadline", "2026-12-18", date(2026, 12, 18)),
        ("deadline", "2026-02-30", ["impossible_date"]),
        ("deadline", "18/12/2026", ["impossible_date"]),
        ("deadline", "0001-01-01", ["impossible_date"]),
        ("oral_made_at", "2026-11-24T08:30-05:00", datetime(2026, 11, 24, 13, 30, tzinfo=UTC)),
        ("oral_made_at", "2026-11-24T08:30", ["naive_time"]),
        ("oral_made_at", "yesterday", ["impossible_time"]),
        ("request_language", "PT-br", "pt-BR"),
        ("request_language", "klingonish", ["unknown_language"]),
        ("testimony_language", "csn", "csn"),  # Colombian Sign Language
        ("facts", "x" * 6001, ["too_long"]),
        ("facts", "a\x00b", ["not_text"]),
        ("facts", 7, ["not_text"]),
    ],
)
def test_a_value_is_read_or_refused_by_name(name: str, raw: object, value: object) -> None:
    assert read_one(name, raw) == value


@given(st.sampled_from(sorted(FIELDS)), st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists))
def test_whatever_is_sent_is_a_value_or_a_problem(name: str, raw: object) -> None:
    found, problems = values.read([FIELDS[name]], {name: raw})
    assert (name in found) is (problems == [])


@given(st.sampled_from(sorted(FIELDS)), st.text())
def test_what_was_read_once_reads_the_same_again(name: str, raw: str) -> None:
    found, _problems = values.read([FIELDS[name]], {name: raw})
    again, problems = values.read([FIELDS[name]], found)
    assert (again, problems) == (found, [])


def test_facts_from_a_file_are_checked_name_by_name() -> None:
    _facts, problems = facts.read({"subjet": "a slip", "requested_code": 7, "today": "soon", "nature": "trial"})
    assert {problem.field: problem.code for problem in problems} == {
        "subjet": "unknown_fact",
        "requested_code": "wrong_type",
        "today": "impossible_date",
    }
    assert [problem.code for problem in facts.read([])[1]] == ["not_an_object"]
