"""`manage.py check_request`, as a program calls it."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from tests.casework.test_rules import COMPLETE


def run(tmp_path: Path, capsys: Any, data: str | bytes, *options: str) -> tuple[int, Any]:
    file = tmp_path / "facts.json"
    file.write_bytes(data if isinstance(data, bytes) else data.encode())
    with pytest.raises(SystemExit) as ended:
        call_command("check_request", str(file), *options)
    return int(ended.value.code or 0), json.loads(capsys.readouterr().out)


def test_a_complete_request_ends_with_zero(tmp_path: Path, capsys: Any) -> None:
    code, said = run(tmp_path, capsys, json.dumps(COMPLETE))
    assert (code, said["complete"]) == (0, True)


def test_an_open_must_ends_with_one_and_names_the_rule(tmp_path: Path, capsys: Any) -> None:
    code, said = run(tmp_path, capsys, json.dumps(COMPLETE | {"subject": ""}))
    assert (code, said["complete"]) == (1, False)
    assert said["findings"][0] == {
        "rule": "U18-15b1",
        "level": "must",
        "field": "subject",
        "sentence": "Say what the proceeding is about, in a sentence.",
        "paragraph": "18(15)(b)",
    }


def test_the_requested_side_reads_its_own_duties(tmp_path: Path, capsys: Any) -> None:
    code, said = run(tmp_path, capsys, '{"state": "granted"}', "--reader", "requested")
    assert (code, [one["rule"] for one in said["findings"]]) == (0, ["U18-24b", "V-09"])


# Each row: a file that is no facts, and the code that says so.
@pytest.mark.parametrize(
    ("data", "code"),
    [
        ("", "unreadable_file"),
        ("[1, 2", "unreadable_file"),
        (b"\xff\xfe\x00", "unreadable_file"),
        ('{"wanted_minutes": NaN}', "unreadable_file"),
        ("[" * 100_000, "unreadable_file"),
        ("[]", "bad_facts"),
        ('{"deadline": "2026-02-30"}', "bad_facts"),
        ('{"oral_made_at": "2026-11-24T08:30"}', "bad_facts"),
        ('{"\\ud800": 1}', "bad_facts"),
        ('{"state": "forgotten"}', "bad_facts"),
    ],
)
def test_bad_input_ends_with_two(tmp_path: Path, capsys: Any, data: str | bytes, code: str) -> None:
    ended, said = run(tmp_path, capsys, data)
    assert (ended, said["code"]) == (2, code)


def test_a_file_that_is_not_there_ends_with_two(capsys: Any) -> None:
    with pytest.raises(SystemExit) as ended:
        call_command("check_request", "/nowhere/facts.json")
    assert (ended.value.code, json.loads(capsys.readouterr().out)["code"]) == (2, "unreadable_file")
