"""Reading the environment: every value is checked once, at start, and a wrong one stops the process with a sentence."""

import os
import secrets
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

ON, OFF = {"1", "true", "yes", "on"}, {"", "0", "false", "no", "off"}


def text(name: str, default: str = "") -> str:
    return os.environ.get(name, "").strip() or default


def flag(name: str, default: bool = False) -> bool:
    """A switch. Raises ImproperlyConfigured for a word that is neither on nor off."""
    value = os.environ.get(name, "1" if default else "").strip().lower()
    if value not in ON | OFF:
        raise ImproperlyConfigured(f"{name} is {value!r}; say 1 or 0.")
    return value in ON


def words(name: str, default: str = "") -> list[str]:
    """A list separated by commas."""
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def require(*names: str) -> None:
    """Stop with one sentence that names everything missing, so that nobody mends settings one start at a time."""
    missing = [name for name in names if not text(name)]
    if missing:
        raise ImproperlyConfigured(f"PRODUCTION=1 also needs {', '.join(missing)} in the environment.")


def database(url: str, pool: str = "0") -> dict[str, object]:
    """A libpq URI (RFC 3986) as Django's dictionary; a socket directory may stand in `?host=`.

    `pool` says how many connections the process keeps open at most, "0" for one a thread while it is needed: to open
    one takes longer than most questions. One that PostgreSQL has closed meanwhile is noticed and replaced.
    """
    if not pool.isdecimal():
        raise ImproperlyConfigured(f"DATABASE_POOL is {pool!r}; say how many connections, 0 for no pool.")
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise ImproperlyConfigured("DATABASE_URL must begin with postgresql://; no other database is supported.")
    options: dict[str, object] = dict(parse_qsl(parts.query))
    host = options.pop("host", "") or parts.hostname or ""
    if int(pool):
        options["pool"] = {"min_size": 1, "max_size": int(pool), "timeout": 5.0}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")) or "postgres",
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": str(parts.port or ""),
        "OPTIONS": options,
        "CONN_HEALTH_CHECKS": bool(int(pool)),
    }


def email(url: str) -> dict[str, object]:
    """`smtp://`, `smtps://` (implicit TLS) or `smtp+tls://` (STARTTLS), as Django's EMAIL_ settings."""
    parts = urlsplit(url)
    ports = {"smtp": 25, "smtps": 465, "smtp+tls": 587}
    if parts.scheme not in ports or not parts.hostname:
        raise ImproperlyConfigured("EMAIL_URL must look like smtp+tls://user:password@host:587.")
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": parts.port or ports[parts.scheme],
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        "EMAIL_USE_TLS": parts.scheme == "smtp+tls",
        "EMAIL_TIMEOUT": 30,
    }


def mailbox(url: str) -> str:
    """`imaps://` (implicit TLS) or, on this machine alone, `imap://`; empty: no mailbox is read."""
    parts = urlsplit(url)
    local = parts.hostname in {"localhost", "127.0.0.1", "::1"}
    if url and not (
        parts.hostname and parts.username and (parts.scheme == "imaps" or (parts.scheme == "imap" and local))
    ):
        raise ImproperlyConfigured("IMAP_URL must look like imaps://user:password@host/INBOX.")
    return url


def kept_secret(path: Path) -> str:
    """A random secret that a laptop keeps in a file of its own, made on first use and readable by nobody else."""
    try:
        return path.read_text()
    except FileNotFoundError:
        pass
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:  # another process was first
        return path.read_text()
    except OSError as error:
        raise ImproperlyConfigured(f"{path.parent} cannot be written: {error.strerror}.") from error
    with os.fdopen(handle, "w") as file:
        file.write(secrets.token_urlsafe(64))
    return path.read_text()
