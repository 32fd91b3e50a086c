"""How `make test` sums up: what did not run is told, and is a failure where nobody watches."""

import pytest

from tests.lanes import Result, summary

NO_BROWSER = "SKIPPED [2] tests/e2e/test_story_time.py: LANE SKIPPED: no Chromium here; install it or set CHROMIUM\n"


@pytest.mark.parametrize(("watched", "code"), [("", 0), ("true", 1)])
def test_a_lane_that_could_not_run_is_told_and_fails_where_nobody_watches(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], watched: str, code: int
) -> None:
    monkeypatch.setenv("CI", watched)
    assert summary([Result("lint", 0, 3.0, ""), Result("test-e2e", 0, 1.0, f"ss\n{NO_BROWSER}2 skipped\n")]) == code
    assert "test-e2e   skipped: no Chromium here; install it or set CHROMIUM in 1 s" in capsys.readouterr().out


def test_a_lane_that_failed_fails_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CI", raising=False)
    assert summary([Result("lint", 0, 3.0, ""), Result("test-py", 1, 9.0, "1 failed")]) == 1
