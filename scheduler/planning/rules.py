"""A court's own rules for its interpreters, in place of the published ones: how many, how long, with which rest.

They hold from the next search on. What is held or agreed stands: nobody is sent home by a rule of the day after.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from directory import access, audit
from directory.errors import Refusal, Stale
from directory.models import Authority, Membership
from directory.roles import Act
from scheduler.models import RulesEdition, TeamRule, WorkRule
from scheduler.solver.needs import LONGEST_DAY, Mode

LONGEST, NIGHT, LONGEST_SOURCE = 720, 24 * 60, 300
TEAM = ("alone_minutes", "pair_minutes", "turn_minutes", "stretch_minutes", "break_minutes")
WORK = ("day_minutes", "rest_minutes")
Numbers = Mapping[str, int | None]  # None: as published


@dataclass(frozen=True)
class Rules:
    """Minutes by their name, for each mode and for one interpreter's day; who says so; how often it was changed."""

    teams: Mapping[Mode, Numbers]
    work: Numbers
    source: str = ""
    version: int = 0


def of(authority: Authority) -> Rules:
    """What the authority has written down; everything None where it has nothing."""
    rows = {Mode(row.mode): row for row in TeamRule.objects.filter(authority=authority)}
    work = WorkRule.objects.filter(authority=authority).first()
    source = next((row.source for row in [work, *rows.values()] if row and row.source), "")
    teams = {mode: {name: getattr(rows.get(mode), name, None) for name in TEAM} for mode in Mode}
    edition = RulesEdition.objects.filter(authority=authority).first()
    return Rules(teams, {name: getattr(work, name, None) for name in WORK}, source, edition.version if edition else 0)


@transaction.atomic
def change(*, rules: Rules, by: Membership | None) -> None:
    """Write down the member's authority's own rules; where none is given, the published ones hold again.

    `rules.version` is the one that was read. Refuses `stale_version`, `rule_broken` with the field
    (`consecutive-alone_minutes`), and `not_found`.
    """
    member = access.check(by, Act.DIRECTORY_EDIT)
    authority = Authority.objects.select_for_update(of=("self",)).get(pk=member.authority_id)
    _edition(authority, rules.version)
    for mode, numbers in rules.teams.items():
        _team(authority, mode, numbers, rules.source)
    _work(authority, rules)
    audit.append("rules.changed", by=member, about=authority, facts=_facts(rules))


def _edition(authority: Authority, read: int) -> None:
    row, _made = RulesEdition.objects.get_or_create(authority=authority)
    if row.version != read:
        raise Stale(row.version)
    row.version += 1
    row.save(update_fields=["version"])


def _team(authority: Authority, mode: Mode, numbers: Numbers, source: str) -> None:
    rows = TeamRule.objects.filter(authority=authority, mode=mode)
    if all(numbers[name] is None for name in TEAM):
        rows.delete()
        return
    for name in TEAM:
        _within(numbers[name], 1 if name in ("pair_minutes", "stretch_minutes") else 0, LONGEST, f"{mode}-{name}")
    alone, pair, pause, stretch = (numbers[TEAM[place]] for place in (0, 1, 4, 3))
    if alone is None or pair is None:
        sentence = _("Say how long one works alone, and how long two do.")
        raise _broken(sentence, f"{mode}-{'alone' if alone is None else 'pair'}_minutes")
    if alone > pair:
        raise _broken(_("Two work at least as long as one alone."), f"{mode}-pair_minutes")
    if (pause is None) != (stretch is None) or (pause or 0) > (stretch or 0):
        sentence = _("A break and the stretch before it go together, and the break is no longer than that.")
        raise _broken(sentence, f"{mode}-break_minutes")
    rows.update_or_create(authority=authority, mode=mode, defaults={**numbers, "source": source})


def _work(authority: Authority, rules: Rules) -> None:
    rows = WorkRule.objects.filter(authority=authority)
    if all(rules.work[name] is None for name in WORK):
        rows.delete()
        return
    _within(rules.work["day_minutes"], 1, LONGEST_DAY, "day_minutes")
    _within(rules.work["rest_minutes"], 0, NIGHT, "rest_minutes")
    rows.update_or_create(authority=authority, defaults={**rules.work, "source": rules.source})


def _within(number: int | None, least: int, most: int, field: str) -> None:
    if number is not None and not least <= number <= most:
        sentence = _("Write minutes between %(least)s and %(most)s, or nothing.")
        raise _broken(sentence % {"least": least, "most": most}, field)


def _broken(sentence: str, field: str) -> Refusal:
    return Refusal(sentence, code="rule_broken", status=422, field=field)


def _facts(rules: Rules) -> dict[str, object]:
    teams = {mode.value: dict(numbers) for mode, numbers in rules.teams.items()}
    return {"teams": teams, "work": dict(rules.work), "source": rules.source}
