"""`manage.py slots FILE`, as a shell sees it."""

import io
import json
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from scheduler.solver.slots import solve
from tests.scheduler.test_problem import PROBLEM


def refused(file: str) -> str:
    with pytest.raises(CommandError) as error:
        call_command("slots", file)
    assert error.value.returncode == 2
    assert "\n" not in str(error.value)
    return str(error.value)


def test_a_problem_in_a_file_is_answered_on_standard_output(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "problem.json"
    file.write_text(json.dumps(PROBLEM))
    call_command("slots", str(file))
    said = capsys.readouterr()
    assert json.loads(said.out) == solve(PROBLEM)
    assert said.err == ""


def test_a_dash_is_standard_input(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(json.dumps(PROBLEM).encode())))
    call_command("slots", "-")
    assert json.loads(capsys.readouterr().out) == solve(PROBLEM)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b"", "is not JSON: Expecting value at line 1, column 1"),
        (b'{"duration": 90,}', "is not JSON: "),
        (b"\xff\xfe\xff", "is not JSON: it is not UTF-8 text"),
        (b"[" * 100_000, "is not JSON that can be read: it is nested too deeply"),
        (b'{"duration": NaN}', "is not JSON that can be read: NaN is not a number of JSON"),
        (b'{"duration": -Infinity}', "is not JSON that can be read: -Infinity is not a number of JSON"),
        (b'{"duration": 1, "duration": 2}', "is not JSON that can be read: an object has the same key twice"),
        (b'{"duration": ' + b"9" * 5000 + b"}", "is not JSON that can be read: "),
        (b"[]", "problem: must be an object"),
        (json.dumps(PROBLEM | {"duration": 0}).encode(), "duration: must be at least 1"),
    ],
)
def test_what_is_no_problem_is_refused_in_one_line(tmp_path: Path, text: bytes, said: str) -> None:
    file = tmp_path / "problem.json"
    file.write_bytes(text)
    assert said in refused(str(file))


@pytest.mark.parametrize("file", ["/no/such/file", "/", "a\0b", "two\nlines"])
def test_a_file_that_cannot_be_read_is_refused_in_one_line(file: str) -> None:
    assert "cannot be read: " in refused(file)
