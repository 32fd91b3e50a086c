"""Language tags (BCP 47, RFC 5646) as people choose them: which are known, and what they are called. ◆"""

import re

from babel import Locale

from directory.times import locale_of

_TAG = re.compile(r"([a-z]{2,3})(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?(-[a-z0-9]{5,8})*", re.ASCII)

# Spoken or signed by witnesses, and without a name in CLDR: the name in English, as ISO 639-3 has it.
UNNAMED = {
    "bfi": "British Sign Language",
    "bzs": "Brazilian Sign Language",
    "csn": "Colombian Sign Language",
    "fsl": "French Sign Language",
    "gsg": "German Sign Language",
    "icl": "Icelandic Sign Language",
    "ils": "International Sign",
    "ise": "Italian Sign Language",
    "jsl": "Japanese Sign Language",
    "mfs": "Mexican Sign Language",
    "nzs": "New Zealand Sign Language",
    "sfs": "South African Sign Language",
    "ssp": "Spanish Sign Language",
    "tsm": "Turkish Sign Language",
    "xki": "Kenyan Sign Language",
    "acm": "Mesopotamian Arabic",
    "apc": "Levantine Arabic",
    "kmr": "Northern Kurdish",
    "nah": "Nahuatl languages",
    "prs": "Dari",
    "yua": "Yucatec Maya",
}


def tidy(tag: str) -> str:
    """The tag in its usual case ("PT-br" → "pt-BR"); what is no tag comes back as it is."""
    head, *rest = tag.strip().replace("_", "-").split("-")
    return "-".join([head.lower(), *(_cased(part) for part in rest)])


def known(tag: str) -> bool:
    """Whether the tag is well formed, in its usual case, and its language and script have a name."""
    found = _TAG.fullmatch(tag)
    if not found:
        return False
    english = Locale("en")
    script, region = (found[2] or "")[1:], found[4]
    return (
        (found[1] in english.languages or found[1] in UNNAMED)
        and (not script or script in english.scripts)
        and (not region or region in english.territories)
    )


def name(tag: str, locale: str = "en") -> str:
    """What the language is called in the reader's language; the tag itself where nobody knows."""
    language, *rest = tag.split("-")
    reader = locale_of(locale)
    called = reader.languages.get(language) or UNNAMED.get(language) or tag
    inside = [part for part in (reader.scripts.get(p) or reader.territories.get(p) for p in rest) if part]
    return f"{called} ({', '.join(inside)})" if inside else str(called)


def choices(locale: str = "en") -> list[tuple[str, str]]:
    """Every language of the house with its name, in the order of the names."""
    tags = {tag for tag in map(str, Locale("en").languages) if known(tag)} | set(UNNAMED)
    return sorted(((tag, name(tag, locale)) for tag in tags), key=lambda pair: pair[1].casefold())


def _cased(part: str) -> str:
    if len(part) == 4 and part.isalpha():
        return part.title()
    return part.upper() if len(part) == 2 else part.lower()
