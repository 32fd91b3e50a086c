"""The story is played twice with two witnesses who differ in their secrets alone: nobody unentitled can tell which.

What each reader receives is compared byte for byte, once ids and tokens, which are random by right, are numbered in
the order in which they appear. The clock stands still, so that nothing else differs.
"""

import difflib
import re
from datetime import UTC, datetime

import pytest
import time_machine
from django.db import transaction
from django.urls import reverse

from config.story.people import PASSWORD
from tests.protection import story as told
from tests.protection.story import IDENTITY

NOW = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)  # a Tuesday, 10:00 in Bogotá
OTHER = {
    "given_name": "Ng",
    "family_name": "Ó",
    "born": "",
    "nationality": "VN",
    "address": "一个很长很长的地址 " * 12,
    "city": "Castelo de Vide",
    "zone": "Africa/Ceuta",
    "language": "fr",
    "phone": "",
    "email": "a@b.example",
}
UNENTITLED = ("prosecutor", "clerk", "defence", "interpreter", "stranger")

# Random by right: ids, form tokens and nonces, pseudonyms and codes of hearings, addresses of a booking, digests of
# what is on a page, borders between the parts of a mail.
_RANDOM = re.compile(
    r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
    r"|\b[0-9a-f]{32,64}\b|(?<=seen=)[0-9a-f]{16}|(?<=stage=)[0-9a-f]{16}|={15}\d{19}==|\bW-\d{4}\b|\bH-[0-9A-F]{4}\b|\bhearing-[\w-]+@"
    r'|(?<="X-CSRFToken": ")\w+|(?<=csrfmiddlewaretoken" value=")\w+|(?<=nonce-)[\w+/=-]+|(?<=nonce=")[\w+/=-]+'
)

Transcript = dict[str, list[str]]  # reader → lines of everything received, numbered


def numbered(text: str) -> str:
    """The text with each random word replaced by the number of its first appearance."""
    known: dict[str, str] = {}
    return _RANDOM.sub(lambda match: known.setdefault(match[0], f"#{len(known) + 1}"), text)


def played(identity: dict[str, str], *, town: str) -> tuple[Transcript, str]:
    """What each unentitled reader receives; and, for control, what the judge in Madrid reads in the vault."""
    beginning = transaction.savepoint()  # not an atomic block: what must outlast one refuses to run in one
    with time_machine.travel(NOW, tick=False):
        story = told.begin(identity, town=town)
        told.live(story)
        received = {name: _all(story, name) for name in UNENTITLED}
        opened = _opened(story)
    transaction.savepoint_rollback(beginning)
    return received, opened


def _all(story: told.Story, name: str) -> list[str]:
    member = getattr(story.cast, name)
    browser = told.browser(member)
    parts = told.rooms(browser, story) | told.read(browser)
    parts |= told.said_by_api(member, story) | told.letters(member, opened=True)
    whole = "\n".join(f"{where}\n{blob.decode('utf-8', 'replace')}" for where, blob in parts.items())
    return numbered(whole).splitlines()


def _opened(story: told.Story) -> str:
    page = reverse("protection:identity", args=[story.person.public_id])
    said = {"reason": "summon", "sentence": "The court has to summon the person.", "password": PASSWORD}
    return told.browser(story.cast.judge_madrid).post(page, said, follow=True).text


@pytest.mark.django_db
def test_nobody_unentitled_can_tell_one_witness_from_another(settings):
    settings.ALLOWED_HOSTS = ["testserver"]
    one, opened_one = played(IDENTITY, town="Las Palmas de Gran Canaria")
    other, opened_other = played(OTHER, town="Ceuta")
    differs = {name: list(difflib.unified_diff(one[name], other[name], n=0, lineterm="")) for name in UNENTITLED}
    assert {name: lines[:12] for name, lines in differs.items() if lines} == {}
    assert (IDENTITY["family_name"] in opened_one, OTHER["city"] in opened_other) == (True, True)  # the control
    assert all(len(lines) > 100 for lines in one.values())
