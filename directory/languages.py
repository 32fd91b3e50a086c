"""Languages of requests and of testimony: BCP 47 tags, read and named. No Django.

A witness testifies in the language he or she knows, sign languages included, so any well-formed tag of a known
language is taken. Names are CLDR's; what CLDR leaves out (dialects, most sign languages) is in data/languages.csv,
and so is what nobody speaks.
"""

import csv
import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from babel import Locale

from directory.times import locale_of

DATA = Path(__file__).parent / "data"
# RFC 5646, section 2.1, without extended language subtags, extensions and private use.
_TAG = re.compile(
    r"(?P<language>[a-z]{2,3})(-(?P<script>[a-z]{4}))?(-(?P<region>[a-z]{2}|\d{3}))?"
    r"(?P<variants>(-([a-z0-9]{5,8}|\d[a-z0-9]{3}))*)",
    re.ASCII | re.IGNORECASE,
)
_NOT_SPOKEN = ("ancient", "made up")  # named by CLDR, and nobody can be heard in them; their tags are still read
_RIGHT_TO_LEFT = {"ar", "arz", "ary", "apc", "acm", "ckb", "dv", "fa", "he", "prs", "ps", "sd", "ug", "ur", "yi"}


class UnknownLanguage(ValueError):
    """Not a BCP 47 tag, or of no language that is known here."""

    code = "unknown_language"


def parse(tag: str) -> str:
    """The tag in its usual case, `pt-BR`, `zh-Hant-HK`. Raises UnknownLanguage."""
    found = _TAG.fullmatch(tag.strip())
    if not found or found["language"].lower() not in tags():
        raise UnknownLanguage("unknown_language")
    script, region = found["script"], found["region"]
    parts = [found["language"].lower(), script and script.title(), region and region.upper()]
    return "-".join(part for part in parts if part) + found["variants"].lower()


def name(tag: str, locale: str = "en") -> str:
    """What people call the language, in the words of `locale`; a tag that is not known stays a tag."""
    words = locale_of(locale)
    whole = words.languages.get(tag.replace("-", "_")) or _extra_name(tag)
    if whole:
        return str(whole)
    found = _TAG.fullmatch(tag)
    if not found:
        return tag
    main = words.languages.get(found["language"]) or _extra_name(found["language"]) or found["language"]
    details = [
        words.scripts.get((found["script"] or "").title()),
        words.territories.get((found["region"] or "").upper()),
        *(words.variants.get(each.upper(), each) for each in found["variants"].split("-")),
    ]
    spoken = ", ".join(str(detail) for detail in details if detail)
    return f"{main} ({spoken})" if spoken else str(main)


def is_right_to_left(tag: str) -> bool:
    """Whether the language is written from the right, for `dir` on every passage in it."""
    language, _, rest = tag.partition("-")
    return "Arab" in rest or (language in _RIGHT_TO_LEFT and "Latn" not in rest)


Choice = tuple[str, str]  # a tag and its name


def offered(first: Iterable[str] = (), *, also: str = "", locale: str = "en") -> tuple[list[Choice], list[Choice]]:
    """What a list of languages offers: `first` in its own order, then every other living one by its name.

    `also` is the tag that is chosen already: a variety or a dead language that was set elsewhere stays choosable.
    """
    head = list(dict.fromkeys(first))
    rest = (living() | {also}) - {"", *head}
    named = sorted(((tag, name(tag, locale)) for tag in rest), key=lambda pair: pair[1].casefold())
    return [(tag, name(tag, locale)) for tag in head], named


@cache
def living() -> frozenset[str]:
    """Every language, without its varieties, in which somebody can be heard; the signed ones too."""
    return tags() - {tag for tag, row in _extra().items() if row["kind"] in _NOT_SPOKEN}


@cache
def tags() -> frozenset[str]:
    """Every language that is known here, without its varieties."""
    cldr = {str(key).partition("_")[0] for key in Locale("en").languages}
    return frozenset(cldr | set(_extra())) - {"und", "mul", "zxx", "root"}


@cache
def _extra() -> dict[str, dict[str, str]]:
    with (DATA / "languages.csv").open(encoding="utf-8") as file:
        return {row["tag"]: row for row in csv.DictReader(file)}


def _extra_name(tag: str) -> str:
    return _extra().get(tag, {}).get("name", "")
