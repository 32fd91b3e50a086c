"""Witnesses and victims: articles 24 and 25. ◆"""

from casework.fields import Kind
from casework.marks import mark as _
from casework.rules import Level, Rule, both, equals, given, has, missing
from casework.sections import FIELDS

MUST, SHOULD, NOTE = Level.MUST, Level.SHOULD, Level.NOTE

# Said of every text that a drafter types.
NAMED = _("This text names the person, or the place. Write “the witness”; the rest belongs in the sealed annex.")

RULES = (
    Rule(
        "U24-1",
        "24(1)",
        SHOULD,
        "protection_reason",
        _("Say from what the person must be protected, so that both States can choose effective measures."),
        both(given("measures"), missing("protection_reason")),
    ),
    *(
        Rule("U24-2a", "24(2)(a)", MUST, name, NAMED, has("texts_that_name", name))
        for name, field in FIELDS.items()
        if field.kind in {Kind.LINE, Kind.TEXT}
    ),
    Rule(
        "U24-2b",
        "24(2)(b)",
        NOTE,
        "measures",
        _("Evidence by video link is itself a measure that article 24 names."),
        missing("measures"),
    ),
    Rule(
        "U24-2x",
        "24(2)",
        MUST,
        "measures",
        _("Each measure needs a note on what it leaves to the defence: %(measures_without_note)s."),
        given("measures_without_note"),
    ),
    Rule(
        "U24-3",
        "24(3)",
        NOTE,
        "protection_reason",
        _("States may agree to relocate a witness who is in danger."),
        given("protection_reason"),
    ),
    Rule(
        "U24-4",
        "24(4)",
        NOTE,
        "victim",
        _("Victims are protected as witnesses are."),
        given("victim"),
    ),
    Rule(
        "U25-3",
        "25(3)",
        NOTE,
        "victim",
        _("A victim’s views and concerns are heard at the right stage, without prejudice to the defence."),
        both(given("victim"), equals("nature", "prosecution", "trial")),
    ),
)
