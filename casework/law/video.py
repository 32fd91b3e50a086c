"""What a hearing by video link asks for beside article 18: other treaties, national laws, good practice. ◆

P2 is the Second Additional Protocol (ETS 182) article 9; 2000 the EU Convention article 10; EIO Directive 2014/41,
article 24; KE and IE national acts; MAN the e-Justice manual. The lettered sources appear as the paragraph.
"""

from casework.marks import mark as _
from casework.rules import Level, Reader, Rule, both, either, equals, given, has, missing, no

MUST, SHOULD, NOTE = Level.MUST, Level.SHOULD, Level.NOTE

_COE = either(has("common_treaties", "CoE-2AP"), has("common_treaties", "EU-2000"))
_RESTS_ON_TREATY = equals("basis", "treaty")
_ACCUSED = equals("capacity", "suspect", "accused")

RULES = (
    Rule("V-03", "P2 9(3)", MUST, "court", _("Name the judicial authority that hears the person."), missing("court")),
    Rule(
        "V-04",
        "P2 9(3)",
        MUST,
        "conductors",
        _("Name the persons who will conduct the hearing."),
        both(_RESTS_ON_TREATY, _COE, missing("conductors")),
    ),
    Rule(
        "V-04",
        "P2 9(3)",
        SHOULD,
        "conductors",
        _("Say who will conduct the hearing; the judge’s name can follow."),
        both(no(both(_RESTS_ON_TREATY, _COE)), missing("conductors")),
    ),
    Rule(
        "V-05",
        "IE s.68(2)",
        MUST,
        "identity",
        _("%(requested_state)s asks for the name, address and nationality of the witness, if known."),
        both(equals("requested_code", "IE"), missing("identity_complete")),
    ),
    Rule(
        "V-05",
        "IE s.68(2)",
        SHOULD,
        "earliest",
        _("Give the likely dates of the hearing."),
        either(missing("earliest"), missing("latest")),
    ),
    Rule(
        "V-06",
        "KE s.14(2)",
        MUST,
        "subjects",
        _("%(requested_state)s asks for the questions or the subjects of the examination."),
        both(equals("requested_code", "KE"), missing("subjects")),
    ),
    Rule(
        "V-06",
        "KE s.14(2)",
        MUST,
        "oath",
        _("%(requested_state)s asks whether an oath or an affirmation is required."),
        both(equals("requested_code", "KE"), missing("oath")),
    ),
    Rule(
        "V-06",
        "KE s.14(2)",
        MUST,
        "privileges",
        _("%(requested_state)s asks which law on privilege and exemption applies."),
        both(equals("requested_code", "KE"), missing("privileges")),
    ),
    Rule(
        "V-06",
        "KE s.14(2)",
        SHOULD,
        "subjects",
        _("Name the questions or subjects, so that the other judge can prepare."),
        both(no(equals("requested_code", "KE")), missing("subjects")),
    ),
    Rule(
        "V-07",
        "P2 9(2)",
        NOTE,
        "basis",
        _("Under the Second Additional Protocol a State with the means agrees, unless its principles forbid it."),
        both(_RESTS_ON_TREATY, _COE),
    ),
    Rule(
        "V-15",
        "P2 9(5)(d)",
        SHOULD,
        "interpreter_mode",
        _("Say whether an interpreter is needed and how he works."),
        missing("interpreter_mode"),
    ),
    Rule(
        "V-15",
        "P2 9(5)(d)",
        SHOULD,
        "testimony_language",
        _("Say in which language the person testifies."),
        missing("testimony_language"),
    ),
    Rule(
        "V-16",
        "P2 9(5)(e)",
        SHOULD,
        "privileges",
        _("Say when your law allows the person not to testify: the right under either law counts."),
        both(no(equals("requested_code", "KE")), missing("privileges")),
    ),
    Rule(
        "V-19",
        "P2 9(8)",
        MUST,
        "consents",
        _("A suspect or accused is heard by video link only with his consent."),
        both(_ACCUSED, missing("consents")),
    ),
    Rule(
        "V-20",
        "P2 10",
        MUST,
        "consents",
        _("A hearing by telephone needs the person’s consent."),
        both(given("telephone"), no(_ACCUSED), missing("consents")),
    ),
    Rule(
        "V-20",
        "P2 10",
        MUST,
        "telephone",
        _("Only a witness or an expert may be heard by telephone."),
        both(given("telephone"), _ACCUSED),
    ),
    Rule(
        "V-22",
        "ETS 30 20(2)",
        NOTE,
        "costs",
        _("Under this treaty the requesting State refunds link, interpreters and allowances, unless agreed."),
        both(_RESTS_ON_TREATY, _COE),
    ),
    Rule(
        "V-26",
        "MAN 3",
        SHOULD,
        "technical_contact",
        _("Name a technical contact on your side."),
        missing("technical_contact"),
    ),
    Rule(
        "V-27",
        "MAN 3.1",
        SHOULD,
        "wanted_minutes",
        _("Say how long the hearing takes, interpretation included."),
        missing("wanted_minutes"),
    ),
    Rule(
        "V-28",
        "MAN 2.4",
        SHOULD,
        "interpreter_place",
        _("Say where the interpreter sits."),
        both(equals("interpreter_mode", "consecutive", "simultaneous"), missing("interpreter_place")),
    ),
    Rule(
        "V-29",
        "MAN 58",
        SHOULD,
        "failure_plan",
        _("Say what happens when the link fails, and who ends the hearing."),
        missing("failure_plan"),
    ),
    Rule(
        "V-30", "MAN", SHOULD, "recording", _("Say whether the hearing is recorded, and by whom."), missing("recording")
    ),
    Rule(
        "V-09",
        "P2 9(4)",
        NOTE,
        "requested",
        _("Your judicial authority summons the person in the forms of your law, in good time."),
        equals("state", "granted"),
        Reader.REQUESTED,
    ),
)
