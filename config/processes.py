"""Starts the three processes of the product, watches them, and stops everything it started.

Used by `manage.py demo` and by the end-to-end tests; a ministry has its own supervisor (docker/compose.yaml).
"""

import fcntl
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType

ROOT = Path(__file__).resolve().parent.parent
GRACE = 3.0  # seconds between asking a process to end and ending it


class Stopped(Exception):
    """A process ended by itself, or somebody asked for the end."""


def web(port: int) -> list[str]:
    """The web process: uvicorn on loopback, with the loop and the WebSocket that the wire was measured on."""
    options = ["--host", "127.0.0.1", "--port", str(port), "--loop", "uvloop", "--http", "httptools"]
    options += ["--ws", "signalling.line:Line", "--ws-max-size", "32768", "--ws-per-message-deflate", "false"]
    # Nobody stands in front of a laptop: whoever writes X-Forwarded-For would choose his own counter of tries.
    options += ["--no-proxy-headers", "--no-server-header", "--no-access-log"]
    options += ["--log-level", "warning", "--timeout-graceful-shutdown", "2"]
    return [sys.executable, "-m", "uvicorn", "config.asgi:application", *options]


def worker() -> list[str]:
    return [sys.executable, "manage.py", "procrastinate", "worker", "--concurrency", "2"]


def media() -> list[str]:
    return [sys.executable, "manage.py", "media"]


class AlreadyRunning(Exception):
    """Another house runs on the same data."""


@contextmanager
def alone(directory: Path) -> Iterator[None]:
    """Nobody else runs a house on this directory meanwhile: two would share one socket and do each job's work twice.

    The system lets go of the lock however this process ends. Raises AlreadyRunning.
    """
    directory.mkdir(parents=True, exist_ok=True)
    with (directory / "house.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise AlreadyRunning from error
        yield


class House:
    """The processes as one: started in order, stopped in the opposite one."""

    def __init__(self, port: int, environment: Mapping[str, str] | None = None, log: Path | None = None) -> None:
        self.port, self.environment, self.log = port, {**os.environ, **(environment or {})}, log
        self.running: dict[str, subprocess.Popen[bytes]] = {}

    def start(self) -> None:
        """Start media, worker and web; return when the web answers. Raises Stopped with the name of one that ended."""
        for name, command in {"media": media(), "worker": worker(), "web": web(self.port)}.items():
            output = (self.log / f"{name}.log").open("ab") if self.log else None
            self.running[name] = subprocess.Popen(  # noqa: S603 (our own commands, no shell)
                command, cwd=ROOT, env=self.environment, stdout=output, stderr=output, start_new_session=True
            )
        deadline = time.monotonic() + 60
        while not self._answers():
            self.check()
            if time.monotonic() > deadline:
                raise Stopped("web")
            time.sleep(0.2)

    def check(self) -> None:
        """Raises Stopped with the name of a process that is no longer there."""
        for name, process in self.running.items():
            if process.poll() is not None:
                raise Stopped(name)

    def stop(self) -> None:
        for process in reversed(self.running.values()):
            _signal(process, signal.SIGTERM)
        deadline = time.monotonic() + GRACE
        for process in self.running.values():
            try:
                process.wait(max(0.0, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                _signal(process, signal.SIGKILL)
                process.wait()
        self.running.clear()

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=2) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False


def _signal(process: subprocess.Popen[bytes], number: int) -> None:
    """To the whole group: the media service has a child for each hearing."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, number)


def port_is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def free_port() -> int:
    """A port nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def ending_on_signals() -> Iterator[None]:
    """SIGINT, SIGTERM and SIGHUP raise Stopped inside the block, so that its `finally` runs."""

    def end(number: int, frame: FrameType | None) -> None:
        raise Stopped(signal.Signals(number).name)

    before = {number: signal.signal(number, end) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
