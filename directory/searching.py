"""Whether what somebody types fits a name."""

import unicodedata


def fits(query: str, *texts: str) -> bool:
    """Whether every word typed occurs somewhere in the texts, accents and capitals aside."""
    haystack = plain(" ".join(texts))
    return all(word in haystack for word in plain(query).split())


def plain(text: str) -> str:
    """The text without accents and capitals: Bogotá and BOGOTA are one."""
    parts = unicodedata.normalize("NFKD", text.casefold())
    return "".join(part for part in parts if not unicodedata.combining(part))
