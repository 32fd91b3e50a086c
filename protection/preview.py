"""“As seen by…”: what each audience has of a person, now and with one measure more."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from protection import words
from protection.policy import Audience, InForce, View, view

Word = str | Promise

HEADS: tuple[Word, ...] = (_("Name"), _("Place"), _("Language"), _("Picture"), _("Voice"), _("Session"))
_KNOWN = {True: _("known"), False: _("withheld")}
_ADMITTED = {True: _("admitted"), False: _("kept out")}


@dataclass(frozen=True, slots=True)
class Cell:
    """One attribute for one audience; `changed` by the measure that is only being thought about."""

    word: Word
    full: bool
    changed: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One audience."""

    audience: Audience
    word: Word
    cells: tuple[Cell, ...]


def rows(in_force: frozenset[InForce], also: InForce | None = None) -> list[Row]:
    """One row an audience, in the order of words.AUDIENCES; `also` is a measure not ordered yet."""
    after = in_force | {also} if also else in_force
    return [
        Row(audience, word, tuple(_cells(view(in_force, audience), view(after, audience))))
        for audience, word in words.AUDIENCES.items()
    ]


def _cells(before: View, after: View) -> Iterable[Cell]:
    for was, (word, full) in zip(_words(before), _words(after), strict=True):
        yield Cell(word, full, changed=was != (word, full))


def _words(seen: View) -> list[tuple[Word, bool]]:
    return [
        *((_KNOWN[known], known) for known in (seen.name, seen.place, seen.language)),
        (words.PICTURES[seen.video], seen.video == "clear"),
        (words.SOUNDS[seen.audio], seen.audio == "clear"),
        (_ADMITTED[seen.admitted], seen.admitted),
    ]
