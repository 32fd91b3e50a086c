"""Every field of a request, once, in the nine steps of the writer. ◆

Forms, the API's schema, the printed request, the comparison of two versions and `check_request` read this
list; the table's columns carry the same names, and a test compares them. The identity of the person to be heard
is not here: it goes to the vault.
"""

from collections.abc import Mapping
from types import MappingProxyType

from casework.fields import Field, Kind, Section
from casework.marks import mark as _

LINE, TEXT = 300, 6000

AUTHORITIES = Section(
    "authorities",
    _("Authorities"),
    _("Article 18(13) and (14)"),
    (
        Field("channel", Kind.CHOICE, _("By which way the request goes"), choices=(
            ("central", _("From central authority to central authority")),
            ("diplomatic", _("Diplomatic channel")),
            ("interpol", _("Interpol")),
        )),
        Field("interpol_agreed", Kind.YES, _("Both States agreed to use Interpol")),
        Field("interpol_possible", Kind.YES, _("Interpol confirmed that it can carry the request")),
        Field("form", Kind.CHOICE, _("Form"), choices=(
            ("written", _("On paper")),
            ("electronic", _("Electronically, leaving a written record")),
            ("oral", _("Made orally; this writing confirms it")),
        )),
        Field("oral_agreed", Kind.YES, _("The requested State agreed to an oral request")),
        Field("oral_made_at", Kind.INSTANT, _("When it was made orally"), _("In your own time zone.")),
        Field("urgent", Kind.YES, _("The request is urgent")),
        Field("urgency_reason", Kind.TEXT, _("Why it is urgent"), limit=LINE * 4),
        Field("request_language", Kind.LANGUAGE, _("Language of the request"),
              _("The requested State says which languages it accepts.")),
        Field("authenticity", Kind.CHOICE, _("How the requested State can tell it is from you"), choices=(
            ("signature", _("Electronic signature")),
            ("seal", _("Signature and seal on paper")),
            ("channel", _("Sent through a channel both States trust")),
        )),
    ),
)  # fmt: skip

CASE = Section(
    "case",
    _("The case"),
    _("Article 18(15) b and c"),
    (
        Field("subject", Kind.LINE, _("Subject matter of the proceeding"),
              _("One sentence that a reader abroad understands without your file."), limit=LINE),
        Field("nature", Kind.CHOICE, _("Nature of the proceeding"), choices=(
            ("investigation", _("Investigation")), ("prosecution", _("Prosecution")), ("trial", _("Trial")),
        )),
        Field("conducting_authority", Kind.LINE, _("Name of the authority that conducts it"), limit=LINE),
        Field("conducting_functions", Kind.LINE, _("Functions of that authority in the case"), limit=LINE),
        Field("facts", Kind.TEXT, _("Summary of the facts"),
              _("No name, address or workplace of the witness: those go into the sealed annex in step 4."),
              limit=TEXT),
        Field("offence", Kind.CHOICE, _("Which kind of offence"), choices=(
            ("convention", _("An offence of article 5, 6, 8 or 23 of the Convention")),
            ("protocol", _("An offence of one of its Protocols")),
            ("serious", _("Another serious crime")),
            ("suspected", _("Not yet sure: reasonable grounds to suspect one of these")),
        )),
        Field("scope_reason", Kind.TEXT, _("What makes it transnational, and which group is involved"),
              limit=LINE * 4),
        Field("legal_person", Kind.YES, _("A legal person may be liable")),
    ),
)  # fmt: skip

BASIS = Section(
    "basis",
    _("Legal basis"),
    _("Article 18(3), (6), (7) and (9)"),
    (
        Field("basis", Kind.CHOICE, _("The request rests on"), choices=(
            ("untoc", _("Article 18 of the Convention, paragraphs 9 to 29")),
            ("treaty", _("Another treaty on mutual legal assistance")),
            ("both", _("That treaty, and paragraphs 9 to 29 in its place by agreement")),
        )),
        Field("treaty", Kind.LINE, _("Which other treaty"), limit=LINE),
        Field("paragraphs_agreed", Kind.YES, _("Both States agreed to apply paragraphs 9 to 29 instead")),
        Field("purposes", Kind.CHOICES, _("Assistance asked for, by article 18(3)"), choices=(
            ("a", _("a) Taking evidence or statements from persons")),
            ("e", _("e) Providing information, evidentiary items and expert evaluations")),
            ("h", _("h) Facilitating the voluntary appearance of persons")),
            ("i", _("i) Another type of assistance that the requested State’s law permits")),
        )),
        Field("dual_criminality", Kind.CHOICE, _("Is it an offence in the requested State too?"), choices=(
            ("yes", _("Yes")), ("no", _("No")), ("unknown", _("Not known")),
        )),
    ),
)  # fmt: skip

PERSON = Section(
    "person",
    _("Person to be heard"),
    _("Article 18(15) e and 18(18)"),
    (
        Field("capacity", Kind.CHOICE, _("Heard as"), choices=(
            ("witness", _("Witness")), ("expert", _("Expert")),
            ("suspect", _("Suspect")), ("accused", _("Accused")),
        )),
        Field("in_territory", Kind.CHOICE, _("Is the person in the requested State?"), choices=(
            ("yes", _("Yes, confirmed")), ("believed", _("We believe so")), ("no", _("No")),
        )),
        Field("consents", Kind.YES, _("The person agrees to be heard by video link")),
        Field("in_custody", Kind.YES, _("The person is detained or serving a sentence")),
        Field("victim", Kind.YES, _("The person is also a victim")),
        Field("testimony_language", Kind.LANGUAGE, _("Language in which the person testifies"),
              _("Any language, sign languages too. Only those who book interpreters see it.")),
    ),
)  # fmt: skip

PROCEDURE = Section(
    "procedure",
    _("Procedure wanted"),
    _("Article 18(15) d and f, 18(17) and (18)"),
    (
        Field("assistance", Kind.TEXT, _("What you ask the requested State to do"), limit=TEXT),
        Field("purpose", Kind.TEXT, _("What the testimony is needed for"), limit=LINE * 4),
        Field("absence", Kind.CHOICE, _("Appearing in person is"), choices=(
            ("not_possible", _("Not possible")), ("not_desirable", _("Not desirable")),
        )),
        Field("absence_reason", Kind.TEXT, _("Why"), limit=LINE * 4),
        Field("hearing_body", Kind.CHOICE, _("Heard by"), choices=(
            ("court", _("A court or judge")),
            ("prosecutor", _("A prosecutor who is a judicial authority under our law")),
            ("police", _("Police or another authority")),
        )),
        Field("conductors", Kind.TEXT, _("Who will conduct the hearing"),
              _("Names and functions; the judge’s name can follow later."), limit=LINE * 4),
        Field("arrangement", Kind.CHOICE, _("Arrangement"), choices=(
            ("requesting", _("Our judicial authority conducts, yours attends")),
            ("requested", _("Yours conducts, ours attends")),
        )),
        Field("subjects", Kind.TEXT, _("Questions or subjects"), limit=TEXT),
        Field("oath", Kind.CHOICE, _("Oath"), choices=(
            ("oath", _("Oath")), ("affirmation", _("Solemn affirmation")), ("none", _("None")),
            ("theirs", _("As the requested State’s law provides")),
        )),
        Field("privileges", Kind.TEXT, _("Right not to testify under our law"), limit=LINE * 4),
        Field("accused_attends", Kind.YES, _("The accused attends")),
        Field("procedures", Kind.TEXT, _("Details of any particular procedure wanted"),
              _("Form of the oath, who is present, recording, interpreter."), limit=TEXT),
    ),
)  # fmt: skip

PROTECTION = Section(
    "protection",
    _("Protection"),
    _("Article 24"),
    (
        Field("protection_reason", Kind.TEXT, _("From what the person must be protected"),
              _("No name, place or workplace."), limit=LINE * 4),
    ),
)  # fmt: skip

TECHNICAL = Section(
    "technical",
    _("Technical and dates"),
    _("Article 18(18) and (24)"),
    (
        Field("wanted_minutes", Kind.NUMBER, _("Minutes wanted, interpretation included"), limit=480),
        Field("earliest", Kind.DATE, _("Not before")),
        Field("latest", Kind.DATE, _("Not after")),
        Field("deadline", Kind.DATE, _("Deadline")),
        Field("deadline_reason", Kind.TEXT, _("Reason for the deadline"), limit=LINE * 4),
        Field("notice_days", Kind.NUMBER, _("Days of notice needed before the hearing"), limit=180, lowest=0),
        Field("court_language", Kind.LANGUAGE, _("Language of your court")),
        Field("interpreter_place", Kind.CHOICE, _("Where the interpreter sits"), choices=(
            ("witness", _("With the witness")), ("court", _("With the requesting court")),
            ("third", _("At a third place")),
        )),
        Field("interpreter_mode", Kind.CHOICE, _("Mode of interpretation"), choices=(
            ("consecutive", _("Consecutive")), ("simultaneous", _("Simultaneous")),
            ("none", _("No interpreter needed")),
        )),
        Field("technical_contact", Kind.LINE, _("Technical contact on your side"), limit=LINE),
        Field("recording", Kind.CHOICE, _("Recording"), choices=(
            ("none", _("No recording")), ("requesting", _("By the requesting side")),
            ("requested", _("By the requested side")), ("both", _("By both")),
        )),
        Field("failure_plan", Kind.TEXT, _("What happens when the link fails, and who ends the hearing"),
              limit=LINE * 4),
        Field("telephone", Kind.YES, _("Go on by telephone if video fails")),
    ),
)  # fmt: skip

COSTS = Section(
    "costs",
    _("Costs and confidentiality"),
    _("Article 18(19), (20) and (28)"),
    (
        Field("costs", Kind.CHOICE, _("Costs"), choices=(
            ("ordinary", _("Ordinary")), ("extraordinary", _("Substantial or extraordinary")),
        )),
        Field("costs_terms", Kind.TEXT, _("Terms proposed, and who bears the costs"), limit=LINE * 4),
        Field("confidential", Kind.YES, _("Keep the fact and substance of the request confidential")),
        Field("confidentiality_reason", Kind.TEXT, _("Why, and until when"), limit=LINE * 4),
        Field("use_accepted", Kind.YES,
              _("We use what we receive in this proceeding only, unless you consent")),
    ),
)  # fmt: skip

CHECK = Section("check", _("Check and send"), _("Article 18(13) to (20)"), ())

SECTIONS = (AUTHORITIES, CASE, BASIS, PERSON, PROCEDURE, PROTECTION, TECHNICAL, COSTS, CHECK)
FIELDS: Mapping[str, Field] = MappingProxyType({field.name: field for section in SECTIONS for field in section.fields})
_STEP_OF = {field.name: section.slug for section in SECTIONS for field in section.fields} | {
    # What a step holds beside its fields: an authority from the directory, the sealed identity, the measures.
    "requested": "authorities",
    "court": "procedure",
    "person": "person",
    "identity": "person",
    "measures": "protection",
}


def section(slug: str) -> Section | None:
    """The step with that address; None if there is none."""
    return next((found for found in SECTIONS if found.slug == slug), None)


def step_of(field: str) -> str:
    """The address of the step that holds a field; the last step for what belongs to none."""
    return _STEP_OF.get(field, CHECK.slug)


def number(slug: str) -> int:
    """The number of a step, from 1."""
    return [found.slug for found in SECTIONS].index(slug) + 1
