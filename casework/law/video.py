"""What a hearing by video link asks for beside article 18: other treaties, national laws, good practice. ◆

CoE Protocol 2 is the Second Additional Protocol (ETS 182), whose article 9 the EU Convention of 2000 repeats in its
article 10; the Irish Act is that of 2008, the Kenyan one of 2011; the e-Justice manual is the EU's on video
conferences. Where a rule is not of the Convention, its source stands in the place of the paragraph.
"""

from casework.marks import mark as _
from casework.rules import Level, Reader, Rule, both, either, equals, given, has, missing, no

MUST, SHOULD, NOTE = Level.MUST, Level.SHOULD, Level.NOTE

_COE = either(has("common_treaties", "CoE-2AP"), has("common_treaties", "EU-2000"))
_RESTS_ON_TREATY = equals("basis", "treaty")
_ACCUSED = equals("capacity", "suspect", "accused")

RULES = (
    Rule(
        "V-03",
        "CoE Protocol 2, 9(3)",
        MUST,
        "court",
        _("Name the court before which the person is heard: choose it from the list."),
        missing("court"),
    ),
    Rule(
        "V-04",
        "CoE Protocol 2, 9(3)",
        MUST,
        "conductors",
        _("Name the persons who will conduct the hearing."),
        both(_RESTS_ON_TREATY, _COE, missing("conductors")),
    ),
    Rule(
        "V-04",
        "CoE Protocol 2, 9(3)",
        SHOULD,
        "conductors",
        _("Say who will conduct the hearing; the judge’s name can follow."),
        both(no(both(_RESTS_ON_TREATY, _COE)), missing("conductors")),
    ),
    Rule(
        "V-05",
        "Irish Act, 68(2)",
        MUST,
        "identity",
        _("%(requested_state)s asks for the name, address and nationality of the witness, if known."),
        both(equals("requested_code", "IE"), missing("identity_complete")),
    ),
    Rule(
        "V-05",
        "Irish Act, 68(2)",
        SHOULD,
        "earliest",
        _("Give the likely dates of the hearing."),
        either(missing("earliest"), missing("latest")),
    ),
    Rule(
        "V-06",
        "Kenyan Act, 14(2)",
        MUST,
        "subjects",
        _("%(requested_state)s asks for the questions or the subjects of the examination."),
        both(equals("requested_code", "KE"), missing("subjects")),
    ),
    Rule(
        "V-06",
        "Kenyan Act, 14(2)",
        MUST,
        "oath",
        _("%(requested_state)s asks whether an oath or an affirmation is required."),
        both(equals("requested_code", "KE"), missing("oath")),
    ),
    Rule(
        "V-06",
        "Kenyan Act, 14(2)",
        MUST,
        "privileges",
        _("%(requested_state)s asks which law on privilege and exemption applies."),
        both(equals("requested_code", "KE"), missing("privileges")),
    ),
    Rule(
        "V-06",
        "Kenyan Act, 14(2)",
        SHOULD,
        "subjects",
        _("Name the questions or subjects, so that the other judge can prepare."),
        both(no(equals("requested_code", "KE")), missing("subjects")),
    ),
    Rule(
        "V-07",
        "CoE Protocol 2, 9(2)",
        NOTE,
        "basis",
        _("Under the Second Additional Protocol a State with the means agrees, unless its principles forbid it."),
        both(_RESTS_ON_TREATY, _COE),
    ),
    Rule(
        "V-15",
        "CoE Protocol 2, 9(5)(d)",
        SHOULD,
        "interpreter_mode",
        _("Say whether an interpreter is needed and how he works."),
        missing("interpreter_mode"),
    ),
    Rule(
        "V-15",
        "CoE Protocol 2, 9(5)(d)",
        SHOULD,
        "testimony_language",
        _("Say in which language the person testifies."),
        missing("testimony_language"),
    ),
    Rule(
        "V-16",
        "CoE Protocol 2, 9(5)(e)",
        SHOULD,
        "privileges",
        _("Say when your law allows the person not to testify: the right under either law counts."),
        both(no(equals("requested_code", "KE")), missing("privileges")),
    ),
    Rule(
        "V-19",
        "CoE Protocol 2, 9(8)",
        MUST,
        "consents",
        _("A suspect or accused is heard by video link only with his consent."),
        both(_ACCUSED, missing("consents")),
    ),
    Rule(
        "V-20",
        "CoE Protocol 2, 10",
        MUST,
        "consents",
        _("A hearing by telephone needs the person’s consent."),
        both(given("telephone"), no(_ACCUSED), missing("consents")),
    ),
    Rule(
        "V-20",
        "CoE Protocol 2, 10",
        MUST,
        "telephone",
        _("Only a witness or an expert may be heard by telephone."),
        both(given("telephone"), _ACCUSED),
    ),
    Rule(
        "V-22",
        "CoE Convention 1959, 20(2)",
        NOTE,
        "costs",
        _("Under this treaty the requesting State refunds link, interpreters and allowances, unless agreed."),
        both(_RESTS_ON_TREATY, _COE),
    ),
    Rule(
        "V-26",
        "e-Justice manual, 3",
        SHOULD,
        "technical_contact",
        _("Name a technical contact on your side."),
        missing("technical_contact"),
    ),
    Rule(
        "V-27",
        "e-Justice manual, 3.1",
        SHOULD,
        "wanted_minutes",
        _("Say how long the hearing takes, interpretation included."),
        missing("wanted_minutes"),
    ),
    Rule(
        "V-28",
        "e-Justice manual, 2.4",
        SHOULD,
        "interpreter_place",
        _("Say where the interpreter sits."),
        both(equals("interpreter_mode", "consecutive", "simultaneous"), missing("interpreter_place")),
    ),
    Rule(
        "V-29",
        "e-Justice manual, 58",
        SHOULD,
        "failure_plan",
        _("Say what happens when the link fails, and who ends the hearing."),
        missing("failure_plan"),
    ),
    Rule(
        "V-30",
        "e-Justice manual",
        SHOULD,
        "recording",
        _("Say whether the hearing is recorded, and by whom."),
        missing("recording"),
    ),
    Rule(
        "V-09",
        "CoE Protocol 2, 9(4)",
        NOTE,
        "requested",
        _("Your judicial authority summons the person in the forms of your law, in good time."),
        equals("state", "granted"),
        Reader.REQUESTED,
    ),
)
