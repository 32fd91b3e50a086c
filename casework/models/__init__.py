"""The tables of a request for assistance."""

from casework.models.request import Counter, Request, RequestQuerySet
from casework.models.thread import AskedMeasure, Decision, Passage, Question

__all__ = ["AskedMeasure", "Counter", "Decision", "Passage", "Question", "Request", "RequestQuerySet"]
