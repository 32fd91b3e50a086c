"""Whether article 18 applies, and on what the request rests: paragraphs 1 to 12. ◆"""

from casework.marks import mark as _
from casework.rules import Level, Rule, both, either, equals, given, lacks, missing, no

MUST, SHOULD, NOTE = Level.MUST, Level.SHOULD, Level.NOTE

RULES = (
    Rule(
        "U18-01",
        "18(1)",
        MUST,
        "offence",
        _("Say which kind of offence it is, so that article 18 applies."),
        missing("offence"),
    ),
    Rule(
        "U18-01",
        "18(1)",
        MUST,
        "scope_reason",
        _("Say what makes the offence transnational and which organised group is involved."),
        both(equals("offence", "serious", "suspected"), missing("scope_reason")),
    ),
    Rule(
        "U18-02",
        "18(2)",
        NOTE,
        "legal_person",
        _("For the liability of a legal person, assistance goes as far as the requested State’s law allows."),
        given("legal_person"),
    ),
    Rule(
        "U18-03",
        "18(3)",
        MUST,
        "purposes",
        _("Choose the kind of assistance, for example evidence or statements from persons."),
        missing("purposes"),
    ),
    Rule(
        "U18-03",
        "18(3)",
        SHOULD,
        "purposes",
        _("Hearing a person is assistance of kind a): taking evidence or statements."),
        lacks("purposes", "a"),
    ),
    Rule(
        "U18-06",
        "18(6)",
        NOTE,
        "treaty",
        _("The obligations of %(treaty)s stay as they are."),
        both(equals("basis", "untoc", "both"), given("treaty")),
    ),
    Rule(
        "U18-07",
        "18(7)",
        MUST,
        "basis",
        _("Choose on what the request rests."),
        missing("basis"),
    ),
    Rule(
        "U18-07",
        "18(7)",
        MUST,
        "treaty",
        _("Name the treaty on which the request rests."),
        both(equals("basis", "treaty", "both"), missing("treaty")),
    ),
    Rule(
        "U18-07",
        "18(7)",
        MUST,
        "paragraphs_agreed",
        _("Paragraphs 9 to 29 take the place of the treaty only if both States agree."),
        both(equals("basis", "both"), missing("paragraphs_agreed")),
    ),
    Rule(
        "U18-07",
        "18(7)",
        SHOULD,
        "basis",
        _("Both States are bound by %(common_treaties)s. Its rules apply unless both agree to use paragraphs 9 to 29."),
        both(equals("basis", "untoc"), given("common_treaties")),
    ),
    Rule(
        "U18-09",
        "18(9)",
        NOTE,
        "dual_criminality",
        _("Without dual criminality the requested State may decline, and may still help at its discretion."),
        equals("dual_criminality", "no", "unknown"),
    ),
    Rule(
        "U18-09",
        "18(9)",
        SHOULD,
        "dual_criminality",
        _("Say whether the act is an offence in the requested State too."),
        missing("dual_criminality"),
    ),
    Rule(
        "U18-10",
        "18(10)",
        NOTE,
        "in_custody",
        _(
            "A detained person may instead be brought in person, with free and informed consent and the "
            "agreement of both authorities; then paragraphs 11 and 12 apply."
        ),
        given("in_custody"),
    ),
    Rule(
        "U18-11",
        "18(11)",
        NOTE,
        "in_custody",
        _(
            "If a detained person is brought in person instead, you keep the person in custody, return the person "
            "without delay and without extradition, and the time counts towards the sentence."
        ),
        given("in_custody"),
    ),
    Rule(
        "U18-12",
        "18(12)",
        NOTE,
        "in_custody",
        _("Whoever is brought in person is not prosecuted or restrained for earlier acts, unless the sender agrees."),
        given("in_custody"),
    ),
    Rule(
        "U18-30",
        "18(30)",
        NOTE,
        "basis",
        _("The two States have no treaty of their own on this; article 18(30) asks them to consider one."),
        both(equals("basis", "untoc"), missing("common_treaties")),
    ),
    Rule(
        "U18-27",
        "18(27)",
        NOTE,
        "in_territory",
        _("A person who travels instead has safe conduct for earlier acts, until 15 days after being released."),
        either(equals("in_territory", "no"), no(either(given("absence"), given("absence_reason")))),
    ),
)
