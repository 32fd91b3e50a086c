"""Whether a free text gives away somebody's identity. Pure: no Django, no I/O.

Whole words, without regard to case and accents; a phone number by its digits, however they are grouped. It finds
what was typed without thinking, not what somebody means to smuggle out.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

# What points to one person. A nationality or a language alone does not, and a request must name both.
NAMES = ("given_name", "family_name")
TELLING = (*NAMES, "born", "address", "city", "zone", "email")
SHORTEST_PART = 4  # letters of a part of a name that counts alone: "de", "la", "van" do not
SHORTEST_PHONE = 7  # digits
_WITHOUT_SPACES = re.compile("[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff]")  # Thai, Japanese, Chinese


def mentions(text: str, identity: Mapping[str, str]) -> bool:
    """Whether the text contains a name, a part of a name, a place or an address of the identity."""
    return _phone(text, identity.get("phone", "")) or any(_contains(text, phrase) for phrase in _phrases(identity))


def _phrases(identity: Mapping[str, str]) -> set[str]:
    whole = {identity.get(field, "") for field in TELLING}
    parts = {part for field in NAMES for part in _words(identity.get(field, "")).split()}
    return {phrase for phrase in whole if phrase.strip()} | {p for p in parts if len(p) >= SHORTEST_PART}


def _contains(text: str, phrase: str) -> bool:
    words, wanted = _words(text), _words(phrase)
    if not wanted:
        return False
    if _WITHOUT_SPACES.search(wanted):
        return wanted in words
    return f" {wanted} " in f" {words} "


def _phone(text: str, number: str) -> bool:
    digits = re.sub(r"\D", "", number)
    return len(digits) >= SHORTEST_PHONE and digits[-SHORTEST_PHONE:] in re.sub(r"\D", "", text)


def _words(text: str) -> str:
    """The words alone, folded, with one space between two."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))
    return " ".join(re.findall(r"\w+", bare))
