"""Whether our own mail server found a mail's From to be true: Authentication-Results, RFC 8601. No Django.

Anybody can write such a header. Only the topmost one is looked at, and only if it bears our server's name: a server
puts its own on top, and takes away any that came in under its name (RFC 8601, 5).
"""

import re
from email.message import Message

_RESULT = re.compile(r"\s*([a-z0-9-]+)\s*=\s*([a-z]+)", re.IGNORECASE)
_PROPERTY = re.compile(r"([a-z0-9-]+\.[a-z0-9-]+)\s*=\s*\"?([^\s\";]+)", re.IGNORECASE)
# Which property says for whom a method speaks.
_SPEAKS_FOR = {"dmarc": "header.from", "dkim": "header.d", "spf": "smtp.mailfrom", "auth": "smtp.auth"}


def authentic(mail: Message, sender: str, *, authserv_id: str) -> bool:
    """True if DMARC, DKIM, SPF or a login passed for the domain of `sender`, an address in lower case."""
    lines = mail.get_all("authentication-results", [])
    if not (sender and authserv_id and lines):
        return False
    server, _, results = _bare(str(lines[0])).partition(";")
    if server.split()[:1] != [authserv_id]:
        return False
    domain = sender.rpartition("@")[2]
    return any(_passes(result, domain) for result in results.split(";"))


def _bare(text: str) -> str:
    """Without comments and quoted strings: a sender chooses the local part that is quoted there, semicolons and all."""
    kept, depth, quoted, escaped = [], 0, False, False
    for character in text:
        if escaped or character == "\\":
            escaped = not escaped
        elif character == '"' and not depth:
            quoted = not quoted
        elif not quoted and character in "()":
            depth += 1 if character == "(" else -1
        elif not quoted and not depth:
            kept.append(character)
    return "".join(kept) if not quoted and not depth else ""


def _passes(result: str, domain: str) -> bool:
    found = _RESULT.match(result)
    if not found or found[2].lower() != "pass":
        return False
    wanted = _SPEAKS_FOR.get(found[1].lower())
    said = {name.lower(): value.lower() for name, value in _PROPERTY.findall(result)}
    speaks_for = said.get(wanted or "", "").rpartition("@")[2]
    return bool(speaks_for) and _aligned(domain, speaks_for)


def _aligned(domain: str, speaks_for: str) -> bool:
    """The same domain, or one above it that is more than a top-level one (RFC 7489, 3.1, relaxed)."""
    return domain == speaks_for or ("." in speaks_for and domain.endswith(f".{speaks_for}"))
