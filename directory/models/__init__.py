"""The directory's tables, by their noun."""

from directory.models.base import Public
from directory.models.letters import Letter
from directory.models.outside import OutsideBusy, OutsideCalendar
from directory.models.people import ApiToken, Entrance, Interpreter, InterpreterPair, Membership, User
from directory.models.resources import Absence, Resource
from directory.models.sites import Endpoint, Site
from directory.models.states import Authority, Competence, CourtRecess, LegalProfile, State, Weekend
from directory.models.trail import AuditChain, AuditEntry

__all__ = [
    "Absence",
    "ApiToken",
    "AuditChain",
    "AuditEntry",
    "Authority",
    "Competence",
    "CourtRecess",
    "Endpoint",
    "Entrance",
    "Interpreter",
    "InterpreterPair",
    "LegalProfile",
    "Letter",
    "Membership",
    "OutsideBusy",
    "OutsideCalendar",
    "Public",
    "Resource",
    "Site",
    "State",
    "User",
    "Weekend",
]
