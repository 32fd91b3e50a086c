"""A report that a letter did not arrive (RFC 3464) → the letter's id and the status. No Django."""

import re
from dataclasses import dataclass
from email.message import EmailMessage, Message
from uuid import UUID

_STATUS = re.compile(r"[245]\.\d{1,3}\.\d{1,3}")
_ID = re.compile(r"<?([0-9a-fA-F-]{36})@[^<>\s]+>?")


@dataclass(frozen=True)
class Report:
    """`letter` from its Message-ID or ENVID; `status` of RFC 3463. `final`: nobody tries any more."""

    letter: UUID
    status: str
    final: bool


def is_report(mail: Message) -> bool:
    """Whether a mail server wrote it, about another mail."""
    return mail.get_content_type() == "multipart/report" and mail.get_param("report-type") == "delivery-status"


def read(mail: EmailMessage) -> Report | None:
    """What the report says of one of our letters; None where it names none."""
    blocks = [block for part in mail.walk() for block in _blocks(part)]
    letter = _letter(mail, blocks)
    actions = {str(block["action"]).strip().lower() for block in blocks if block["action"]}
    statuses = [found[0] for block in blocks if (found := _STATUS.search(str(block["status"] or "")))]
    return Report(letter, statuses[0] if statuses else "5.0.0", "failed" in actions) if letter else None


def _blocks(part: Message) -> list[Message]:
    """The groups of fields of message/delivery-status, which the parser hands over as messages."""
    if part.get_content_type() != "message/delivery-status":
        return []
    found = part.get_payload()
    return [block for block in found if isinstance(block, Message)] if isinstance(found, list) else []


def _letter(mail: EmailMessage, blocks: list[Message]) -> UUID | None:
    named = [str(block["original-envelope-id"] or "") for block in blocks]
    named += [found for part in mail.walk() for found in _message_ids(part)]
    for text in named:
        if found := _ID.fullmatch(f"{text.strip()}@x" if "@" not in text else text.strip()):
            return UUID(found[1])
    return None


def _message_ids(part: Message) -> list[str]:
    """The Message-ID of what is sent back: whole, or its headers alone."""
    if part.get_content_type() == "message/rfc822":
        inner = part.get_payload(0) if part.is_multipart() else None
        return [str(inner["message-id"])] if isinstance(inner, Message) and inner["message-id"] else []
    if part.get_content_type() == "text/rfc822-headers":
        text = part.get_payload()
        return re.findall(r"(?im)^message-id:\s*(<[^<>\s]+>)", text) if isinstance(text, str) else []
    return []
