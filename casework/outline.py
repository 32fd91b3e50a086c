"""The order of the printed request: 18(15) a to f, then the hearing by video link, then what goes with it. ◆

Each paragraph names the rule it answers and the fields it prints. What is not a field of the drafter is named with
an @: `casework.writer` knows how to say it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from casework.marks import mark as _


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One numbered paragraph of the printed request."""

    heading: str
    rule: str
    fields: tuple[str, ...]


# What its heading says already is printed without a label.
PLAIN = frozenset(
    {"subject", "conducting_authority", "basis", "costs", "facts", "assistance", "purpose", "procedures"}
    | {"subjects", "privileges"}
)

# The form asks its writer ("your court"); the printed request speaks to the State that reads it.
LABELS: Mapping[str, str] = MappingProxyType(
    {
        "@court": _("Judicial authority"),
        "channel": _("Channel"),
        "oral_made_at": _("Made orally on"),
        "authenticity": _("Authenticity"),
        "urgency_reason": _("Reason for the urgency"),
        "treaty": _("Treaty"),
        "offence": _("Kind of offence"),
        "scope_reason": _("Transnational element and organized group"),
        "conducting_functions": _("Its functions in the case"),
        "dual_criminality": _("An offence in the requested State too"),
        "in_territory": _("In the territory of the requested State"),
        "absence_reason": _("Reason"),
        "conductors": _("Conducted by"),
        "protection_reason": _("What the person must be protected from"),
        "wanted_minutes": _("Length in minutes, interpretation included"),
        "court_language": _("Language of the requesting court"),
        "technical_contact": _("Technical contact of the requesting side"),
        "failure_plan": _("If the link fails"),
        "confidentiality_reason": _("Reason, and until when"),
        "costs_terms": _("Terms proposed"),
    }
)

PARAGRAPHS = (
    Paragraph(_("Requesting authority"), "U18-15a", ("@requesting",)),
    Paragraph(_("Requested authority"), "U18-13a", ("@requested", "channel", "form", "oral_made_at", "authenticity")),
    Paragraph(_("Urgency"), "V-24", ("urgent", "urgency_reason")),
    Paragraph(_("Legal basis"), "U18-07", ("basis", "treaty", "purposes")),
    Paragraph(_("Subject and nature of the proceeding"), "U18-15b1", ("subject", "nature", "offence", "scope_reason")),
    Paragraph(_("Authority that conducts it"), "U18-15b2", ("conducting_authority", "conducting_functions")),
    Paragraph(_("Facts"), "U18-15c", ("facts", "dual_criminality", "legal_person")),
    Paragraph(_("Assistance asked for"), "U18-15d1", ("assistance",)),
    Paragraph(_("Particular procedure"), "U18-15d2", ("procedures", "oath", "recording", "accused_attends")),
    Paragraph(_("Person to be heard"), "U18-15e",
              ("@person", "capacity", "in_territory", "consents", "in_custody", "victim")),
    Paragraph(_("Purpose"), "U18-15f", ("purpose",)),
    Paragraph(_("Why by video link"), "U18-18d", ("absence", "absence_reason")),
    Paragraph(_("Judicial authority that hears"), "U18-18c", ("@court", "hearing_body", "conductors", "arrangement")),
    Paragraph(_("Questions or subjects"), "V-06", ("subjects",)),
    Paragraph(_("Right not to testify"), "V-16", ("privileges",)),
    Paragraph(_("Protection"), "U24-1", ("protection_reason", "@measures")),
    Paragraph(_("Dates"), "U18-24a",
              ("wanted_minutes", "earliest", "latest", "deadline", "deadline_reason", "notice_days")),
    Paragraph(_("Interpretation"), "V-28", ("court_language", "@language", "interpreter_mode", "interpreter_place")),
    Paragraph(_("Technical particulars"), "V-26", ("technical_contact", "failure_plan", "telephone")),
    Paragraph(_("Use and confidentiality"), "U18-19a", ("use_accepted", "confidential", "confidentiality_reason")),
    Paragraph(_("Costs"), "U18-28a", ("costs", "costs_terms")),
)  # fmt: skip
