"""The tables of the day itself, by their noun."""

from sessions.models.consultations import Consultation
from sessions.models.hearings import Hearing, Seat
from sessions.models.records import Record, Signature
from sessions.models.samples import Sample
from sessions.models.tickets import JoinTicket
from sessions.models.trail import LogEntry, Step

__all__ = ["Consultation", "Hearing", "JoinTicket", "LogEntry", "Record", "Sample", "Seat", "Signature", "Step"]
