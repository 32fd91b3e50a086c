"""What a request contains: paragraphs 15 and 16. ◆"""

from casework.marks import mark as _
from casework.rules import Level, Reader, Rule, both, either, equals, given, missing

MUST, SHOULD, NOTE = Level.MUST, Level.SHOULD, Level.NOTE

RULES = (
    Rule(
        "U18-15a",
        "18(15)(a)",
        MUST,
        "requesting",
        _("Say which authority makes the request."),
        missing("requesting_authority"),
    ),
    Rule(
        "U18-15b1",
        "18(15)(b)",
        MUST,
        "subject",
        _("Say what the proceeding is about, in a sentence."),
        missing("subject"),
    ),
    Rule(
        "U18-15b1",
        "18(15)(b)",
        MUST,
        "nature",
        _("Say whether it is an investigation, a prosecution or a trial."),
        missing("nature"),
    ),
    Rule(
        "U18-15b2",
        "18(15)(b)",
        MUST,
        "conducting_authority",
        _("Name the authority that conducts the proceeding."),
        missing("conducting_authority"),
    ),
    Rule(
        "U18-15b2",
        "18(15)(b)",
        MUST,
        "conducting_functions",
        _("Say what this authority does in the case, for example “tries the case and hears the evidence”."),
        missing("conducting_functions"),
    ),
    Rule(
        "U18-15c",
        "18(15)(c)",
        MUST,
        "facts",
        _("Summarise the relevant facts."),
        missing("facts"),
    ),
    Rule(
        "U18-15d1",
        "18(15)(d)",
        MUST,
        "assistance",
        _("Describe the assistance you ask for."),
        missing("assistance"),
    ),
    Rule(
        "U18-15d2",
        "18(15)(d)",
        MUST,
        "procedures",
        _("Give the details of the procedure you want for the oath, the recording or the presence of the accused."),
        both(
            either(
                equals("oath", "oath", "affirmation"),
                equals("recording", "requesting", "both"),
                given("accused_attends"),
            ),
            missing("procedures"),
        ),
    ),
    Rule(
        "U18-15e",
        "18(15)(e)",
        MUST,
        "identity",
        _("Say whom you want to hear. The name goes into the sealed annex; the request shows a pseudonym."),
        missing("person"),
    ),
    Rule(
        "U18-15e",
        "18(15)(e)",
        SHOULD,
        "identity",
        _("Where possible, give name, nationality and where the person is. They stay in the sealed annex."),
        both(given("person"), missing("identity_complete")),
    ),
    Rule(
        "U18-15f",
        "18(15)(f)",
        MUST,
        "purpose",
        _("Say for what purpose the testimony is sought."),
        missing("purpose"),
    ),
    Rule(
        "U18-16",
        "18(16)",
        NOTE,
        "requested",
        _("You may ask for more information that is needed, or helpful, to carry it out. The clock pauses meanwhile."),
        equals("state", "acknowledged"),
        Reader.REQUESTED,
    ),
)
