"""What a reader makes of a page."""

import re


def text(response):
    """The page without its tags and without what is random in it."""
    page = re.sub(r"<(style|script|svg)\b.*?</\1>", " ", response.content.decode(), flags=re.S)
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())
